"""Lines that speak of nobody are skipped wherever they stand; whoever may be somebody is never skipped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .sheets import Someone, take, write_xlsx

HEAD = ["序号", "姓名", "性别", "身份证号", "电话", "返乡日期", "来源地"]


def verdict(tmp_path: Path, line: list[Any]) -> str:
    a, b = Someone(1), Someone(2)
    around = [
        [n, one.name, one.sex, one.number, one.phone, "1月20日", "武汉"] for n, one in enumerate((a, b), 1)
    ]
    read = take(write_xlsx(tmp_path / "a.xlsx", [["返乡人员登记表"], HEAD, around[0], line, around[1]]))
    assert [read.rows[at].verdict for at in (2, 4)] == ["accepted", "accepted"]
    return read.rows[3].verdict


NOBODY = (
    "今日新增0人，累计2人|其中男1人，女1人|返乡总人数2|转下页|第1页|1/2|（以下空白）|——以下无内容——|※本表每日上报|外来人员："
    "|湖北（非武汉）返乡人员|已解除隔离人员|今日无新增|网格员：任硕|附：证明材料|（手写签名）|…"
)
SOMEBODY = (
    "任硕|任硕（在武汉未回）|任硕（返乡人员）|任硕、康蕾|任硕15400000001|姓名：任硕|妻：康蕾；子：康骞|John Smith|任*"
    "|任硕等3人|任硕家3人|阿依古丽·买买提"
)


@pytest.mark.parametrize(
    "line",
    [
        *(["", text] for text in NOBODY.split("|")),
        [3, "/", "/", "/", "/", "/", "/"],
        ["", "无", "无", "无", "无", "无"],
        ["…", "…", "…", "…"],
        list("一二三四五六七"),
        list("甲乙丙丁戊己庚"),
        ["填写说明", "必填", "必填", "必填18位", "必填11位", "格式：2020-01-20", "必填"],
        ["备注", "1.本表由村填写"],
        ["户数", 2, "人数", 2],
        ["湖北", "2人", "外省", "0人", "省内", "0人"],
        ["填表人", "任硕", "", "审核人", "任硕", "", "日期", "2月5日"],
    ],
)
def test_a_line_of_counts_signs_or_remarks_is_skipped_and_loses_nobody(
    tmp_path: Path, line: list[Any]
) -> None:
    assert verdict(tmp_path, line) == "skipped"


@pytest.mark.parametrize(
    "line",
    [
        *(["", text] for text in SOMEBODY.split("|")),
        [3, "任硕", "/", "/", "/", "/", "/"],
        ["", "任硕", "", "2人", "3户"],
        ["", "任硕", "", "", "", "", "未返回"],
        ["", "2人", "", "", "", "1月20日", "武汉"],
    ],
)
def test_whoever_may_be_somebody_is_not_skipped(tmp_path: Path, line: list[Any]) -> None:
    assert verdict(tmp_path, line) != "skipped"


@pytest.mark.parametrize("text", ["1" * 500 + "x", "新增1人，" * 200 + "x", " " * 500 + "1 " * 200 + "x"])
def test_no_cell_however_long_is_looked_at_for_ever(tmp_path: Path, text: str) -> None:
    assert verdict(tmp_path, ["", text]) != "accepted"
