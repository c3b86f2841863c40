"""Understanding one cell: what each understander takes and gives, and plain texts.

An understander is `(cell, context) -> Understood`. It never guesses: what it cannot tell stays without a
value and says so by a code (`codes.py`). Cells are never empty here.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from .files import Cell

# What thermometers for people can show; what is a fever is a rule of the day and comes from the caller.
THERMOMETER_TENTHS: Final = (340, 430)


class Understood(NamedTuple):
    """`value` is ready for JSON (None: nothing understood); `more` holds the cell's further fields."""

    value: Any = None
    codes: tuple[str, ...] = ()
    more: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What a cell cannot know by itself.

    `form_day`: the day of the form, None where it bears none; `anchor`: the day to take missing years from;
    `month`: about the middle of the month that the form is for, where it says one; `start`: the day from which it
    counts, where it says one;
    `fever_tenths`: the fever line, and `thermometer` what can be measured, in tenths of a degree.
    """

    form_day: dt.date | None
    anchor: dt.date
    today: dt.date
    fever_tenths: int
    thermometer: tuple[int, int] = THERMOMETER_TENTHS
    month: dt.date | None = None
    start: dt.date | None = None


NOTHING: Final = Understood()

_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_UNSAID = re.compile(
    r"无|没有|暂无|不详|不清楚|未知|不知道|不明|空|[(（](?:空|跳过|未作答)[)）]|略|未填|待查|待核实|不便透露|[/\\、.。?？—－／-]{1,4}|n/?a|none|null",
    re.IGNORECASE,
)
DITTO: Final = frozenset(("同上", "同前", "同上行", "〃", "″", '"', "”", "“", "''", "ditto"))


def unsaid(text: str) -> bool:
    """A sign or word that stands for an empty cell."""
    return _UNSAID.fullmatch(text) is not None


def narrow(text: str) -> str:
    """Full-width letters, digits and signs as ordinary ones; characters of names stay what they are."""
    return text.translate(_WIDE)


def clean(text: str) -> str:
    """Without invisible signs and outer spaces."""
    return _INVISIBLE.sub("", text).strip()


def number_text(cell: Cell) -> str:
    """A number as its plain digits; text as it is."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell)


def understand_text(cell: Cell, _context: Context) -> Understood:
    """Free text, kept as written but for outer spaces."""
    if isinstance(cell, str):
        text = cell.strip()
        return Understood(text) if text and not _UNSAID_TEXT.fullmatch(text) else NOTHING
    if isinstance(cell, (dt.date, dt.time)):
        return Understood(cell.isoformat())
    return Understood(number_text(cell))


def understand_place(cell: Cell, context: Context) -> Understood:
    """An address or a place: spaces and line breaks inside it mean nothing."""
    found = understand_text(cell, context)
    if not found.value or unsaid(found.value):
        return NOTHING
    return found if found.value.isascii() else Understood("".join(found.value.split()))


# (空) and (跳过) are what a questionnaire writes where nothing was answered.
_UNSAID_TEXT = re.compile(r"[-—－/\\、.。]+|[(（](?:空|跳过|未作答)[)）]")
