"""Cells that show an error of the spreadsheet (#N/A, #REF!): something belongs there, and it cannot be read.

The reader gives such a cell as an empty one. What the file says of them is asked here, only where there are any;
finding tables knows nothing of them, and a line says which of its columns show one.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from bisect import insort
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from defusedxml.ElementTree import fromstring

from bulou.lib.refusals import Refusal

from . import biff, refused

if TYPE_CHECKING:
    from .columns import Column
    from .files import Sheet
    from .layout import Layout
    from .reading import Row

_WORDS = r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|GETTING_DATA)"
IN_BYTES: Final = re.compile(_WORDS.encode())
_IN_TEXT = re.compile(_WORDS)
_CELL = re.compile(
    # A sign that begins the next element ends the search, as many attributes do: else each of many that are
    # never closed is read to the end.
    rb"""<(?:\w+:)?c\b(?=[^<>]{0,200}\bt=["']e["'])[^<>]{0,200}\br=["']([A-Za-z]{1,3})(\d{1,7})["'][^<>]{0,200}>"""
    rb"(?:<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>))?(?:<(?:\w+:)?v>([^<]{1,20})<)?"
)
# A formula that no spreadsheet has worked out yet; one that came to an empty text says so with its type.
_NOT_WORKED_OUT = rb"</(?:\w+:)?f>(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
_LEFT = re.compile(_NOT_WORKED_OUT)
_WAITING = re.compile(
    rb"""<(?:\w+:)?c\b(?![^<>]{0,200}\bt=)[^<>]{0,200}\br=["']([A-Za-z]{1,3})(\d{1,7})["'][^<>]{0,200}>"""
    rb"<(?:\w+:)?f\b[^<>]{0,200}>[^<]*" + _NOT_WORKED_OUT
)
_UNSAID: Final = "#?"  # an error that does not say which
_PIECE = 1 << 18
_LONGEST = 1 << 16  # bytes of one cell, its formula included
# More than any clerk's ledger; each costs some memory.
_MOST = 500_000
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

# Where a line waits: the same columns in which a text that cannot be read makes it wait.
_NEEDED: Final = {
    "name": "NAME_CELL_ERROR", "sex": "SEX_CELL_ERROR",
    **dict.fromkeys(("id_number", "doc_number"), "ID_CELL_ERROR"),
    **dict.fromkeys(("birth_date", "left_date", "return_date", "day"), "DATE_CELL_ERROR"),
    **dict.fromkeys(("temperature", "temp_am", "temp_pm"), "TEMP_CELL_ERROR"),
}  # fmt: skip
_EMPTY: Final = frozenset({"ROW_BLANK", "ROW_ONLY_NUMBER"})
# What is said of an empty cell is not said of these.
_MISSING: Final = {
    "name": ("NAME_MISSING", "ROW_UNCLEAR"), "id_number": ("ID_MISSING",), "return_date": ("DATE_MISSING",),
}  # fmt: skip
# What a sound identity number says is known, whatever its own column shows.
_KNOWN: Final = frozenset({"sex", "birth_date", "doc_kind"})


def any_in(window: bytes) -> bool:
    """Whether cells that show an error, or that wait to be worked out, may stand in this piece of a part."""
    return (b"#" in window and IN_BYTES.search(window) is not None) or (
        b"f><" in window and _LEFT.search(window) is not None
    )


def look_into(path: Path, marked: Collection[str], sheets: list[Sheet]) -> None:
    """Fill `errors` of a workbook's sheets. `marked`: the parts that may hold any."""
    by_name = {sheet.name: sheet for sheet in sheets}
    with zipfile.ZipFile(path) as archive:
        for name, part in _parts(archive).items():
            if part in marked and name in by_name:
                _look(archive, part, by_name[name])
    look_at_texts(sheets)


def look_into_old(path: Path, sheets: list[Sheet]) -> None:
    """As `look_into`, for .xls."""
    found = biff.errors(path)
    if len(found) == len(sheets):
        for sheet, errors in zip(sheets, found, strict=True):
            for index, column, error in errors:
                _say(sheet, index, column, error)
    look_at_texts(sheets)


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """{name of a sheet: its part}."""
    try:
        book = fromstring(archive.read("xl/workbook.xml"))
        links = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except KeyError:  # a workbook in binary
        return {}
    targets = {link.get("Id"): posixpath.join("/xl", link.get("Target", ""))[1:] for link in links}
    return {
        one.get("name", ""): targets.get(one.get(_RELATION), "")
        for one in book.iter()
        if one.tag.endswith("}sheet")
    }


def _look(archive: zipfile.ZipFile, part: str, sheet: Sheet) -> None:
    tail = b""
    with archive.open(part) as file:
        while chunk := file.read(_PIECE):
            window = tail + chunk
            for match in _CELL.finditer(window) if IN_BYTES.search(window) else ():
                _say(sheet, *_at(match), (match[3] or _UNSAID.encode()).decode())
            for match in _WAITING.finditer(window) if b"f><" in window else ():
                _say(sheet, *_at(match), _UNSAID)
            tail = window[-_LONGEST:]


def _at(cell: re.Match[bytes]) -> tuple[int, int]:
    """Row and column of a cell, from 0."""
    column = 0
    for letter in cell[1].upper():
        column = column * 26 + letter - 64
    return int(cell[2]) - 1, column - 1


def look_at_texts(sheets: Iterable[Sheet]) -> None:
    """Errors that were saved as texts are no texts either: they go from the rows to `errors`."""
    for sheet in sheets:
        for index, row in enumerate(sheet.rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str) and cell[:1] == "#" and _IN_TEXT.fullmatch(cell.strip()):
                    row[column] = ""
                    _say(sheet, index, column, cell.strip())


def _say(sheet: Sheet, index: int, column: int, error: str) -> None:
    """Of a cell merged over several rows it holds for each of them."""
    last = next((m[2] for m in sheet.merged if m[:2] == (index, column)), index)
    for row in range(index, last + 1):
        sheet.errors.setdefault(row, {})[column] = error
    if len(sheet.errors) > _MOST:
        raise Refusal(refused.FILE_UNREADABLE)


def unhide(sheet: Sheet, found: Layout) -> None:
    """A line that seems empty speaks of somebody where an error stands in the place of the name."""
    for index in sorted(sheet.errors):
        if index >= len(found.kinds) or found.kinds[index] not in _EMPTY:
            continue
        table = next((one for one in reversed(found.tables) if one.header and one.header[-1] < index), None)
        if table is None:
            continue
        fields = {column.field for column in table.columns}
        key = "name" if "name" in fields else "id_number"
        if any(c.field == key and c.index in sheet.errors[index] for c in table.columns):
            found.kinds[index] = ""
            insort(table.data, index)


def shown(row: Row, errors: dict[int, str]) -> None:
    """The line's cells with its errors in them, as whoever looks at the file sees them."""
    row.raw = [*row.raw, *[""] * (max(errors) + 1 - len(row.raw))]
    for column, error in errors.items():
        row.raw[column] = error


def note(row: Row, columns: Iterable[Column], errors: dict[int, str]) -> None:
    """Say of a line which of its columns show an error. Nothing stands in for what belongs there."""
    shown(row, errors)
    faulty = [c for c in columns if c.index in errors and (c.field or c.slot)]
    fields = {c.slot or c.field or "" for c in faulty}
    for field in fields - _KNOWN:
        row.values.pop(field, None)
    unsaid = {code for field in fields for code in _MISSING.get(field, ())}
    row.codes = [code for code in row.codes if code not in unsaid]
    if faulty:
        needed = sorted({_NEEDED[field] for field in fields if field in _NEEDED and field not in row.values})
        row.codes += needed or ["CELL_ERROR"]
        row.words = {**(row.words or {}), "columns": ", ".join(c.title or c.letter for c in faulty)}
