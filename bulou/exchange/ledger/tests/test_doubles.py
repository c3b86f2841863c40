"""Who comes twice in a file: repeats point to the first, doubts are held, namesakes stay apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulou.exchange.ledger.reading import Row

from .sheets import Someone, people, take, write_xlsx

TITLES = ["来源表", "姓名", "身份证号", "电话", "返乡日期", "来源地", "体温"]


def rows_of(tmp_path: Path, *lines: list[Any], titles: list[str] | None = None) -> list[Row]:
    return take(write_xlsx(tmp_path / "a.xlsx", [titles or TITLES, *lines])).rows[1:]


def line(one: Someone, **more: Any) -> list[Any]:
    cells = {"name": one.name, "number": one.number, "phone": one.phone, "day": "2020-01-22",
             "place": "湖北武汉市洪山区", "t": 36.5} | more  # fmt: skip
    return ["村表", *cells.values()]


def told(row: Row) -> tuple[str, set[str], int | None]:
    return row.verdict, set(row.codes), row.same_as[1] if row.same_as else None


def test_the_same_event_again_is_a_duplicate_of_the_first(tmp_path: Path) -> None:
    (a,) = people(1)
    first, second, third = rows_of(tmp_path, line(a), line(a, t=None), line(a, place="武汉"))
    assert told(first) == ("accepted", set(), None)
    assert told(second) == told(third) == ("duplicate", {"DUP_EXACT_EVENT"}, 2)
    assert "2" in second.message


def test_a_new_fever_in_a_repeated_event_is_not_dropped(tmp_path: Path) -> None:
    (a,) = people(1)
    again = rows_of(tmp_path, line(a), line(a, t=38.1))[1]
    assert told(again) == ("duplicate", {"DUP_EVENT_NEW_MEASURE", "FEVER"}, 2)
    assert again.values["temperature"] == 38.1


def test_a_further_journey_is_a_further_event_of_the_same_person(tmp_path: Path) -> None:
    (a,) = people(1)
    again = rows_of(tmp_path, line(a), line(a, day="2020-02-03", place="湖南长沙市"))[1]
    assert told(again) == ("accepted", {"SECOND_EVENT"}, None)
    assert again.person_as == ("Sheet1", 2)


def test_a_journey_told_otherwise_is_held(tmp_path: Path) -> None:
    (a,) = people(1)
    rows = rows_of(tmp_path, line(a), line(a, day="2020-01-23"), line(a, place="广东深圳市"))
    assert [told(row) for row in rows[1:]] == [("held", {"DUP_EVENT_DIFFERS"}, 2)] * 2


def test_another_spelling_of_the_name_is_held_another_name_too(tmp_path: Path) -> None:
    a, b = people(2)
    other = a.name[0] + "智" + a.name[2:] if a.name[1] != "智" else a.name[0] + "志" + a.name[2:]
    rows = rows_of(tmp_path, line(a), line(a, name=other), line(a, name=b.name, phone=b.phone))
    assert told(rows[1]) == ("held", {"DUP_ID_NAME_DIFF"}, 2)
    assert told(rows[2]) == ("held", {"DUP_ID_OTHER_PERSON"}, 2)


def test_dots_and_traditional_characters_are_the_same_name(tmp_path: Path) -> None:
    a, b = people(2)
    rows = rows_of(
        tmp_path,
        line(a, name="古丽·阿不都"), line(a, name="古丽.阿不都"), line(a, name="古丽•阿不都"),
        line(b, name="陈云峰"), line(b, name="陳雲峰"),
    )  # fmt: skip
    assert told(rows[1]) == told(rows[2]) == ("duplicate", {"NAME_DOT_VARIANT", "DUP_EXACT_EVENT"}, 2)
    assert told(rows[4]) == ("duplicate", {"NAME_TRADITIONAL", "DUP_EXACT_EVENT"}, 5)
    assert rows[4].values["name"] == "陈云峰"


def test_the_same_name_and_phone_without_the_same_number_is_a_doubt(tmp_path: Path) -> None:
    (a,) = people(1)
    swapped = a.number[:8] + a.number[9] + a.number[8] + a.number[10:]
    rows = rows_of(tmp_path, line(a), line(a, number=swapped), line(a, number=""))
    assert told(rows[1])[0::2] == ("held", 2)
    assert {"ID_CHECKSUM", "DUP_NAME_PHONE"} <= set(rows[1].codes)
    assert told(rows[2]) == ("held", {"ID_MISSING", "DUP_NAME_PHONE"}, 2)


def test_a_changed_phone_overwrites_nothing_silently(tmp_path: Path) -> None:
    a, b = people(2)
    again = rows_of(tmp_path, line(a), line(a, phone=b.phone))[1]
    assert told(again)[0::2] == ("held", 2)
    assert "PHONE_CHANGED" in again.codes


def test_namesakes_and_a_familys_phone_are_other_people(tmp_path: Path) -> None:
    a, b, c = people(3)
    rows = rows_of(tmp_path, line(a), line(b, name=a.name), line(c, phone=a.phone))
    assert [row.verdict for row in rows] == ["accepted"] * 3
    assert rows[1].codes == ["NAMESAKE"]
    assert rows[2].codes == ["PHONE_SHARED"]


def test_a_row_after_a_held_one_of_the_same_person_is_taken(tmp_path: Path) -> None:
    (a,) = people(1)
    rows = rows_of(tmp_path, line(a, t=365), line(a))
    assert [row.verdict for row in rows] == ["held", "accepted"]


def test_a_reading_told_again_word_for_word_by_name_is_a_double_of_its_line(tmp_path: Path) -> None:
    a, b = people(2)
    head = ["姓名", "上午体温", "下午体温"]
    rows = [["2020年2月5日体温登记"], head, [a.name, 36.4, 36.7], [b.name, 36.4, 36.7], [a.name, 36.4, 36.7]]
    rows.append([a.name, 36.4, 36.8])
    read = take(write_xlsx(tmp_path / "a.xlsx", rows))
    assert [row.verdict for row in read.rows[2:5]] == ["accepted", "accepted", "duplicate"]
    assert read.rows[4].same_as == ("Sheet1", 3)
    assert read.rows[5].verdict != "duplicate"


def test_in_a_sheet_of_readings_a_person_comes_back(tmp_path: Path) -> None:
    (a,) = people(1)
    titles = ["日期", "姓名", "身份证号", "上午体温", "下午体温"]
    lines = [["2020-02-03", a.name, a.number, 36.5, 36.6], ["2020-02-04", a.name, a.number, 36.5, 36.6]]
    rows = rows_of(tmp_path, *lines, lines[1], titles=titles)
    assert [row.verdict for row in rows] == ["accepted", "accepted", "duplicate"]
    assert [row.day for row in rows] == ["2020-02-03", "2020-02-04", "2020-02-04"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.lists(st.integers(0, 7), min_size=1, max_size=30))
def test_however_often_people_are_repeated_each_is_taken_once(tmp_path: Path, order: list[int]) -> None:
    crowd = people(8, start=100)
    rows = rows_of(tmp_path, *(line(crowd[n]) for n in order))
    accepted = [row.values["id_number"] for row in rows if row.verdict == "accepted"]
    assert sorted(accepted) == sorted({crowd[n].number for n in order})
    assert all(row.verdict in ("accepted", "duplicate") for row in rows)
