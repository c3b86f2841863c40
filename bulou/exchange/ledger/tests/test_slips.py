"""A year typed wrong on the form itself is asked about, once for its lines; a late ledger is only late."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from bulou.exchange.ledger.read import read
from bulou.exchange.ledger.reading import Reading
from bulou.exchange.ledger.slips import year_slipped
from bulou.exchange.ledger.tests.sheets import FEVER, people, write_xlsx

TODAY = dt.date(2021, 2, 12)


def handed_in(tmp_path: Path, form: str, days: list[Any], today: dt.date = TODAY) -> Reading:
    rows: list[list[Any]] = [[f"填表日期：{form}"], ["姓名", "身份证号", "返回时间"]]
    rows += [[one.name, one.number, day] for one, day in zip(people(len(days)), days, strict=True)]
    return read(write_xlsx(tmp_path / "a.xlsx", rows), today=today, fever_tenths=FEVER)


def doubted(reading: Reading) -> list[bool]:
    return ["FORM_YEAR_DOUBTFUL" in row.codes for row in reading.rows[2:]]


def test_days_without_a_year_wait_where_the_forms_year_is_a_year_ago(tmp_path: Path) -> None:
    reading = handed_in(tmp_path, "2020年2月5日", ["1月20日", "2.3", ""])
    assert doubted(reading) == [True] * 3
    assert {row.verdict for row in reading.rows[2:]} == {"held"} and "2020-02-05" in reading.rows[2].message


def test_days_with_the_years_of_now_do_not_confirm_it(tmp_path: Path) -> None:
    assert doubted(handed_in(tmp_path, "2020年2月5日", [dt.date(2021, 1, 20), "2.3"]))[1]


@pytest.mark.parametrize(
    ("form", "days"),
    [
        ("2021年1月5日", ["1月3日", "12月30日"]),  # of the month before, handed in late
        ("2020年9月5日", ["9月1日"]),
        ("2020年2月5日", ["2020年1月20日", "2.3", dt.date(2020, 2, 1)]),  # its lines say that year, too
        ("2019年2月5日", ["2月3日"]),  # two winters ago: nobody slips by two years
        ("2月5日", ["2月3日"]),
    ],
)  # fmt: skip
def test_a_late_ledger_and_an_old_one_go_through(tmp_path: Path, form: str, days: list[Any]) -> None:
    reading = handed_in(tmp_path, form, days)
    assert not any(doubted(reading))
    assert {row.verdict for row in reading.rows[2:]} == {"accepted"}


def test_a_leap_day_has_a_day_a_year_on() -> None:
    assert year_slipped(dt.date(2020, 2, 29), [], dt.date(2021, 3, 2), 183)
    assert not year_slipped(dt.date(2020, 2, 29), [], dt.date(2020, 3, 2), 183)
