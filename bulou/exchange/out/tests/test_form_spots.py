"""Where in a department's form something goes, Excel and Word alike, and that it is printed there and nowhere else."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from bulou.core.places import queries as places
from bulou.core.staff.roles import Role
from bulou.exchange.out import form_read
from bulou.exchange.out.models import Form
from bulou.exchange.out.tests.conftest import COUNTY, TOWNSHIP, VILLAGE, Browser
from bulou.exchange.out.tests.test_forms import arrived, book, cells, document, printed

pytestmark = pytest.mark.django_db
NO = None


def spots(content: bytes, kind: str = "xlsx") -> dict[str, tuple[str, str]]:
    return {
        spot.where.rpartition("!")[2]: (spot.title, spot.name)
        for spot in form_read.spots(content, kind, "", {})
    }


def joined(*ranges: str, rows: list[list[Any]]) -> bytes:
    from openpyxl import load_workbook

    made = load_workbook(io.BytesIO(book(*rows)))
    for one in ranges:
        made.active.merge_cells(one)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_rows_that_name_places_sums_and_signatures_are_no_places_to_fill() -> None:
    form = joined(
        "A1:D1",
        rows=[
            ["居家观察人员日报表", NO, NO, NO], ["填报单位：", NO, "填报日期：", NO],
            ["乡镇", "在观人数", "解除观察人数", "备注"], ["龙泉镇", NO, NO, NO], ["午城镇", NO, NO, NO],
            ["合计", "=SUM(B4:B5)", "=SUM(C4:C5)", NO], ["填报人：", NO, "审核人：", NO],
        ],
    )  # fmt: skip
    assert spots(form) == {
        "B2": ("填报单位：", "here"), "D2": ("填报日期：", "day"), "B4": ("在观人数", "observation.now"),
        "C4": ("解除观察人数", "observation.released"), "D4": ("备注", ""),
        "B7": ("填报人：", "made_by"), "D7": ("审核人：", ""),
    }  # fmt: skip
    sums = book(["序号", "乡镇", "返乡人数"], ["{{no}}", "{{place}}", NO], ["合计", NO, "=SUM(C2:C2)"])
    assert spots(sums)["C2"] == ("返乡人数", "arrivals.arrived") and "B3" not in spots(sums)


def test_titles_under_a_title_and_rows_that_say_what_they_are_about_are_read_together() -> None:
    form = joined(
        "A1:A2", "B1:C1", "D1:E1",
        rows=[["乡镇", "返乡人员", NO, "解除观察", NO], [NO, "当日新增", "累计", "当日", "累计"], [NO] * 5],
    )  # fmt: skip
    assert [name for _title, name in spots(form).values()] == [
        "place", "arrivals.arrived:day", "arrivals.arrived", "observation.released:day", "observation.released",
    ]  # fmt: skip
    rows = [["指标", "当日", "累计"], ["返乡人员", NO, NO], ["解除观察", NO, NO], ["宠物", NO, NO]]
    found = spots(book(*rows))
    assert found["B2"] == ("返乡人员 · 当日", "arrivals.arrived:day")
    assert found["C3"] == ("解除观察 · 累计", "observation.released")
    assert found["B4"] == ("宠物 · 当日", "")


@pytest.mark.parametrize("ranges", [(), ("C1:D1",), ("A1:A2", "B1:B2", "C1:D1", "E1:E2")])
def test_titles_in_two_rows_are_read_together_whether_their_cells_are_joined_or_not(
    ranges: tuple[str, ...],
) -> None:
    """A column put in at the end is seldom joined: the number of all must not stand under 当日新增."""
    rows = [
        ["序号", "乡镇", "返乡人员", NO, "在观人数", "备注"], [NO, NO, "当日新增", "累计", NO, NO],
        [1, "龙泉镇", *[NO] * 4], [2, "午城镇", *[NO] * 4],
    ]  # fmt: skip
    assert spots(joined(*ranges, rows=rows)) == {
        "C3": ("返乡人员 · 当日新增", "arrivals.arrived:day"), "D3": ("返乡人员 · 累计", "arrivals.arrived"),
        "E3": ("在观人数", "observation.now"), "F3": ("备注", ""),
    }  # fmt: skip


@pytest.mark.parametrize("ranges", [(), ("A1:A3", "B1:B3", "C1:F1", "C2:D2", "E2:F2", "G1:G3", "H1:H3")])
def test_titles_in_three_rows_leave_no_column_out(ranges: tuple[str, ...]) -> None:
    rows = [
        ["序号", "乡镇", "返乡人员", NO, NO, NO, "在观人数", "备注"], [NO, NO, "当日", NO, "累计", NO, NO, NO],
        [NO, NO, "省内", "省外", "省内", "省外", NO, NO], [1, "龙泉镇", *[NO] * 6], [2, "午城镇", *[NO] * 6],
    ]  # fmt: skip
    found = spots(joined(*ranges, rows=rows))
    assert [*found] == ["C4", "D4", "E4", "F4", "G4", "H4"]
    assert (found["C4"], found["G4"]) == (("当日 · 省内", ""), ("在观人数", "observation.now"))


def test_what_something_is_counted_in_is_not_what_it_is_and_below_the_rows_nothing_is_repeated() -> None:
    rows = [["序号", "指标", "单位", "当日"], [1, "返乡人员", "人", NO], [2, "解除观察", "人", NO]]
    assert spots(book(*rows)) == {
        "D2": ("返乡人员 · 当日", "arrivals.arrived:day"), "D3": ("解除观察 · 当日", "observation.released:day"),
    }  # fmt: skip


def test_words_that_stand_for_themselves_have_their_number_beside_them_in_excel_and_in_word() -> None:
    rows = [["填报单位", ""], ["应报", ""], ["返乡人员", ""], ["宠物数量", ""]]
    names = [
        ("填报单位", "here"),
        ("应报", "reports.due:day"),
        ("返乡人员", "arrivals.arrived"),
        ("宠物数量", ""),
    ]
    assert list(spots(document(*rows), "docx").values()) == names
    plain = [[one, NO] for one, _name in rows]
    assert list(spots(book(["一、人员", NO], *plain)).values()) == names[:3]
    assert list(spots(book(*plain, ["", "", "x"])).values()) == names


def test_a_clerk_is_told_in_words_where_in_a_word_form_something_is_missing(browser: Browser) -> None:
    client, _by = browser(Role.COUNTY_OFFICE, COUNTY)
    upload = SimpleUploadedFile("表.docx", document(["乡镇", "宠物数量"], ["{{place}}", ""]))
    page = client.post("/exports/forms/", {"file": upload, "title": "表"}, follow=True).content.decode()
    assert "表1第2行第2列 宠物数量" in page
    asked = {"place": COUNTY, "purpose": "department"}
    there = client.post(f"/exports/forms/{Form.objects.get().id}/print/", asked)["Location"]
    assert "表1第2行第2列 宠物数量" in client.get(there).content.decode()


def test_a_word_form_that_names_its_places_gets_the_number_of_each(browser: Browser) -> None:
    arrived(2)
    own, other = (c.name for c in sorted(places.children(COUNTY)[:2], key=lambda c: c.code != TOWNSHIP))
    form = document(["乡镇", "返乡人数"], [own, ""], [other, ""], ["合计", ""])
    made = Document(io.BytesIO(printed(browser, form, "docx")))
    told = [[cell.text for cell in row.cells] for row in made.tables[0].rows]
    here = places.names([TOWNSHIP])[TOWNSHIP]
    assert told[1:] == [
        [own, "2" if own == here else "0"],
        [other, "2" if other == here else "0"],
        ["合计", "2"],
    ]


def test_a_place_that_is_not_below_gets_nothing_and_a_row_of_sums_the_whole(browser: Browser) -> None:
    arrived(2)
    village, here = places.names([VILLAGE, TOWNSHIP]).values()
    form = book(["村", "返乡人数"], ["合计", NO], ["天边镇", NO], [village, NO], [here, NO])
    rows = cells(printed(browser, form, place=TOWNSHIP))
    assert [row[1] for row in rows[1:5]] == [2, None, 2, 2]
    foreign = book(["乡镇", "返乡人数"], ["天边镇", NO], ["海角镇", NO])
    assert [row[1:] for row in cells(printed(browser, foreign))[1:]] in ([[NO], [NO]], [[], []])
    grown = cells(printed(browser, book(["村", "返乡人数"], ["{{place}}", NO], ["合计", NO]), place=TOWNSHIP))
    assert grown[-1][:2] == ["合计", 2] and len(grown) > 3


def table(*rows: list[Any], kind: str) -> bytes:
    return book(*rows) if kind == "xlsx" else document(*[[cell or "" for cell in row] for row in rows])


def numbers(raw: bytes, kind: str) -> list[list[str]]:
    if kind == "xlsx":
        return [["" if cell is None else str(cell) for cell in row] for row in cells(raw)]
    return [[cell.text for cell in row.cells] for row in Document(io.BytesIO(raw)).tables[0].rows]


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_a_subtotal_of_places_is_the_sum_of_its_own_rows(browser: Browser, kind: str) -> None:
    arrived(2)
    own, other, third = (
        c.name for c in sorted(places.children(COUNTY)[:3], key=lambda c: c.code != TOWNSHIP)
    )
    form = table(
        ["乡镇", "返乡人数", "备注"], [own, NO, NO], [other, NO, NO], ["东片小计", NO, NO], [third, NO, NO],
        ["小计", NO, NO], ["天边镇", NO, NO], ["小 计", NO, NO], ["合计", NO, NO], kind=kind,
    )  # fmt: skip
    rows = numbers(printed(browser, form, kind), kind)
    assert [row[1] for row in rows[1:]] == ["2", "0", "2", "0", "0", "", "", "2"]
    assert {row[2] for row in rows[1:]} == {""}


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_a_subtotal_that_stands_before_its_rows_adds_up_those_up_to_the_next(
    browser: Browser, kind: str
) -> None:
    arrived(2)
    own, other = (c.name for c in sorted(places.children(COUNTY)[:2], key=lambda c: c.code != TOWNSHIP))
    form = table(
        ["乡镇", "返乡人数"], ["合计", NO], ["小计", NO], [other, NO], ["小计", NO], [own, NO], kind=kind
    )
    rows = numbers(printed(browser, form, kind), kind)
    assert [row[1] for row in rows[1:]] == ["2", "0", "0", "2", "2"]


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_a_column_of_sums_adds_up_the_columns_beside_it_in_every_row(browser: Browser, kind: str) -> None:
    arrived(2)
    own, other = (c.name for c in sorted(places.children(COUNTY)[:2], key=lambda c: c.code != TOWNSHIP))
    form = table(
        ["乡镇", "返乡人数", "当日返乡", "小计", "宠物数量", "小计", "备注"],
        *[[name, *[NO] * 6] for name in (own, other, "合计")], kind=kind,
    )  # fmt: skip
    rows = numbers(printed(browser, form, kind), kind)
    assert [row[1:] for row in rows[1:]] == [
        ["2", "2", "4", "", "", ""], ["0", "0", "0", "", "", ""], ["2", "2", "4", "", "", ""]
    ]  # fmt: skip
    grown = table(["乡镇", "返乡人数", "当日返乡", "合计"], ["{{place}}", NO, NO, NO], kind=kind)
    assert sum(int(row[3]) for row in numbers(printed(browser, grown, kind), kind)[1:]) == 4


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_a_row_of_sums_under_rows_about_other_things_adds_them_up(browser: Browser, kind: str) -> None:
    arrived(2)
    form = table(
        ["指标", "当日", "累计"], ["返乡人员", NO, NO], ["其中：省外返乡", NO, NO], ["解除观察", NO, NO],
        ["小计", NO, NO], ["宠物", NO, NO], ["小计", NO, NO], ["合计", NO, NO], kind=kind,
    )  # fmt: skip
    rows = numbers(printed(browser, form, kind), kind)
    assert [row[1:] for row in rows[4:]] == [["2", "2"], ["", ""], ["", ""], ["", ""]]


def test_sums_are_suggested_as_no_figure_and_left_to_the_forms_own_formula(browser: Browser) -> None:
    arrived(2)
    form = joined(
        "A1:A2", "B1:D1", "E1:F1",
        rows=[
            ["乡镇", "返乡人员", NO, NO, "其他情况", NO], [NO, "当日", "累计", "小计", "解除观察", "小计"],
            ["{{place}}", NO, NO, "=SUM(B3:C3)", NO, NO], ["合计", *[NO] * 5],
        ],
    )  # fmt: skip
    found = form_read.spots(form, "xlsx", "", {})
    assert {spot.where: spot.name for spot in found if spot.title.endswith("小计")} == {
        "Sheet!F3": "observation.released"
    }
    assert not any(spot.perhaps for spot in found if "小计" in spot.title)
    marked = form_read.spots(form, "xlsx", "", {"Sheet!E3": "observation.now", "Sheet!F3": "arrivals.late"})
    assert {spot.where: spot.name for spot in marked}["Sheet!F3"] == "observation.now"
    wide = book(["类别", "数量"], ["返乡人员", NO], ["小计", "=B2"], ["合计", NO])
    assert "B3" not in spots(wide) and spots(wide)["B4"] == ("合计 · 数量", "")


def test_a_clerk_sees_what_a_column_of_sums_adds_up(browser: Browser) -> None:
    client, _by = browser(Role.COUNTY_OFFICE, COUNTY)
    form = book(["乡镇", "返乡人数", "解除观察人数", "小计"], [NO, NO, NO, NO])
    there = client.post("/exports/forms/", {"file": SimpleUploadedFile("表.xlsx", form), "title": "表"})
    page = client.get(there["Location"]).content.decode()
    assert "返回人员 + 解除观察" in page and 's:Sheet!D2"' not in page
