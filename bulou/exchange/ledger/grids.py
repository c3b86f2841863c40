"""Sheets with several days side by side: which column is of which day, and what a line tells of each."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from .cells import Context
from .cells_temps import understand_temperature
from .columns import Column
from .formdate import day_over
from .reading import Row

TEMPERATURES: Final = frozenset({"temperature", "temp_am", "temp_pm"})
# 第3天 counts from a day that the sheet does not say.
_COUNTED = re.compile(r"第\s*[\d一二三四五六七八九十]+\s*[天日]")


_NUMBER = re.compile(r"([1-9]|[12]\d|3[01])(?=\s|$)")
# 2.1 as a number is the first of February, or the tenth of which the spreadsheet dropped the nought.
_CUT = re.compile(r"(\d{1,2}\.[123])(?![\d.])")


def _numbered(titles: list[str]) -> list[str]:
    """1, 2, 3 over the columns as 1日, 2日, 3日."""
    found = [_NUMBER.match(title) for title in titles]
    numbers = [int(match[1]) for match in found if match]
    if len(set(numbers)) < 2 or len(numbers) < len(titles) or numbers != sorted(numbers):
        return titles
    return [_NUMBER.sub(r"\g<1>日", title) for title in titles]


def _days(titles: list[str], context: Context) -> list[dt.date | None]:
    """The day of each column; a number that may be two days is the one that its neighbours leave, or none."""
    titles, near = _numbered(titles), context.month or context.anchor
    days = [day_over(title, near, context.today) for title in titles]
    full = [
        day_over(_CUT.sub(r"\g<1>0", title), near, context.today) if _CUT.match(title) else None
        for title in titles
    ]
    sure = {day for day, other in zip(days, full, strict=True) if day and other is None}
    doubtful = [at for at, other in enumerate(full) if other is not None]
    meant = {at: (days[at], full[at]) for at in doubtful}
    days = [None if at in meant else day for at, day in enumerate(days)]
    for at in [*doubtful, *reversed(doubtful)]:  # each may settle the next, to the right or to the left
        if days[at] is None:
            days[at] = next((d for d in meant[at] if d and _beside(d, sure)), None)
            sure |= {d for d in (days[at],) if d}
    return days


def _beside(day: dt.date, others: set[dt.date]) -> bool:
    return any(day + dt.timedelta(days=side) in others for side in (-1, 0, 1))


class SideBySide:
    """The columns of temperatures of a table, where they are of days or more than one is of a kind."""

    def __init__(self, columns: list[Column], context: Context) -> None:
        self._context = context
        self._plan: list[tuple[int, str | None, str, bool]] = []
        over = [c for c in columns if (c.slot or c.field) in TEMPERATURES]
        for column, day in zip(over, _days([c.title for c in over], context), strict=True):
            unsaid = day is None and (_COUNTED.search(column.title) or _CUT.match(column.title))
            said = day.isoformat() if day else None
            self._plan.append((column.index, said, column.slot or column.field or "", bool(unsaid)))
        if not any(c.slot for c in columns) and not any(day or counted for _, day, _, counted in self._plan):
            self._plan = []

    def read(self, row: Row) -> None:
        """Fill the readings of a data row; what was measured on nobody knows which day waits."""
        for index, day, slot, counted in self._plan:
            cell = row.raw[index] if index < len(row.raw) else ""
            if cell == "":
                continue
            value, codes, _more = understand_temperature(cell, self._context)
            row.codes.extend(codes)
            if counted:
                row.codes.append("DATE_INCOMPLETE")
                row.values.pop(slot, None)
            elif value is not None:
                row.readings.append({"day": day, "slot": slot, "temperature": value})
