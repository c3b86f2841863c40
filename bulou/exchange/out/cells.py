"""What stands in a cell that leaves the house: numbers are numbers, all else is text that nothing runs.

A spreadsheet takes a text that begins with = + - @ (also in full width, or after blanks and signs that
nobody sees) for something to work out, and a text of digits for a number, of which it then drops what lies
beyond the fifteenth. In CSV such a text gets an apostrophe in front, and so does one that begins with an
apostrophe, so that `taken_back` is exact. In Excel a cell knows that it is text.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from bulou.lib import clock

LONGEST = 32_767  # characters of a cell, in Excel
EXACT = 10**15  # from here on a spreadsheet drops digits
GUARD = "'"
_RUNS = frozenset("=+-@")
_SIGNS = frozenset({*_RUNS, GUARD, "\t", "\r", "\n"})
# What a spreadsheet would turn into a number, a fraction or a day.
_NUMBER = re.compile(
    r"[\d.,]*\d[\d.,]*(?:[eE]\d+)?%?|\d{1,4}[-/.]\d{1,4}(?:[-/.]\d{1,4})?|\d{1,2}:\d\d(?::\d\d)?"
)
_CONTROL = re.compile("[\ud800-\udfff]")


def loaded(text: str) -> bool:
    """Whether a spreadsheet might run a text, or read it as something else than its own letters."""
    return runs(text) or _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip()) is not None


def runs(text: str) -> bool:
    """Whether a spreadsheet might take a text for something to work out, or its first sign for its own."""
    if not text or text[0].isalpha():
        return False
    if text[0] in _SIGNS:
        return True
    # Blanks and signs that nobody sees may be dropped on the way.
    seen = next((c for c in text if not (c.isspace() or unicodedata.category(c) in ("Cf", "Cc", "Mn"))), "")
    return unicodedata.normalize("NFKC", seen)[:1] in _RUNS or seen == GUARD


def in_csv(cell: Any) -> Any:
    """A cell as CSV holds it: a number, or text made inert."""
    kind = type(cell)
    if kind is str:
        return cell if not cell or cell[0].isalpha() else GUARD + cell if loaded(cell) else cell
    if cell is None or (kind is int and -EXACT < cell < EXACT):
        return cell
    if kind is date:
        return cell.isoformat()
    if isinstance(cell, datetime):
        return f"{clock.local(cell).astimezone(clock.zone()):%Y-%m-%d %H:%M}"
    held = plain(cell)
    return in_csv(held) if type(held) is str else held


def plain(cell: Any) -> str | int | float | date | None:
    """A cell as one of a few types: what is not known, or is no number, is nothing."""
    if cell is None or (isinstance(cell, float) and cell != cell):
        return None
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if isinstance(cell, int):
        return int(cell) if -EXACT < cell < EXACT else str(int(cell))
    if isinstance(cell, float | Decimal):
        number = float(cell)
        return number if -EXACT < number < EXACT else str(cell)
    if isinstance(cell, date):
        return (
            clock.local(cell).astimezone(clock.zone()).replace(tzinfo=None)
            if isinstance(cell, datetime)
            else cell
        )
    return whole(str(cell))


def whole(text: str) -> str:
    """A text that a file can hold: not longer than a cell, without halves of characters."""
    if len(text) > LONGEST:
        text = text[: LONGEST - 1] + "…"
    return _CONTROL.sub("�", text)


def taken_back(text: str) -> str:
    """The text of a CSV cell as it was before it was made inert."""
    return text[1:] if text.startswith(GUARD) else text
