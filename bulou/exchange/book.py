"""A workbook written row by row in the looks of another: filled with what its rows say, or kept without it.

Only numbers, days and texts are written, never a formula or a link.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import zipfile
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils import get_column_letter as letter
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, to_excel

from bulou.exchange.looks import COLUMNS, MAIN, Attributes, Book, Line, Looks, Misfit, style_of
from bulou.exchange.palette import Palette

_DOCUMENT: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
_TYPES: Final = "http://schemas.openxmlformats.org/package/2006"
_KIND: Final = "application/vnd.openxmlformats-officedocument"
_START: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TOGETHER = 500  # rows
_WIDE, _WIDEST = 14, 70
# Further to the right nobody would find what is said of a row.
_FARTHEST = 300
_EXACT = 10**15  # from here on a number is written as the spreadsheet holds it
_UNHELD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CODED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # what a spreadsheet would take for the code of a character
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d.*)?|\d\d:\d\d:\d\d.*")
_BEFORE: Final = ("outlinePr", "pageSetUpPr")


@dataclass(slots=True)
class Filled:
    """What a row says: its cells, what is `said` in the two columns after them, and its verdict; "" for a heading."""

    cells: Sequence[Any]
    said: tuple[str, str]
    verdict: str


def write(
    book: Book, out: Path | IO[bytes], filled: Mapping[str, Mapping[int, Filled]] | None, colours: dict[str, str]
) -> None:  # fmt: skip
    """Write it to `out`. `filled`: by sheet and number; without it, only the looks. Raises Misfit before it writes."""
    palette = Palette(book.part("xl/styles.xml"), colours)
    sheets = [
        _Sheet(book, looks, None if filled is None else filled.get(looks.name, {}), palette)
        for looks in book.sheets
    ]
    if filled is not None and not filled.keys() <= {looks.name for looks in book.sheets}:
        raise Misfit
    theme = book.part("xl/theme/theme1.xml")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _content_types(len(sheets), bool(theme)))
        archive.writestr("_rels/.rels", _links({"rId1": ("officeDocument", "xl/workbook.xml")}))
        archive.writestr("xl/workbook.xml", _workbook(book))
        parts = {f"rId{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)}
        parts |= {"rIdS": ("styles", "styles.xml")} | (
            {"rIdT": ("theme", "theme/theme1.xml")} if theme else {}
        )
        archive.writestr("xl/_rels/workbook.xml.rels", _links(parts))
        if theme:
            archive.writestr("xl/theme/theme1.xml", theme)
        for n, sheet in enumerate(sheets, 1):
            with archive.open(f"xl/worksheets/sheet{n}.xml", "w") as part:
                for piece in sheet.pieces():
                    part.write(piece.encode())
        archive.writestr("xl/styles.xml", palette.to_xml())  # last: only now it is known which are needed


class _Sheet:
    """One sheet while it is written."""

    def __init__(
        self, book: Book, looks: Looks, filled: Mapping[int, Filled] | None, palette: Palette
    ) -> None:
        self._book, self._looks, self._filled, self._palette = book, looks, filled, palette
        self._epoch = MAC_EPOCH if book.since_1904 else WINDOWS_EPOCH
        self._width = _width(looks, filled.values()) if filled is not None else 0
        self._names = [letter(n) for n in range(1, self._width + 3)]
        self._repeated = _repeated(looks)

    def pieces(self) -> Iterator[str]:
        yield f'{_START}<worksheet xmlns="{MAIN}">{self._head()}<sheetData>'
        waiting: list[str] = []
        for line in self._lines():
            waiting.append(self._row(line))
            if len(waiting) == _TOGETHER:
                yield "".join(waiting)
                waiting.clear()
        yield "".join([*waiting, "</sheetData>", self._tail(), "</worksheet>"])

    def _lines(self) -> Iterator[Line]:
        """Rows as they look, and between them those of which only is known what they say."""
        told, at = sorted(self._filled or ()), 0
        for line in self._book.lines(self._looks):
            while at < len(told) and told[at] < line.number:
                yield Line(told[at], {}, {})
                at += 1
            at += at < len(told) and told[at] == line.number
            yield line
        for number in told[at:]:
            yield Line(number, {}, {})

    def _head(self) -> str:
        said = self._looks.said
        inside = "".join(_element(name, said[name]) for name in ("tabColor", *_BEFORE) if said.get(name))
        view = _element(
            "sheetView", {**said.get("sheetView", {}), "workbookViewId": "0"}, said.get("pane", {})
        )
        return (
            (f"<sheetPr>{inside}</sheetPr>" if inside else "")
            + f"<sheetViews>{view}</sheetViews>"
            + _element("sheetFormatPr", {"defaultRowHeight": "15", **said.get("sheetFormatPr", {})})
            + self._columns()
        )

    def _columns(self) -> str:
        """The clerk's own columns, with the two new ones between or after them."""
        ours = [self._width + 1, self._width + 2] if self._filled is not None else []
        found: list[tuple[int, int, Attributes]] = [
            (at, at, {"width": str(wide), "customWidth": "1"})
            for at, wide in zip(ours, (_WIDE, _WIDEST), strict=False)
        ]
        for first, last, said in self._looks.columns:
            found.append((first, min(last, self._width) if ours else last, said))
            if ours:
                found.append((max(first, self._width + 3), last, said))
        listed = sorted((one for one in found if one[0] <= one[1]), key=lambda one: one[0])
        told = "".join(_element("col", {"min": str(a), "max": str(b), **said}) for a, b, said in listed)
        return f"<cols>{told}</cols>" if told else ""

    def _tail(self) -> str:
        corners = [
            f"{letter(left)}{top}:{letter(right)}{bottom}" for top, left, bottom, right in self._looks.joined
        ]
        joined = "".join(_element("mergeCell", {"ref": ref}) for ref in corners)
        last = ("printOptions", "pageMargins", "pageSetup")
        return (f"<mergeCells>{joined}</mergeCells>" if joined else "") + "".join(
            _element(name, self._looks.said[name]) for name in last if self._looks.said.get(name)
        )

    def _row(self, line: Line) -> str:
        if self._filled is None:
            told = "".join(
                f'<c r="{letter(at)}{line.number}" s="{style}" t="{"n" if number else "s"}"/>'
                for at, (style, number) in line.cells.items()
            )
        else:
            told = "".join(self._cells(line, self._filled.get(line.number)))
        return f'<row r="{line.number}"{_attributes(line.said)}>{told}</row>'

    def _cells(self, line: Line, filled: Filled | None) -> Iterator[str]:
        raw: Sequence[Any] = filled.cells if filled else ()
        verdict = filled.verdict if filled else ""
        row_style = style_of(line.said, "s")
        for at in range(1, self._width + 1):
            style, number = line.cells.get(at, (row_style, False))
            cell = raw[at - 1] if at <= len(raw) else ""
            style = self._palette.style(style, verdict)
            if cell != "" and not self._is_repeated(line.number, at):
                yield self._cell(f"{self._names[at - 1]}{line.number}", style, cell, number)
            elif at in line.cells or (style and at <= len(raw)):
                yield f'<c r="{self._names[at - 1]}{line.number}" s="{style}"/>'
        if filled:
            tone = self._palette.said[verdict] if verdict else self._palette.head
            for name, text in zip(self._names[-2:], filled.said, strict=True):
                yield _text(f"{name}{line.number}", tone, text)
        for at in sorted(line.cells):  # what is drawn further to the right
            if at > self._width + 2:
                yield f'<c r="{letter(at)}{line.number}" s="{self._palette.style(line.cells[at][0])}"/>'

    def _cell(self, at: str, style: int, cell: Any, number: bool) -> str:
        if isinstance(cell, bool):
            return f'<c r="{at}" s="{style}" t="b"><v>{int(cell)}</v></c>'
        if isinstance(cell, int | float) and math.isfinite(cell):
            told = repr(int(cell)) if float(cell).is_integer() and abs(cell) < _EXACT else repr(cell)
            return f'<c r="{at}" s="{style}"><v>{told}</v></c>'
        if self._book.archive and number and (day := _day(cell)) is not None:
            with suppress(ValueError, OverflowError):
                return f'<c r="{at}" s="{style}"><v>{to_excel(day, self._epoch)!r}</v></c>'
        return _text(at, style, cell if isinstance(cell, str) else _words(cell))

    def _is_repeated(self, row: int, column: int) -> bool:
        """Whether a cell stands below the first of joined ones: reading gives each of them what that one says."""
        spans = self._repeated.get(column)
        if spans is None:
            return False
        n = bisect_right(spans, (row,)) - 1
        return n >= 0 and spans[n][0] < row <= spans[n][1]


def _width(looks: Looks, filled: Iterable[Filled]) -> int:
    """The last column of the clerk's own: of a cell, or of joined ones that begin among them. Raises Misfit."""
    width = max((len(one.cells) for one in filled), default=0)
    for _top, left, _bottom, right in sorted(looks.joined, key=lambda one: one[1]):
        if left <= width + 2:
            width = max(width, right)
    if width > min(_FARTHEST, COLUMNS - 2):
        raise Misfit
    return width


def _repeated(looks: Looks) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    for top, left, bottom, _right in sorted(looks.joined):
        if bottom > top:
            found.setdefault(left, []).append((top, bottom))
    return found


def _day(cell: Any) -> Any:
    """A day or a time, also where it was kept as text."""
    if not isinstance(cell, str):
        return cell if isinstance(cell, dt.date | dt.time | dt.timedelta) else None
    if not _ISO.fullmatch(cell):
        return None
    for kind in (dt.date, dt.datetime, dt.time):
        with suppress(ValueError):
            return kind.fromisoformat(cell)
    return None


def _words(cell: Any) -> str:
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)


def _text(at: str, style: int, text: str) -> str:
    held = escape(_UNHELD.sub("\ufffd", _CODED.sub("_x005F_", text)), {"\r": "&#13;"})
    return f'<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{held}</t></is></c>'


def _attributes(said: Attributes) -> str:
    return "".join(f" {name}={quoteattr(_UNHELD.sub('', text))}" for name, text in said.items())


def _element(name: str, said: Attributes, pane: Attributes | None = None) -> str:
    inside = f"{_element('pane', pane)}" if pane else ""
    return f"<{name}{_attributes(said)}>{inside}</{name}>"


def _content_types(sheets: int, theme: bool) -> str:
    kinds = {"/xl/workbook.xml": "spreadsheetml.sheet.main", "/xl/styles.xml": "spreadsheetml.styles"}
    kinds |= {f"/xl/worksheets/sheet{n}.xml": "spreadsheetml.worksheet" for n in range(1, sheets + 1)}
    if theme:
        kinds["/xl/theme/theme1.xml"] = "theme"
    told = "".join(
        _element("Override", {"PartName": part, "ContentType": f"{_KIND}.{kind}+xml"})
        for part, kind in kinds.items()
    )
    rels = _element(
        "Default", {"Extension": "rels", "ContentType": "application/vnd.openxmlformats-package.relationships+xml"}
    )  # fmt: skip
    xml = _element("Default", {"Extension": "xml", "ContentType": "application/xml"})
    return f'{_START}<Types xmlns="{_TYPES}/content-types">{rels}{xml}{told}</Types>'


def _links(targets: Mapping[str, tuple[str, str]]) -> str:
    told = "".join(
        _element("Relationship", {"Id": key, "Type": f"{_DOCUMENT}/relationships/{kind}", "Target": target})
        for key, (kind, target) in targets.items()
    )
    return f'{_START}<Relationships xmlns="{_TYPES}/relationships">{told}</Relationships>'


def _workbook(book: Book) -> str:
    seen = next((n for n, sheet in enumerate(book.sheets) if sheet.state == "visible"), None)
    told = "".join(
        _element("sheet", {"name": sheet.name, "sheetId": str(n + 1), "r:id": f"rId{n + 1}"} | (
            {"state": sheet.state} if sheet.state != "visible" and (seen is not None or n) else {}
        ))
        for n, sheet in enumerate(book.sheets)
    )  # fmt: skip
    days = _element("workbookPr", {"date1904": "1"}) if book.since_1904 else ""
    return (
        f'{_START}<workbook xmlns="{MAIN}" xmlns:r="{_DOCUMENT}/relationships">{days}'
        f'<bookViews><workbookView activeTab="{seen or 0}"/></bookViews><sheets>{told}</sheets></workbook>'
    )
