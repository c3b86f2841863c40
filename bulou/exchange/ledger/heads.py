"""Heads of households whose number stands in a roster beside others, while no line is of themselves."""

from __future__ import annotations

import re

from .files import Cell, Sheet
from .layout import Layout, Table
from .rows import text_of

UNLISTED = "HEAD_UNLISTED"
_NUMBER = re.compile(r"户[主长].*(身份|证件)")


def unlisted(pairs: list[tuple[Sheet, Layout]]) -> set[tuple[str, int]]:
    """The first line (sheet, row from 1) that tells the number of each of them."""
    tables = [(sheet, table) for sheet, one in pairs for table in one.tables]
    wanted = [pair for pair in tables if _columns(pair[1])]
    if not wanted:
        return set()
    names = {_name(sheet.rows[i], _at(table, "name")) for sheet, table in tables for i in table.data}
    found: dict[str, tuple[str, int]] = {}
    for sheet, table in wanted:
        head, number = _columns(table)
        for index in table.data:
            row = sheet.rows[index]
            called = _name(row, head)
            if called and called not in names and _name(row, number) and _name(row, _at(table, "name")):
                found.setdefault(called, (sheet.name, index + 1))
    return set(found.values())


def _columns(table: Table) -> tuple[int, ...]:
    """Where a table says who the head is, and the head's own number; () where it does not."""
    numbers = [c.index for c in table.columns if c.field == "other" and _NUMBER.search(c.title)]
    head = _at(table, "household_head")
    return (head, numbers[0]) if head >= 0 and numbers else ()


def _at(table: Table, field: str) -> int:
    return next((c.index for c in table.columns if c.field == field), -1)


def _name(row: list[Cell], index: int) -> str:
    return re.sub(r"\s", "", text_of(row[index])) if 0 <= index < len(row) else ""
