"""A form for one person: titles stand beside their values, down the page. It is no table, and nobody is made of it."""

from __future__ import annotations

from collections.abc import Sequence

from bulou.exchange.ledger.files import Cell, Sheet
from bulou.exchange.ledger.titles import meaning

# So many rows must begin with as many different titles, each with a value beside it, and be half of all rows.
_LEAST = 3
_FIRST = 100  # what does not begin as a form is none, and a county's list need not be looked through for it


def is_form(sheet: Sheet) -> bool:
    """Whether most rows of a sheet, and of its first ones, begin with a title that has a value beside it."""
    return _is_mostly(sheet.rows[:_FIRST]) and _is_mostly(sheet.rows)


def _is_mostly(rows: Sequence[Sequence[Cell]]) -> bool:
    written = [texts for row in rows if (texts := [cell for cell in row if cell != ""])]
    begun = [str(texts[0]) for texts in written if _is_pair(texts)]
    return len(set(begun)) >= _LEAST and 2 * len(begun) >= len(written)


def _is_pair(texts: list[Cell]) -> bool:
    """A row of titles alone is the head of a table; one of values alone a line of it."""
    return len(texts) > 1 and _is_title(texts[0]) and not all(_is_title(cell) for cell in texts[1:])


def _is_title(cell: Cell) -> bool:
    return isinstance(cell, str) and meaning(cell) is not None
