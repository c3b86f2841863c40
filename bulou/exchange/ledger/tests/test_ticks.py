"""Choices laid out in columns, as forms to be filled in with a tick have them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .sheets import Someone, by_row, fields, people, take, write_xlsx

HEADS = ["姓名", "身份证号", "电话", "返乡日期", "来源地"]


def line(one: Someone, *more: Any) -> list[Any]:
    return [one.name, one.number, one.phone, "1月20日", "武汉", *more]


def form(path: Path, group: str, options: list[str], *lines: list[Any]) -> Path:
    """A form with a question over several columns."""
    merged = [(0, 5, 0, 4 + len(options)), *((0, column, 1, column) for column in range(5))]
    heads = [[*HEADS, group, *[""] * (len(options) - 1)], [*[""] * 5, *options]]
    return write_xlsx(path, [*heads, *lines], merged)


def test_a_tick_under_no_is_a_no_and_one_under_both_is_neither(tmp_path: Path) -> None:
    a, b, c, d = people(4, start=500)
    path = form(
        tmp_path / "a.xlsx", "是否去过武汉", ["是", "否"],
        line(a, "√", ""), line(b, "", "√"), line(c, "√", "√"), line(d, "", "否"),
    )  # fmt: skip
    reading = take(path)
    assert [row.values.get("affected_area_history") for row in reading.rows[2:]] == [True, False, None, False]
    assert reading.rows[4].codes == ["CHOICE_UNREADABLE"]
    assert fields(reading)["F"] == fields(reading)["G"] == "affected_area_history"


def test_a_tick_under_a_fever_is_a_fever_and_no_other_complaint_is_passed_over(tmp_path: Path) -> None:
    a, b, c, d = people(4, start=510)
    path = form(
        tmp_path / "a.xlsx", "有无症状", ["发热", "咳嗽", "无"],
        line(a, "√"), line(b, "", "√"), line(c, "", "", "√"), line(d, "37.8", "有"),
    )  # fmt: skip
    rows = by_row(take(path))
    assert ("FEVER_WORD" in rows[3].codes, rows[3].values["symptoms"]) == (True, "发热")
    assert (rows[4].codes, rows[4].values["symptoms"]) == ([], "咳嗽")
    assert (rows[5].codes, rows[5].values["symptoms"]) == ([], "无")
    assert ("FEVER" in rows[6].codes, rows[6].values["symptoms"]) == (True, "37.8、咳嗽")


def test_questions_side_by_side_are_all_answered(tmp_path: Path) -> None:
    a, b, c = people(3, start=520)
    path = write_xlsx(
        tmp_path / "a.xlsx",
        [[*HEADS, "是否咳嗽", "是否发热"], line(a, "是", "否"), line(b, "否", "是"), line(c, "否", "否")],
    )
    first, second, third = take(path).rows[1:]
    assert (first.codes, first.values["symptoms"]) == ([], "咳嗽")
    assert "FEVER_WORD" in second.codes
    assert (third.codes, third.values["symptoms"]) == ([], "否")


@pytest.mark.parametrize("title", ["发热", "发烧（打√）"])
def test_a_title_that_is_a_complaint_says_what_a_tick_means(title: str, tmp_path: Path) -> None:
    a, b = people(2, start=530)
    path = write_xlsx(tmp_path / "a.xlsx", [[*HEADS, title], line(a, "√"), line(b, "×")])
    ticked, crossed = take(path).rows[1:]
    assert "FEVER_WORD" in ticked.codes
    assert crossed.codes == []
