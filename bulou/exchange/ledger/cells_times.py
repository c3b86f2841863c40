"""The moment of which a line speaks: a day, and a time of day where one stands beside it."""

from __future__ import annotations

import datetime as dt
import re

from .cells import NOTHING, Context, Understood, clean, narrow
from .cells_dates import understand_date
from .files import Cell

_CLOCK = re.compile(
    r"(上午|早上?|凌晨|中午|下午|傍晚|晚上?|夜里)?\s*(\d{1,2})\s*[:时点]\s*(?:(\d{1,2})\s*分?(?::\d\d)?|(半))?"
)
_HALF = re.compile(r"上午|早上?|早晨|晨|am|下午|傍晚|晚上?|pm")
_LATE = frozenset({"下午", "傍晚", "晚", "晚上"})
_NOON, _MINUTES = 12, 24 * 60


def understand_moment(cell: Cell, context: Context) -> Understood:
    """ISO day, or day and minute. A time alone is that of the form's day; without such a day it says nothing."""
    time, alone = _time_of(cell)
    if alone:
        day = context.form_day
        return Understood(f"{day}T{time:%H:%M}") if day else NOTHING
    found = understand_date(cell, context)
    return found._replace(value=f"{found.value}T{time:%H:%M}") if time and found.value else found


def is_clock(cell: Cell) -> bool:
    """Whether a cell holds a time of day and nothing else."""
    return _time_of(cell)[1]


def has_time(cell: Cell) -> bool:
    """Whether a cell says a time of day, with a day beside it or without."""
    return _time_of(cell)[0] is not None


def at_clock(day: str | None, cell: Cell, context: Context) -> str | None:
    """The moment of a cell in a column of its own, on the day of its line where it says a time alone; ISO."""
    time, alone = _time_of(cell)
    if time and alone:
        on = day or (context.form_day.isoformat() if context.form_day else None)
        return f"{on}T{time:%H:%M}" if on else None
    return understand_moment(cell, context).value or None


def _time_of(cell: Cell) -> tuple[dt.time | None, bool]:
    """The time in a cell, and whether nothing else stands there."""
    if isinstance(cell, dt.datetime):
        return cell.time() if cell.time() != dt.time() else None, False
    if isinstance(cell, dt.time):
        return cell, True
    if isinstance(cell, dt.timedelta):
        cell = cell / dt.timedelta(days=1)
    if isinstance(cell, float) and 0 <= cell < 1:
        return dt.time(*divmod(round(cell * _MINUTES) % _MINUTES, 60)), True
    if not isinstance(cell, str):
        return None, False
    text = narrow(clean(cell))
    found = list(_CLOCK.finditer(text))
    if len(found) != 1:
        return None, False
    part, hour, minute, half = found[0].groups()
    late = _NOON if part in _LATE and int(hour) < _NOON else 0
    try:
        time = dt.time(int(hour) + late, 30 if half else int(minute or 0))
    except ValueError:
        return None, False
    return time, found[0][0].strip() == text


def is_half(cell: Cell) -> bool:
    """Whether a cell says a half of the day and nothing else."""
    return isinstance(cell, str) and _HALF.fullmatch(cell.strip().lower()) is not None


def half_of(cell: Cell) -> str:
    """temp_am or temp_pm, as a cell such as 上午 or 晚 says; "" where it says neither."""
    text = str(cell).lower()
    if re.search("上午|早|晨|am", text):
        return "temp_am"
    return "temp_pm" if re.search("下午|晚|pm", text) else ""
