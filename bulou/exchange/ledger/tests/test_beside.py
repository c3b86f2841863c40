"""Sheets whose halves stand beside each other, and what stands above titles without being one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bulou.exchange.ledger.tests.sheets import by_row, fields, kinds, people, take, write_xlsx


def test_two_halves_of_a_sheet_without_numbers_are_two_people_in_a_line(tmp_path: Path) -> None:
    one, two, three = (person.name for person in people(3))
    title, head = ["柳林村体温登记表"], ["序号", "姓名", "体温", "序号", "姓名", "体温"]
    rows: list[list[Any]] = [title, head, [1, one, 36.5, 3, two, 38.5], [2, three, 36.6]]

    reading = take(write_xlsx(tmp_path / "a.xlsx", rows))

    beside, alone = by_row(reading)[3], by_row(reading)[4]
    assert (beside.verdict, beside.codes) == ("held", ["NAME_BESIDE", "FEVER"])
    assert beside.values["temperature"] == 36.5
    assert not beside.readings
    assert (alone.verdict, alone.values["name"], alone.values["temperature"]) == ("accepted", three, 36.6)


def test_names_that_are_written_again_over_another_day_are_the_same_people(tmp_path: Path) -> None:
    names = [person.name for person in people(2)]
    rows: list[list[Any]] = [
        ["2月5日", "", "2月6日", ""],
        ["姓名", "体温", "姓名", "体温"],
        *([name, 36.5, name, 38.5] for name in names),
    ]

    reading = take(write_xlsx(tmp_path / "a.xlsx", rows, [(0, 0, 0, 1), (0, 2, 0, 3)]))

    assert kinds(reading) == ["ROW_HEADER", "ROW_HEADER", ".", "."]
    assert [(one["day"], one["temperature"]) for one in by_row(reading)[3].readings] == [
        ("2020-02-05", 36.5),
        ("2020-02-06", 38.5),
    ]


def test_a_home_after_the_second_of_a_line_is_the_first_ones_too(tmp_path: Path) -> None:
    one, two = people(2)
    rows = [
        ["姓名", "身份证号", "成员姓名", "成员身份证号", "住址"],
        [one.name, one.number, "", "", "柳林村3号"],
        [two.name, two.number, one.name, one.number, "柳林村4号"],
    ]

    found = by_row(take(write_xlsx(tmp_path / "a.xlsx", rows)))

    assert (found[2].verdict, found[2].values["address"]) == ("accepted", "柳林村3号")
    assert found[3].codes[0] == "NAME_BESIDE"


def test_labels_of_the_form_above_the_titles_are_no_group_of_columns(tmp_path: Path) -> None:
    (one,) = people(1)
    head = ["时间", "车牌号", "驾驶员", "身份证号", "随车人数", "体温"]
    line = ["2020-02-05", "豫P12345", one.name, one.number, 2, 36.5]
    title = ["柳林村卡口车辆登记表"]
    for above in (
        ["卡点名称：东口", "", "", "值班时间：8:00-20:00"],
        ["填报人", "某某", "联系电话", "0700-1234567"],
        ["监测日期：2月4日", "", "", "", "监测人：某某"],
    ):
        reading = take(write_xlsx(tmp_path / "a.xlsx", [title, above, head, line]))

        assert kinds(reading)[1:3] == ["ROW_META", "ROW_HEADER"]
        assert fields(reading)["F"] == "temperature"
        assert (by_row(reading)[4].verdict, by_row(reading)[4].values["temperature"]) == ("accepted", 36.5)


def test_a_row_of_units_below_the_titles_is_one_of_titles(tmp_path: Path) -> None:
    (one,) = people(1)
    rows: list[list[Any]] = [
        ["序号", "姓名", "2月4日", "", "2月5日", ""],
        ["", "", "上午", "下午", "上午", "下午"],
        ["", "", "℃", "（℃）", "℃", "( ℃ )"],
        [1, one.name, 36.5, 36.6, 36.7, 37.8],
    ]

    reading = take(write_xlsx(tmp_path / "a.xlsx", rows, [(0, 2, 0, 3), (0, 4, 0, 5)]))

    assert kinds(reading) == ["ROW_HEADER", "ROW_HEADER", "ROW_HEADER", "."]
    assert len(by_row(reading)[4].readings) == 4
