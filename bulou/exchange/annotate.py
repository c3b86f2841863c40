"""The clerk's own file back, as it looked, with what became of each row in two further columns.

Nothing in it can run: every cell is a number, a day or a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bulou.exchange import book
from bulou.exchange.book import Filled
from bulou.exchange.ledger.files import WORKBOOK_NAMES
from bulou.exchange.looks import Book, Looks, Misfit, opened
from bulou.exchange.out.cells import GUARD, runs

if TYPE_CHECKING:
    from bulou.exchange.ledger.reading import Row

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
    "held": "FFE1A8",
    "refused": "F7C6C5",
    "duplicate": "DCE6F5",
    "skipped": "F0F0F0",
}
_LONGEST_NAME = 60  # of a sheet, as its rows keep it
# A sign before a number, or alone: nothing that could be worked out.
_HARMLESS = re.compile(r"[+\-＋－][\d\s.\-－]*")


def told(verdict: str, gone: bool) -> str:
    """A verdict in words. Of a file that was taken back (`gone`) nothing is taken in any more."""
    return str((VERDICTS | _GONE if gone else VERDICTS)[verdict])


def write(
    rows: Iterable[Row], out: Path | IO[bytes], gone: bool = False, like: Path | None = None, name: str = ""
) -> None:
    """Write the workbook: verdict and reason stand in two columns after the clerk's own. `gone`: as for `told`.

    `like`: the file itself, or what was kept of its looks; `name`: what it was called. Where a workbook cannot be
    given back as it looked, the heading of the reasons says so.
    """
    listed = list(rows)
    if like is not None:
        try:
            with opened(like) as looks:
                names = {sheet.name[:_LONGEST_NAME]: sheet.name for sheet in looks.sheets}
                book.write(looks, out, _filled(listed, names, gone), _COLOURS)
            return
        except Misfit:
            pass
    names = _names(listed)
    lost = Path(name).suffix.lower() in WORKBOOK_NAMES
    book.write(
        Book([Looks(one) for one in names.values()]), out, _filled(listed, names, gone, lost), _COLOURS
    )


def keep(file: Path, out: IO[bytes]) -> None:
    """Write down how a workbook looks, without what its cells say. Raises Misfit."""
    with opened(file) as looks:
        book.write(looks, out, None, {})


def _filled(
    rows: Iterable[Row], names: dict[str, str], gone: bool, lost: bool = False
) -> dict[str, dict[int, Filled]]:
    """What each row says, by sheet and number. `names`: of sheets, by those that rows know them by. Raises Misfit."""
    found: dict[str, dict[int, Filled]] = {}
    reason = _("Reason (the looks of this file could not be kept)") if lost else _("Reason")
    for row in rows:
        name = row.sheet[:_LONGEST_NAME]
        if name not in names:
            raise Misfit
        header = "ROW_HEADER" in row.codes
        said = (_("Verdict"), reason) if header else (told(row.verdict, gone), inert(row.message))
        cells = [inert(cell) if isinstance(cell, str) else cell for cell in row.raw]
        found.setdefault(names[name], {})[row.row] = Filled(cells, said, "" if header else row.verdict)
    return found


def inert(text: str) -> str:
    """A text that no spreadsheet takes for something to work out, also where somebody saves the file as CSV."""
    return GUARD + text if text[:1] != GUARD and runs(text) and not _HARMLESS.fullmatch(text) else text


def _names(rows: Iterable[Row]) -> dict[str, str]:
    """Names that sheets may have, each once."""
    found: dict[str, str] = {}
    for row in rows:
        if (key := row.sheet[:_LONGEST_NAME]) in found:
            continue
        base = "".join("_" if c in "[]:*?/\\" else c for c in key).strip("'")[:28] or "1"
        used, name, n = {one.lower() for one in found.values()}, base, 1
        while name.lower() in used:
            n += 1
            name = f"{base}{n}"
        found[key] = name
    return found
