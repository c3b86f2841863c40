"""Layouts as they come: the table is found, every row is told what it is."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from .sheets import Someone, by_row, fields, kinds, people, take, write_xlsx

TITLES = ["序号", "姓名", "性别", "身份证号码", "联系电话", "家庭住址", "返回地", "返乡时间", "体温", "备注"]


def line(n: int, one: Someone, **more: Any) -> list[Any]:
    cells = {
        "address": f"柳林村1组{n}号",
        "place": "湖北武汉市",
        "day": "1月20日",
        "t": 36.5,
        "note": "",
    } | more
    return [
        n,
        one.name,
        one.sex,
        one.number,
        one.phone,
        *(cells[k] for k in ("address", "place", "day", "t", "note")),
    ]


def test_totals_repeated_titles_headings_and_signatures_are_told_from_people(tmp_path: Path) -> None:
    a, b, c, d = people(4)
    rows = [
        ["附件1"], ["柳林镇返乡人员登记表（2020年2月4日）"],
        ["填报单位：柳林镇", "", "", "联系电话：0357-7322123"], [], TITLES,
        ["柳林村"], line(1, a), line(2, b), ["小计", "", "", 2],
        ["东街社区"], line(3, c), ["小计", "", "共2人"],
        TITLES, line(4, d), [5], [6, "无"], ["总 计", "4人"], [], ["注：身份证号必须填写"],
        ["负责人签字：", "", "", "", "日期：2020年2月4日"],
    ]  # fmt: skip
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows))
    assert kinds(reading) == [
        "ROW_TITLE", "ROW_META", "ROW_META", "ROW_BLANK", "ROW_HEADER",
        "ROW_SECTION", ".", ".", "ROW_SUBTOTAL",
        "ROW_SECTION", ".", "ROW_SUBTOTAL",
        "ROW_HEADER", ".", "ROW_ONLY_NUMBER", "ROW_ZERO", "ROW_SUBTOTAL", "ROW_BLANK",
        "ROW_NOTE", "ROW_SIGNATURE",
    ]  # fmt: skip
    rows_by_number = by_row(reading)
    assert "TOTAL_MISMATCH" not in rows_by_number[9].codes
    assert "TOTAL_MISMATCH" in rows_by_number[12].codes
    assert "2" in rows_by_number[12].message
    assert "TOTAL_MISMATCH" not in rows_by_number[17].codes
    assert rows_by_number[7].values["village"] == "柳林村"
    assert rows_by_number[11].values["village"] == "东街社区"
    assert "village" not in rows_by_number[14].values
    assert str(reading.form_date) == "2020-02-04"


def test_three_merged_title_rows_are_joined_and_other_roles_are_other_people(tmp_path: Path) -> None:
    a, b, agent, chief = people(4)
    rows = [
        ["返乡人员排查表"],
        ["序号", "人员信息", "", "", "行程", "", "", "体温监测", "", "代理人", "", "包保责任人"],
        ["", "姓名", "证件", "", "返乡", "", "途经", "2月4日", "", "姓名", "电话", ""],
        ["", "", "身份证号", "手机号", "日期", "出发地", "", "上午", "下午", "", "", ""],
        list(range(1, 13)),
        ["例", "康蕾柔", "110101199001010010", "15400000000", "1月20日", "武汉", "", "36.5", "36.6"],
        [
            1,
            a.name,
            a.number,
            a.phone,
            "1月21日",
            "武汉",
            "孝感",
            36.4,
            36.7,
            agent.name,
            agent.phone,
            chief.name,
        ],
        [
            2,
            b.name,
            b.number,
            b.phone,
            "1月22日",
            "武汉",
            "孝感",
            36.4,
            37.7,
            agent.name,
            agent.phone,
            chief.name,
        ],
    ]
    merged = [
        (1, 0, 3, 0), (1, 1, 1, 3), (1, 4, 1, 6), (1, 7, 1, 8), (1, 9, 1, 10), (1, 11, 3, 11),
        (2, 1, 3, 1), (2, 2, 2, 3), (2, 4, 2, 5), (2, 6, 3, 6), (2, 7, 2, 8), (2, 9, 3, 9), (2, 10, 3, 10),
    ]  # fmt: skip
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows, merged))
    assert fields(reading) == {
        "A": "seq", "B": "name", "C": "id_number", "D": "phone", "E": "return_date", "F": "from_place",
        "G": None, "H": "temp_am", "I": "temp_pm", "J": "other", "K": "other", "L": "responsible",
    }  # fmt: skip
    assert kinds(reading) == ["ROW_TITLE", *["ROW_HEADER"] * 3, "ROW_NUMBERS", "ROW_EXAMPLE", ".", "."]
    last = reading.rows[-1]
    assert (last.values["temp_pm"], last.values["responsible"]) == (37.7, chief.name)
    assert "FEVER" in last.codes
    assert agent.name not in last.values.values()
    assert agent.name in reading.texts(last).values()


def test_two_title_rows_without_merges_are_joined_too(tmp_path: Path) -> None:
    (a,) = people(1)
    rows = [
        ["序号", "基本信息", "", "", "返乡情况", "", "备注"],
        ["", "姓名", "身份证号", "电话", "从何地返回", "返乡日期", ""],
        [1, a.name, a.number, a.phone, "武汉", "1.20", ""],
    ]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows))
    assert kinds(reading) == ["ROW_HEADER", "ROW_HEADER", "."]
    assert reading.rows[2].values["return_date"] == "2020-01-20"


def test_a_merged_address_holds_for_every_row_it_covers(tmp_path: Path) -> None:
    a, b, c = people(3)
    rows = [TITLES, line(1, a), line(2, b, address=""), line(3, c, address="石桥村2组1号")]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows, [(1, 5, 2, 5)]))
    assert [row.values["address"] for row in reading.rows[1:]] == [
        "柳林村1组1号",
        "柳林村1组1号",
        "石桥村2组1号",
    ]


def test_several_sheets_are_read_and_instructions_lists_and_figures_are_not_people(tmp_path: Path) -> None:
    a, b, c = people(3)
    more = [
        ("一村", [TITLES, line(1, a), line(2, b)], []),
        ("二村", [TITLES, line(1, c), line(2, b)], []),
        ("字典", [["性别"], ["男"], ["女"]], []),
        ("统计", [["村名", "返乡人数", "备注"], ["一村", 2, ""]], []),
    ]
    rows = [["填表说明"], ["1、请如实填写，姓名必须与身份证一致"]]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows, name="说明", more=more))
    assert reading.sheets == ["说明", "一村", "二村", "字典", "统计"]
    assert kinds(reading, "说明") == ["ROW_INSTRUCTION"] * 2
    assert kinds(reading, "一村") == ["ROW_HEADER", ".", "."]
    assert kinds(reading, "二村") == ["ROW_HEADER", ".", "duplicate"]
    assert kinds(reading, "字典") == ["ROW_INSTRUCTION"] * 3
    assert kinds(reading, "统计") == ["ROW_HEADER", "ROW_INSTRUCTION"]
    double = next(row for row in reading.rows if row.verdict == "duplicate")
    assert double.same_as == ("一村", 3)
    assert double.to_json()["same_as_sheet"] == "一村"


def test_titles_a_little_wrong_are_understood_by_what_stands_below(tmp_path: Path) -> None:
    rows = [["姓　名：", "身份正号码", "联系电活", "返乡曰期", "来源"]]
    rows += [[one.name, one.number, one.phone, "2020.1.20", "武汉"] for one in people(3)]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows))
    assert list(fields(reading).values()) == ["name", "id_number", "phone", "return_date", "from_place"]


def test_a_table_without_titles_is_understood_by_what_speaks_for_itself(tmp_path: Path) -> None:
    rows = [[one.name, one.number, one.phone, "武汉"] for one in people(4)]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows))
    assert list(fields(reading).values()) == ["name", "id_number", "phone", None]
    assert reading.counts["accepted"] == 4


def test_rows_count_from_the_top_of_the_sheet_also_where_it_begins_empty(tmp_path: Path) -> None:
    a, b = people(2)
    rows = [[], [], ["姓名", "身份证", "电话", "日期", "来自何地"]]
    rows += [[a.name, a.number, a.phone, "2020.1.20", "武汉"], [b.name, b.number, b.phone, "同上", "同上"]]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows))
    assert [row.row for row in reading.rows] == [1, 2, 3, 4, 5]
    assert fields(reading)["D"] == "return_date"
    assert reading.rows[4].values["return_date"] == "2020-01-20"
    assert reading.rows[4].codes == ["DITTO"]


def test_unknown_columns_are_kept_as_text(tmp_path: Path) -> None:
    (a,) = people(1)
    rows = [["姓名", "身份证号", "电话", "宠物"], [a.name, a.number, a.phone, "一只猫"]]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows))
    assert reading.texts(reading.rows[1])["宠物"] == "一只猫"


def test_two_phone_columns_are_first_and_second_phone(tmp_path: Path) -> None:
    a, b = people(2)
    rows = [["姓名", "身份证号", "联系电话", "手机"], [a.name, a.number, a.phone, b.phone]]
    values = take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[1].values
    assert (values["phone"], values["phone2"]) == (a.phone, b.phone)


@pytest.mark.parametrize(
    "kind, rows",
    [
        ("readings", [["2月4日体温登记表"], ["姓名", "村", "上午体温"], ["康蕾柔", "柳林村", 36.5]]),
        ("passes", [["卡口登记表"], ["时间", "姓名", "车牌号"], ["2020/2/4 8:30", "康蕾柔", "豫P12345"]]),
        ("roster", [["花名册"], ["户主", "姓名", "与户主关系", "住址"], ["康蕾柔", "康蕾柔", "本人", "1组"]]),
        ("returnees", [["姓名", "返乡日期"], ["康蕾柔", "1月20日"]]),
    ],
)  # fmt: skip
def test_what_the_ledger_is_about_is_told_by_its_columns(
    tmp_path: Path, kind: str, rows: list[list[Any]]
) -> None:
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows))
    assert (reading.kind, reading.counts["accepted"]) == (kind, 1)


def test_several_days_side_by_side_are_all_read_and_no_fever_is_lost(tmp_path: Path) -> None:
    a, b = people(2)
    rows = [
        ["姓名", "身份证", "2月3日", "", "2月4日", ""],
        ["", "", "早", "晚", "早", "晚"],
        [a.name, a.number, 36.5, 36.6, 36.7, 38.1],
        [b.name, b.number, 36.5, 36.6, "正常", 36.2],
    ]
    merged = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 0, 5)]
    first, second = take(write_xlsx(tmp_path / "a.xlsx", rows, merged)).rows[2:]
    assert "FEVER" in first.codes
    assert first.readings[-1] == {"day": "2020-02-04", "slot": "temp_pm", "temperature": 38.1}
    assert len(second.readings) == 3


def test_a_file_without_any_table_of_people_is_refused(tmp_path: Path) -> None:
    reading = take(write_xlsx(tmp_path / "a.xlsx", [["填表说明"], ["请如实填写"]]))
    assert (reading.verdict, reading.code) == ("refused", "FILE_NO_TABLE")


@pytest.mark.parametrize(
    "rows",
    [
        [
            ["姓名", "{name}", "性别", "{sex}"],
            ["身份证号", "", "联系电话", "15400000001"],
            ["来源地", "湖北武汉", "返回日期", "2020-01-21"],
        ],
        [
            ["姓 名", "{name}", "年 龄", 35],
            ["身份证号码", "{number}", "联系电话", ""],
            ["现住址", "村东3号"],
            ["以上属实"],
        ],
        [
            ["姓名", "{name}"],
            ["性别", "{sex}"],
            ["身份证号", ""],
            ["联系电话", "15400000001"],
            ["家庭住址", "村东3号"],
        ],
    ],
)
def test_of_a_form_for_one_person_nobody_is_made_up(rows: list[list[Any]], tmp_path: Path) -> None:
    (a,) = people(1)
    said = {"name": a.name, "sex": a.sex, "number": a.number}
    form = [
        ["返乡人员登记表"],
        *([cell.format(**said) if isinstance(cell, str) else cell for cell in row] for row in rows),
    ]
    reading = take(write_xlsx(tmp_path / "a.xlsx", form))
    assert (reading.verdict, reading.code) == ("refused", "FILE_ONE_PERSON")


def test_a_form_beside_a_list_says_of_its_lines_what_they_are(tmp_path: Path) -> None:
    a, b = people(2)
    form = [["姓名", a.name], ["性别", a.sex], ["身份证号", a.number], ["联系电话", "15400000001"]]
    more = [("登记表", form, [])]
    reading = take(write_xlsx(tmp_path / "a.xlsx", [["姓名", "身份证号"], [b.name, b.number]], more=more))
    assert reading.verdict == "imported" and kinds(reading, "登记表") == ["ROW_ONE_PERSON"] * 4


def test_a_list_whose_lines_begin_with_what_a_title_says_is_a_list(tmp_path: Path) -> None:
    some = people(4)
    lines = [
        [word, one.name, one.number] for word, one in zip(("户主", "妻", "户主", "子"), some, strict=True)
    ]
    reading = take(write_xlsx(tmp_path / "a.xlsx", [["与户主关系", "姓名", "身份证号"], *lines]))
    assert [row.verdict for row in reading.rows] == ["skipped", *["accepted"] * 4]


def test_sex_and_birth_must_agree_with_the_number(tmp_path: Path) -> None:
    a, b, c = people(3)
    rows = [
        ["姓名", "性别", "出生日期", "身份证号"],
        [a.name, "女" if a.sex == "男" else "男", "", a.number],
        [b.name, b.sex, "1999-01-01", b.number],
        [c.name, "", "", c.number],
    ]
    wrong_sex, wrong_birth, filled = take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[1:]
    assert (wrong_sex.verdict, wrong_sex.codes, "sex" in wrong_sex.values) == (
        "held",
        ["ID_SEX_MISMATCH"],
        False,
    )
    assert (wrong_birth.verdict, wrong_birth.codes) == ("held", ["ID_BIRTH_MISMATCH"])
    assert (filled.values["sex"], filled.values["birth_date"]) == (c.sex, c.birth.isoformat())


def test_another_document_named_by_its_kind_is_taken_as_that(tmp_path: Path) -> None:
    rows = [["姓名", "证件类型", "证件号码"], ["康蕾柔", "军官证", "99990000"]]
    row = take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[1]
    assert row.verdict == "accepted"
    assert row.values == {"name": "康蕾柔", "doc_kind": "军官证", "doc_number": "99990000"}


def test_a_row_about_nobody_is_held_not_dropped(tmp_path: Path) -> None:
    rows = [["姓名", "身份证号", "返乡日期", "体温"], ["", "", "1月20日", 38.5]]
    row = take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[1]
    assert row.verdict == "held"
    assert {"ROW_UNCLEAR", "FEVER"} <= set(row.codes)


def test_a_second_table_below_has_its_own_titles_and_remarks_are_no_people(tmp_path: Path) -> None:
    a, b = people(2)
    rows = [
        ["姓名", "身份证号", "返乡日期"], [a.name, a.number, "1月20日"], ["以上人员均已在家"], [],
        ["其他人员"], ["姓名", "电话", "户籍地址", "现住址"], [b.name, b.phone, "外地", "石桥村1组"],
    ]  # fmt: skip
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows))
    assert kinds(reading) == ["ROW_HEADER", ".", "ROW_NOTE", "ROW_BLANK", "ROW_TITLE", "ROW_HEADER", "."]
    assert reading.rows[-1].values == {"name": b.name, "phone": b.phone, "address": "石桥村1组"}


def test_a_lone_word_under_the_names_is_not_taken_for_a_person(tmp_path: Path) -> None:
    rows = [["姓名", "身份证号", "返乡日期"], ["密切接触"]]
    row = take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[1]
    assert (row.verdict, "ROW_UNCLEAR" in row.codes) == ("held", True)


def test_a_form_that_says_no_year_is_of_the_winter_of_its_journeys(tmp_path: Path) -> None:
    rows = [["返乡人员登记（2月10日）"], ["姓名", "身份证号", "返乡日期"]]
    rows += [[one.name, one.number, dt.date(2019, 1, 20)] for one in people(6)]
    assert take(write_xlsx(tmp_path / "a.xlsx", rows), today=dt.date(2020, 11, 28)).form_date == dt.date(
        2019, 2, 10
    )


def test_a_half_of_the_day_in_which_half_were_not_measured_is_read_all_the_same(tmp_path: Path) -> None:
    a, b, c = people(3, start=900)
    rows = [
        ["姓名", "身份证号", "周一", "", "周二", ""],
        ["", "", "上午", "下午", "上午", "下午"],
        [a.name, a.number, 36.5, 36.6, 36.5, 38.4],
        [b.name, b.number, 36.5, 36.6, 36.5, "住院"],
        [c.name, c.number, 36.5, 36.6, 36.5, "外出"],
    ]
    merged = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 0, 5)]
    ill, ward, out = take(write_xlsx(tmp_path / "a.xlsx", rows, merged)).rows[2:]
    assert ("FEVER" in ill.codes, [one["temperature"] for one in ill.readings]) == (
        True,
        [36.5, 36.6, 36.5, 38.4],
    )
    assert "TEMP_NOT_NUMBER" in ward.codes
    assert "TEMP_NOT_NUMBER" in out.codes
