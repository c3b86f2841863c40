"""What stands behind a formula: the rows that its terms count, or the people who are left of them.

A number like "under observation" is a difference: who was opened and not closed. Of each person the terms are
added up with their signs, so that those who are left are the number, to the unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bulou.core.figures.figure import Figure, figures, formulas
from bulou.core.figures.queries import Asked, rows_behind, split
from bulou.lib import paging, sql

if TYPE_CHECKING:
    from django.db.models import Model

_TASKS = "due_day"  # the day of what is a task: counted as expected, then as done, it is one and the same row


@dataclass(frozen=True)
class Rows:
    """Rows of one table, by a condition in SQL."""

    source: type[Model]
    where: str
    params: list[Any]


@dataclass(frozen=True)
class Left:
    """Somebody of whom something is left: where, since when, and how much (one, as a rule)."""

    person: UUID
    place: str
    since: datetime | None
    times: int


@dataclass(frozen=True)
class Lefts:
    """All who are left of a formula, gone through piece by piece, as the rows of a query are."""

    name: str
    asked: Asked
    without: tuple[str, ...] = ()

    def page(self, size: int, cursor: str | None = None) -> paging.Page | None:
        """A page of them, as `people` gives it."""
        return people(self.name, self.asked, size, cursor, self.without)

    def count(self) -> int:
        """How many lines there are."""
        return sum(1 for _one in self.iterator())

    def iterator(self, chunk_size: int = 10_000) -> Iterator[Left]:
        """Each of them; none where the formula counts no people."""
        return paging.walk(lambda cursor: self.page(chunk_size, cursor))


def rows(name: str, asked: Asked) -> Rows | None:
    """The rows that a formula counts, where all its terms count rows of one table; None for any other.

    Records are only added up: what takes away from records are other records, never the same.
    """
    terms = _terms(name)
    first = terms[0][1]
    if any(f.measure != "count" or (f.table, f.day) != (first.table, first.day) for _sign, f, _part in terms):
        return None
    if first.day != _TASKS and any(sign < 0 for sign, _figure, _part in terms):
        return None
    inside, params = sql.within("place", asked.place)
    dims = {split(part)[1] for _sign, _figure, part in terms}
    if len(dims) == 1 and (dim := dims.pop()) is not None and len(first.by) == 1:
        # Said once and plainly: an index finds tasks of one kind.
        inside, params = f"{inside} AND {first.by[0]} = %s", [*params, dim]
    cases = []
    for sign, _figure, part in terms:
        condition, more = rows_behind(part, asked)
        cases.append(f"CASE WHEN {condition} THEN {sign} ELSE 0 END")
        params += more
    return Rows(first.source, f"{inside} AND ({' + '.join(cases)}) <> 0", params)


def people(
    name: str, asked: Asked, size: int, cursor: str | None = None, without: Sequence[str] = ()
) -> paging.Page | None:
    """Those who are left of a formula, place by place, as a page of `Left`; None where it counts no people.

    `without`: codes of one level below the place, whose own are left out.
    Raises ValueError for a cursor that is none of such a list.
    """
    terms = _terms(name)
    if any(figure.measure != "count" or not _of_people(figure) for _sign, figure, _part in terms):
        return None
    counted, params = [], []
    for sign, figure, part in terms:
        condition, more = rows_behind(part, asked)
        counted.append(
            f"SELECT person, place, happened_at, {sign} AS sign FROM {figure.table} WHERE {condition}"
        )
        params += [sql.day(one) if type(one) is date else one for one in more]
    after = ""
    if without:
        marks = ", ".join(["%s"] * len(without))
        after, params = f" AND SUBSTR(r.place, 1, {len(without[0])}) NOT IN ({marks})", [*params, *without]
    if cursor:
        place, person = map(str, paging.decode(cursor))
        after += " AND (r.place > %s OR (r.place = %s AND COALESCE(p.merged_into, r.person) > %s))"
        params += [place, place, sql.uid(UUID(person))]
    found = sql.rows(
        "SELECT r.place, COALESCE(p.merged_into, r.person), MAX(CASE WHEN r.sign > 0 THEN r.happened_at END),"
        f" SUM(r.sign) FROM ({' UNION ALL '.join(counted)}) r LEFT JOIN people_person p ON p.id = r.person"
        f" WHERE 1 = 1{after} GROUP BY 1, 2 HAVING SUM(r.sign) <> 0 ORDER BY 1, 2 LIMIT %s",
        [*params, size + 1],
    )
    left = [Left(sql.as_uuid(who), place, sql.as_moment(at), int(n)) for place, who, at, n in found]
    more_left = len(left) > size
    last = left[size - 1] if more_left else None
    return paging.Page(left[:size], paging.encode([last.place, last.person.hex]) if last else None)


def _terms(name: str) -> list[tuple[int, Figure, str]]:
    return [(sign, figures()[split(part)[0]], part) for sign, part in formulas()[name].terms]


def _of_people(figure: Figure) -> bool:
    return figure.day != _TASKS and any(field.name == "person" for field in figure.source._meta.fields)
