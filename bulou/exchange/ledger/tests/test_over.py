"""What stands over measurements: days, weekdays, a date of the form; and words where nobody was measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bulou.exchange.ledger.tests.sheets import by_row, kinds, people, take, write_xlsx


def test_words_in_most_cells_of_a_day_hide_no_temperature_and_name_nobody(tmp_path: Path) -> None:
    a, b, c = people(3, start=950)
    rows: list[list[Any]] = [
        ["姓名", "身份证号", "2月3日", "2月4日", "2月5日"],
        [a.name, a.number, "正常", "正常", "38.5"],
        [b.name, b.number, "正常", "正常36.4", "外出"],
        [c.name, c.number, 36.5, "正常", "正常"],
    ]

    reading = take(write_xlsx(tmp_path / "a.xlsx", rows))

    assert reading.kind == "readings"
    assert [row.verdict for row in reading.rows[1:]] == ["accepted"] * 3
    assert [(one["day"], one["temperature"]) for row in reading.rows[1:] for one in row.readings] == [
        ("2020-02-05", 38.5),
        ("2020-02-04", 36.4),
        ("2020-02-03", 36.5),
    ]
    assert "FEVER" in by_row(reading)[2].codes


def test_weekdays_below_the_days_are_titles(tmp_path: Path) -> None:
    a, b = (person.name for person in people(2, start=955))
    rows: list[list[Any]] = [
        ["2020年2月份体温监测表"],
        ["姓名", 3, 4, 5],
        ["", "一", "二", "三"],
        [a, 36.1, 36.2, 36.3],
        [b, "", "", 38],
    ]

    reading = take(write_xlsx(tmp_path / "a.xlsx", rows))

    assert kinds(reading) == ["ROW_TITLE", "ROW_HEADER", "ROW_HEADER", ".", "."]
    assert [one["day"] for one in by_row(reading)[4].readings] == ["2020-02-03", "2020-02-04", "2020-02-05"]
    assert [(one["day"], one["temperature"]) for one in by_row(reading)[5].readings] == [("2020-02-05", 38.0)]


def test_a_date_beside_the_title_is_that_of_the_form_and_over_no_column(tmp_path: Path) -> None:
    (one,) = people(1, start=960)
    rows: list[list[Any]] = [
        ["体温日报", "", "", "日期", "2月3日"],
        ["户主", "家庭成员", "上午", "下午", "备注"],
        [one.name, one.name, 36.5, 36.6, ""],
    ]

    reading = take(write_xlsx(tmp_path / "a.xlsx", rows))

    assert kinds(reading)[1:] == ["ROW_HEADER", "."] and kinds(reading)[0] != "ROW_HEADER"
    assert by_row(reading)[3].day == "2020-02-03"
    assert (by_row(reading)[3].values["temp_am"], by_row(reading)[3].values["temp_pm"]) == (36.5, 36.6)
