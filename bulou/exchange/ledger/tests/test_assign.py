"""Which column holds what, where columns must be seen together to tell."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from bulou.exchange.ledger.assign import assign

from .sheets import fields, kinds, people, take, write_xlsx


def test_a_list_of_households_is_one_of_their_heads(tmp_path: Path) -> None:
    a, b = people(2, start=600)
    rows = [
        ["序号", "户主姓名", "户主身份证号", "家庭人口", "家庭住址", "联系电话", "是否有湖北返乡人员"],
        [1, a.name, a.number, 4, "3组2号", a.phone, "否"],
        [2, b.name, b.number, 2, "3组5号", b.phone, "是"],
        ["合计", "", "", "6人"],
    ]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows))
    assert reading.kind == "roster"
    assert [row.verdict for row in reading.rows] == ["skipped", "accepted", "accepted", "skipped"]
    assert reading.rows[2].values == {
        "name": b.name, "household_head": b.name, "id_number": b.number, "address": "3组5号", "phone": b.phone,
        "sex": b.sex, "birth_date": b.birth.isoformat(),
    }  # fmt: skip


def test_a_head_named_under_the_heads_alone_is_a_person_of_his_line(tmp_path: Path) -> None:
    a, b = people(2, start=610)
    rows = [
        ["户号", "户主", "家庭成员", "与户主关系", "身份证号"],
        [1, a.name, "", "户主", a.number],
        ["", "", b.name, "妻", b.number],
    ]
    head, wife = take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[1:]
    assert (head.verdict, head.values["name"], head.values["household_head"]) == ("accepted", a.name, a.name)
    assert (wife.values["name"], wife.values["household_head"]) == (b.name, a.name)


def test_a_household_in_one_line_waits_until_each_has_a_line(tmp_path: Path) -> None:
    some = people(6, start=620)
    rows = [["户主姓名", "户主身份证号", "电话", "成员1姓名", "成员1身份证号", "成员2姓名", "成员2身份证号"]]
    for a, b, c in (some[:3], some[3:]):
        rows.append([a.name, a.number, a.phone, b.name, b.number, c.name, c.number])
    alone = people(1, start=630)[0]
    rows.append([alone.name, alone.number, alone.phone])
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows), kind="roster")
    assert [row.codes for row in reading.rows[1:]] == [["NAME_BESIDE"], ["NAME_BESIDE"], []]
    assert [row.values["name"] for row in reading.rows[1:]] == [some[0].name, some[3].name, alone.name]


@pytest.mark.parametrize("lists", [("村表", "公安推送"), ("各村自报", "铁路")])
def test_a_column_of_lists_says_where_the_line_comes_from_and_not_the_person(
    lists: tuple[str, str], tmp_path: Path
) -> None:
    (a,) = people(1, start=640)
    heads = ["来源", "姓名", "身份证号", "电话", "返乡日期"]
    rows = [heads, *([one, a.name, a.number, a.phone, "1月20日"] for one in lists)]
    first, again = take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[1:]
    assert (first.values.get("from_place"), again.codes) == (None, ["DUP_EXACT_EVENT"])
    rows = [[*heads, "从何地返回"], *([one, a.name, a.number, a.phone, "1月20日", "武汉"] for one in lists)]
    first, again = take(write_xlsx(tmp_path / "b.xlsx", rows)).rows[1:]
    assert (first.values["from_place"], again.codes) == ("武汉", ["DUP_EXACT_EVENT"])


def test_without_lists_in_it_it_says_whence_people_came(tmp_path: Path) -> None:
    (a,) = people(1, start=650)
    rows = [["来源", "姓名", "身份证号", "返乡日期"], ["武汉", a.name, a.number, "1月20日"]]
    assert fields(take(write_xlsx(tmp_path / "a.xlsx", rows)))["A"] == "from_place"


def test_whoever_is_stood_for_is_the_person_and_who_stands_for_them_another(tmp_path: Path) -> None:
    a, b = people(2, start=660)
    rows = [
        ["被代理人信息", "", "", "代理人", "", "返乡日期"],
        ["姓名", "身份证号", "电话", "姓名", "电话", ""],
        [a.name, a.number, a.phone, b.name, b.phone, "1月20日"],
    ]
    merged = [(0, 0, 0, 2), (0, 3, 0, 4), (0, 5, 1, 5)]
    row = take(write_xlsx(tmp_path / "a.xlsx", rows, merged)).rows[2]
    assert (row.verdict, row.values["name"], row.values["phone"]) == ("accepted", a.name, a.phone)


@pytest.mark.parametrize(
    "heads, hours, days",
    [
        (["出时间", "进时间"], ["2月4日8:10", "2月4日10:10"], ["2020-02-04T10:10", "2020-02-04T08:10"]),
        (
            ["日期", "出门时间", "进门时间"],
            ["2月4日", "8:10", "10:10"],
            ["2020-02-04T10:10", "2020-02-04T08:10"],
        ),
        (["日期", "离村时间", "返村时间"], ["2月4日", 0.5, 0.75], ["2020-02-04T18:00", "2020-02-04T12:00"]),
    ],
)
def test_a_book_with_hours_of_going_out_and_coming_in_is_one_of_passes(
    heads: list[str], hours: list[Any], days: list[str], tmp_path: Path
) -> None:
    a, b = people(2, start=670)
    rows = [
        ["姓名", "身份证号", *heads, "体温"],
        [a.name, a.number, *hours, 36.5],
        [b.name, b.number, *hours[:-1], "", 36.5],
    ]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows))
    assert reading.kind == "passes"
    assert [row.day for row in reading.rows[1:]] == days
    assert [row.also.get("direction") for row in reading.rows[1:]] == [None, "出"]
    assert not {"return_date", "left_date"} & (reading.rows[1].values.keys() | reading.rows[2].values.keys())


def test_days_of_leaving_and_coming_back_stay_a_journey(tmp_path: Path) -> None:
    (a,) = people(1, start=680)
    rows = [["姓名", "身份证号", "离开时间", "返回时间", "从何地返回"]]
    rows.append([a.name, a.number, "1月20日8时", "1月20日15时", "武汉"])
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows))
    assert (reading.kind, reading.rows[1].values["return_date"]) == ("returnees", "2020-01-20")


def test_beside_the_day_stands_its_hour_or_its_half(tmp_path: Path) -> None:
    (a,) = people(1, start=690)
    rows = [
        ["日期", "时间", "姓名", "进/出", "体温"],
        *(["2月4日", at, a.name, "进", 36.5] for at in ("8:00", "16:00")),
    ]
    book = take(write_xlsx(tmp_path / "a.xlsx", rows))
    assert [row.day for row in book.rows[1:]] == ["2020-02-04T08:00", "2020-02-04T16:00"]
    assert kinds(book)[1:] == [".", "."]
    rows = [["日期", "时间", "姓名", "体温"], *(["2月4日", at, a.name, 36.5] for at in ("上午", "晚上"))]
    sheet = take(write_xlsx(tmp_path / "b.xlsx", rows))
    assert [row.values for row in sheet.rows[1:]] == [
        {"name": a.name, "temp_am": 36.5},
        {"name": a.name, "temp_pm": 36.5},
    ]


@pytest.mark.parametrize("title, month", [("2020年1月份体温监测表", "01"), ("体温监测表（2月）", "02")])
@pytest.mark.parametrize("days", [[1, 2, 3], ["1", "2", "3"], ["1日", "2日", "3日"]])
def test_numbers_over_temperatures_are_days_of_the_month_that_the_form_is_for(
    title: str, month: str, days: list[Any], tmp_path: Path
) -> None:
    (a,) = people(1, start=700)
    rows = [[title], ["序号", "姓名", *days], [1, a.name, 36.5, 36.6, 37.6]]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows), form_day=None)
    assert reading.kind == "readings"
    assert [(one["day"], one["temperature"]) for one in reading.rows[2].readings] == [
        (f"2020-{month}-01", 36.5),
        (f"2020-{month}-02", 36.6),
        (f"2020-{month}-03", 37.6),
    ]
    assert "FEVER" in reading.rows[2].codes


def test_halves_of_the_day_below_counted_days_are_titles_and_the_days_wait(tmp_path: Path) -> None:
    (a,) = people(1, start=710)
    rows = [
        ["姓名", "电话", "第1天", "", "第2天", ""],
        ["", "", "上午", "下午", "上午", "下午"],
        [a.name, a.phone, 36.5, 36.4, 36.3, 37.5],
    ]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows, [(0, 2, 0, 3), (0, 4, 0, 5)]))
    assert kinds(reading) == ["ROW_HEADER", "ROW_HEADER", "held"]
    assert {"DATE_INCOMPLETE", "FEVER"} <= set(reading.rows[2].codes)


def test_a_form_may_spell_out_its_date(tmp_path: Path) -> None:
    (a,) = people(1, start=720)
    rows = [["填报日期：二〇二〇年二月五日"], ["姓名", "身份证号", "返乡日期"], [a.name, a.number, "昨天"]]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows), form_day=None)
    assert (str(reading.form_date), reading.rows[2].values["return_date"]) == ("2020-02-05", "2020-02-04")


def test_a_month_and_a_day_in_columns_of_their_own_are_one_date(tmp_path: Path) -> None:
    a, b, c, d = people(4, start=770)
    rows = [
        ["姓名", "身份证号", "返乡时间", ""],
        ["", "", "月", "日"],
        [a.name, a.number, 12, 30],
        [b.name, b.number, "1月", "21日"],
        [c.name, c.number, 1, ""],
        [d.name, d.number, 2, 30],
    ]
    path = write_xlsx(tmp_path / "a.xlsx", rows, [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3)])
    told = [(row.values.get("return_date"), row.codes) for row in take(path).rows[2:]]
    assert told == [
        ("2019-12-30", []),
        ("2020-01-21", []),
        (None, ["DATE_INCOMPLETE"]),
        (None, ["DATE_IMPOSSIBLE"]),
    ]


def test_as_many_titles_as_a_sheet_can_have_cost_seconds_and_not_minutes() -> None:
    began = time.process_time()
    columns = assign([(f"列{n}",) for n in range(16_384)], [["x"]] * 16_384)
    assert time.process_time() - began < 20  # a minute and more where each is held against each
    assert not any(column.field for column in columns)


@pytest.mark.parametrize(
    "day, place, told",
    [
        ("2020年1月2{n}日", "湖北省武汉市新洲区", ("2020-01-20", "湖北省武汉市新洲区")),
        ("2020年1月2{n}日", "河南省周口市扶沟县江村镇二村", (None, None)),
        ("195{n}-01-02", "湖北省武汉市新洲区", (None, None)),
        ("2020年1月2{n}日", "务农", (None, None)),
    ],
)
def test_without_titles_days_beside_towns_are_a_journey_and_either_alone_is_none(
    tmp_path: Path, day: str, place: str, told: tuple[str | None, str | None]
) -> None:
    rows = [[a.name, a.number, a.phone, day.format(n=n), place] for n, a in enumerate(people(4, start=640))]
    first = take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[0]
    assert first.verdict == "accepted"
    assert (first.values.get("return_date"), first.values.get("from_place")) == told


@pytest.mark.parametrize(
    ("title", "more", "kind"),
    [
        ("第一小学双返人员花名册", "单位", "roster"),
        ("返校学生花名册", "班级", "roster"),
        ("复工返岗人员名单", "返岗日期", "returnees"),
        ("双返人员登记表", "是否去过湖北", "returnees"),
        ("双返人员（返乡、返岗）花名册", "现住址", "returnees"),
    ],
)
def test_a_units_people_back_at_work_or_school_are_no_arrivals_unless_it_says_more(
    title: str, more: str, kind: str, tmp_path: Path
) -> None:
    (one,) = people(1)
    said = {"返岗日期": "2月3日", "是否去过湖北": "否"}.get(more, "")
    rows = [[title], ["姓名", "身份证号", "联系电话", more], [one.name, one.number, one.phone, said]]
    assert take(write_xlsx(tmp_path / "a.xlsx", rows)).kind == kind


def test_where_somebody_of_a_household_is_away_makes_no_arrivals_of_a_register(tmp_path: Path) -> None:
    a, b = people(2, start=690)
    rows = [
        ["柳林村人口信息登记表"],
        ["户主", "与户主关系", "姓名", "身份证号", "是否在家", "外出务工地点", "住址"],
        [a.name, "户主", a.name, a.number, "是", "", "1组1号"],
        ["", "儿子", b.name, b.number, "否", "浙江温州", ""],
    ]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows))
    assert reading.kind == "roster"
    son = reading.rows[3]
    assert (son.verdict, son.values["household_head"], son.values["address"]) == (
        "accepted",
        a.name,
        "1组1号",
    )
    rows[0] = ["柳林村返乡人员登记表"]
    assert take(write_xlsx(tmp_path / "b.xlsx", rows)).kind == "returnees"
    rows[0], rows[1][5] = ["湖北来人登记表"], "从何地来"
    assert take(write_xlsx(tmp_path / "c.xlsx", rows)).kind == "returnees"


def test_who_comes_to_a_gate_and_leaves_again_the_same_day_passes_it(tmp_path: Path) -> None:
    a, b = people(2, start=695)
    rows = [
        ["日期", "来访时间", "姓名", "身份证号", "体温", "来自何地", "离开时间"],
        ["2月3日", "8:30", a.name, a.number, 36.5, "周口", "9:40"],
        ["2月3日", "8:50", b.name, b.number, 37.9, "郑州", ""],
    ]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows))
    assert reading.kind == "passes"
    assert [row.day for row in reading.rows[1:]] == ["2020-02-03T08:30", "2020-02-03T08:50"]
    assert [row.values["from_place"] for row in reading.rows[1:]] == ["周口", "郑州"]


def test_a_total_of_households_is_no_total_of_people(tmp_path: Path) -> None:
    a, b, c = people(3, start=697)
    rows: list[list[Any]] = [
        ["门牌号", "户主", "人口数", "姓名", "身份证号"],
        ["1号", a.name, 2, a.name, a.number],
        ["", a.name, "", b.name, b.number],
        ["2号", c.name, 1, c.name, c.number],
        ["合计", 2, 3],
    ]
    assert take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[-1].codes == ["ROW_SUBTOTAL"]
