"""Sheets with several days side by side: which column is of which day, and what a line tells of each."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from .cells import NOTHING, Context
from .cells_dates import understand_date
from .cells_temps import understand_temperature
from .codes import ACCEPTED, verdict
from .columns import Column
from .formdate import day_over
from .reading import Row
from .spelled import han_number

TEMPERATURES: Final = frozenset({"temperature", "temp_am", "temp_pm"})
# 第3天 counts from a day that the form says, or the line, or nobody.
_COUNTED = re.compile(r"第\s*([\d一二三四五六七八九十]+)\s*[天日]")
_START = re.compile(
    r"(?:隔离|观察|留观|监测|测温|管控)?(?:开始|起始)(?:隔离|观察|留观|监测|测温|管控)?(?:日期|时间|日)?"
    r"|(?:隔离|观察|留观|监测|测温|管控)(?:起|起算)(?:日期|时间|日)"
)

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
        self._plan: list[tuple[int, str | None, str, int | None]] = []
        self._start = next((c.index for c in columns if _START.fullmatch(c.title.strip())), -1)
        over = [c for c in columns if (c.slot or c.field) in TEMPERATURES]
        for column, day in zip(over, _days([c.title for c in over], context), strict=True):
            number = _counted(column.title) if day is None else None
            said = day.isoformat() if day else None
            self._plan.append((column.index, said, column.slot or column.field or "", number))
        told = any(day or number is not None for _, day, _, number in self._plan)
        if not any(c.slot for c in columns) and not told:
            self._plan = []

    def read(self, row: Row) -> None:
        """Fill the readings of a data row; what was measured on nobody knows which day waits, and is not lost.

        It stands in `words["counted"]` as (number of the day, slot, °C), for whoever says the first day.
        """
        start, counted = self._from(row), list[tuple[int, str, float, str | None]]()
        doubtful = False
        for index, said, slot, number in self._plan:
            cell = row.raw[index] if index < len(row.raw) else ""
            if cell == "":
                continue
            value, codes, _more = understand_temperature(cell, self._context)
            row.codes.extend(codes)
            day, doubt = (said, "") if number is None else self._nth(start, number)
            if doubt:
                doubtful = True
                row.codes.append(doubt)
                row.values.pop(slot, None)
            if value is not None and number is not None:
                counted.append((number, slot, value, day))
            elif value is not None:
                row.readings.append({"day": day, "slot": slot, "temperature": value})
        if doubtful and counted:
            row.codes.append("READING_DAY")
            row.words = {**(row.words or {}), "counted": [one[:3] for one in counted]}
        else:
            row.readings += [{"day": day, "slot": slot, "temperature": v} for _n, slot, v, day in counted]

    def _from(self, row: Row) -> dt.date | None:
        """The day from which a line's columns count: its own, where there is a column for it, else the form's."""
        if self._start < 0:
            return self._context.start
        cell = row.raw[self._start] if self._start < len(row.raw) else ""
        found = understand_date(cell, self._context) if cell != "" else NOTHING
        sure = found.value and (not found.codes or verdict([*found.codes]) == ACCEPTED)
        return dt.date.fromisoformat(found.value) if sure else None

    def _nth(self, start: dt.date | None, number: int) -> tuple[str | None, str]:
        """The day that is so many from the first (which is one), or what is wrong with it."""
        if start is None or number < 1:
            return None, "DATE_INCOMPLETE"
        day = start + dt.timedelta(days=number - 1)
        return (day.isoformat(), "") if day <= self._context.today else (None, "DATE_FUTURE")


def _counted(title: str) -> int | None:
    """The number of a day that is counted, 0 where it cannot be told; None for a day that is named."""
    if match := _COUNTED.search(title):
        return han_number(match[1]) or 0
    return 0 if _CUT.match(title) else None
