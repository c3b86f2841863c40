"""Files of any length, written row by row: what is in memory does not grow with them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import IO, Any

import xlsxwriter

from bulou.exchange.out import marks
from bulou.exchange.out.cells import in_csv, loaded, plain, whole

Line = Sequence[Any]
MOST_ROWS = 1_048_576  # of a sheet of Excel
_PIECE = 2_000  # rows
_WIDEST, _LOOKED = 40, 200
_HEADING = 3  # rows above the first line: what it is, whose it is, the titles


@dataclass(frozen=True)
class Notice:
    """What a file says of itself: what it is, who took it out, when and why; its number."""

    title: str
    line: str
    number: str

    @property
    def marked(self) -> str:
        """The line with the number hidden in it."""
        return self.line + marks.hidden(self.number)


def csv_pieces(titles: Sequence[Any], lines: Iterable[Line], notice: Notice) -> Iterator[bytes]:
    """A CSV file in UTF-8 with BOM, piece by piece: titles in the first line, each row with the export's number."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*(in_csv(whole(str(title))) for title in titles), in_csv(notice.marked)])
    yield b"\xef\xbb\xbf"
    rest, last = iter(lines), in_csv(notice.number)
    while True:
        piece = [[*map(in_csv, line), last] for line in islice(rest, _PIECE)]
        writer.writerows(piece)
        yield out.getvalue().encode("utf-8", "replace")
        if len(piece) < _PIECE:
            return
        out.seek(0)
        out.truncate()


def write_xlsx(file: IO[bytes], titles: Sequence[Any], lines: Iterable[Line], notice: Notice) -> int:
    """An Excel file of one sheet; the number of its lines. What stands in it stays in a file on the way."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False, "nan_inf_to_errors": False}  # fmt: skip
    book = xlsxwriter.Workbook(file, options)
    try:
        sheet = _Sheet(book, notice, [whole(str(title)) for title in titles])
        for line in lines:
            sheet.add(line)
        sheet.finish()
    finally:
        book.close()
    return sheet.count


class _Sheet:
    """The one sheet of a workbook while it is written."""

    def __init__(self, book: Any, notice: Notice, titles: list[str]) -> None:
        self.sheet, self.count, self.number = book.add_worksheet(), 0, notice.number
        self.text = book.add_format({"quote_prefix": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        titled = book.add_format({"bold": True, "font_size": 14})
        self.widths = [_width(title) for title in titles] + [len(notice.number) + 2]
        self.sheet.write_string(0, 0, whole(notice.title), titled)
        self.sheet.write_string(1, 0, whole(notice.marked), self.text if loaded(notice.line) else None)
        for at, title in enumerate([*titles, "№"]):
            self.sheet.write_string(_HEADING - 1, at, title, head)
        self._say(book, notice)

    def _say(self, book: Any, notice: Notice) -> None:
        """On every printed page, and in the properties of the file."""
        line = f"{notice.line}"[:200].replace("&", "&&")
        self.sheet.set_header(f"&C{notice.title[:100].replace('&', '&&')}")
        self.sheet.set_footer(f"&L{line}&R&P/&N")
        self.sheet.repeat_rows(_HEADING - 1)
        self.sheet.freeze_panes(_HEADING, 0)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        book.set_properties({"title": notice.title[:200], "comments": notice.line[:200]})
        book.set_custom_property(marks.PROPERTY, notice.number, "text")

    def add(self, line: Line) -> None:
        row = self.count + _HEADING
        for at, cell in enumerate(line):
            self._write(row, at, cell)
        self.sheet.write_string(row, len(self.widths) - 1, self.number)
        if self.count < _LOOKED:
            for at, cell in enumerate(line):
                self.widths[at] = max(self.widths[at], _width(cell))
        self.count += 1

    def _write(self, row: int, at: int, cell: Any) -> None:
        held = whole(cell) if type(cell) is str else plain(cell)
        if type(held) is str:
            if held:
                self.sheet.write_string(row, at, held, self.text if loaded(held) else None)
        elif isinstance(held, datetime):
            self.sheet.write_datetime(row, at, held, self.moment)
        elif isinstance(held, date):
            self.sheet.write_datetime(row, at, held, self.day)
        elif held is not None:
            self.sheet.write_number(row, at, held)

    def finish(self) -> None:
        for at, width in enumerate(self.widths):
            self.sheet.set_column(at, at, min(width, _WIDEST))
        if self.count:
            self.sheet.autofilter(_HEADING - 1, 0, self.count + _HEADING - 1, len(self.widths) - 1)


def _width(cell: Any) -> int:
    """How wide a cell is, in letters; a Chinese character is two."""
    text = f"{cell:%Y-%m-%d %H:%M}" if isinstance(cell, datetime) else str(cell if cell is not None else "")
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text[:_WIDEST]) + 2
