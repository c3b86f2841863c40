"""What single cells mean, as a table: the cell, its value, a code it must carry (or none at all)."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.exchange.ledger import (
    cells,
    cells_choices,
    cells_dates,
    cells_ids,
    cells_names,
    cells_temps,
    cells_times,
    lunar,
)
from bulou.exchange.ledger.cells import Context
from bulou.exchange.ledger.codes import CODES

from .sheets import CONTEXT, FEVER, FORM_DAY, check

UNDATED = Context(None, FORM_DAY, dt.date(2020, 2, 12), FEVER)


@pytest.mark.parametrize(
    "cell, value, code",
    [
        ("1月25日", "2020-01-25", None),
        ("2020.1.25", "2020-01-25", None),
        ("2020/1/25 14:30", "2020-01-25", None),
        ("2020-01-25 08:00:00", "2020-01-25", None),
        ("２０２０年１月２５日", "2020-01-25", None),
        ("20年1月25日", "2020-01-25", None),
        ("1月25日晚", "2020-01-25", None),
        ("1月25日 星期六", "2020-01-25", None),
        ("1月25日(坐高铁)", "2020-01-25", None),
        ("元月25日", "2020-01-25", None),
        ("一月二十五日", "2020-01-25", None),
        ("二〇二〇年一月二十五日", "2020-01-25", None),
        ("二○二○年一月二十五日", "2020-01-25", None),
        ("2020\\1\\25", "2020-01-25", None),
        ("2020—1—25", "2020-01-25", None),
        ("25-Jan-20", "2020-01-25", None),
        ("25-Jan", "2020-01-25", None),
        ("Jan 25, 2020", "2020-01-25", None),
        ("43855", "2020-01-25", "DATE_SERIAL"),
        (43855.0, "2020-01-25", "DATE_SERIAL"),
        (20200125.0, "2020-01-25", None),
        (200125.0, "2020-01-25", None),
        ("20200125", "2020-01-25", None),
        (dt.date(2020, 1, 25), "2020-01-25", None),
        (dt.datetime.fromisoformat("2020-01-25T08:30:00"), "2020-01-25", None),
        ("25/1/2020", "2020-01-25", None),
        ("1.10", "2020-01-10", None),
        (1.25, "2020-01-25", None),
        ("12月28日", "2019-12-28", None),
        ("除夕", "2020-01-24", "DATE_LUNAR"),
        ("腊月三十", "2020-01-24", "DATE_LUNAR"),
        ("大年三十", "2020-01-24", "DATE_LUNAR"),
        ("正月初一", "2020-01-25", "DATE_LUNAR"),
        ("大年初二", "2020-01-26", "DATE_LUNAR"),
        ("正月初3", "2020-01-27", "DATE_LUNAR"),
        ("初三", "2020-01-27", "DATE_LUNAR"),
        ("腊月廿八", "2020-01-22", "DATE_LUNAR"),
        ("1月25日（正月初一）", "2020-01-25", None),
        ("2019年腊月三十", "2020-01-24", "DATE_LUNAR"),
        ("2020年腊月三十", "2020-01-24", "DATE_LUNAR"),
        ("2020年正月初三", "2020-01-27", "DATE_LUNAR"),
        ("2019年正月初三", None, "DATE_YEAR_DOUBTFUL"),
        ("元旦", "2020-01-01", None),
        ("昨天", "2020-02-04", "DATE_RELATIVE"),
        ("前天", "2020-02-03", "DATE_RELATIVE"),
        ("三天前", "2020-02-02", "DATE_RELATIVE"),
        ("昨日下午", "2020-02-04", "DATE_RELATIVE"),
        ("昨晚8点", "2020-02-04", "DATE_RELATIVE"),
        ("民国109年1月25日", "2020-01-25", "DATE_ROC"),
        ("民国一〇九年一月二十五日", "2020-01-25", "DATE_ROC"),
        ("己亥年腊月三十", "2020-01-24", "DATE_LUNAR"),
        ("鼠年正月初一", "2020-01-25", "DATE_LUNAR"),
        ("庚子年腊月三十", None, "DATE_FUTURE"),
        ("一月二三日", None, "DATE_UNREADABLE"),
        ("一月十十日", None, "DATE_UNREADABLE"),
        ("Jan-20", None, "DATE_UNREADABLE"),
        ("2月7日", "2020-02-07", "DATE_AFTER_FORM"),
        ("不详", None, None),
        (1.1, None, "DATE_AMBIGUOUS"),
        ("1/2/2020", None, "DATE_AMBIGUOUS"),
        ("1月20日-1月25日", None, "DATE_RANGE"),
        ("1.20-1.25", None, "DATE_RANGE"),
        ("1月20日至25日", None, "DATE_RANGE"),
        ("1月20日、1月25日", None, "DATE_TWO"),
        ("1月25日（除夕）", None, "DATE_TWO"),
        ("2月30日", None, "DATE_IMPOSSIBLE"),
        ("2020-13-05", None, "DATE_IMPOSSIBLE"),
        ("2月14日", None, "DATE_FUTURE"),
        ("2019-1-25", None, "DATE_YEAR_DOUBTFUL"),
        ("2020年1月", None, "DATE_INCOMPLETE"),
        ("25号", None, "DATE_INCOMPLETE"),
        ("民国109年", None, "DATE_INCOMPLETE"),
        ("1月底", None, "DATE_VAGUE"),
        ("1月20日左右", None, "DATE_VAGUE"),
        ("未返乡", None, "DATE_UNREADABLE"),
        (True, None, "DATE_UNREADABLE"),
    ],
)
def test_a_date_is_one_day_or_none(cell: Any, value: str | None, code: str | None) -> None:
    check(cells_dates.understand_date(cell, CONTEXT), value, code)


def test_yesterday_needs_the_date_of_the_form() -> None:
    check(cells_dates.understand_date("昨天", UNDATED), None, "DATE_NO_FORM_DATE")


@pytest.mark.parametrize("cell", ["8:15", "8：15", "上午8点15分", dt.time(8, 15), 0.34375])
def test_a_time_alone_is_one_of_the_forms_day_and_no_day_of_return(cell: Any) -> None:
    check(cells_times.understand_moment(cell, CONTEXT), "2020-02-05T08:15", None)
    check(cells_times.understand_moment(cell, UNDATED), None, None)
    assert cells_dates.understand_date(cell, CONTEXT).codes


def test_a_day_keeps_the_time_beside_it_and_is_a_day_without() -> None:
    check(cells_times.understand_moment("2月3日 下午2点半", CONTEXT), "2020-02-03T14:30", None)
    check(cells_times.understand_moment("2月3日", CONTEXT), "2020-02-03", None)
    check(cells_times.understand_moment("2月3日 26:15", CONTEXT), "2020-02-03", None)


def test_a_birth_may_be_long_ago_but_not_without_a_year() -> None:
    check(cells_dates.understand_birth("1941-12-02", CONTEXT), "1941-12-02", None)
    check(cells_dates.understand_birth(15312.0, CONTEXT), "1941-12-02", None)
    check(cells_dates.understand_birth("12月2日", CONTEXT), None, "DATE_INCOMPLETE")
    check(cells_dates.understand_birth("2021-01-01", CONTEXT), None, "DATE_FUTURE")


def test_the_lunar_months_add_up_from_one_new_year_to_the_next() -> None:
    years = sorted(lunar._NEW_YEAR)
    for year, following in itertools.pairwise(years):
        days = dt.date.fromisoformat(lunar._NEW_YEAR[following]) - dt.date.fromisoformat(
            lunar._NEW_YEAR[year]
        )
        assert days.days == sum(length for _month, length in lunar.month_lengths(year))
        assert [month for month, _ in lunar.month_lengths(year) if month > 0] == list(range(1, 13))


@pytest.mark.parametrize(
    "cell, value, code",
    [
        (36.5, 36.5, None),
        (37, 37.0, None),
        ("36.5", 36.5, None),
        ("36。5", 36.5, None),
        ("36,5", 36.5, None),
        ("３６．５", 36.5, None),
        ("36.5℃", 36.5, None),
        ("36.5 °C", 36.5, None),
        ("36度5", 36.5, None),
        ("三十六度五", 36.5, "TEMP_SPELLED"),
        ("三十七度三", 37.3, "FEVER"),
        ("体温三十七度五", 37.5, "FEVER"),
        ("三七点五", 37.5, "FEVER"),
        ("37度半", 37.5, "FEVER"),
        ("37点5", 37.5, "FEVER"),
        ("37度多", None, "TEMP_PRECISION"),
        ("37.2左右", None, "TEMP_UNREADABLE"),
        ("三十七度五左右", None, "FEVER"),
        ("未见异常", None, "TEMP_NOT_NUMBER"),
        ("3 6.5", 36.5, None),
        ("正常（36.5）", 36.5, None),
        (37.3, 37.3, "FEVER"),
        ("38.1度", 38.1, "FEVER"),
        (37.2999999, 37.3, "FEVER"),
        (36.55, 36.6, "TEMP_ROUNDED"),
        (37.34, 37.3, "FEVER"),
        (37.24, 37.2, "TEMP_ROUNDED"),
        (37.25, None, "TEMP_PRECISION"),
        ("37.29", None, "TEMP_PRECISION"),
        (365.0, None, "TEMP_IMPLAUSIBLE"),
        ("63.5", None, "TEMP_IMPLAUSIBLE"),
        ("98.6", None, "TEMP_IMPLAUSIBLE"),
        ("36 5", None, "TEMP_IMPLAUSIBLE"),
        ("36..5", None, "TEMP_UNREADABLE"),
        ("36.", None, "TEMP_UNREADABLE"),
        ("37。", None, "TEMP_PRECISION"),
        ("36.S", None, "TEMP_UNREADABLE"),
        ("O36.5", None, "TEMP_UNREADABLE"),
        ("T36.5", 36.5, None),
        ("36.5C", 36.5, None),
        ("叁拾陆点伍", 36.5, "TEMP_SPELLED"),
        ("正常", None, "TEMP_NOT_NUMBER"),
        ("无发热", None, "TEMP_NOT_NUMBER"),
        ("低于37.3", None, "TEMP_NOT_NUMBER"),
        ("未测", None, "TEMP_NOT_NUMBER"),
        ("发热", None, "FEVER_WORD"),
        ("37.3以上", None, "FEVER"),
        ("36.5 37.8", None, "FEVER"),
        ("36.5/36.8", None, "TEMP_TWO"),
        ("-", None, None),
        (True, None, "TEMP_UNREADABLE"),
    ],
)
def test_a_temperature_is_a_number_or_nothing(cell: Any, value: float | None, code: str | None) -> None:
    check(cells_temps.understand_temperature(cell, CONTEXT), value, code)


def test_both_halves_of_a_day_in_one_cell_are_both_kept() -> None:
    found = cells_temps.understand_temperature("早36.5晚37.8", CONTEXT)
    assert found.more == {"temp_am": 36.5, "temp_pm": 37.8}
    assert "FEVER" in found.codes


@given(st.floats(min_value=36.0, max_value=42.0))
def test_rounding_neither_loses_nor_makes_a_fever(celsius: float) -> None:
    found = cells_temps.understand_temperature(celsius, CONTEXT)
    if found.value is not None:
        assert (found.value >= 37.3) == (round(celsius, 4) >= 37.3) == ("FEVER" in found.codes)
        assert abs(found.value - celsius) <= 0.0501


@given(st.text(max_size=12))
def test_no_text_makes_an_understander_fall_over(text: str) -> None:
    if not text:
        return
    for understand in (
        cells_dates.understand_date,
        cells_dates.understand_birth,
        cells_temps.understand_temperature,
        cells_ids.understand_id,
        cells_ids.understand_document,
        cells_ids.understand_phone,
        cells_names.understand_name,
        cells_choices.understand_sex,
        cells_choices.understand_yes_no,
        cells_choices.understand_transport,
        cells.understand_place,
    ):
        assert all(code in CODES for code in understand(text, CONTEXT).codes)


@pytest.mark.parametrize(
    "cell, value",
    [
        (c, True)
        for c in ("是", "有", "√", "Y", 1.0, "去过武汉", "途经武汉", "1月10日去过", "有武汉居住史", True)
    ]
    + [
        (c, False)
        for c in ("否", "无", "×", "n", 0.0, "没去过", "未去过", "否认", "本人否认", "无武汉旅居史", "没有")
    ]
    + [("□是☑否", False), ("是√ 否□", True), ("否√", False), ("否。", False), ("从没去过", False)]
    + [("□是□否", None), ("☑是☑否", None), ("是否√", None), ("是 否√", False)]
    + [("（√）是 （ ）否", True), ("是（ ） 否（√）", False), ("（ ）是（ ）否", None)]
    + [("去了", True), ("不曾", False), ("曾到过汉口", True), ("途经，未下车", None), ("去过2次", True)]
    + [("在家", None), ("去过郑州", None), ("在孝感打工", True), ("有，郑州", True), ("去过，已隔离", True)]
    + [("否，仅在本县", False), ("无，但途经武汉", None), ("非湖北返回", False), ("湖北籍未返", None)]
    + [("武汉", True), ("从武汉返回", True), ("武汉籍", None)]
    + [(c, None) for c in ("不详", "/", "是否")],
)
def test_yes_and_no_have_many_spellings(cell: Any, value: bool | None) -> None:
    assert cells_choices.understand_yes_no(cell, CONTEXT).value is value


@pytest.mark.parametrize(
    "cell, kind, number",
    [
        ("大巴", "大巴", None),
        ("高铁G1234", "高铁", "G1234"),
        ("自己开车", "自驾", None),
        ("豫P·12345", None, "豫P12345"),
        ("坐飞机CZ3456回来", "飞机", "CZ3456"),
        ("骑马", "骑马", None),
        ("无", None, None),
    ],
)
def test_transport_and_its_number_are_told_apart(cell: str, kind: str | None, number: str | None) -> None:
    found = cells_choices.understand_transport(cell, CONTEXT)
    assert (found.value, (found.more or {}).get("transport_no")) == (kind, number)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("豫P·D12345", "豫PD12345"),
        ("豫p 1234a", "豫P1234A"),
        ("豫Ｐ－５６７８Ｂ", "豫P5678B"),
        ("G1024/G1025", "G1024/G1025"),
        ("豫P12345、豫P54321", "豫P12345、豫P54321"),
        ("无牌三轮", "无牌三轮"),
    ],
)
def test_a_plate_has_one_form_and_any_other_number_stays_as_written(cell: str, number: str) -> None:
    check(cells_choices.understand_transport_no(cell, CONTEXT), number, None)
