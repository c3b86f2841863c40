"""A department's form as it was uploaded: whether it can hurt, and where in it a number may go."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from openpyxl.utils import get_column_letter

from bulou.exchange.ledger.files import DAMAGED
from bulou.exchange.out import form_spots
from bulou.exchange.out.form_spots import Box, Grid, Spot
from bulou.exchange.out.names import PLACED, added, understood
from bulou.lib.refusals import Refusal, declare

declare(
    "form-type",
    _("This is no Excel (.xlsx) or Word (.docx) file. Save the form as one of these and upload it again."),
)
declare(
    "form-large", _("This form is too large. Upload the empty form, of 500 rows and 100 columns at most.")
)
declare(
    "form-unsafe",
    _(
        "This form holds something that runs or fetches by itself (%(what)s). Take it out and upload the form again."
    ),
)
MB = 1 << 20
LARGEST, LARGEST_UNPACKED, MOST_PARTS = 4 * MB, 32 * MB, 400
MOST_ROWS, MOST_COLUMNS = 500, 100
_HARM = re.compile(rb"<!(DOCTYPE|ENTITY)", re.I)
_FETCHES = re.compile(rb"<Relationship\b(?=[^>]*TargetMode\s*=\s*[\"']External)[^>]*>", re.I)
_RUNS = re.compile(rb"\b(DDE(AUTO)?|INCLUDETEXT|INCLUDEPICTURE|MACROBUTTON|IMPORT|LINK)\b\s", re.I)
_INSTRUCTION = re.compile(rb"<w:instrText[^>]*>([^<]*)<|w:instr=\"([^\"]*)\"")
# A template's code, also where Word has broken it into runs: a form holds names, and nothing that is run.
_TAG, _CODE = re.compile(rb"<[^>]*>"), re.compile(rb"\{[%#]|[%#]\}")
_FORMULA = re.compile(r"<(?:\w+:)?(?:f|formula\d?|definedName)\b[^>]*>([^<]+)<")
_CALL = re.compile(r"([A-Za-z_][\w.]*)\s*\(")
# What a table of numbers adds up with; nothing of it fetches or runs.
_HARMLESS: Final = frozenset({
    "SUM", "SUMIF", "SUMIFS", "SUMPRODUCT", "AVERAGE", "COUNT", "COUNTA", "COUNTIF", "COUNTIFS", "IF", "IFERROR", "AND",
    "OR", "NOT", "ROUND", "ROUNDUP", "ROUNDDOWN", "MAX", "MIN", "ABS", "INT", "MOD", "TEXT", "TODAY", "YEAR", "MONTH",
    "DAY", "SUBTOTAL", "ROW", "COLUMN", "N", "CONCATENATE", "LEFT", "RIGHT", "MID", "LEN",
})  # fmt: skip


def kind_of(content: bytes) -> str:
    """xlsx or docx, after making sure that it cannot hurt. Raises Refusal: `form-type`, `form-large`, `form-unsafe`."""
    if len(content) > LARGEST:
        raise Refusal("form-large")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            infos = packed.infolist()
            if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > LARGEST_UNPACKED:
                raise Refusal("form-large")
            names = {info.filename for info in infos}
            for info in infos:
                _look(info.filename, packed.read(info))
    except DAMAGED as error:
        raise Refusal("form-type") from error
    kind = "xlsx" if "xl/workbook.xml" in names else "docx" if "word/document.xml" in names else ""
    if not kind:
        raise Refusal("form-type")
    return kind


def _look(name: str, part: bytes) -> None:
    """One part of the file. Raises Refusal `form-unsafe`."""
    lower = name.lower()
    if any(word in lower for word in ("vbaproject", "externallink", "activex", "embeddings/", "macrosheets")):
        raise Refusal("form-unsafe", what=name.rpartition("/")[2])
    if not lower.endswith((".xml", ".rels")):
        return
    if _HARM.search(part) or part[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Refusal("form-unsafe", what="DOCTYPE")
    for found in _FETCHES.finditer(part):
        if b"/hyperlink" not in found[0]:
            raise Refusal("form-unsafe", what="http")
    for one, other in _INSTRUCTION.findall(part):
        if said := _RUNS.search((one or other) + b" "):
            raise Refusal("form-unsafe", what=said[1].decode())
    if lower.startswith("word/") and _CODE.search(_TAG.sub(b"", part)):
        raise Refusal("form-unsafe", what="{%")
    if lower.startswith("xl/"):
        for formula in _FORMULA.findall(part.decode("utf-8", "replace")):
            _harmless(formula)


def _harmless(formula: str) -> None:
    for called in _CALL.findall(formula):
        if called.upper().removeprefix("_XLFN.") not in _HARMLESS:
            raise Refusal("form-unsafe", what=called)
    if "|" in formula or "[" in formula or "://" in formula:
        raise Refusal("form-unsafe", what=formula[:40])


def spots(content: bytes, kind: str, listed: str, marks: Mapping[str, str]) -> list[Spot]:
    """Every place of a form where something goes or may go, in reading order; `marks` are those chosen before."""
    found = sorted(_in_sheets(content, listed), key=_order) if kind == "xlsx" else _in_text(content, listed)
    told = [
        replace(spot, name=marks.get(spot.where, spot.name)) if not (spot.written or spot.sums) else spot
        for spot in found
    ]
    names = {spot.where: spot.name for spot in told}
    return [
        replace(spot, name=added([names.get(at, "") for at in spot.sums], listed)) if spot.sums else spot
        for spot in told
    ]


def _order(spot: Spot) -> tuple[str, int, int, str]:
    """Sheet, row, column: in reading order."""
    sheet, _bang, cell = spot.where.rpartition("!")
    letters = cell.rstrip("0123456789")
    return sheet, int(cell[len(letters) :]), len(letters), letters


def load(content: bytes) -> Any:
    """The workbook of a form. Raises Refusal `form-type`, `form-large`."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content))
    except Exception as error:  # a broken file can fail anywhere in its reader
        raise Refusal("form-type") from error
    for sheet in book.worksheets:
        if sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS:
            raise Refusal("form-large")
    return book


def _in_sheets(content: bytes, listed: str) -> Iterator[Spot]:
    for sheet in load(content).worksheets:
        yield from form_spots.spots(_sheet(sheet, listed))


def _sheet(sheet: Any, listed: str) -> Grid:
    """A sheet, with the first row and column that nobody has written in."""
    corners = {(m.min_row, m.min_col): (m.max_row - 1, m.max_col - 1) for m in sheet.merged_cells.ranges}
    rows = sheet.iter_rows(max_row=sheet.max_row + 1, max_col=sheet.max_column + 1)
    boxes = [
        [_box(cell, *corners.get((cell.row, cell.column), (cell.row - 1, cell.column - 1))) for cell in row]
        for row in rows
    ]
    return Grid(boxes, lambda row, column: f"{sheet.title}!{get_column_letter(column + 1)}{row + 1}", listed)


def _box(cell: Any, bottom: int, right: int) -> Box:
    if type(cell).__name__ == "MergedCell":
        return Box(free=False, bottom=bottom, right=right)
    value = cell.value
    text = value if isinstance(value, str) else ""
    sums = value is not None and (not text or text.startswith("="))
    return Box(text, value is None, sums, bottom, right)


def _in_text(content: bytes, listed: str) -> list[Spot]:
    from docx import Document

    try:
        document = Document(io.BytesIO(content))
    except Exception as error:  # as above
        raise Refusal("form-type") from error
    found = [
        Spot(f"¶{at}", paragraph.text[:40], understood(said, listed), said)
        for at, paragraph in enumerate(document.paragraphs, 1)
        for said in PLACED.findall(paragraph.text)
    ]
    for number, table in enumerate(document.tables, 1):
        inside = form_spots.spots(_table(table, number, listed))
        found += sorted(inside, key=lambda spot: [int(part) for part in spot.where.split(":")])
    return found


def _table(table: Any, number: int, listed: str) -> Grid:
    """A table of Word: a joined cell is its first one, the others are nothing that could be filled."""
    cells = [list(row.cells) for row in table.rows]
    corners = {id(cell._tc): (at, column) for at, row in enumerate(cells) for column, cell in enumerate(row)}
    seen: set[int] = set()
    boxes: list[list[Box]] = []
    for at, row in enumerate(cells):
        line: list[Box] = []
        for column, cell in enumerate(row):
            first, text = id(cell._tc) not in seen, cell.text.strip()
            seen.add(id(cell._tc))
            corner = corners[id(cell._tc)] if first else (at, column)
            line.append(
                Box(text, not text, False, *corner) if first else Box(free=False, bottom=at, right=column)
            )
        boxes.append(line)
    wide = max((len(line) for line in boxes), default=0) + 1
    padded = [
        [*line, *(Box(free=False, bottom=at, right=n) for n in range(len(line), wide))]
        for at, line in enumerate(boxes)
    ]
    return Grid(padded, lambda row, column: f"{number}:{row + 1}:{column + 1}", listed)
