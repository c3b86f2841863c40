"""The file that comes back is the clerk's own: it looks as it did, says what it said, and nothing in it runs."""

from __future__ import annotations

import io
import shutil
import zipfile
from argparse import ArgumentParser
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest
import xlsxwriter
import xlwt
from django.test import Client
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from python_calamine import CalamineWorkbook

from bulou.core.people import keys
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.exchange import annotate
from bulou.exchange.cli import LOOK, register
from bulou.exchange.ledger.read import read
from bulou.exchange.ledger.reading import Row
from bulou.exchange.models import ImportRun
from bulou.exchange.tests.conftest import HEADS, TOWNSHIP, line
from bulou.lib import clock

TRICKS = ["=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1+1", "＝1+1", " =1+1"]


def ornate(path: Path) -> Path:
    """A clerk's workbook with all that clerks do to one."""
    book = Workbook()
    sheet = book.active
    sheet.title = "返乡人员 (2)"
    sheet.append(["某镇返乡人员登记表"])
    sheet.merge_cells("A1:H1")
    sheet["A1"].font = Font(name="黑体", size=18, bold=True)
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet.append(["姓名", "身份证号", "电话", "家庭住址", "返回情况", None, "体温", "备注"])
    sheet.append([None, None, None, None, "从何地返回", "返回日期", None, None])
    for joined in ("A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:F2", "G2:G3", "H2:H3"):
        sheet.merge_cells(joined)
    for cell in sheet[2]:
        cell.fill = PatternFill("solid", fgColor="FF92D050")
    for n in range(1, 5):
        name, card, phone, _home, origin, _day, _heat = line(n)
        sheet.append([name, card, phone, "某村3组", origin, date(2020, 2, n), 36.5, None])
        sheet.cell(n + 3, 6).number_format = 'm"月"d"日"'
        sheet.cell(n + 3, 7).number_format = "0.0"
        sheet.cell(n + 3, 1).border = Border(bottom=Side("thin"))
    sheet.merge_cells("D4:D5")
    sheet["G5"], sheet["H4"] = 365, '=HYPERLINK("http://example.invalid","点")'
    sheet["H5"], sheet["H6"] = "明日再测", datetime.fromisoformat("2020-02-03T08:30")
    sheet["H6"].number_format = "yyyy-mm-dd hh:mm"
    sheet["H7"] = time(8, 30)
    sheet["H7"].number_format = "h:mm"
    sheet["A4"].hyperlink = "http://example.invalid/"
    sheet["A4"].fill = PatternFill("solid", fgColor="FFFFFF00")
    sheet.append(["填表人：甲"])
    for letter, width in {"A": 9.5, "B": 24, "D": 31.25}.items():
        sheet.column_dimensions[letter].width = width
    sheet.column_dimensions["C"].hidden = True
    sheet.row_dimensions[1].height = 33
    sheet.row_dimensions[6].hidden = True
    sheet.freeze_panes = "B4"
    sheet.sheet_properties.tabColor = "FF0000"
    sheet.page_setup.orientation = "landscape"
    for name, state in (("填写说明", "visible"), ("备用", "hidden"), ("字典", "veryHidden")):
        more = book.create_sheet(name)
        more.sheet_state = state
        more["B2"] = f"{name}：如实填写"
        more.merge_cells("B2:D3")
    book.defined_names["外"] = DefinedName("外", attr_text="'[1]别处'!$A$1")
    book.save(path)
    return path


def own(path: Path) -> dict[str, int]:
    """How many columns of a sheet are the clerk's."""
    return {sheet.title: sheet.max_column for sheet in load_workbook(path).worksheets}


def shown(path: Path | io.BytesIO) -> Workbook:
    """A workbook as it is shown; a formula that nothing has worked out yet as a sign that something stands there."""
    book = load_workbook(path, data_only=True)
    for sheet in load_workbook(path).worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            at = book[sheet.title][cell.coordinate]
            at.value = "#?" if at.value is None else at.value
    return book


def looks(path: Path | io.BytesIO, columns: dict[str, int]) -> dict[str, Any]:
    """All that must come back, by sheet, as another reader sees it."""
    found: dict[str, Any] = {}
    for sheet in shown(path).worksheets:
        most = columns[sheet.title]
        found[sheet.title] = {
            "state": sheet.sheet_state,
            "joined": sorted(map(str, sheet.merged_cells.ranges)),
            "widths": {k: (d.width, d.hidden) for k, d in sheet.column_dimensions.items() if d.min <= most},
            "rows": {n: (d.height, d.hidden) for n, d in sheet.row_dimensions.items() if d.height or d.hidden},
            "panes": sheet.freeze_panes, "tab": sheet.sheet_properties.tabColor and sheet.sheet_properties.tabColor.rgb,
            "orientation": sheet.page_setup.orientation,
            "styles": {
                cell.coordinate: (
                    cell.font.b, cell.font.name, cell.font.sz, cell.number_format, cell.border.bottom.style,
                    cell.alignment.horizontal,
                )
                for row in sheet.iter_rows(max_col=most) for cell in row if cell.value not in (None, "")
            },
        }  # fmt: skip
    return found


def apart(one: Any, other: Any, at: str = "") -> list[Any]:
    """In what they differ, and nothing else of them."""
    if isinstance(one, dict) and isinstance(other, dict):
        return [d for k in one.keys() | other.keys() for d in apart(one.get(k), other.get(k), f"{at} {k}")]
    return [] if one == other else [(at, one, other)]


def values(path: Path | io.BytesIO, columns: dict[str, int]) -> dict[str, list[list[Any]]]:
    book = shown(path)
    return {
        sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows(max_col=columns[sheet.title])]
        for sheet in book.worksheets
    }


def said(path: Path | io.BytesIO, title: str, column: int) -> list[Any]:
    """The two new columns of a sheet."""
    sheet = load_workbook(path)[title]
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_col=column, max_col=column + 1)]


def is_inert(raw: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = set(archive.namelist())
        told = b"".join(archive.read(name) for name in parts)
    outside = ("external", "hyperlink", "vba", "drawing", "comment", "connections", "query", "custom")
    return (
        not [part for part in parts for word in outside if word in part.lower()]
        and b"<f>" not in told and b"<f " not in told and b"definedName" not in told and b"example.invalid" not in told
    )  # fmt: skip


def check(original: Path, back: bytes) -> None:
    mine = own(original)
    assert apart(looks(io.BytesIO(back), mine), looks(original, mine)) == []
    assert values(io.BytesIO(back), mine) == values(original, mine)
    with translation.override("zh-hans"):
        words = {str(word) for word in annotate.VERDICTS.values()}
    told = said(io.BytesIO(back), "返乡人员 (2)", 9)
    assert told[1] == ["结果", "原因"]
    assert [one[0] for one in told if one[0] != "结果"] == [
        "非人员行",
        "已收入",
        "待核定",
        "已收入",
        "已收入",
        "非人员行",
    ]
    assert all(
        one[0] in words for name in ("填写说明", "备用", "字典") for one in said(io.BytesIO(back), name, 5)
    )
    assert is_inert(back)


@pytest.fixture
def browser(client: Client) -> Client:
    return signed_in(client, actor(Role.TOWNSHIP_CLERK, TOWNSHIP))


def dropped(browser: Client, path: Path) -> ImportRun:
    with path.open("rb") as file:
        browser.post("/import/look/", {"file": file, "place": TOWNSHIP, "kind": "auto"})
    return ImportRun.objects.latest("at")


def rows_of(path: Path) -> list[Row]:
    return read(path, today=date(2020, 2, 6), fever_tenths=373).rows


def given_back(path: Path) -> bytes:
    out = io.BytesIO()
    with translation.override("zh-hans"):
        annotate.write(rows_of(path), out, like=path, name=path.name)
    return out.getvalue()


def test_a_workbook_comes_back_as_it_looked(tmp_path: Path) -> None:
    path = ornate(tmp_path / "名册.xlsx")
    check(path, given_back(path))


@pytest.mark.django_db
def test_the_command_may_write_the_file_back_over_itself(tmp_path: Path) -> None:
    path = ornate(tmp_path / "名册.xlsx")
    was, asked = path.with_name("was.xlsx"), ArgumentParser()
    shutil.copy(path, was)
    register(asked.add_subparsers())
    with translation.override("zh-hans"):
        args = asked.parse_args(
            ["import", str(path), "--place", TOWNSHIP, "--annotated", str(path), "--dry-run"]
        )
        assert args.run(args) == LOOK
    check(was, path.read_bytes())
    assert sorted(tmp_path.iterdir()) == sorted([path, was])


def test_of_an_old_workbook_joined_cells_and_hidden_sheets_come_back(tmp_path: Path) -> None:
    path, book = tmp_path / "名册.xls", xlwt.Workbook()
    sheet, more = book.add_sheet("返乡"), book.add_sheet("字典")
    more.visibility = 1
    sheet.write_merge(0, 0, 0, 6, "返乡人员登记表")
    for at, (head, cell) in enumerate(zip(HEADS, line(1), strict=True)):
        sheet.write(1, at, head)
        if head != "家庭住址":
            sheet.write(2, at, cell)
    sheet.row(3).set_cell_error(0, 0x2A)
    sheet.write_merge(2, 3, 3, 3, "某村3组")
    more.write(0, 0, "=1+1")
    book.save(str(path))
    kept, plain = tmp_path / "kept", given_back(path)
    with kept.open("wb") as file:
        annotate.keep(path, file)
    again = io.BytesIO()
    with translation.override("zh-hans"):
        annotate.write(rows_of(path), again, like=kept, name=path.name)
    for back in (io.BytesIO(plain), again):
        found = load_workbook(back)
        assert [(one.title, one.sheet_state) for one in found.worksheets] == [
            ("返乡", "visible"),
            ("字典", "hidden"),
        ]
        assert sorted(map(str, found["返乡"].merged_cells.ranges)) == ["A1:G1", "D3:D4"]
        assert [cell.value for cell in found["返乡"][3]][:7] == [*line(1)[:3], "某村3组", *line(1)[4:]]
        assert (found["返乡"]["A4"].value, found["字典"]["A1"].value) == ("#N/A", "'=1+1")
        assert said(back, "返乡", 8)[1:3] == [["结果", "原因"], ["已收入", ANY]]


@pytest.mark.django_db
def test_the_desk_gives_it_back_alike_before_and_after_it_is_taken_in(
    browser: Client, tmp_path: Path
) -> None:
    path = ornate(tmp_path / "名册.xlsx")
    run = dropped(browser, path)
    check(path, browser.get(f"/import/{run.id}/annotated/").content)
    browser.post(f"/import/{run.id}/take/")
    check(path, browser.get(f"/import/{run.id}/annotated/").content)
    kept = sorted((clock.home() / "files" / "ledgers").glob(f"{run.id}*"))
    assert [one.suffix for one in kept] == [".looks"]  # the file itself is gone


@pytest.mark.django_db
def test_what_is_kept_of_a_file_goes_with_its_key_and_the_lines_come_back_plainly(
    browser: Client, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    path, other_file = ornate(tmp_path / "名册.xlsx"), tmp_path / "二.xlsx"
    second = load_workbook(path)
    second["返乡人员 (2)"]["D7"] = "某村9组"
    second.save(other_file)
    ended, other = dropped(browser, path), dropped(browser, other_file)
    for run in (ended, other):
        browser.post(f"/import/{run.id}/take/")
    with django_capture_on_commit_callbacks(execute=True):
        keys.destroy({ended.id})
    kept = {one.stem for one in (clock.home() / "files" / "ledgers").iterdir()}
    assert str(ended.id) not in kept and str(other.id) in kept
    assert browser.get(f"/import/{ended.id}/annotated/").status_code == 200


def test_nothing_that_anybody_wrote_is_in_what_is_kept_of_the_looks(tmp_path: Path) -> None:
    path, kept = ornate(tmp_path / "名册.xlsx"), io.BytesIO()
    annotate.keep(path, kept)
    with zipfile.ZipFile(kept) as archive:
        told = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert "返乡人员 (2)" in told  # a sheet is called so
    for text in (*line(1)[:3], "登记表", "姓名", "某村3组", "43862", "如实填写", "example.invalid"):
        assert text not in told


def test_a_row_has_the_colour_of_its_verdict_and_a_cell_keeps_its_own(tmp_path: Path) -> None:
    path = ornate(tmp_path / "名册.xlsx")
    sheet = load_workbook(io.BytesIO(given_back(path)))["返乡人员 (2)"]
    held = {sheet.cell(5, column).fill.fgColor.rgb for column in (1, 2, 3, 5, 6, 7, 8, 9, 10)}
    assert held == {"FFFFE1A8"}
    assert sheet["A4"].fill.fgColor.rgb == "FFFFFF00"
    assert sheet["A2"].fill.fgColor.rgb == "FF92D050"
    assert sheet["I8"].fill.fgColor.rgb == "FFF0F0F0"


def test_what_a_formula_came_to_is_given_back_and_the_formula_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("=1+1")
        sheet.write_row(0, 0, HEADS)
        sheet.write_row(1, 0, line(1))
        sheet.write_formula("D2", "=CONCATENATE(1)", value="某村")
        sheet.write_formula("G2", "=36+0.5", value=36.5)
        sheet.write_formula("D3", '=WEBSERVICE("http://example.invalid")', value="=1+1")
        sheet.write_formula("E3", "=NA()", value="#N/A")
        sheet.write_array_formula("H2:H3", "{=A2:A3}", value="甲")
        sheet.data_validation("B2:B9", {"validate": "list", "source": "=INDIRECT(A1)"})
        sheet.conditional_format(
            "C2:C9", {"type": "formula", "criteria": "=WEBSERVICE(1)", "format": book.add_format()}
        )
        sheet.write_comment("A2", "http://example.invalid")
        book.define_name("外", "='[1]别处'!$A$1")
    back = given_back(path)
    assert is_inert(back)
    sheet = load_workbook(io.BytesIO(back))["=1+1"]
    assert (sheet["D2"].value, sheet["G2"].value, sheet["H2"].value) == ("某村", 36.5, "甲")
    assert (sheet["D3"].value, sheet["E3"].value) == ("'=1+1", "#N/A")
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"n", "s"}


texts = st.sampled_from(
    [*TRICKS, "-", "+86 15412345678", "'x", "a\nb", " 空 ", '<&">', "2020-02-01", "08:30:00"]
)
cells = st.one_of(
    st.none(), texts, st.text("甲=+@\t1 _x", max_size=6), st.booleans(), st.integers(-9, 10**17),
    st.floats(-1e6, 1e6, allow_nan=False), st.dates(date(1950, 1, 1), date(2030, 1, 1)),
)  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(
    lines=st.lists(st.lists(cells, min_size=1, max_size=9), min_size=1, max_size=8),
    joined=st.sets(st.integers(0, 11), max_size=3), hidden=st.sets(st.integers(0, 8), max_size=3),
    days=st.booleans(),
)  # fmt: skip
def test_every_row_comes_back_with_its_verdict_and_every_cell_with_what_it_said(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[list[Any]],
    joined: set[int],
    hidden: set[int],
    days: bool,
) -> None:
    path = tmp_path_factory.mktemp("book") / "a.xlsx"
    with xlsxwriter.Workbook(
        path, {"date_1904": days, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet, day = book.add_worksheet("表"), book.add_format({"num_format": "yyyy/m/d"})
        sheet.write_row(0, 0, HEADS)
        for n, row in enumerate([line(1), *lines], 1):
            for at, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(n, at, cell, day)
                elif isinstance(cell, str):
                    sheet.write_string(n, at, cell)
                else:
                    sheet.write(n, at, cell)
        for at in joined:
            sheet.merge_range(2, at, 4, at, "并", day)
        for at in hidden:
            sheet.set_row(at, 20, None, {"hidden": True})
            sheet.set_column(at, at, 3 + at, None, {"hidden": at % 2})
    back, mine = given_back(path), own(path)
    assert apart(looks(io.BytesIO(back), mine), looks(path, mine)) == []
    want = [[_inert(cell) for cell in row] for row in values(path, mine)["表"]]
    got = values(io.BytesIO(back), mine)["表"]
    rows = rows_of(path)
    want += [[None] * mine["表"] for _row in rows[len(want) :]]  # rows of which only the height is said
    assert [[_whole(cell) for cell in row] for row in got] == [[_whole(cell) for cell in row] for row in want]
    told = said(io.BytesIO(back), "表", mine["表"] + 1)
    with translation.override("zh-hans"):
        assert [one[0] for one in told] == ["结果", *(annotate.told(row.verdict, False) for row in rows[1:])]
    assert is_inert(back)


def _inert(cell: Any) -> Any:
    return annotate.inert(cell) if isinstance(cell, str) else cell


def _whole(cell: Any) -> Any:
    """Line ends are one in XML; nothing and an empty text are one to whoever looks."""
    return cell.replace("\r\n", "\n") or None if isinstance(cell, str) else cell


def test_a_text_that_looks_like_the_code_of_a_character_stays_a_text(tmp_path: Path) -> None:
    path, out = tmp_path / "a.csv", tmp_path / "b.xlsx"
    path.write_text(f"{','.join(HEADS)}\n_x0041_{','.join(line(1))}\n", encoding="utf-8-sig")
    annotate.write(rows_of(path), out, like=path, name=path.name)
    with CalamineWorkbook.from_path(out) as book:
        assert book.get_sheet_by_index(0).to_python()[1][0] == f"_x0041_{line(1)[0]}"


@pytest.mark.parametrize("text", TRICKS)
def test_what_could_be_worked_out_gets_an_apostrophe(text: str) -> None:
    assert annotate.inert(text) == "'" + text


@pytest.mark.parametrize("text", ["-", "－", "+86 15412345678", "-1.5", "'x", "张三", "36.5", "1/2", ""])
def test_what_cannot_be_worked_out_stays_as_it_is(text: str) -> None:
    assert annotate.inert(text) == text


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        *((b'ref="A3:B3"', bad) for bad in ("A1:XFD1", "A1:A9999999", "A1:ZZZ2", "甲", "")),
        (b'encoding="UTF-8"', "GB18030"), (b'encoding="UTF-8"', "none"),
    ],
)  # fmt: skip
def test_a_workbook_whose_looks_make_no_sense_comes_back_plainly_and_says_so(
    tmp_path: Path, good: bytes, bad: str
) -> None:
    named = good.decode().partition('"')[0]
    path, bent = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADS)
        sheet.write_row(1, 0, line(1))
        sheet.merge_range("A3:B3", "合计")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(bent, "w") as target:
        for one in source.namelist():
            target.writestr(one, source.read(one).replace(good, f'{named}"{bad}"'.encode()))
    out = io.BytesIO()
    with translation.override("zh-hans"):
        annotate.write(rows_of(path), out, like=bent, name=bent.name)
    (head, *_rest) = said(out, "Sheet1", len(HEADS) + 1)
    assert head[0] == "结果" and "版式" in head[1]
