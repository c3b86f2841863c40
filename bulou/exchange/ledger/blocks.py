"""Days below each other on one sheet: what stands over each block of lines says of which day it is."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from .cells import Context
from .cells_dates import LONG_AGO
from .files import Cell, Sheet
from .formdate import form_date
from .layout import Layout, Table
from .rows import text_of
from .understand import TableReader

_OVER = frozenset({"ROW_TITLE", "ROW_META", "ROW_NOTE", "ROW_SECTION"})
_BELOW = frozenset({"", "ROW_HEADER"})
_LONGEST = 40  # characters: what is longer explains something
_REMARKS = ("注", "备注", "说明", "附")


def readers_of(
    sheet: Sheet, found: Layout, context: Context, kind: str, first: int
) -> dict[int, tuple[int, TableReader, Table]]:
    """{a line: the number of its table from `first` on, who understands the line, the table}; `kind` of ledger."""
    happened = kind in ("readings", "passes")
    days = days_over(sheet, found, context.form_day, context.today) if happened else {}
    readers: dict[int, tuple[int, TableReader, Table]] = {}
    for number, table in enumerate(found.tables, first):
        of: dict[dt.date | None, tuple[int, TableReader, Table]] = {}
        for index in table.data:
            day = days.get(index)
            if day not in of:
                its = replace(context, form_day=day, anchor=day) if day else context
                reader = TableReader(table.columns, its, sheet.ragged, kind == "readings", table.person)
                of[day] = (number, reader, table)
            readers[index] = of[day]
    return readers


def days_over(sheet: Sheet, found: Layout, form_day: dt.date | None, today: dt.date) -> dict[int, dt.date]:
    """{a line: the day that stands over its block}; nothing where the sheet is of one day, or of none.

    Where none stands over any block, that of the signature below it.
    """
    days: dict[int, dt.date] = {}
    day, over = None, None
    for index, kind in enumerate(found.kinds):
        if kind in _OVER:
            over = _day(sheet.rows[index], form_day, today) or over
        elif kind in _BELOW:
            day, over = over or day, None
            if day and not kind:
                days[index] = day
        elif kind != "ROW_BLANK":
            over = None
    days = days or _days_under(sheet, found, form_day, today)
    lines = (index for table in found.tables for index in table.data)
    return days if len({days.get(index, form_day) for index in lines}) > 1 else {}


def _days_under(sheet: Sheet, found: Layout, form_day: dt.date | None, today: dt.date) -> dict[int, dt.date]:
    days: dict[int, dt.date] = {}
    day = None
    for index in range(len(found.kinds) - 1, -1, -1):
        if found.kinds[index] == "ROW_SIGNATURE":
            day = _day(sheet.rows[index], form_day, today) or day
        elif found.kinds[index] == "ROW_HEADER":
            day = None  # what stands above is another block
        elif day and not found.kinds[index]:
            days[index] = day
    return days


def _day(row: list[Cell], form_day: dt.date | None, today: dt.date) -> dt.date | None:
    """Of no year: as near to that of the form as can be."""
    texts = [text_of(cell) for cell in row if cell != ""]
    if not texts or sum(map(len, texts)) > _LONGEST or texts[0].startswith(_REMARKS):
        return None
    return form_date([row], "", today, min(today, form_day + LONG_AGO) if form_day else today)
