"""A department's form as it was uploaded: whether it can hurt, and where in it a number may go."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from bulou.exchange.ledger.files import DAMAGED
from bulou.exchange.out.names import PLACED, suggested, understood
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


@dataclass(frozen=True)
class Spot:
    """Where something may go: `where` ("Sheet1!C5", or the place in a Word file), what stands over or before
    it, the name that goes there ("" when none is known), and the words in braces when they stand in the file."""

    where: str
    title: str
    name: str = ""
    written: str = ""


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
    return [
        Spot(s.where, s.title, marks.get(s.where, s.name) if not s.written else s.name, s.written)
        for s in found
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
        rows = list(sheet.iter_rows())
        last = sheet.max_column
        written = {cell.row for row in rows for cell in row if PLACED.search(str(cell.value or ""))}
        for row in rows:
            for cell in row:
                text = str(cell.value or "")
                if PLACED.search(text):
                    for said in PLACED.findall(text):
                        yield Spot(
                            f"{sheet.title}!{cell.coordinate}",
                            _over(sheet, cell),
                            understood(said, listed),
                            said,
                        )
                elif isinstance(cell.value, str) and text.strip() and not text.startswith("="):
                    at = _beside(sheet, cell, written, last)
                    if at is not None:
                        title = " ".join(text.split())
                        yield Spot(f"{sheet.title}!{at.coordinate}", title, suggested(title, listed))


def _over(sheet: Any, cell: Any) -> str:
    """What stands over a cell, the nearest first text above."""
    for row in range(cell.row - 1, 0, -1):
        text = str(sheet.cell(row, cell.column).value or "").strip()
        if text and not PLACED.search(text):
            return text
    return ""


def _beside(sheet: Any, cell: Any, written: set[int], last: int) -> Any | None:
    """The empty cell that a title is about: under it in a row of titles (also when that row was filled in by
    hand, and this column was not), else to its right."""
    bottom, right = _corner(sheet, cell)
    if _heads(sheet, cell.row) or bottom + 1 in written:
        under = sheet.cell(bottom + 1, cell.column)
        return under if _is_free(sheet, under) else None
    if right >= last:
        return None
    after = sheet.cell(cell.row, right + 1)
    return after if _is_free(sheet, after) else None


def _heads(sheet: Any, row: int) -> bool:
    """Whether a row is one of titles: two or more of its texts stand over nothing. A sum is no text."""
    over = 0
    for cell in sheet[row]:
        text = cell.value.strip() if isinstance(cell.value, str) else ""
        if text and not text.startswith("=") and not PLACED.search(text):
            bottom, _right = _corner(sheet, cell)
            over += _is_free(sheet, sheet.cell(bottom + 1, cell.column))
    return over >= 2


def _corner(sheet: Any, cell: Any) -> tuple[int, int]:
    """The last row and column of a cell, merged or not."""
    for merged in sheet.merged_cells.ranges:
        if cell.coordinate in merged:
            return merged.max_row, merged.max_col
    return cell.row, cell.column


def _is_free(sheet: Any, cell: Any) -> bool:
    return cell.value is None and type(cell).__name__ != "MergedCell"


def _in_text(content: bytes, listed: str) -> Iterator[Spot]:
    from docx import Document

    try:
        document = Document(io.BytesIO(content))
    except Exception as error:  # as above
        raise Refusal("form-type") from error
    for at, paragraph in enumerate(document.paragraphs, 1):
        for said in PLACED.findall(paragraph.text):
            yield Spot(f"¶{at}", paragraph.text[:40], understood(said, listed), said)
    for number, table in enumerate(document.tables, 1):
        yield from _in_table(table, number, listed)


def _in_table(table: Any, number: int, listed: str) -> Iterator[Spot]:
    rows = [[cell.text.strip() for cell in row.cells] for row in table.rows]
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            where = f"{number}:{at + 1}:{column + 1}"
            for said in PLACED.findall(text):
                above = next((r[column] for r in reversed(rows[:at]) if column < len(r) and r[column]), "")
                yield Spot(where, above, understood(said, listed), said)
            under = rows[at + 1] if at + 1 < len(rows) else []
            # A column that was left empty beside filled ones.
            beside = at == 0 or any(PLACED.search(cell) for cell in under)
            if text and beside and not PLACED.search(text) and column < len(under) and not under[column]:
                yield Spot(f"{number}:{at + 2}:{column + 1}", text, suggested(text, listed))
