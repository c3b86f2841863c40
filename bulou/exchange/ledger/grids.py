"""Sheets with several days side by side: which column is of which day, and what a line tells of each."""

from __future__ import annotations

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


class SideBySide:
    """The columns of temperatures of a table, where they are of days or more than one is of a kind."""

    def __init__(self, columns: list[Column], context: Context) -> None:
        self._context = context
        self._plan: list[tuple[int, str | None, str, bool]] = []
        for column in columns:
            slot = column.slot or column.field
            if slot in TEMPERATURES:
                day = day_over(column.title, context.anchor, context.today)
                counted = day is None and _COUNTED.search(column.title) is not None
                self._plan.append((column.index, day.isoformat() if day else None, slot, counted))
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
