"""What a ledger is about: people who came, a roster of those who live here, temperatures, or passes of a gate."""

from __future__ import annotations

import re

from .files import Sheet
from .grids import TEMPERATURES
from .layout import Layout
from .rows import text_of

_JOURNEY = {"return_date", "left_date", "affected_area_history"}
_PASSES = re.compile(r"通行|卡口|卡点|检查站|过往|出入|进出|车辆")
_READINGS = re.compile(r"体温|测温|健康监测|随访|观察记录")
# A unit's people, who came from nowhere unless a column says so.
_AT_WORK = re.compile(r"双返|返[岗校工厂园]")
# Where somebody of a family is, not whence they came.
_AWAY = re.compile(r"外出|务工|外[地省]")


def kind_of(sheets: list[Sheet], found: list[Layout]) -> str:
    """What the ledger is about, by its columns; its titles decide where they leave it open."""
    columns = [column for one in found for table in one.tables for column in table.columns]
    fields = {column.field for column in columns}
    titles = " ".join(
        text_of(cell)
        for sheet, one in zip(sheets, found, strict=True)
        for row, kind in zip(sheet.rows, one.kinds, strict=True)
        if kind == "ROW_TITLE"
        for cell in row
        if cell != ""
    )
    if fields & _JOURNEY:
        return "returnees"
    if _PASSES.search(titles) or {"transport_no", "day"} <= fields or fields & {"direction", "out"}:
        return "passes"
    if fields & TEMPERATURES and ("from_place" not in fields or _READINGS.search(titles)):
        return "readings"
    whence = [column.title for column in columns if column.field == "from_place"]
    if fields & {"household_head", "relation"}:  # a register of families says where some of them are
        whence = [title for title in whence if not _AWAY.search(title)]
    return "returnees" if whence or "返" in _AT_WORK.sub("", titles) else "roster"
