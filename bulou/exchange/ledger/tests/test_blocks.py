"""Several days below each other on one sheet, and what stands in a table of measurements besides people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bulou.exchange.ledger.tests.sheets import by_row, fields, kinds, people, take, write_csv, write_xlsx


def test_each_block_is_of_the_day_that_stands_over_it(tmp_path: Path) -> None:
    one, two = (person.name for person in people(2, start=900))
    rows: list[list[Any]] = [["柳林村体温登记表"]]
    for day, heat in ((1, 36.6), (2, 36.6), (3, 38.1)):
        rows += [
            [f"2月{day}日"],
            ["姓名", "早", "晚"],
            [one, 36.5, heat],
            [two, "", 36.4],
            ["测温人：某某"],
            [],
        ]

    reading = take(write_xlsx(tmp_path / "a.xlsx", rows))

    assert reading.kind == "readings"
    told = [(row.verdict, row.day, row.values.get("temp_pm")) for row in reading.rows if row.values]
    assert told == [
        ("accepted", f"2020-02-0{day}", heat)
        for day, first in ((1, 36.6), (2, 36.6), (3, 38.1))
        for heat in (first, 36.4)
    ]


def test_blocks_with_no_day_over_them_are_of_the_day_that_they_are_signed(tmp_path: Path) -> None:
    (one,) = people(1, start=905)
    head = ["姓名", "身份证号", "体温"]
    rows: list[list[Any]] = [["柳林村体温登记表"]]
    for day, heat in ((3, 36.5), (4, 36.5), (5, 38.1)):
        rows += [head, [one.name, one.number, heat], ["审核人："], ["测温人：某某", "", f"2月{day}日"], []]

    told = [(row.verdict, row.day) for row in take(write_xlsx(tmp_path / "a.xlsx", rows)).rows if row.values]

    assert told == [("accepted", f"2020-02-0{day}") for day in (3, 4, 5)]


def test_the_hours_of_passes_are_of_the_day_over_their_block(tmp_path: Path) -> None:
    one, two = people(2, start=910)
    head = ["时间", "姓名", "身份证号", "车牌号", "体温"]
    rows = [
        ["卡口登记表（2020年2月3日）"], head, ["8:15", one.name, one.number, "豫P12345", 36.5],
        ["卡口登记表（2020年2月4日）"], head, ["8:15", two.name, two.number, "", 36.6],
    ]  # fmt: skip

    reading = take(write_xlsx(tmp_path / "a.xlsx", rows))

    assert [row.day for row in reading.rows if row.values] == ["2020-02-03T08:15", "2020-02-04T08:15"]


def test_a_day_in_a_remark_or_over_people_who_came_is_not_that_of_the_lines_below(tmp_path: Path) -> None:
    one, two = people(2, start=920)
    heats = [
        ["体温登记表 2020年2月4日"], ["姓名", "体温"], [one.name, 36.5],
        ["注：2月3日起每日两测"], ["姓名", "体温"], [two.name, 36.6],
    ]  # fmt: skip
    came = [
        ["返乡人员 2020年2月4日"], ["姓名", "身份证号", "返乡日期"], [one.name, one.number, "昨天"],
        ["二、2月1日新增"], ["姓名", "身份证号", "返乡日期"], [two.name, two.number, "昨天"],
    ]  # fmt: skip

    assert [row.day for row in take(write_xlsx(tmp_path / "a.xlsx", heats)).rows if row.values] == [
        "2020-02-04"
    ] * 2
    told = [
        row.values["return_date"] for row in take(write_xlsx(tmp_path / "b.xlsx", came)).rows if row.values
    ]
    assert told == ["2020-02-03"] * 2


def test_halves_of_counted_days_are_read_where_half_of_their_cells_are_dashes(tmp_path: Path) -> None:
    one, two = (person.name for person in people(2, start=930))
    rows: list[list[Any]] = [
        ["开始日期：2020-02-01"],
        ["姓名", "第一天上午", "第一天下午", "第2天上午", "第2天下午", "第3天"],
        [one, "36.5", "36.6", "36.7", "38.2", "36.9"],
        [two, "36.5", "—", "36.7", "/", "36.6"],
    ]

    reading = take(write_csv(tmp_path / "a.csv", rows, "gb18030"))

    assert list(fields(reading).values())[1:3] == ["temp_am", "temp_pm"]
    told = [(one["day"][-2:], one["slot"], one["temperature"]) for one in by_row(reading)[3].readings]
    assert told == [
        ("01", "temp_am", 36.5), ("01", "temp_pm", 36.6), ("02", "temp_am", 36.7), ("02", "temp_pm", 38.2),
        ("03", "temperature", 36.9),
    ]  # fmt: skip
    assert len(by_row(reading)[4].readings) == 3


def test_an_average_is_nobody(tmp_path: Path) -> None:
    (one,) = people(1, start=940)
    rows: list[list[Any]] = [
        ["姓名", "上午体温", "下午体温"],
        [one.name, 36.5, 36.6],
        ["平均", 36.5, 37.4],
        ["最高体温", "", 37.4],
    ]

    assert kinds(take(write_xlsx(tmp_path / "a.xlsx", rows))) == [
        "ROW_HEADER",
        ".",
        "ROW_SUBTOTAL",
        "ROW_SUBTOTAL",
    ]
