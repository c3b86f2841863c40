"""What a spreadsheet could not work out is no empty cell: the line says so, and waits where it is needed."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwt

from bulou.exchange.ledger import biff, faulty
from bulou.exchange.ledger.files import Sheet
from bulou.exchange.ledger.reading import Reading
from bulou.exchange.ledger.tests.sheets import people, take

TITLES = ["序号", "姓名", "身份证号", "联系电话", "家庭住址", "返回日期", "体温", "备注"]
KINDS = ["xlsx", "xls", "xls-formula", "csv"]
ERRORS = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"]


def full(n: int) -> list[Any]:
    one = people(1, n)[0]
    return [n, one.name, one.number, one.phone, f"青石村{n}组", "2020-01-25", "36.5", "无异常"]


def book(path: Path, lines: list[list[Any]], merged: Any = ()) -> Path:
    """A workbook in which a text that begins with # is what a formula came to."""
    out = xlsxwriter.Workbook(str(path))
    sheet = out.add_worksheet("名单")
    sheet.write_row(0, 0, TITLES)
    for top, left, bottom, right in merged:
        sheet.merge_range(top, left, bottom, right, "")
    for r, line in enumerate(lines, 1):
        for c, cell in enumerate(line):
            if isinstance(cell, str) and cell.startswith("#"):
                sheet.write_formula(r, c, '=VLOOKUP(A1,"<表>",2)', None, cell)
            elif cell is not None:
                sheet.write(r, c, cell)
    out.close()
    return path


def old(path: Path, lines: list[list[Any]], formulas: bool) -> Path:
    """The same as .xls; a text that begins with # is an error in its cell, or what a formula came to there."""
    codes = {error: code for code, error in biff._ERRORS.items()}
    out = xlwt.Workbook()
    out.add_sheet("说明").write(0, 0, "如实填写")
    sheet, worked_out = out.add_sheet("名单"), []
    for r, line in enumerate([TITLES, *lines]):
        for c, cell in enumerate(line):
            if isinstance(cell, str) and cell.startswith("#") and formulas:
                sheet.write(r, c, xlwt.Formula("1/0"))
                worked_out.append(codes[cell])
            elif isinstance(cell, str) and cell.startswith("#"):
                sheet.row(r).set_cell_error(c, codes[cell])
            elif cell is not None:
                sheet.write(r, c, cell)
    out.save(str(path))
    raw = path.read_bytes()
    for code in worked_out:  # the writer works nothing out: what a formula came to is put in its place
        raw = raw.replace(b"\3\0\0\0\0\0\xff\xff", bytes([2, 0, code, 0, 0, 0, 255, 255]), 1)
    path.write_bytes(raw)
    return path


def text(path: Path, lines: list[list[Any]]) -> Path:
    told = [",".join("" if cell is None else str(cell) for cell in line) for line in [TITLES, *lines]]
    path.write_text("\n".join(told), encoding="utf-8-sig")
    return path


def read(tmp_path: Path, kind: str, lines: list[list[Any]]) -> Reading:
    """The sheet of people."""
    if kind.startswith("xls-") or kind == "xls":
        found = take(old(tmp_path / "a.xls", lines, kind != "xls"))
        found.rows = [row for row in found.rows if row.sheet == "名单"]
        return found
    return take(book(tmp_path / "a.xlsx", lines) if kind == "xlsx" else text(tmp_path / "a.csv", lines))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("error", ERRORS)
def test_an_error_where_a_cell_is_needed_makes_the_line_wait_and_names_the_column(
    tmp_path: Path, kind: str, error: str
) -> None:
    needed = {"姓名": "NAME", "身份证号": "ID", "返回日期": "DATE", "体温": "TEMP"}
    for column, code in needed.items():
        lines = [full(1), full(2), full(3)]
        lines[1][TITLES.index(column)] = error
        row = read(tmp_path, kind, lines).rows[2]
        assert (row.verdict, row.codes) == ("held", [f"{code}_CELL_ERROR"])
        assert column in row.message
        assert row.raw[TITLES.index(column)] == error


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_elsewhere_is_noted_and_nothing_is_made_of_it(tmp_path: Path, kind: str) -> None:
    lines = [full(1), full(2)]
    for column in ("联系电话", "家庭住址", "备注"):
        lines[0][TITLES.index(column)] = "#REF!"
    row, other = read(tmp_path, kind, lines).rows[1:3]
    assert (row.verdict, row.codes) == ("accepted", ["CELL_ERROR"])
    assert not {"phone", "address", "note"} & row.values.keys()
    assert all(column in row.message for column in ("联系电话", "家庭住址", "备注"))
    assert (other.verdict, other.codes) == ("accepted", [])


@pytest.mark.parametrize("kind", KINDS)
def test_a_line_of_errors_waits_where_one_stands_for_the_name_and_is_empty_where_not(
    tmp_path: Path, kind: str
) -> None:
    lines = [full(1), [2, *["#REF!"] * 7], [3, None, *["#N/A"] * 6], full(4)]
    rows = read(tmp_path, kind, lines).rows
    assert [row.verdict for row in rows[1:]] == ["accepted", "held", "skipped", "accepted"]
    assert "姓名" in rows[2].message
    assert rows[3].raw[2] == "#N/A"


def test_an_error_over_a_family_is_that_of_each_of_them(tmp_path: Path) -> None:
    lines = [full(1), full(2), full(3)]
    for line in lines[:2]:
        line[4] = None
    lines[0][4] = "#REF!"
    rows = take(book(tmp_path / "a.xlsx", lines, [(1, 4, 2, 4)])).rows[1:]
    assert [row.codes for row in rows] == [["CELL_ERROR"], ["CELL_ERROR"], []]


def test_what_a_sound_number_says_is_known_although_its_own_column_shows_an_error(tmp_path: Path) -> None:
    lines = [[*full(n), "男"] for n in (1, 2)]
    lines[0][-1] = "#N/A"
    path = tmp_path / "a.csv"
    path.write_text(
        "\n".join(",".join(map(str, line)) for line in [[*TITLES, "性别"], *lines]), encoding="utf-8-sig"
    )
    row = take(path).rows[1]
    assert (row.verdict, row.codes) == ("accepted", ["CELL_ERROR"])
    assert row.values["sex"]


@pytest.mark.parametrize("piece", [b"<c ", b"<c t='e' ", b"<c t='e' r='A1'"])
def test_cells_that_are_never_closed_are_not_each_read_to_the_end(piece: bytes) -> None:
    assert [*faulty._CELL.finditer(piece * 200_000)] == []
    assert [*faulty._WAITING.finditer(piece * 200_000)] == []
    assert [*faulty._WAITING.finditer(b"<c " + b"r='A1' " * 36_000)] == []


def test_an_old_workbook_that_ends_too_soon_tells_of_no_errors_and_raises_nothing(tmp_path: Path) -> None:
    path = old(tmp_path / "a.xls", [full(1), ["#N/A", *full(2)[1:]]], formulas=False)
    raw = path.read_bytes()
    assert biff.errors(path) == [[], [(2, 0, "#N/A")]]
    for end in range(0, len(raw), 97):
        path.write_bytes(raw[:end])
        assert [found for sheet in biff.errors(path) for found in sheet if found[2] not in ERRORS] == []


def test_a_formula_that_was_never_worked_out_is_no_empty_cell(tmp_path: Path) -> None:
    lines = [full(n) for n in range(1, 5)]
    out = openpyxl.Workbook()
    sheet = out.active
    lines[0][2], lines[1][5], lines[2][6], lines[3][0] = "=B2", "=F3", "=G2", "=ROW()-1"
    for line in [TITLES, *lines]:
        sheet.append(line)
    out.save(tmp_path / "a.xlsx")
    number, day, measured, counted = take(tmp_path / "a.xlsx").rows[1:]
    assert "ID_CELL_ERROR" in number.codes and "ID_MISSING" not in number.codes
    assert "DATE_CELL_ERROR" in day.codes and "TEMP_CELL_ERROR" in measured.codes
    assert [row.verdict for row in (number, day, measured, counted)] == ["held", "held", "held", "accepted"]


def test_a_formula_that_came_to_nothing_is_an_empty_cell(tmp_path: Path) -> None:
    sheet = Sheet("a", [["x", ""]])
    part = b'<row r="1"><c r="B1" t="str"><f>IF(A1&gt;9,1,"")</f><v></v></c></row>'
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a", part)
        archive.writestr("b", part.replace(b' t="str"', b""))
        faulty._look(archive, "a", sheet)
        assert sheet.errors == {}
        faulty._look(archive, "b", sheet)
    assert sheet.errors == {0: {1: "#?"}}
