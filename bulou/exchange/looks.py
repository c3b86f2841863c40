"""What a workbook looks like, without what its cells say: sheets, widths, joined cells, what is hidden, styles.

Only what is named here is read, and only attributes: no formula, link, macro, comment or text comes along.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.parsers import expat

from defusedxml.ElementTree import ParseError, fromstring
from openpyxl.utils import get_column_letter as letter
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from bulou.exchange.ledger.files import DAMAGED

Attributes = dict[str, str]
Joined = tuple[
    int, int, int, int
]  # first row, first column, last row, last column; from 1, both ends included

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MAINS: Final = (MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
_RELATIONS: Final = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
ROWS, COLUMNS = 1_048_576, 16_384  # of a sheet of Excel
_PIECE = 1 << 16
_DIGITS = 7  # of the greatest number of a row or a style
_AT = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
# Elements that say how a sheet looks, with what of them is kept.
_KEPT: Final = {
    "tabColor": ("rgb", "theme", "tint", "indexed"),
    "outlinePr": ("summaryBelow", "summaryRight"),
    "pageSetUpPr": ("fitToPage",),
    "sheetView": ("showGridLines", "showRowColHeaders", "showZeros", "rightToLeft", "view", "zoomScale"),
    "pane": ("xSplit", "ySplit", "topLeftCell", "activePane", "state"),
    "sheetFormatPr": ("baseColWidth", "defaultColWidth", "defaultRowHeight", "customHeight", "zeroHeight"),
    "printOptions": ("horizontalCentered", "verticalCentered", "headings", "gridLines"),
    "pageMargins": ("left", "right", "top", "bottom", "header", "footer"),
    "pageSetup": ("paperSize", "scale", "fitToWidth", "fitToHeight", "orientation"),
}  # fmt: skip
_TOLD: Final = {
    f"{space}}}{name}": name for space in _MAINS for name in (*_KEPT, "col", "mergeCell", "row", "c")
}
_OF_COLUMN = ("width", "customWidth", "hidden", "outlineLevel", "collapsed", "style")
_OF_ROW = ("ht", "customHeight", "hidden", "outlineLevel", "collapsed", "s", "customFormat")
_STATES = frozenset({"visible", "hidden", "veryHidden"})


class Misfit(Exception):  # noqa: N818 - nothing failed: a file is laid out in a way that cannot be given back
    """The looks of this file cannot be kept."""


@dataclass(slots=True)
class Looks:
    """A sheet. `part`: where its cells stand in the archive; "" where nothing is known of single cells.

    `said`: elements of `_KEPT`; `columns`: (first, last, attributes).
    """

    name: str
    state: str = "visible"
    part: str = ""
    said: dict[str, Attributes] = field(default_factory=dict)
    columns: list[tuple[int, int, Attributes]] = field(default_factory=list)
    joined: list[Joined] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    """A row as it looks: `cells` is column → (style, whether a number stands there)."""

    number: int
    said: Attributes
    cells: dict[int, tuple[int, bool]]


@dataclass(slots=True)
class Book:
    """A workbook's looks; `archive` only where single cells are known. `since_1904`: how its days are counted."""

    sheets: list[Looks]
    archive: zipfile.ZipFile | None = None
    since_1904: bool = False

    def part(self, name: str) -> bytes:
        """A part that all sheets share; empty where there is none."""
        with understood():
            return self.archive.read(name) if self.archive and name in self.archive.namelist() else b""

    def lines(self, sheet: Looks) -> Iterator[Line]:
        """The rows of a sheet from top to bottom."""
        if self.archive is None or not sheet.part:
            return
        found = _Rows()
        for _piece in _parsed(self.archive, sheet.part, found.start):
            yield from found.whole()
        yield from found.end()


@contextmanager
def opened(path: Path) -> Iterator[Book]:
    """The looks of a workbook that was read before (`ledger.files`), so that it is known to do no harm.

    Raises Misfit.
    """
    with ExitStack() as until_written:
        with understood():
            book = Book([])
            if zipfile.is_zipfile(path):
                archive = until_written.enter_context(zipfile.ZipFile(path))
                book = _modern(archive) if "xl/workbook.xml" in archive.namelist() else book
            if book.archive is None:
                book.sheets = _old(path)
        yield book


@contextmanager
def understood() -> Iterator[None]:
    """Around what reads: raises Misfit for whatever is damaged, or written in signs that only others can read."""
    try:
        yield
    except (*DAMAGED, CalamineError, ParseError, expat.ExpatError, LookupError) as error:
        raise Misfit from error


def _old(path: Path) -> list[Looks]:
    """Of .xls and .xlsb the reader tells which cells are joined, and which sheets are hidden."""
    with path.open("rb") as file, CalamineWorkbook.from_filelike(file) as book:
        return [
            Looks(
                meta.name,
                "visible" if meta.visible == SheetVisibleEnum.Visible else "hidden",
                joined=[
                    (top + 1, left + 1, bottom + 1, right + 1)
                    for (top, left), (bottom, right) in book.get_sheet_by_index(n).merged_cell_ranges or []
                ],
            )
            for n, meta in enumerate(book.sheets_metadata)
        ]


def _modern(archive: zipfile.ZipFile) -> Book:
    book = fromstring(archive.read("xl/workbook.xml"))
    links = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): posixpath.join("/xl", link.get("Target", ""))[1:] for link in links}
    found, since_1904 = Book([], archive), False
    for one in book.iter():
        name = one.tag.rpartition("}")[2]
        if name == "workbookPr":
            since_1904 = one.get("date1904") in ("1", "true")
        elif name == "sheet":
            part = next((targets[one.get(key)] for key in _RELATIONS if one.get(key) in targets), "")
            if part.startswith("xl/worksheets/"):
                state = one.get("state", "visible")
                found.sheets.append(_looks(archive, one.get("name", ""), state, part))
    found.since_1904 = since_1904
    return found


def _looks(archive: zipfile.ZipFile, name: str, state: str, part: str) -> Looks:
    """Also whether its rows are in order, so that `lines` fails no more."""
    sheet, rows = Looks(name, state if state in _STATES else "visible", part), _Rows()

    def start(tag: str, said: Attributes) -> None:
        if tag in ("c", "row"):
            rows.start(tag, said)
        elif tag in _KEPT and tag not in sheet.said:
            sheet.said[tag] = {key: said[key] for key in _KEPT[tag] if key in said}
        elif tag == "col":
            first, last = _number(said.get("min"), COLUMNS), _number(said.get("max"), COLUMNS)
            sheet.columns.append((first, last, {key: said[key] for key in _OF_COLUMN if key in said}))
        elif tag == "mergeCell":
            corners = [_at(one) for one in said.get("ref", "").split(":")]
            (top, left), (bottom, right) = corners[0], corners[-1]
            if (top, left) != (bottom, right):
                sheet.joined.append((top, left, bottom, right))

    for _piece in _parsed(archive, part, start):
        rows.whole()
    return sheet


class _Rows:
    """Rows while they are read: a row is whole when the next one begins."""

    def __init__(self) -> None:
        self._done: list[Line] = []
        self._open: Line | None = None
        self._column = 0

    def start(self, tag: str, said: Attributes) -> None:
        if tag == "row":
            last = self._open.number if self._open else 0
            number = _number(said["r"], ROWS) if "r" in said else last + 1
            if number <= last:
                raise Misfit
            if self._open:
                self._done.append(self._open)
            self._open = Line(number, {key: said[key] for key in _OF_ROW if key in said}, {})
            self._column = 0
        elif tag == "c" and self._open is not None:
            column = self._column + 1
            if column > COLUMNS:
                raise Misfit
            at = said.get("r")
            if at is not None and at != f"{letter(column)}{self._open.number}":  # nearly always the next one
                row, column = _at(at)
                if row != self._open.number or column <= self._column:
                    raise Misfit
            self._column = column
            self._open.cells[column] = (style_of(said, "s"), said.get("t", "n") in ("n", "d"))

    def whole(self) -> list[Line]:
        done, self._done = self._done, []
        return done

    def end(self) -> list[Line]:
        return [self._open] if self._open else []


def _parsed(archive: zipfile.ZipFile, part: str, start: Callable[[str, Attributes], None]) -> Iterator[None]:
    """Read a part; `start` is called for each element that is told of, and after each piece there is a pause."""
    parser = expat.ParserCreate(namespace_separator="}")

    def begun(tag: str, said: Attributes) -> None:
        if (name := _TOLD.get(tag)) is not None:
            start(name, said)

    def refused(*_said: object) -> None:
        raise Misfit

    parser.StartElementHandler = begun
    parser.StartDoctypeDeclHandler = refused
    with archive.open(part) as file:
        while piece := file.read(_PIECE):
            parser.Parse(piece, False)
            yield
        parser.Parse(b"", True)


def style_of(said: Attributes, key: str) -> int:
    """A style's number; the plain one's where there is none."""
    text = said.get(key, "")
    return int(text) if len(text) <= _DIGITS and text.isdecimal() else 0


def _number(text: str | None, most: int) -> int:
    if text is None or len(text) > _DIGITS or not text.isdecimal() or not 1 <= int(text) <= most:
        raise Misfit
    return int(text)


def _at(text: str) -> tuple[int, int]:
    """(row, column) of a cell's name, from 1."""
    found = _AT.fullmatch(text.replace("$", ""))
    if found is None:
        raise Misfit
    column = 0
    for one in found[1]:
        column = column * 26 + ord(one) - 64
    if column > COLUMNS:
        raise Misfit
    return _number(found[2], ROWS), column
