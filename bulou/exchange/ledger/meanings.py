"""What the cells of a column mean, by its field."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from . import cells, cells_choices, cells_dates, cells_ids, cells_names, cells_temps, cells_times
from .cells import Context, Understood
from .columns import Column
from .files import Cell

Understander = Callable[[Cell, Context], Understood]

BY_FIELD: Final[dict[str, Understander]] = {
    "name": cells_names.understand_name,
    "sex": cells_choices.understand_sex,
    "birth_date": cells_dates.understand_birth,
    "id_number": cells_ids.understand_id,
    "doc_kind": cells_choices.understand_doc_kind,
    "doc_number": cells_ids.understand_document,
    "affected_area_history": cells_choices.understand_yes_no,
    "transport": cells_choices.understand_transport,
    **dict.fromkeys(("phone", "phone2"), cells_ids.understand_phone),
    **dict.fromkeys(("village", "address", "from_place"), cells.understand_place),
    **dict.fromkeys(("left_date", "return_date"), cells_dates.understand_date),
    "household_head": cells_names.understand_head,
    "day": cells_times.understand_moment,
    **dict.fromkeys(("temperature", "temp_am", "temp_pm"), cells_temps.understand_temperature),
    "transport_no": cells_choices.understand_transport_no,
    **dict.fromkeys(("symptoms", "responsible", "note"), cells.understand_text),
}

# No two people share these, so what they mean is not worth remembering.
_UNREPEATED: Final = frozenset({"name", "id_number", "doc_number", "note"})
_PHONES: Final = frozenset({"phone", "phone2"})
_MAY_DITTO: Final = frozenset({
    "village", "address", "household_head", "from_place", "left_date", "return_date", "transport",
    "transport_no", "responsible", "day", "affected_area_history",
})  # fmt: skip

# "As above": what it means stands in the row before.
ABOVE: Final = Understood(None, ("DITTO",))
_HALVES = re.compile(r"(上午|早|晨).*(下午|晚)")


def is_ditto(cell: Cell) -> bool:
    """Whether a cell says that it means what stands above it."""
    return isinstance(cell, str) and (cell in cells.DITTO or cell.strip() in cells.DITTO)


class _Meant(dict[Cell, Understood]):
    """What each different cell of a column means, worked out when it first comes."""

    def __init__(self, understander: Understander, context: Context, may_ditto: bool) -> None:
        super().__init__({"": cells.NOTHING})
        self._understand, self._context = understander, context
        self._may_ditto = may_ditto

    def __missing__(self, cell: Cell) -> Understood:
        if self._may_ditto and is_ditto(cell):
            meant = ABOVE
        else:
            meant = self._understand(cell, self._context)
        self[cell] = meant
        return meant


def meaning_of(column: Column, field: str, context: Context) -> Callable[[Cell], Understood]:
    """What tells the meaning of each cell of a column; where cells repeat it remembers what they mean."""
    understander = BY_FIELD[field]
    if field == "temperature" and _HALVES.search(column.title):
        understander = cells_temps.understand_halves
    if field in _PHONES:
        return lambda cell: (
            cells.NOTHING if cell == "" else ABOVE if is_ditto(cell) else understander(cell, context)
        )
    if field not in _UNREPEATED:
        return _Meant(understander, context, field in _MAY_DITTO).__getitem__
    return lambda cell: cells.NOTHING if cell == "" else understander(cell, context)
