"""A department's own table: uploaded once, filled in for any place and day, and honest about what it cannot fill."""

from __future__ import annotations

import io
import zipfile
from datetime import date, time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from openpyxl import Workbook, load_workbook

from bulou.core.figures.figure import figures
from bulou.core.places import queries as places
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.exchange.out import form_read, forms
from bulou.exchange.out.models import Export, Form
from bulou.exchange.out.names import every, understood
from bulou.exchange.out.tests.conftest import (
    COUNTY,
    OTHER,
    TOWNSHIP,
    VILLAGE,
    Browser,
    body,
    name,
    people,
)
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal

pytestmark = pytest.mark.django_db


def arrived(count: int, place: str = VILLAGE, first: int = 0, day: date = date(2020, 2, 11)) -> None:
    """People who came from an affected area."""
    from bulou.core.people.models import Person

    people(count, place, first)
    found = list(Person.objects.filter(place=place).order_by("id"))[-count:]
    rows = [
        Incoming("arrivals.arrival", ids.new(), place, clock.at(day, time(10)), {
            "person": str(person.id), "from_place": "湖北武汉市", "origin_code": "420100",
            "left_day": day.isoformat(),
        })
        for person in found
    ]  # fmt: skip
    told = take(rows, SYSTEM)
    assert {one.status for one in told} == {"accepted"}, told


def book(*rows: list[Any]) -> bytes:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def document(*rows: list[str], text: str = "") -> bytes:
    made = Document()
    if text:
        made.add_paragraph(text)
    table = made.add_table(rows=len(rows), cols=len(rows[0]))
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            table.cell(at, column).text = cell
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def printed(browser: Browser, content: bytes, kind: str = "xlsx", place: str = COUNTY, **said: Any) -> bytes:
    """A form through its pages: uploaded, asked for, taken."""
    client, _by = browser(Role.COUNTY_OFFICE, COUNTY)
    upload = SimpleUploadedFile(f"表.{kind}", content)
    answer = client.post(
        "/exports/forms/", {"file": upload, "title": "返乡人员统计表", "list": said.pop("list", "")}
    )
    assert answer.status_code == 302, answer.content.decode()
    assert client.get(answer["Location"]).status_code == 200
    wish = {"place": place, "day": "2020-02-11", "purpose": "department", **said}
    there = client.post(f"{answer['Location']}print/", wish)["Location"]
    assert client.get(there).status_code == 200
    return body(client.get(f"{there}file/"))


def cells(raw: bytes) -> list[list[Any]]:
    return [list(row) for row in load_workbook(io.BytesIO(raw)).worksheets[0].iter_rows(values_only=True)]


def test_a_single_sheet_of_figures_is_filled_for_the_place_and_the_day(browser: Browser) -> None:
    arrived(2)
    arrived(1, first=10, day=date(2020, 2, 10))
    raw = printed(browser, book(
        ["{{here}}返乡人员统计表"], ["返乡总人数", "{{arrivals.arrived}}"], ["当日返乡", "{{arrivals.arrived:day}}"],
        ["日期", "{{day}}"], ["填表人 {{制表人}}"],
    ))  # fmt: skip
    rows = cells(raw)
    assert rows[0][0] == f"{places.names([COUNTY])[COUNTY]}返乡人员统计表"
    assert (rows[1][1], rows[2][1]) == (3, 2)
    assert rows[3][1].date() == date(2020, 2, 11)
    assert rows[4][0] == "填表人 申晓岚"


def test_rows_by_the_places_below_grow_with_the_county_and_keep_what_lies_below(browser: Browser) -> None:
    arrived(2)
    form = book(["序号", "乡镇", "返乡人数"], ["{{no}}", "{{place}}", "{{arrivals.arrived}}"],
                ["", "合计", "=SUM(C2:C2)"], ["填表人", "{{made_by}}", ""])  # fmt: skip
    rows = cells(printed(browser, form))
    children = places.children(COUNTY)
    assert [row[1] for row in rows[1 : 1 + len(children)]] == [child.name for child in children]
    numbers = {row[1]: row[2] for row in rows[1 : 1 + len(children)]}
    assert numbers[places.names([TOWNSHIP])[TOWNSHIP]] == 2
    assert sorted(numbers.values()) == [0] * (len(children) - 1) + [2]  # a zero is 0
    assert rows[1 + len(children)][2] == f"=SUM(C2:C{1 + len(children)})"
    assert rows[2 + len(children)][1] == "申晓岚"


def test_rows_that_name_their_places_already_are_filled_by_name(browser: Browser) -> None:
    arrived(2)
    children = places.children(COUNTY)[:3]
    form = book(
        ["乡镇", "返乡人数", "备注"], *[[child.name, None, None] for child in children], ["合计", None, None]
    )
    client, _by = browser(Role.COUNTY_OFFICE, COUNTY)
    there = client.post("/exports/forms/", {"file": SimpleUploadedFile("表.xlsx", form), "title": "表"})[
        "Location"
    ]
    one = Form.objects.get()
    client.post(there, {"s:Sheet!B2": "arrivals.arrived"})
    asked = client.post(f"/exports/forms/{one.id}/print/", {"place": COUNTY, "purpose": "department"})[
        "Location"
    ]
    rows = cells(body(client.get(f"{asked}file/")))
    assert [row[1] for row in rows[1:5]] == [2 if c.code == TOWNSHIP else 0 for c in children] + [2]
    assert [row[2] for row in rows[1:5]] == [None] * 4


def test_a_form_with_a_new_column_says_which_the_system_cannot_fill(browser: Browser) -> None:
    arrived(1)
    form = book(["乡镇", "返乡人数", "宠物数量"], ["{{place}}", "{{arrivals.arrived}}", None])
    client, _by = browser(Role.COUNTY_OFFICE, COUNTY)
    answer = client.post(
        "/exports/forms/", {"file": SimpleUploadedFile("表.xlsx", form), "title": "表"}, follow=True
    )
    page = answer.content.decode()
    assert "有 1 处系统无法填写：C2 宠物数量" in page
    one = Form.objects.get()
    asked = client.post(f"/exports/forms/{one.id}/print/", {"place": COUNTY, "purpose": "department"})[
        "Location"
    ]
    assert "宠物数量" in client.get(asked).content.decode()
    rows = cells(body(client.get(f"{asked}file/")))
    assert [row[2] for row in rows[1:]] == [None] * (len(rows) - 1)
    wrong = book(["x", "{{没有这个指标}}"])
    upload = SimpleUploadedFile("表.xlsx", wrong)
    page = client.post("/exports/forms/", {"file": upload, "title": "乙"}, follow=True).content.decode()
    assert "没有这个指标" in page and "系统无法填写" in page


def test_a_row_of_sums_is_no_row_of_titles() -> None:
    content = book(
        ["序号", "乡镇", "返回人员", "无人机架次"], [""], ["", "合计", "=SUM(C2:C2)", "=SUM(D2:D2)"]
    )
    found = form_read.spots(content, "xlsx", "", {})
    assert [(spot.where, spot.title) for spot in found if not spot.name] == [("Sheet!D2", "无人机架次")]


def test_a_word_that_several_figures_have_is_left_to_the_clerk_with_them(browser: Browser) -> None:
    form = book(["乡镇", "在观人数", "发热人数"], [None, None, None])
    client, _by = browser(Role.COUNTY_OFFICE, COUNTY)
    answer = client.post(
        "/exports/forms/", {"file": SimpleUploadedFile("表.xlsx", form), "title": "表"}, follow=True
    )
    page = answer.content.decode()
    assert "有 1 处系统无法填写：C2 发热人数" in page
    assert "可能是：发热人次、上报发热和可疑人员" in page and 'label="可能是"' in page


def test_titles_that_are_known_get_their_number_by_themselves(browser: Browser) -> None:
    arrived(2)
    title = str(figures()["arrivals.arrived"].title)
    raw = printed(browser, book(["序号", "乡镇", title, f"当日{title}"], [None, None, None, None]))
    rows = cells(raw)
    assert rows[1][0] == 1
    assert sum(row[2] for row in rows[1:]) == 2 and sum(row[3] for row in rows[1:]) == 2


def test_what_is_not_known_stays_empty_and_zero_is_zero(browser: Browser) -> None:
    arrived(1)
    form = book(["{{arrivals.arrived}}", "{{arrivals.arrived:day}}", "{{observation.readings:day}}"])
    assert cells(printed(browser, form))[0][:2] == [1, 1]
    assert cells(printed(browser, form, place=OTHER))[0][:2] == [0, 0]
    # The books of this county begin on the 11th: what was before that, they do not know.
    assert cells(printed(browser, form, day="2020-01-05"))[:1] in ([], [[None, None, None]])


def test_a_line_list_is_people_and_goes_by_the_rules_of_exports(browser: Browser) -> None:
    people(3)
    names = ["{{no}}", "{{name}}", "{{id_number}}", "{{phone}}", "{{place}}"]
    form = book(["序号", "姓名", "身份证号", "电话", "地址"], names, ["制表", "{{made_by}}", "", "", ""])
    rows = cells(printed(browser, form, list="people", identifiers="masked"))
    assert {row[1] for row in rows[1:4]} == {name(n) for n in range(3)}
    assert all("*" in row[2] and "*" in row[3] for row in rows[1:4])
    assert rows[4][1] == "申晓岚"
    people(50, first=10)
    client, _by = browser(Role.COUNTY_OFFICE, COUNTY)
    one = Form.objects.get()
    asked = client.post(f"/exports/forms/{one.id}/print/", {"place": COUNTY, "purpose": "department"})[
        "Location"
    ]
    assert Export.objects.latest("at").second
    assert client.get(f"{asked}file/").status_code == 302


def test_a_word_form_is_filled_names_what_cannot_be_and_nothing_of_it_is_run(browser: Browser) -> None:
    arrived(2)
    names = ["{{place}}", "{{arrivals.arrived}}", ""]
    said = "{{here}} {{day}} 返乡 {{arrivals.arrived}} 人"
    form = document(["乡镇", "返乡人数", "宠物数量"], names, text=said)
    raw = printed(browser, form, "docx")
    client, _by = browser(Role.COUNTY_OFFICE, COUNTY)
    page = client.get(f"/exports/forms/{Form.objects.get().id}/").content.decode()
    assert "有 1 处系统无法填写" in page and "宠物数量" in page
    made = Document(io.BytesIO(raw))
    county = places.names([COUNTY])[COUNTY]
    assert made.paragraphs[0].text == f"{county} 2020-02-11 返乡 2 人"
    rows = [[cell.text for cell in row.cells] for row in made.tables[0].rows]
    assert [row[0] for row in rows[1:]] == [child.name for child in places.children(COUNTY)]
    assert sum(int(row[1]) for row in rows[1:]) == 2
    assert "申晓岚" in made.sections[0].footer.paragraphs[-1].text
    with pytest.raises(Refusal) as refused:
        form_read.kind_of(document(["{% for x in [1] %}"]))
    assert refused.value.code == "form-unsafe"


def test_names_of_people_are_inert_in_forms(browser: Browser) -> None:
    from bulou.core.people.actions import enrol
    from bulou.core.people.persons import NewPerson

    enrol([NewPerson(name="=1+1", place=VILLAGE), NewPerson(name="{{here}}<b>", place=VILLAGE)], SYSTEM)
    raw = printed(browser, book(["姓名", "地"], ["{{name}}", "{{place}}"]), list="people")
    sheet = load_workbook(io.BytesIO(raw)).worksheets[0]
    assert {(cell.value, cell.data_type) for cell in sheet["A"][1:]} == {("=1+1", "s"), ("{{here}}<b>", "s")}
    raw = printed(browser, document(["姓名", "地"], ["{{name}}", "{{place}}"]), "docx", list="people")
    rows = [row.cells[0].text for row in Document(io.BytesIO(raw)).tables[0].rows]
    assert sorted(rows[1:]) == ["=1+1", "{{here}}<b>"]


FETCHING = '<Relationship Type="x/image" TargetMode="External"/>'


def packed(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for part, text in parts.items():
            made.writestr(part.replace("__", "/"), text)
    return out.getvalue()


def damaged() -> bytes:
    whole = bytearray(packed(xl__workbook_xml="0123456789" * 9))
    at = whole.index(b"xml") + len("xml")
    whole[at : at + 4] = bytes(one ^ 0x5A for one in whole[at : at + 4])
    return bytes(whole)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<html></html>", "form-type"), (packed(a="b"), "form-type"), (damaged(), "form-type"),
        (b"x" * (form_read.LARGEST + 1), "form-large"),
        (packed(**{"xl__workbook.xml": "<a/>", "xl__vbaProject.bin": "x"}), "form-unsafe"),
        (packed(**{"xl__workbook.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]>"}), "form-unsafe"),
        (packed(**{"xl__workbook.xml": "<a/>", "xl__a.rels": FETCHING}), "form-unsafe"),
        (packed(**{"xl__workbook.xml": "<a/>", "xl__b.xml": "0" * (form_read.LARGEST_UNPACKED + 1)}), "form-large"),
        (book(['=WEBSERVICE("http://a")']), "form-unsafe"), (book(["=cmd|'/c calc'!A1"]), "form-unsafe"),
        (packed(**{"word__document.xml": "<w:instrText> DDEAUTO c:\\\\cmd </w:instrText>"}), "form-unsafe"),
    ],
)  # fmt: skip
def test_forms_made_to_hurt_are_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        form_read.kind_of(content)
    assert refused.value.code == code


def test_a_form_of_a_county_is_printed_below_and_changed_only_above() -> None:
    from bulou.exchange.out import form_fill

    office, clerk = actor(Role.COUNTY_OFFICE, COUNTY), actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
    other = actor(Role.TOWNSHIP_CLERK, OTHER)
    form = forms.add(book(["x", "{{here}}"]), "表", "", office)
    assert form_fill.get(clerk, form.id) == form
    with pytest.raises(Refusal):
        forms.end(form.id, clerk)
    own = forms.add(book(["x", "{{here}}"]), "镇表", "", clerk)
    with pytest.raises(Refusal):
        form_fill.get(other, own.id)
    forms.end(form.id, office)
    with pytest.raises(Refusal):
        form_fill.get(office, form.id)


def test_names_are_understood_by_code_and_by_title() -> None:
    title = str(figures()["arrivals.arrived"].title)
    assert understood(title) == "arrivals.arrived"
    assert understood(f"当日{title}") == "arrivals.arrived:day"
    assert understood("arrivals.arrived[affected-area]") == "arrivals.arrived[affected-area]"
    assert understood("没有这个") == "" and "id_number" not in every("")


def test_the_page_of_names_lists_them(browser: Browser) -> None:
    client, _by = browser()
    assert "{{arrivals.arrived}}" in client.get("/exports/forms/names/").content.decode()
    assert "{{id_number}}" in client.get("/exports/forms/names/?list=people").content.decode()
    assert client.get("/exports/forms/names/?list=nothing").status_code == 404
