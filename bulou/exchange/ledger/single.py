"""A form for one person: titles stand beside their values, down the page. It is no table, and nobody is made of it.

Measurements below it, a line a day, are that person's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bulou.exchange.ledger.files import Cell, Sheet
from bulou.exchange.ledger.titles import meaning

if TYPE_CHECKING:
    from bulou.exchange.ledger.layout import Table

# So many rows must begin with as many different titles, each with a value beside it, and be half of all rows.
_LEAST = 3
_FIRST = 100  # what does not begin as a form is none, and a county's list need not be looked through for it


_OF_PERSON: Final = ("name", "id_number", "doc_number", "phone", "sex", "village", "address")
_LABELLED = re.compile(r"([^\s:：,，;；]{1,10})\s*[:：]\s*([^\s:：,，;；]+)(?!\s*[:：])")
_VALUE = re.compile(r"\d|^[男女]$")


def in_pairs(row: Sequence[Cell]) -> bool:
    """姓名, 赵岐, 性别, 男: titles and values by turns, and no line of titles."""
    texts = [cell for cell in row if cell != ""]
    heads, values = texts[::2], texts[1::2]
    return (
        len(values) > 1
        and len(heads) == len(values)
        and all(map(_is_title, heads))
        and not any(map(_is_title, values))
        and any(_VALUE.search(str(value)) for value in values)
    )


def said_of_person(row: Sequence[Cell]) -> dict[str, Cell]:
    """What a line of such a form says of the person, by field."""
    texts = [cell for cell in row if cell != ""]
    pairs: list[tuple[Cell, Cell]] = [
        pair for cell in texts if isinstance(cell, str) for pair in _LABELLED.findall(cell)
    ]
    bare = [cell.strip().rstrip(":：") if isinstance(cell, str) else cell for cell in texts]
    pairs += [(a, b) for a, b in pairwise(bare) if _is_title(a) and not _is_title(b)]
    said: dict[str, Cell] = {}
    for title, value in pairs:
        known = meaning(title) if isinstance(title, str) else None
        if known and known.field in _OF_PERSON:
            said.setdefault(known.field, value)
    return said


def by_person(sheet: Sheet, table: Table, rows: range) -> list[Table]:
    """A table of measurements for each form for one person that stands above some of its lines, within `rows`."""
    tables: list[Table] = []
    said: dict[str, Cell] = {}
    for index in rows:
        of = {} if index in table.header else said_of_person(sheet.rows[index])
        said |= of
        if of or index not in table.data:
            continue
        if "name" in said:
            tables.append(replace(table, data=[], sections={}, person=said))
            said = {}
        if tables:
            tables[-1].data.append(index)
    return tables


def is_form(sheet: Sheet) -> bool:
    """Whether most rows of a sheet, and of its first ones, begin with a title that has a value beside it."""
    return _is_mostly(sheet.rows[:_FIRST]) and _is_mostly(sheet.rows)


def _is_mostly(rows: Sequence[Sequence[Cell]]) -> bool:
    written = [texts for row in rows if (texts := [cell for cell in row if cell != ""])]
    begun = [str(texts[0]) for texts in written if is_pair(texts)]
    return len(set(begun)) >= _LEAST and 2 * len(begun) >= len(written)


def is_pair(texts: Sequence[Cell]) -> bool:
    """A row of titles alone is the head of a table; one of values alone a line of it."""
    return len(texts) > 1 and _is_title(texts[0]) and not all(_is_title(cell) for cell in texts[1:])


def _is_title(cell: Cell) -> bool:
    return isinstance(cell, str) and meaning(cell) is not None
