"""A form for one person with measurements below it, a line a day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from .sheets import Someone, people, take, write_xlsx

DAYS: list[list[Any]] = [
    ["日期", "上午体温", "下午体温", "症状"],
    [dt.date(2020, 2, 3), 36.5, 36.6, "无"],
    [dt.date(2020, 2, 4), 36.5, 37.8, "咳嗽"],
    [dt.date(2020, 2, 5)],
]


def labelled(one: Someone) -> list[list[Any]]:
    return [
        [f"姓名：{one.name}", "", f"性别：{one.sex}"],
        [f"身份证号：{one.number}  联系电话：{one.phone}"],
    ]


def side_by_side(one: Someone) -> list[list[Any]]:
    return [
        ["姓名", one.name, "性别", one.sex],
        ["身份证号：", one.number, "联系电话", one.phone],
        ["填表人姓名", "某某"],
    ]


@pytest.mark.parametrize("head", [labelled, side_by_side])
def test_measurements_below_a_form_for_one_person_are_that_persons(head: Any, tmp_path: Path) -> None:
    (a,) = people(1, start=740)
    rows = [["居家医学观察体温记录表"], *head(a), *DAYS, ["测量人签字："]]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows), form_day=None)
    assert reading.kind == "readings"
    assert [row.verdict for row in reading.rows[-5:]] == [
        "skipped", "accepted", "accepted", "skipped", "skipped",
    ]  # fmt: skip
    first, second = (row for row in reading.rows if row.verdict == "accepted")
    who = {
        "name": a.name,
        "id_number": a.number,
        "phone": a.phone,
        "sex": a.sex,
        "birth_date": str(a.birth),
    }
    assert (first.day, first.values) == (
        "2020-02-03",
        who | {"temp_am": 36.5, "temp_pm": 36.6, "symptoms": "无"},
    )
    assert (second.day, second.values["temp_pm"], "FEVER" in second.codes) == ("2020-02-04", 37.8, True)


def test_two_such_forms_in_one_sheet_are_of_two_people(tmp_path: Path) -> None:
    a, b = people(2, start=750)
    path = write_xlsx(tmp_path / "a.xlsx", [*labelled(a), *DAYS, [], *labelled(b), *DAYS])
    told = [(row.values["name"], row.day) for row in take(path).rows if row.verdict == "accepted"]
    days = ["2020-02-03", "2020-02-04"]
    assert told == [(one.name, day) for one in (a, b) for day in days]


def test_measurements_of_nobody_stay_nobodys(tmp_path: Path) -> None:
    (a,) = people(1, start=760)
    path = write_xlsx(tmp_path / "a.xlsx", [["填表人", a.name, "电话", a.phone], *DAYS])
    assert take(path).verdict == "refused"
