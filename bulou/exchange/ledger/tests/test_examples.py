"""Ledgers with right answers: the four beside the project where they lie there, and their like made here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .sheets import FORM_DAY, fields, kinds, people, take, township_form

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


def test_of_a_township_form_of_40_rows_33_are_people_and_7_are_said_to_be_something_else(
    tmp_path: Path,
) -> None:
    crowd = township_form(tmp_path / "a.xlsx")
    reading = take(tmp_path / "a.xlsx", form_day=None)
    assert reading.form_date == FORM_DAY
    assert kinds(reading) == [
        "ROW_TITLE", "ROW_META", "ROW_HEADER", "ROW_HEADER", *["."] * 33, "ROW_SUBTOTAL", "ROW_BLANK", "ROW_SIGNATURE",
    ]  # fmt: skip
    assert "TOTAL_MISMATCH" in reading.rows[37].codes
    assert [row.verdict for row in reading.rows] == ["skipped"] * 4 + ["accepted"] * 33 + ["skipped"] * 3
    for n, (row, one) in enumerate(zip(reading.rows[4:37], crowd, strict=True)):
        assert row.values == {
            "name": one.name, "id_number": one.number, "phone": one.phone, "address": f"柳林村{n // 3 + 1}组",
            "from_place": "湖北武汉市", "return_date": f"2020-01-{11 + n % 20}", "transport": row.values["transport"],
            "temp_am": 36 + n % 10 / 10, "temp_pm": 37.0, "symptoms": row.values["symptoms"],
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
