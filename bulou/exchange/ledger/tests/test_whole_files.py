"""What a file says as a whole: the winter that it speaks of, and who signed below it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from .sheets import kinds, people, take, write_xlsx

TITLES = ["姓名", "身份证号", "返回时间", "体温"]
LATER = dt.date(2026, 11, 28)


def test_an_old_file_without_a_date_is_of_the_winter_that_its_lines_agree_on(tmp_path: Path) -> None:
    days = ["2020/1/14", "2020-01-20", "2020.1.25", 43855, "2020年2月1日", "1月22日", "2014/1/20"]
    rows = [TITLES, *([a.name, a.number, day, 36.5] for a, day in zip(people(7), days, strict=True))]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows), today=LATER, form_day=None)
    assert [row.values.get("return_date") for row in reading.rows[1:]] == [
        "2020-01-14", "2020-01-20", "2020-01-25", "2020-01-25", "2020-02-01", "2020-01-22", None,
    ]  # fmt: skip
    assert reading.rows[-1].codes == ["DATE_YEAR_DOUBTFUL"]


def test_few_lines_of_an_old_file_agree_on_its_winter_also_from_sheet_to_sheet(tmp_path: Path) -> None:
    a, b, c, d = people(4)
    rows = [TITLES, [a.name, a.number, "2020.1.20", 36.5], [b.name, b.number, "2020.1.22", 36.5]]
    more = [("2月", [TITLES, [c.name, c.number, "2020.2.2", 36.5], [d.name, d.number, "2月3日", 36.5]], ())]
    told = take(write_xlsx(tmp_path / "a.xlsx", rows, name="1月", more=more), today=LATER, form_day=None)
    days = [row.values.get("return_date") for row in told.rows if row.verdict == "accepted"]
    assert days == ["2020-01-20", "2020-01-22", "2020-02-02", "2020-02-03"]
    one = take(write_xlsx(tmp_path / "b.xlsx", rows[:2]), today=LATER, form_day=None).rows[1]
    assert one.codes == ["DATE_YEAR_DOUBTFUL"]


def test_the_day_since_which_people_came_is_not_that_of_the_form(tmp_path: Path) -> None:
    a, b = people(2)
    rows = [
        ["2020年1月10日以来返乡人员登记表"],
        TITLES,
        [a.name, a.number, "昨天"],
        [b.name, b.number, "1月22日"],
    ]
    told = take(write_xlsx(tmp_path / "a.xlsx", rows), today=LATER, form_day=None)
    assert told.form_date is None
    assert told.rows[2].codes == ["DATE_NO_FORM_DATE"]
    assert told.rows[3].values["return_date"] == "2020-01-22"


def test_a_year_that_the_new_year_left_behind_is_doubtful_in_every_line(tmp_path: Path) -> None:
    rows = [TITLES, *([a.name, a.number, "2019/1/25", 36.5] for a in people(6))]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows), form_day=None)
    assert [row.codes for row in reading.rows[1:]] == [["DATE_YEAR_DOUBTFUL"]] * 6


@pytest.mark.parametrize(
    "below",
    [
        ["测温人：", "", "", "某某"],
        ["村医：", "", "", "村支书：某某"],
        ["监测人员签字：", "", "", ""],
        ["值班员：", "", "", "某某"],
    ],
)
def test_whoever_measured_signs_below_and_is_not_measured(tmp_path: Path, below: list[str]) -> None:
    (a,) = people(1)
    rows = [TITLES, [a.name, a.number, "1月20日", 36.5], below]
    assert kinds(take(write_xlsx(tmp_path / "a.xlsx", rows)))[-1] == "ROW_SIGNATURE"


def test_a_line_for_each_half_of_the_day_tells_the_temperatures_of_that_half(tmp_path: Path) -> None:
    (a,) = people(1)
    rows = [
        ["姓名", "身份证号", "时段", "2月3日", "2月4日"],
        [a.name, a.number, "上午", 36.5, 36.6],
        ["", "", "下午", 36.7, "37.8"],
    ]
    merged = [(1, 0, 2, 0), (1, 1, 2, 1)]
    lines = take(write_xlsx(tmp_path / "a.xlsx", rows, merged), kind="readings").rows[1:]
    assert [[(r["day"], r["slot"], r["temperature"]) for r in row.readings] for row in lines] == [
        [("2020-02-03", "temp_am", 36.5), ("2020-02-04", "temp_am", 36.6)],
        [("2020-02-03", "temp_pm", 36.7), ("2020-02-04", "temp_pm", 37.8)],
    ]
    assert [row.verdict for row in lines] == ["accepted", "accepted"]


def test_a_half_of_the_day_in_which_nobody_was_measured_repeats_no_other(tmp_path: Path) -> None:
    (a,) = people(1)
    rows = [
        ["姓名", "日期", "时段", "体温"],
        [a.name, "2月4日", "上午", ""],
        [a.name, "2月4日", "下午", "外出"],
    ]
    rows.append(rows[-1])
    lines = take(write_xlsx(tmp_path / "a.xlsx", rows), kind="readings").rows[1:]
    assert [row.verdict for row in lines] == ["accepted", "accepted", "duplicate"]
    assert lines[2].same_as == ("Sheet1", 3)


def test_a_workbook_is_told_by_what_it_is_not_by_which_of_the_two_names_it_bears(tmp_path: Path) -> None:
    (a,) = people(1)
    path = write_xlsx(tmp_path / "a.xlsx", [TITLES, [a.name, a.number, "1月20日", 36.5]])
    assert kinds(take(path.rename(tmp_path / "a.xls"))) == ["ROW_HEADER", "."]


@pytest.mark.parametrize(
    "titles",
    [
        ["1月31日", "2月5日", "2月10日"],
        ["1.31上午", "2.5上午", "2.10上午"],
        ["1/31早上", "2/5早上", "2/10早上"],
        ["31日", "5日", "10日"],
    ],
)
@pytest.mark.parametrize("today", [dt.date(2020, 2, 12), LATER])
def test_columns_of_days_are_of_the_days_nearest_to_the_form(
    tmp_path: Path, titles: list[str], today: dt.date
) -> None:
    (a,) = people(1)
    rows = [
        ["体温监测表"], ["填表日期：2020年2月5日"], ["姓名", "身份证号", *titles],
        [a.name, a.number, 36.5, 36.6, 36.7],
    ]  # fmt: skip
    row = take(write_xlsx(tmp_path / "a.xlsx", rows), kind="readings", today=today).rows[-1]
    assert [r["day"] for r in row.readings] == ["2020-01-31", "2020-02-05", "2020-02-10"]


def test_halves_of_the_day_below_days_without_a_merge_are_titles(tmp_path: Path) -> None:
    (a,) = people(1)
    rows = [
        ["姓名", "身份证号", "2020-02-04", "", "2020-02-05", ""], ["", "", "早上", "晚上", "早上", "晚上"],
        [a.name, a.number, 36.5, 36.6, 36.7, ""],
    ]  # fmt: skip
    row = take(write_xlsx(tmp_path / "a.xlsx", rows), kind="readings").rows[-1]
    assert [(r["day"][-1], r["slot"]) for r in row.readings] == [
        ("4", "temp_am"), ("4", "temp_pm"), ("5", "temp_am"),
    ]  # fmt: skip


def test_temperatures_below_halves_of_the_day_are_no_further_titles(tmp_path: Path) -> None:
    (a,) = people(1)
    rows = [["姓名", "2/4", "", "备注"], ["", "早", "晚", ""], [a.name, "36.0", "36.4", ""]]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    assert len(take(path, kind="readings").rows[-1].readings) == 2


def test_a_number_of_households_is_a_total(tmp_path: Path) -> None:
    (a,) = people(1)
    rows = [["户主", "姓名", "身份证号"], [a.name, a.name, a.number], ["共1户", "1人"]]
    assert kinds(take(write_xlsx(tmp_path / "a.xlsx", rows)))[-1] == "ROW_SUBTOTAL"


def test_days_of_a_month_below_its_name_are_days(tmp_path: Path) -> None:
    (a,) = people(1)
    rows = [["姓名", "身份证号", "2月体温", "", ""], ["", "", 3, 4, 5], [a.name, a.number, 36.5, 36.6, 36.7]]
    merged = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 4)]
    row = take(write_xlsx(tmp_path / "a.xlsx", rows, merged), kind="readings").rows[-1]
    assert [r["day"] for r in row.readings] == ["2020-02-03", "2020-02-04", "2020-02-05"]


def test_days_counted_from_nobody_knows_when_wait(tmp_path: Path) -> None:
    (a,) = people(1)
    rows = [["姓名", "身份证号", "第1天", "第2天"], [a.name, a.number, 36.5, 36.6]]
    row = take(write_xlsx(tmp_path / "a.xlsx", rows), kind="readings").rows[-1]
    assert (row.verdict, row.readings, "temperature" in row.values) == ("held", [], False)


@pytest.mark.parametrize(
    "above",
    ["居家观察人员体温登记表（2020年1月30日起）", "体温监测表 2020.1.30-2020.2.12", "观察开始日期：2020-01-30",
     "测温记录 1月30日至2月12日"],
)  # fmt: skip
def test_days_counted_from_the_day_that_the_form_begins_with_are_days(tmp_path: Path, above: str) -> None:
    (a,) = people(1)
    rows = [[above], ["姓名", "身份证号", "第1天", "第二天", "第3天"], [a.name, a.number, 36.5, 37.6, 36.6]]
    row = take(write_xlsx(tmp_path / "a.xlsx", rows), kind="readings").rows[-1]
    found = [(r["day"], r["temperature"]) for r in row.readings]
    assert found == [("2020-01-30", 36.5), ("2020-01-31", 37.6), ("2020-02-01", 36.6)]
    assert (row.verdict, row.codes) == ("accepted", ["FEVER"])


def test_days_are_counted_from_each_lines_own_beginning(tmp_path: Path) -> None:
    a, b, c, d = people(4)
    heads = ["姓名", "身份证号", "隔离开始日期", "第1天", "第2天"]
    lines = [
        [a.name, a.number, "2020-01-30", 36.5, 36.6], [b.name, b.number, "2.1", 36.5, ""],
        [c.name, c.number, "", 36.5, ""], [d.name, d.number, "2月初", 36.5, ""],
    ]  # fmt: skip
    rows = take(write_xlsx(tmp_path / "a.xlsx", [heads, *lines]), kind="readings").rows[1:]
    assert [[r["day"] for r in row.readings] for row in rows] == [
        ["2020-01-30", "2020-01-31"], ["2020-02-01"], [], [],
    ]  # fmt: skip
    assert [row.verdict for row in rows] == ["accepted", "accepted", "held", "held"]


def test_a_counted_day_that_is_still_to_come_waits(tmp_path: Path) -> None:
    (a,) = people(1)
    rows = [["2020年2月9日起"], ["姓名", "身份证号", "第1天", "第9天"], [a.name, a.number, 36.5, 36.6]]
    row = take(write_xlsx(tmp_path / "a.xlsx", rows), kind="readings").rows[-1]
    assert (row.verdict, row.codes, row.readings) == ("held", ["DATE_FUTURE", "READING_DAY"], [])
    assert row.words == {"counted": [(1, "temperature", 36.5), (9, "temperature", 36.6)]}


def test_a_day_that_the_form_was_filled_in_is_none_to_count_from(tmp_path: Path) -> None:
    (a,) = people(1)
    rows = [["填表日期：2020年2月5日"], ["姓名", "身份证号", "第1天"], [a.name, a.number, 36.5]]
    row = take(write_xlsx(tmp_path / "a.xlsx", rows), kind="readings").rows[-1]
    assert (row.verdict, row.readings) == ("held", [])


@pytest.mark.parametrize(
    "titles, days",
    [
        ([1.31, 2.4, 2.5], ["2020-01-31", "2020-02-04", "2020-02-05"]),
        ([2.9, 2.1, 2.11], ["2020-02-09", "2020-02-10", "2020-02-11"]),
        ([1.31, 2.1, 2.2, 2.3, 2.4], [f"2020-0{day}" for day in ("1-31", "2-01", "2-02", "2-03", "2-04")]),
        ([2.1, 2.2, 2.3], ["2020-02-01", "2020-02-02", "2020-02-03"]),
    ],
)
def test_titles_that_a_spreadsheet_made_numbers_of_are_days(
    tmp_path: Path, titles: list[float], days: list[str]
) -> None:
    (a,) = people(1)
    rows = [["姓名", "身份证号", *titles], [a.name, a.number, *[36.5] * len(titles)]]
    row = take(write_xlsx(tmp_path / "a.xlsx", rows), kind="readings").rows[-1]
    assert (row.verdict, [r["day"] for r in row.readings]) == ("accepted", days)


def test_a_number_that_may_be_either_of_two_days_waits(tmp_path: Path) -> None:
    (a,) = people(1)
    rows = [["姓名", "身份证号", 2.1, 2.5], [a.name, a.number, 36.4, 36.5]]
    row = take(write_xlsx(tmp_path / "a.xlsx", rows), kind="readings").rows[-1]
    assert (row.verdict, [r["day"] for r in row.readings]) == ("held", ["2020-02-05"])


def test_a_name_over_against_days_alone_is_a_sheet_of_readings(tmp_path: Path) -> None:
    (a,) = people(1)
    rows = [
        ["体温监测表"], ["姓名", "2月4日", "", "2.5", ""], ["", "上午", "下午", "上午", "下午"],
        [a.name, 36.5, 38.0, 36.6, "外出"],
    ]  # fmt: skip
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows, [(1, 1, 1, 2), (1, 3, 1, 4), (1, 0, 2, 0)]))
    assert (reading.kind, kinds(reading)) == ("readings", ["ROW_TITLE", "ROW_HEADER", "ROW_HEADER", "."])
    assert [(r["day"], r["slot"], r["temperature"]) for r in reading.rows[-1].readings] == [
        ("2020-02-04", "temp_am", 36.5), ("2020-02-04", "temp_pm", 38.0), ("2020-02-05", "temp_am", 36.6),
    ]  # fmt: skip
    assert "FEVER" in reading.rows[-1].codes


def test_a_posts_old_book_is_of_the_winter_that_its_lines_agree_on(tmp_path: Path) -> None:
    rows = [["通过时间", "车牌号", "驾驶员姓名", "身份证号", "体温"]]
    rows += [
        [f"2020-02-10 08:1{n}", f"豫P1234{n}", one.name, one.number, 36.5] for n, one in enumerate(people(6))
    ]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows), form_day=None, today=dt.date(2026, 11, 29))
    assert [(row.verdict, row.day) for row in reading.rows[1:]] == [
        ("accepted", f"2020-02-10T08:1{n}") for n in range(6)
    ]
