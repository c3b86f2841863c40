"""What is compared of people: a table in memory, its document numbers opened for as long as it is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from bulou.core.people import keys, seal
from bulou.core.people.names import fold
from bulou.core.people.persons import RESIDENT_ID
from bulou.core.places.codes import TOWNSHIP, VILLAGE, ancestor, level_of
from bulou.lib import ids, resident_id, sql

COLUMNS = (
    "unique_id", "name", "sound", "letter", "sex", "born", "doc", "doc_kind", "doc_bag", "doc_sound",
    "phone", "phone2", "household", "village", "town",
)  # fmt: skip
_PIECE = 5_000
_READ = (
    "SELECT id, name, pinyin, sex, birth_date, place, household, doc_kind, phone_index, phone2_index, sealed"
    " FROM people_person WHERE merged_into IS NULL AND {inside} AND id > %s ORDER BY id LIMIT %s"
)


class Told:
    """The people of a place, column by column; `persons`: who each row is. `unique_id` is the row's number."""

    def __init__(self, place: str) -> None:
        self.persons: list[UUID] = []
        self.columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
        for row in _rows(place):
            self._add(*row)

    def _add(self, person: UUID, row: tuple[Any, ...], values: dict[str, Any]) -> None:
        _id, name, sound, sex, born, place, household, doc_kind, phone, phone2, _sealed = row
        number = str(values.get("doc_number", "")) if doc_kind else ""
        told = (
            len(self.persons), fold(name), sound, sound[:1], sex or None, str(born).replace("-", "") if born else None,
            number or None, doc_kind or None, "".join(sorted(number)) or None,
            doc_kind != RESIDENT_ID or _is_sound(number),
            phone, phone2, str(household) if household else None, *_around(place),
        )  # fmt: skip
        self.persons.append(person)
        for column, value in zip(self.columns.values(), told, strict=True):
            column.append(value)


def _rows(place: str) -> Iterator[tuple[UUID, tuple[Any, ...], dict[str, Any]]]:
    """(person, row, identifiers in plain); of somebody whose key is gone there are no identifiers."""
    inside, params = sql.within("place", place)
    last = UUID(int=0)
    while True:
        found = sql.rows(_READ.format(inside=inside), [*params, sql.uid(last), _PIECE])
        if not found:
            return
        held = keys.fetch([ids.parse(row[0]) for row in found])
        for row in found:
            last = ids.parse(row[0])
            yield last, row, seal.open_(held[last], row[-1], last.bytes) if last in held else {}


def _is_sound(number: str) -> bool:
    """Whether the check digit of a resident number fits; where it does not, a digit of it is wrong."""
    return len(number) == 18 and number[:17].isdigit() and resident_id.check_digit(number[:17]) == number[17]


def _around(place: str) -> tuple[str, str]:
    """The village and the township in which a place lies; what lies above stands for itself."""
    level = level_of(place)
    village = ancestor(place, VILLAGE) if level > VILLAGE else place
    return village, ancestor(place, TOWNSHIP) if level > TOWNSHIP else place
