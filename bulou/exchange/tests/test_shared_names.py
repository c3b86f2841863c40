"""A name that two villages of a county bear: township, heading or address tell which; nothing else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulou.exchange.ledger.tests.sheets import people, write_xlsx
from bulou.exchange.take import Taken, take_ledger
from bulou.exchange.tests.conftest import clerk

pytestmark = pytest.mark.django_db
# 立石村 is a village of 茶坊街道 and one of 羊泉镇 in Fuxian, 姚家塬村 one of 羊泉镇 and one of 寺仙镇.
COUNTY, YANGQUAN = "610628", "610628101"
LISHI, LISHI_OF_YANGQUAN, YAOJIAYUAN_OF_SIXIAN = "610628001222", "610628101213", "610628109205"


def places(taken: Taken) -> list[str]:
    rows = taken.reading.rows
    found = [fate.place for fate in taken.fates.values() if fate.verdict == "accepted"]
    assert all(
        ("PLACE_TO_ASSIGN" in row.codes) == (len(taken.fates[n].place) < 12)
        for n, row in enumerate(rows) if row.verdict == "accepted"
    )  # fmt: skip
    return found


def file(tmp_path: Path, heads: list[str], *lines: list[str], name: str = "Sheet1") -> Path:
    found = [[one.name, one.number, *line] for one, line in zip(people(len(lines)), lines, strict=True)]
    return write_xlsx(tmp_path / "返乡.xlsx", [["姓名", "身份证号", *heads], *found], name=name)


def test_a_column_or_an_address_tells_which_village_of_a_name_is_meant(tmp_path: Path) -> None:
    path = file(
        tmp_path, ["乡镇", "村", "家庭住址"],
        ["羊泉镇", "立石村", ""], ["茶坊街道", "立石村委会", ""], ["茶坊", "立石", ""],
        ["", "立石村", "羊泉镇立石村2组"], ["", "", "富县茶坊街道立石村3组"],
        ["", "", "陕西省延安市富县寺仙镇姚家塬村"],
        ["", "立石村", ""], ["", "", "立石村3组"], ["寺仙镇", "立石村", ""],
    )  # fmt: skip
    taken = take_ledger(path, COUNTY, clerk(COUNTY))
    assert places(taken) == [
        LISHI_OF_YANGQUAN, LISHI, LISHI, LISHI_OF_YANGQUAN, LISHI, YAOJIAYUAN_OF_SIXIAN, COUNTY, COUNTY, COUNTY,
    ]  # fmt: skip


def test_a_sheets_name_or_a_heading_tells_it_too(tmp_path: Path) -> None:
    lines = [["立石村", "", ""]] * 2
    path = file(tmp_path, ["村", "组", "备注"], *lines, name="羊泉镇")
    assert places(take_ledger(path, COUNTY, clerk(COUNTY), dry_run=True)) == [LISHI_OF_YANGQUAN] * 2
    a, b, c = people(3)
    rows = [
        ["羊泉镇返乡人员台账"], ["姓名", "身份证号", "村"], [a.name, a.number, "立石村"],
        ["二、茶坊街道"], [b.name, b.number, "立石村"], [c.name, c.number, "姚家塬村"],
    ]  # fmt: skip
    path = write_xlsx(tmp_path / "分镇.xlsx", rows)
    found = places(take_ledger(path, COUNTY, clerk(COUNTY), dry_run=True))
    assert found == [LISHI_OF_YANGQUAN, LISHI, COUNTY]


def test_a_title_does_not_move_a_village_that_bears_its_name_alone(tmp_path: Path) -> None:
    (a,) = people(1)
    rows = [["填报单位：寺仙镇人民政府"], ["姓名", "身份证号", "村"], [a.name, a.number, "钟楼巷社区"]]
    (found,) = places(take_ledger(write_xlsx(tmp_path / "a.xlsx", rows), COUNTY, clerk(COUNTY), dry_run=True))
    assert len(found) == 12 and not found.startswith("610628109")


def test_at_its_own_township_a_shared_name_is_that_of_the_township(tmp_path: Path) -> None:
    path = file(tmp_path, ["村", "备注"], ["立石村", ""], ["姚家塬村", ""])
    taken = take_ledger(path, YANGQUAN, clerk(YANGQUAN), dry_run=True)
    assert places(taken) == [LISHI_OF_YANGQUAN, "610628101212"]
