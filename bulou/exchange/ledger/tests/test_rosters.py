"""Rosters by household, and lists of those to be seen: what the lines of a family say of each other."""

from __future__ import annotations

from pathlib import Path

from .sheets import by_row, kinds, people, take, write_xlsx

ROSTER = ["户主", "姓名", "与户主关系", "身份证号", "联系电话", "居住地址"]


def test_members_share_the_address_of_their_head_also_where_each_line_names_him(tmp_path: Path) -> None:
    a, b, c, d = people(4)
    rows = [
        ROSTER,
        [a.name, a.name, "户主", a.number, a.phone, "柳林村1组8号"],
        [a.name, b.name, "妻", b.number, "", ""],
        ["〃", c.name, "子", c.number, "同上", "同上"],
        ["别的户主", d.name, "妻", d.number, "", ""],
    ]
    lines = by_row(take(write_xlsx(tmp_path / "a.xlsx", rows)))
    assert [lines[n].values.get("address") for n in (2, 3, 4, 5)] == ["柳林村1组8号"] * 3 + [None]
    assert "DITTO" in lines[3].codes


def test_as_above_under_the_phones_is_the_phone_above_and_never_one_further_up(tmp_path: Path) -> None:
    a, b, c, d = people(4)
    rows = [
        ROSTER,
        [a.name, a.name, "户主", a.number, a.phone, "柳林村1组8号"],
        [a.name, b.name, "妻", b.number, "同上", "〃"],
        [a.name, c.name, "子", c.number, "", "〃"],
        [a.name, d.name, "女", d.number, "〃", "〃"],
    ]
    lines = by_row(take(write_xlsx(tmp_path / "a.xlsx", rows)))
    assert [lines[n].values.get("phone") for n in (2, 3, 4, 5)] == [a.phone, a.phone, None, None]


def test_as_above_under_the_days_is_the_day_above_not_that_of_the_form(tmp_path: Path) -> None:
    a, b, c = people(3)
    rows = [
        ["登记日期", "姓名", "身份证号", "体温"],
        ["2月3日", a.name, a.number, 36.5],
        ["同上", b.name, b.number, 36.5],
        ["〃", c.name, c.number, 36.5],
    ]
    assert [r.day for r in take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[1:]] == ["2020-02-03"] * 3


def test_how_many_were_to_be_seen_and_were_is_a_total_but_a_surname_is_not(tmp_path: Path) -> None:
    a, b = people(2)
    rows = [
        ["序号", "姓名", "身份证号", "上午体温", "下午体温"],
        [1, a.name, a.number, 36.5, 36.6],
        [2, "应测", b.number, 36.5, 36.6],
        ["", "应测2人", "", "实测2人"],
    ]
    assert kinds(take(write_xlsx(tmp_path / "a.xlsx", rows))) == ["ROW_HEADER", ".", ".", "ROW_SUBTOTAL"]


def test_a_heading_of_a_household_and_its_count_name_nobody(tmp_path: Path) -> None:
    a, b = people(2)
    rows = [
        ["姓名", "关系", "身份证号"],
        [f"第1户 户主：{a.name}"],
        [a.name, "户主", a.number],
        [f"第2户 户主：{b.name}"],
        [b.name, "户主", b.number],
        ["统计：2户2人"],
    ]
    assert kinds(take(write_xlsx(tmp_path / "a.xlsx", rows))) == [
        "ROW_HEADER", "ROW_NOTE", ".", "ROW_NOTE", ".", "ROW_NOTE",
    ]  # fmt: skip


def test_the_sum_of_peoples_numbers_in_households_is_no_number_of_lines(tmp_path: Path) -> None:
    a, b = people(2, start=800)
    heads = ["户主", "户主身份证号", "户主电话", "人口数", "住址"]
    rows = [heads, [a.name, a.number, a.phone, 4, "1组"], [b.name, b.number, b.phone, 2, "2组"]]
    for total, codes in (
        (["合计", "", "", 6], ["ROW_SUBTOTAL"]),
        (["合计3户"], ["ROW_SUBTOTAL"]),
        (["合计", "3人"], ["ROW_SUBTOTAL", "TOTAL_MISMATCH"]),
    ):
        assert take(write_xlsx(tmp_path / "a.xlsx", [*rows, total])).rows[3].codes == codes


def test_a_head_is_written_as_in_his_own_line(tmp_path: Path) -> None:
    a, b = people(2, start=810)
    rows = [
        ROSTER,
        ["古丽•阿不都", "古丽•阿不都", "户主", a.number, a.phone, "1组"],
        ["古丽．阿不都（户主）", b.name, "子", b.number, "", ""],
    ]
    lines = take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[1:]
    assert [line.values["household_head"] for line in lines] == ["古丽·阿不都"] * 2
    assert lines[1].values["address"] == "1组"


def test_a_tick_for_the_head_makes_no_head_called_yes(tmp_path: Path) -> None:
    a, b, c, d = people(4, start=700)
    for heads, yes, no in (("是否户主", "是", "否"), ("户主标识", "√", ""), ("户主", "是", "否")):
        rows = [
            ["户口簿号", heads, "姓名", "身份证号", "家庭住址"],
            *([book, said, one.name, one.number, "柳林村五组"]
              for one, book, said in ((a, "A1", yes), (b, "A1", no), (c, "A2", no), (d, "A2", yes))),
        ]  # fmt: skip
        reading = take(write_xlsx(tmp_path / "a.xlsx", rows))
        told = [(row.verdict, row.values.get("household_head")) for row in reading.rows[1:]]
        member = a.name if heads != "户主" else None
        assert told == [
            ("accepted", a.name), ("accepted", member), ("accepted", None), ("accepted", d.name),
        ]  # fmt: skip


def test_below_a_head_another_number_of_the_household_is_another_household(tmp_path: Path) -> None:
    a, b, c = people(3, start=710)
    rows = [
        ["户号", "姓名", "与户主关系", "身份证号", "住址"],
        [1, a.name, "户主", a.number, "1组1号"],
        ["", b.name, "妻", b.number, ""],
        [2, c.name, "母亲", c.number, ""],
    ]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows))
    told = [(row.values.get("household_head"), row.values.get("address")) for row in reading.rows[1:]]
    assert told == [(a.name, "1组1号"), (a.name, "1组1号"), (None, None)]


def test_what_a_form_for_a_household_says_above_its_titles_is_nobody_in_the_next_one(tmp_path: Path) -> None:
    a, b = people(2, start=720)
    head = ["姓名", "与户主关系", "性别", "身份证号", "备注"]
    forms = [
        [["家庭户登记表"], [f"户主：{one.name}", "", f"住址：1组{n}号", "", f"电话：{one.phone}"], head,
         [one.name, "户主", one.sex, one.number, ""], []]
        for n, one in enumerate((a, b), 1)
    ]  # fmt: skip
    reading = take(write_xlsx(tmp_path / "a.xlsx", [row for form in forms for row in form]))
    assert kinds(reading) == (["ROW_TITLE", "ROW_META", "ROW_HEADER", ".", "ROW_BLANK"] * 2)[:-1]


def test_a_head_with_a_number_but_no_line_is_named_once_and_never_dropped_in_silence(tmp_path: Path) -> None:
    a, b, c, d = people(4, start=730)
    heads = ["户主姓名", "户主身份证号", "家庭成员姓名", "与户主关系", "成员身份证号"]
    rows = [
        heads,
        [a.name, a.number, b.name, "妻", b.number],
        [a.name, a.number, c.name, "子", c.number],
        [d.name, d.number, d.name, "户主", d.number],
    ]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows))
    assert reading.kind == "roster"
    assert [row.verdict for row in reading.rows[1:]] == ["accepted"] * 3
    assert [row.codes for row in reading.rows[1:]] == [["HEAD_UNLISTED"], [], []]
    listed = take(write_xlsx(tmp_path / "b.xlsx", [*rows, [a.name, a.number, a.name, "户主", a.number]]))
    assert not any(row.codes for row in listed.rows[1:])
