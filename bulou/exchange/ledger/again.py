"""A line that somebody corrects: what was written anew is understood like a cell, the rest stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from . import codes as code_book
from .cells import Context
from .meanings import BY_FIELD

_TEMPERATURES: Final = ("temperature", "temp_am", "temp_pm")
_WAITING: Final = (code_book.HELD, code_book.REFUSED)
_DATES: Final = ("return_date", "left_date", "birth_date", "day")
# Which fields a code speaks of, by its beginning.
ABOUT: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("NAME_", ("name",)), ("ROW_UNCLEAR", ("name",)), ("ID_SEX", ("id_number", "sex")),
    ("ID_BIRTH", ("id_number", "birth_date")), ("ID_", ("id_number",)), ("SEX_", ("sex",)),
    ("DATE_", _DATES), ("FORM_YEAR", _DATES), ("READING_DAY", ("day",)),
    ("TEMP_", _TEMPERATURES), ("FEVER", _TEMPERATURES), ("PHONE_", ("phone",)),
    ("DUP_ID", ("id_number", "name")), ("DUP_NAME", ("id_number", "phone")),
    ("DUP_EVENT", ("return_date", "from_place")), ("PERSON_", ("id_number", "phone")),
    ("CSV_CELLS_MOVED", ("return_date", "from_place", "temperature", "note")),
)  # fmt: skip


@dataclass(slots=True)
class Again:
    """A line's values, codes and readings."""

    values: dict[str, Any]
    codes: list[str]
    readings: list[dict[str, Any]] = field(default_factory=list)
    # Readings whose day was only counted: (which day, slot, °C).
    counted: Sequence[tuple[int, str, float]] = ()


def about(codes: list[str]) -> list[str]:
    """The fields that somebody has to look at in a line with these codes."""
    weighty = [
        c
        for c in codes
        if c in code_book.CODES and code_book.CODES[c].verdict in (code_book.HELD, code_book.REFUSED)
    ]
    found = [
        field for code in weighty for start, fields in ABOUT if code.startswith(start) for field in fields
    ]
    return list(dict.fromkeys(found)) or ["name"]


def corrected(line: Again, said: Mapping[str, str], context: Context) -> Again:
    """The line with these fields as they are written now ("" takes the value away).

    Codes that speak of what was written are worked out anew; doubts about who it is will rise again by
    themselves where they are still there.
    """
    values = dict(line.values)
    fresh: list[str] = []
    for name, text in said.items():
        if name not in BY_FIELD:
            continue
        values.pop(name, None)
        if name == "id_number":
            for known in ("sex", "birth_date", "doc_kind", "doc_number"):
                if known not in said:
                    values.pop(known, None)
        if not text.strip():
            continue
        found = BY_FIELD[name](text.strip(), context)
        if found.value is not None:
            values[name] = found.value
        for more, value in (found.more or {}).items():
            if more in said and said[more].strip() and values.get(more) not in (None, value):
                fresh.append("ID_SEX_MISMATCH" if more == "sex" else "ID_BIRTH_MISMATCH")
            else:
                values[more] = value
        fresh += found.codes
    placed, more_codes = _placed(line.counted, values.get("day") if "day" in said else None, context)
    fresh += more_codes
    settled = {start for start, fields in ABOUT if set(fields) & said.keys()}
    kept = [
        c for c in line.codes
        if not c.startswith(tuple(settled)) and not c.startswith("DUP_") and c not in ("DECIDED", "PHONE_CHANGED")
    ]  # fmt: skip
    if "name" not in values:
        fresh.append("NAME_MISSING")
    return Again(
        values, [c for c in dict.fromkeys([*kept, *fresh, "DECIDED"]) if c in code_book.CODES],
        [*line.readings, *placed], () if placed else line.counted,
    )  # fmt: skip


def _placed(
    counted: Sequence[tuple[int, str, float]], first: str | None, context: Context
) -> tuple[list[dict[str, Any]], list[str]]:
    """Readings of counted days on the days that they are, once the first is known; else what is still wrong."""
    if not counted:
        return [], []
    if first is None or any(number < 1 for number, _slot, _degrees in counted):
        return [], ["READING_DAY"]
    days = [
        date.fromisoformat(first[:10]) + timedelta(days=number - 1) for number, _slot, _degrees in counted
    ]
    if max(days) > context.today:
        return [], ["DATE_FUTURE", "READING_DAY"]
    return [
        {"day": day.isoformat(), "slot": slot, "temperature": degrees}
        for day, (_number, slot, degrees) in zip(days, counted, strict=True)
    ], []
