"""Which village a form is about, where only its head says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulou.exchange.ledger.formplace import village_of

from .sheets import people, take, write_xlsx

HEADS = ["姓名", "身份证号", "返回时间"]


@pytest.mark.parametrize(
    "text, village",
    [
        ("临朐县九山镇岸头村湖北返乡人员台账", "岸头村"),
        ("崔桥镇二村返乡人员登记表", "二村"),
        ("富县茶坊街道川口社区返乡人员登记表", "川口社区"),
        ("太平村2组返乡人员名单", "太平村"),
        ("川口村返乡人员", "川口村"),
        ("桑梓村湖北返乡人员日报", "桑梓村"),
        ("村：二村", "二村"),
        ("填报单位：九山镇麻坞村（盖章）", "麻坞村"),
        ("填报单位（盖章）：石桥镇人民政府", ""),
        ("社区：     时间：", ""),
        ("九山镇各村返乡人员统计表", ""),
        ("山旺镇农村返乡人员统计表", ""),
        ("石村镇返乡人员统计表", ""),
        ("陡坡乡驻村干部包村登记表", ""),
        ("返乡人员村级台账", ""),
        ("太平村", "太平村"),
        ("太平村第3村民小组", "太平村"),
        ("本村二组", ""),
    ],
)
def test_a_form_names_its_village_or_none(text: str, village: str) -> None:
    assert village_of([[text]], "Sheet1") == village


def test_each_sheet_and_each_table_has_the_village_of_its_own_head(tmp_path: Path) -> None:
    a, b, c, d, e = people(5)
    rows = [
        ["岸头村返乡人员台账"], [*HEADS, "住址"], [a.name, a.number, "1月20日", "2组3号"],
        [e.name, e.number, "1月20日", "县城城西社区"],
        [], ["麻坞村返乡人员台账"], [*HEADS, "住址"], [b.name, b.number, "1月20日", "2组3号"],
    ]  # fmt: skip
    more = [
        ("博石村", [HEADS, [c.name, c.number, "1月20日"]], []),
        ("汇总", [HEADS, [d.name, d.number, "1月20日"]], []),
    ]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows, more=more))
    said = {
        row.values["name"]: row.values.get("village") for row in reading.rows if row.verdict == "accepted"
    }
    assert said == {a.name: "岸头村", b.name: "麻坞村", e.name: None, c.name: "博石村", d.name: None}


def test_a_column_of_villages_and_a_post_say_more_than_the_head(tmp_path: Path) -> None:
    a, b = people(2)
    rows = [["岸头村返乡人员台账"], [*HEADS, "村名"], [a.name, a.number, "1月20日", "博石村"]]
    assert take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[2].values["village"] == "博石村"
    rows = [
        ["岸头村卡点登记表"],
        ["姓名", "身份证号", "通过时间", "体温"],
        [b.name, b.number, "2月4日", 36.5],
    ]
    assert "village" not in take(write_xlsx(tmp_path / "b.xlsx", rows), kind="passes").rows[2].values


def test_a_column_of_townships_or_a_sheet_called_by_one_says_where_the_village_lies(tmp_path: Path) -> None:
    a, b = people(2)
    rows = [["乡镇", "村", *HEADS], ["山旺镇", "桃花村", a.name, a.number, "1月20日"]]
    more = [("寺头镇", [["村", *HEADS], ["桃花村", b.name, b.number, "1月20日"]], [])]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows, more=more))
    assert [row.also["township"] for row in reading.rows if row.verdict == "accepted"] == ["山旺镇", "寺头镇"]


def test_east_of_the_village_or_a_market_lies_in_the_village_that_the_form_names(tmp_path: Path) -> None:
    a, b, c, d = people(4)
    homes = {a: "村东1号", b: "2组村口", c: "城西市场3楼", d: "柳林村东头3号"}
    rows = [["岸头村返乡人员台账"], [*HEADS, "住址"]]
    rows += [[one.name, one.number, "1月20日", home] for one, home in homes.items()]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows))
    assert [row.values.get("village") for row in reading.rows[2:]] == ["岸头村"] * 3 + [None]


def test_headings_and_sheets_of_groups_of_a_village_are_of_that_village(tmp_path: Path) -> None:
    a, b, c, d = people(4)
    heads = ["姓名", "身份证号", "电话"]
    first = [["岸头村一组"], heads, [a.name, a.number, a.phone], ["岸头村二组"], [b.name, b.number, b.phone]]
    first += [["麻坞村第1组："], [c.name, c.number, c.phone]]
    other = ("博石村2组", [heads, [d.name, d.number, d.phone]], [])
    reading = take(write_xlsx(tmp_path / "a.xlsx", first, name="花名册", more=[other]))
    told = [row.values["village"] for row in reading.rows if row.values]
    assert told == ["岸头村", "岸头村", "麻坞村", "博石村"]
