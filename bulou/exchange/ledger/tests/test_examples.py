"""Ledgers with right answers: the four beside the project where they lie there, and their like made here."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from .sheets import FORM_DAY, fields, kinds, people, take, write_xlsx

SHARED = Path(__file__).resolve().parents[5] / "shared" / "ledgers"
EXPECTED = sorted(SHARED.glob("*.expected.json")) if SHARED.is_dir() else []
VERDICTS = {
    "skip_not_data": "skipped",
    "accept": "accepted",
    "accept_with_warning": "accepted",
    "needs_review": "held",
    "reject": "refused",
    "duplicate": "duplicate",
}


@pytest.mark.skipif(not EXPECTED, reason="the example ledgers do not lie beside the project")
@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.name.split(".")[0])
def test_the_examples_come_out_as_they_should(path: Path) -> None:
    right: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    reading = take(path.with_name(right["file"]), today=FORM_DAY)
    assert (reading.verdict == "refused") == (right["expected_file_action"] == "reject")
    if reading.verdict == "refused":
        assert [reading.code] == right["file_reasons"]
    assert len(reading.rows) == right["totals"]["physical_rows"]
    if "columns" in right.get("header", {}):
        assert fields(reading) == right["header"]["columns"]
    for row, wanted in zip(reading.rows, right["rows"], strict=True):
        actions = [wanted["action"], *wanted.get("also_ok", [])]
        assert row.row == wanted["row"]
        assert row.verdict in {VERDICTS[action] for action in actions}
        assert set(wanted.get("reasons", [])) <= set(row.codes)
        assert wanted.get("same_as") == (row.same_as[1] if row.same_as else None)
        assert wanted.get("same_person_as") == (row.person_as[1] if row.person_as else None)
        if row.verdict == "accepted":
            assert wanted["normalized"].items() <= row.values.items()


def test_a_township_form_with_two_merged_title_rows(tmp_path: Path) -> None:
    crowd, day = people(3, start=40), dt.date(2020, 1, 20)
    rows: list[list[Any]] = [
        ["青禾县石桥镇返乡人员排查登记表"],
        ["填报单位（盖章）：石桥镇", "", "", "", "", "填报时间：2020年2月5日"],
        ["序号", "基本信息", "", "", "家庭住址", "返乡情况", "", "健康状况（℃）", "", "备注"],
        ["", "姓  名", "身份证\n号码", "联系\n电话", "", "从何地返回", "返乡日期", "上午", "下午体温", ""],
        *([n, one.name, one.number, one.phone, ["柳林村1组", "", ""][n], "湖北武汉市", day, 36.5, 37.0]
          for n, one in enumerate(crowd)),
        ["合计", "4人"],
        [],
        ["填表人：某某        审核人：            联系电话：0700-1234567"],
    ]  # fmt: skip
    merged = [
        (0, 0, 0, 9), (1, 0, 1, 4), (1, 5, 1, 9), (2, 0, 3, 0), (2, 1, 2, 3), (2, 4, 3, 4),
        (2, 5, 2, 6), (2, 7, 2, 8), (2, 9, 3, 9), (4, 4, 6, 4), (9, 0, 9, 9),
    ]  # fmt: skip
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows, merged), form_day=None)
    assert reading.form_date == FORM_DAY
    assert kinds(reading) == [
        "ROW_TITLE", "ROW_META", "ROW_HEADER", "ROW_HEADER", ".", ".", ".", "ROW_SUBTOTAL", "ROW_BLANK",
        "ROW_SIGNATURE",
    ]  # fmt: skip
    assert "TOTAL_MISMATCH" in reading.rows[7].codes
    for row, one in zip(reading.rows[4:7], crowd, strict=True):
        assert row.values == {
            "name": one.name, "id_number": one.number, "phone": one.phone, "address": "柳林村1组",
            "from_place": "湖北武汉市", "return_date": "2020-01-20", "temp_am": 36.5, "temp_pm": 37.0,
            "sex": one.sex, "birth_date": one.birth.isoformat(),
        }  # fmt: skip


def test_a_text_file_in_gb18030_with_everything_that_goes_wrong_in_one(tmp_path: Path) -> None:
    a, b, c, d = people(4, start=60)
    text = (
        "姓名,身份证号,电话,返乡日期,来源地,体温,备注\r\n"
        f'㛃{a.name[1:]},"=""{a.number}""",{a.phone},2020/1/30,湖南长沙市,36.0,\r\n'
        f'{b.name},\t{b.number},{b.phone},2020/1/22,湖北武汉市,36.1,"第一行\n第二行"\r\n'
        f"{c.name},5.11322196201E+17,{c.phone},2020/1/27,湖北武汉市,36.6,\r\n"
        f"{d.name},{d.number},{d.phone},2020/1/20,湖北,武汉市,36.4,没加引号\r\n"
        ",,,,,,\r\n"
    )
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode("gb18030"))
    tricked, spaced, broken, moved, blank = take(path).rows[1:]
    assert (tricked.verdict, tricked.codes, tricked.values["name"][0]) == (
        "accepted",
        ["EXCEL_TEXT_TRICK"],
        "㛃",
    )
    assert (spaced.verdict, spaced.codes, spaced.values["note"]) == (
        "accepted",
        ["SPACES_STRIPPED"],
        "第一行\n第二行",
    )
    assert (broken.verdict, broken.codes, "id_number" in broken.values) == (
        "refused",
        ["ID_SCIENTIFIC_TEXT"],
        False,
    )
    assert (moved.verdict, "temperature" in moved.values) == ("held", False)
    assert blank.codes == ["ROW_BLANK"]
