"""The clerk's own file back, with what became of each row. Every cell is text: nothing in it can run."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import IO

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bulou.exchange.ledger.reading import Row
from bulou.exchange.ledger.rows import text_of

VERDICTS = {
    "accepted": gettext_lazy("Taken in"),
    "held": gettext_lazy("Waits for you"),
    "refused": gettext_lazy("Refused"),
    "duplicate": gettext_lazy("Here already"),
    "skipped": gettext_lazy("No person"),
}
# The same in a file that was taken back; what waited then waits no more.
_GONE = {"accepted": gettext_lazy("Taken back"), "held": gettext_lazy("Was not decided")}
_COLOURS = {
    "accepted": "",
    "held": "#FFE1A8",
    "refused": "#F7C6C5",
    "duplicate": "#DCE6F5",
    "skipped": "#F0F0F0",
}
_WIDE, _WIDEST = 14, 70


def told(verdict: str, gone: bool) -> str:
    """A verdict in words. Of a file that was taken back (`gone`) nothing is taken in any more."""
    return str((VERDICTS | _GONE if gone else VERDICTS)[verdict])


def write(rows: Iterable[Row], out: Path | IO[bytes], gone: bool = False) -> None:
    """Write the workbook: verdict and reason stand in two columns before the clerk's own. `gone`: as for `told`."""
    options = {
        "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "constant_memory": True,
    }  # fmt: skip
    with xlsxwriter.Workbook(str(out) if isinstance(out, Path) else out, options) as book:
        tones = {
            verdict: book.add_format({"num_format": "@", **({"bg_color": colour} if colour else {})})
            for verdict, colour in _COLOURS.items()
        }
        head = book.add_format({"bold": True, "num_format": "@", "bottom": 1})
        names: set[str] = set()
        for name, own in groupby(rows, key=lambda row: row.sheet):
            sheet = book.add_worksheet(_sheet_name(name, names))
            sheet.set_column(0, 0, _WIDE)
            sheet.set_column(1, 1, _WIDEST)
            sheet.set_column(2, 40, _WIDE)
            for row in own:
                header = "ROW_HEADER" in row.codes
                verdict = _("Verdict") if header else told(row.verdict, gone)
                _row(sheet, row, head if header else tones[row.verdict], verdict, header)


def _row(sheet: xlsxwriter.worksheet.Worksheet, row: Row, tone: object, verdict: str, header: bool) -> None:
    said = (verdict, _("Reason") if header else row.message)
    for column, text in enumerate((*said, *(text_of(cell) if cell != "" else "" for cell in row.raw))):
        # What begins like a formula stays text, also where somebody saves the file as CSV.
        sheet.write_string(row.row - 1, column, inert(text), tone)


def inert(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠") else text


def _sheet_name(name: str, used: set[str]) -> str:
    base = "".join("_" if c in "[]:*?/\\" else c for c in name).strip("'")[:28] or "1"
    found, n = base, 1
    while found.lower() in used:
        n += 1
        found = f"{base}{n}"
    used.add(found.lower())
    return found
