"""A form whose own year was typed wrong: dates without a year would silently become those of the year before."""

from __future__ import annotations

import datetime as dt

from . import codes as code_book
from .reading import Row


def year_slipped(day: dt.date, told: list[dt.date], today: dt.date, late_days: int) -> bool:
    """Whether a form's day may be a slip of the pen: a year on it were one of the last `late_days` days.

    `told`: days of its lines that say their year. Where most of them are of the form's year, it is that year.
    Whoever slips is one year out; a form of an earlier winter than the last is an old form.
    """
    meant = _year_on(day)
    if not 0 <= (today - meant).days <= late_days < (today - day).days:
        return False
    theirs = sum(abs(one - day) < abs(one - meant) for one in told)
    return 2 * theirs <= len(told)


def doubt(row: Row, day: dt.date) -> None:
    """A line that would else go in waits: its day, and dates without a year, hang on that of the form."""
    if row.verdict == code_book.ACCEPTED:
        row.codes.append("FORM_YEAR_DOUBTFUL")
        row.words = {**(row.words or {}), "day": day.isoformat()}
        row.verdict = code_book.HELD


def _year_on(day: dt.date) -> dt.date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year + 1, day=28)
