"""Choices laid out in columns, as forms to be filled in with a tick have them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .sheets import Someone, by_row, fields, people, take, write_xlsx

HEADS = ["姓名", "身份证号", "电话", "返乡日期", "来源地"]


def line(one: Someone, *more: Any) -> list[Any]:
    return [one.name, one.number, one.phone, "1月20日", "武汉", *more]


def form(path: Path, group: str, options: list[str], *lines: list[Any]) -> Path:
    """A form with a question over several columns."""
    merged = [(0, 5, 0, 4 + len(options)), *((0, column, 1, column) for column in range(5))]
    heads = [[*HEADS, group, *[""] * (len(options) - 1)], [*[""] * 5, *options]]
    return write_xlsx(path, [*heads, *lines], merged)


def test_a_tick_under_no_is_a_no_and_one_under_both_is_neither(tmp_path: Path) -> None:
    a, b, c, d = people(4, start=500)
    path = form(
        tmp_path / "a.xlsx", "是否去过武汉", ["是", "否"],
        line(a, "√", ""), line(b, "", "√"), line(c, "√", "√"), line(d, "", "否"),
    )  # fmt: skip
    reading = take(path)
    assert [row.values.get("affected_area_history") for row in reading.rows[2:]] == [True, False, None, False]
    assert reading.rows[4].codes == ["CHOICE_UNREADABLE"]
    assert fields(reading)["F"] == fields(reading)["G"] == "affected_area_history"


def test_a_tick_under_a_fever_is_a_fever_and_no_other_complaint_is_passed_over(tmp_path: Path) -> None:
    a, b, c, d = people(4, start=510)
    path = form(
        tmp_path / "a.xlsx", "有无症状", ["发热", "咳嗽", "无"],
        line(a, "√"), line(b, "", "√"), line(c, "", "", "√"), line(d, "37.8", "有"),
    )  # fmt: skip
    rows = by_row(take(path))
    assert ("FEVER_WORD" in rows[3].codes, rows[3].values["symptoms"]) == (True, "发热")
    assert (rows[4].codes, rows[4].values["symptoms"]) == ([], "咳嗽")
    assert (rows[5].codes, rows[5].values["symptoms"]) == ([], "无")
    assert ("FEVER" in rows[6].codes, rows[6].values["symptoms"]) == (True, "37.8、咳嗽")


def test_questions_side_by_side_are_all_answered(tmp_path: Path) -> None:
    a, b, c = people(3, start=520)
    path = write_xlsx(
        tmp_path / "a.xlsx",
        [[*HEADS, "是否咳嗽", "是否发热"], line(a, "是", "否"), line(b, "否", "是"), line(c, "否", "否")],
    )
    first, second, third = take(path).rows[1:]
    assert (first.codes, first.values["symptoms"]) == ([], "咳嗽")
    assert "FEVER_WORD" in second.codes
    assert (third.codes, third.values["symptoms"]) == ([], "否")


@pytest.mark.parametrize("title", ["发热", "发烧（打√）"])
def test_a_title_that_is_a_complaint_says_what_a_tick_means(title: str, tmp_path: Path) -> None:
    a, b = people(2, start=530)
    path = write_xlsx(tmp_path / "a.xlsx", [[*HEADS, title], line(a, "√"), line(b, "×")])
    ticked, crossed = take(path).rows[1:]
    assert "FEVER_WORD" in ticked.codes
    assert crossed.codes == []


@pytest.mark.parametrize("said", ["有", "是", "√", "有症状", "Y", "1", "有不适", "身体不适", "☑有□无"])
@pytest.mark.parametrize("title", ["有无症状", "症状", "有无发热、咳嗽等症状", "有无异常"])
def test_symptoms_that_are_not_named_wait_and_ask_which(title: str, said: str, tmp_path: Path) -> None:
    a, b = people(2, start=540)
    path = write_xlsx(
        tmp_path / "a.xlsx", [[*HEADS, title, "体温"], line(a, said, 36.5), line(b, "无", 36.6)]
    )
    unnamed, well = take(path).rows[1:]
    assert (unnamed.verdict, unnamed.codes) == ("held", ["SYMPTOM_UNNAMED"])
    assert unnamed.message
    assert (well.verdict, well.codes) == ("accepted", [])


@pytest.mark.parametrize(
    ("title", "said"),
    [("健康状况", "√"), ("健康状况", "良好"), ("有无症状", "没有"), ("有无症状", "否"), ("有无症状", "□有☑无"),
     ("有无症状", "咳嗽"), ("有无症状", "有咳嗽"), ("有无症状", "有高血压"), ("有无咳嗽", "是"), ("有无症状", "0")],
)  # fmt: skip
def test_who_is_well_or_says_which_waits_for_nothing(title: str, said: str, tmp_path: Path) -> None:
    [a] = people(1, start=545)
    path = write_xlsx(tmp_path / "a.xlsx", [[*HEADS, title, "体温"], line(a, said, 36.5)])
    assert take(path).rows[1].codes == []


def test_a_fever_that_was_measured_is_passed_on_and_waits_for_no_word(tmp_path: Path) -> None:
    [a] = people(1, start=546)
    path = write_xlsx(tmp_path / "a.xlsx", [[*HEADS, "有无症状", "体温"], line(a, "有", 38.2)])
    row = take(path).rows[1]
    assert (row.verdict, row.codes) == ("accepted", ["FEVER"])


def test_which_symptoms_may_stand_in_a_column_of_their_own_or_in_the_remarks(tmp_path: Path) -> None:
    a, b, c, d, e = people(5, start=550)
    path = write_xlsx(
        tmp_path / "a.xlsx",
        [[*HEADS, "体温", "有无发热", "具体症状", "备注"],
         line(a, 36.5, "无", "咳嗽、乏力"), line(b, 36.5, "无", "有"), line(c, 36.5, "无", "无"),
         line(d, 38.0, "有", "咳嗽"), line(e, 36.5, "无", "有", "轻微咳嗽")],
    )  # fmt: skip
    rows = take(path).rows[1:]
    assert [row.codes for row in rows] == [[], ["SYMPTOM_UNNAMED"], [], ["FEVER"], ["SYMPTOM_UNNAMED"]]
    assert [row.values["symptoms"] for row in rows[:4]] == ["咳嗽、乏力", "无", "无", "发热、咳嗽"]
    path = write_xlsx(
        tmp_path / "b.xlsx",
        [
            [*HEADS, "有无症状", "备注"],
            line(a, "有", "轻微咳嗽"),
            line(b, "有", "妻子咳嗽"),
            line(c, "有", ""),
        ],
    )
    rows = take(path).rows[1:]
    assert [row.codes for row in rows] == [[], ["SYMPTOM_UNNAMED"], ["SYMPTOM_UNNAMED"]]
    assert rows[0].values["symptoms"] == "轻微咳嗽"


def test_a_tick_under_some_or_none_says_not_which(tmp_path: Path) -> None:
    a, b, c, d = people(4, start=560)
    for group, options in (("有无症状", ["有", "无"]), ("健康状况", ["正常", "异常"])):
        well, ill = (5, 6) if options[0] == "正常" else (6, 5)
        lines = [line(a, "", ""), line(b, "", ""), line(c, "√", "√"), line(d, "", "")]
        lines[0][ill], lines[1][well] = "√", "√"
        path = form(tmp_path / f"{group}.xlsx", group, options, *lines)
        assert [row.codes for row in take(path).rows[2:]] == [
            ["SYMPTOM_UNNAMED"], [], ["SYMPTOM_UNNAMED"], [],
        ]  # fmt: skip


def test_a_tick_under_some_beside_the_word_says_no_more_than_the_word(tmp_path: Path) -> None:
    a, b = people(2, start=570)
    path = form(
        tmp_path / "a.xlsx", "症状", ["有", "无", "具体"], line(a, "√", "", "咳嗽"), line(b, "√", "", "")
    )
    named, unnamed = take(path).rows[2:]
    assert (named.codes, named.values["symptoms"]) == ([], "咳嗽")
    assert unnamed.codes == ["SYMPTOM_UNNAMED"]


def test_none_of_what_else_is_asked_denies_no_complaint_that_was_ticked(tmp_path: Path) -> None:
    a, b = people(2, start=580)
    path = write_xlsx(
        tmp_path / "a.xlsx",
        [
            [*HEADS, "有无发热", "有无咳嗽", "有无其他不适"],
            line(a, "有", "无", "无"),
            line(b, "无", "有", "无"),
        ],
    )
    hot, coughs = take(path).rows[1:]
    assert ("FEVER_WORD" in hot.codes, hot.values["symptoms"]) == (True, "发热")
    assert (coughs.codes, coughs.values["symptoms"]) == ([], "咳嗽")
