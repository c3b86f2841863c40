"""Lists of people: filtered, sorted, searched by name, pinyin and initials, over a million of them.

A page is found in two steps: the ids of its rows out of an index that holds all that the list goes by, then
those rows. Which index depends on how many it would have to pass (counted up to a bound):

- few live in the place: those of the place, sorted;
- few bear such a name: those of the name, sorted;
- many of both: the list's own order is walked until the page is full, because it soon is.

A column that must not choose the index is wrapped (`col || ''`), which both databases respect.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bulou.core.people import names, queries
from bulou.core.people.models import Person
from bulou.core.staff.roles import Role
from bulou.lib import paging, sql
from bulou.lib.paging import Page

if TYPE_CHECKING:
    from datetime import date

    from bulou.core.staff.actor import Actor

# Sorting this many takes a few milliseconds; more of them are so dense in any order that walking is faster.
BOUND = 20_000
# In a place with fewer, looking at every row costs less than any search by name.
SMALL = 2_000
SORTS = {"name": ("pinyin", "id"), "place": ("place", "pinyin", "id")}
_LAST = chr(0x10FFFF)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to. `text`: the beginning of a name in characters, pinyin or initials, or a
    whole document or phone number; `born_from`, `born_to`: dates of birth, both included."""

    place: str = ""
    text: str = ""
    household: UUID | None = None
    unit: UUID | None = None
    sex: str = ""
    born_from: date | None = None
    born_to: date | None = None


# A test in SQL, with its parameters.
_Test = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class _Range:
    """Texts of a column from `low` up to, not including, `high`."""

    column: str
    low: str
    high: str

    def sql(self, *, indexed: bool = True) -> _Test:
        column = self.column if indexed else f"({self.column} || '')"
        return f"({column} >= %s AND {column} < %s)", [self.low, self.high]


@dataclass(frozen=True, slots=True)
class _Want:
    """A filter understood: where, what beginnings of names, what else."""

    places: list[_Range]
    texts: list[_Range]
    rest: list[_Test]
    ids: list[UUID] | None = None


def search(actor: Actor, text: str, place: str = "", limit: int = 20) -> list[Person]:
    """Up to `limit` persons in scope whose name begins so, or who have this document or phone number."""
    return page(actor, Filter(place=place, text=text), size=limit).rows if text.strip() else []


def page(actor: Actor, wanted: Filter, sort: str = "name", size: int = 50, cursor: str | None = None) -> Page:
    """A page of Persons (without those merged into others), sorted by a key of SORTS.

    Raises ValueError for a cursor that is not of such a list.
    """
    keys = SORTS[sort]
    want = _understand(actor, wanted)
    if want is None:
        return Page([], None)
    after = paging.decode(cursor) if cursor else []
    if cursor and (len(after) != len(keys) or not all(isinstance(v, str) for v in after)):
        raise ValueError("no cursor")
    conditions = [*want.rest]
    if after:
        marks = ", ".join(["%s"] * len(keys))
        conditions.append((f"({', '.join(keys)}) > ({marks})", [*after[:-1], sql.uid(UUID(after[-1]))]))
    found = _page_ids(want, conditions, keys, size + 1)
    rows = _rows(found[:size])
    more = len(found) > size
    return Page(rows, paging.encode([str(getattr(rows[-1], k)) for k in keys]) if more and rows else None)


def count(actor: Actor, wanted: Filter, limit: int = 1000) -> int:
    """How many there are, counted no further than `limit` (so that it costs the same over any number)."""
    want = _understand(actor, wanted)
    if want is None:
        return 0
    places = [r.sql(indexed=not want.texts) for r in want.places]
    texts = [_either(want.texts)] if want.texts else []
    return _bounded([*places, *texts, *want.rest], limit)


def _understand(actor: Actor, wanted: Filter) -> _Want | None:
    """None when nothing can be found: no scope, or a text in which there is nothing to search by."""
    if not actor.sees_people or not (actor.place or actor.role is Role.SYSTEM):
        return None
    place = wanted.place if wanted.place.startswith(actor.place) else actor.place
    if wanted.place and not place.startswith(wanted.place):
        return None
    places = [_Range("place", place, sql.after_code(place))] if place else []
    rest: list[_Test] = []
    for column, value in (("unit", actor.unit), ("unit", wanted.unit), ("household", wanted.household)):
        if value:
            rest.append((f"{column} = %s", [sql.uid(value)]))
    if wanted.sex:
        rest.append(("sex = %s", [wanted.sex]))
    for test, day in ((">=", wanted.born_from), ("<=", wanted.born_to)):
        if day:
            rest.append((f"birth_date {test} %s", [day.isoformat()]))
    if not wanted.text.strip():
        return _Want(places, [], rest)
    text = names.normal(wanted.text)
    if any(c.isdigit() for c in text):
        known = queries.known_as(text)
        rest.append(sql.among("id", known))
        return _Want(places, [], rest, known)
    texts = _texts(text) if text else []
    return _Want(places, texts, rest) if texts else None


def _texts(text: str) -> list[_Range]:
    """The beginnings that a typed text may mean: of the name, of its pinyin, of its initials."""
    if names.is_han(text):
        writings = dict.fromkeys((text, names.simplified(text)))
        return [_begins("name", writing) for writing in writings]
    letters = "".join(names.reading(text).pinyin.split())
    if not letters:
        return []
    # The pinyin has a space after the surname, wherever that ends; typed, it may stand there or not.
    spaced = [f"{letters[:i]} {letters[i:]}" for i in range(1, len(letters))]
    return [*(_begins("pinyin", form) for form in (letters, *spaced)), _begins("initials", letters)]


def _begins(column: str, text: str) -> _Range:
    return _Range(column, text, text + _LAST)


def _page_ids(want: _Want, conditions: list[_Test], keys: tuple[str, ...], size: int) -> list[Any]:
    """The ids of a page's rows (as the database keeps them), by the cheapest of the three ways."""
    narrow = want.ids is not None or any(c.startswith(("unit", "household")) for c, _ in want.rest)
    if narrow:  # a handful, found by their own index
        return _sorted([*_loose(want), *conditions], keys, size)
    living = _bounded([r.sql() for r in want.places], BOUND + 1) if want.places else BOUND + 1
    if living <= SMALL or (not want.texts and living <= BOUND):
        texts = [_either(want.texts, indexed=False)] if want.texts else []
        return _sorted([*(r.sql() for r in want.places), *texts, *conditions], keys, size)
    if want.texts:
        bearing = [*(r.sql(indexed=False) for r in want.places), _either(want.texts)]
        if _bounded(bearing, BOUND + 1) <= BOUND:
            return _sorted([*bearing, *conditions], keys, size)
    return _walk(want, conditions, keys, size)


def _loose(want: _Want) -> list[_Test]:
    """Place and name as tests only."""
    texts = [_either(want.texts, indexed=False)] if want.texts else []
    return [*(r.sql(indexed=False) for r in want.places), *texts]


def _either(ranges: list[_Range], *, indexed: bool = True) -> _Test:
    """Any of some ranges. To go by their indexes, each is looked up by itself."""
    parts = [r.sql(indexed=indexed) for r in ranges]
    params = [p for _, some in parts for p in some]
    if not indexed or len(parts) == 1:
        return f"({' OR '.join(c for c, _ in parts)})", params
    return " OR ".join(c for c, _ in parts), params


def _where(conditions: list[_Test]) -> _Test:
    parts = ["merged_into IS NULL", *(f"({c})" for c, _ in conditions)]
    return " AND ".join(parts), [p for _, some in conditions for p in some]


def _bounded(conditions: list[_Test], limit: int) -> int:
    where, params = _where(conditions)
    statement = f"SELECT count(*) FROM (SELECT 1 FROM people_person WHERE {where} LIMIT %s) some"
    return int(sql.rows(statement, [*params, limit])[0][0])


def _sorted(conditions: list[_Test], keys: tuple[str, ...], size: int) -> list[Any]:
    """The first of what the conditions choose; wrapped keys keep the order from choosing the index."""
    where, params = _where(conditions)
    order = ", ".join(f"{k} || ''" if k == "pinyin" else k for k in keys)
    statement = f"SELECT id FROM people_person WHERE {where} ORDER BY {order} LIMIT %s"
    return [row[0] for row in sql.rows(statement, [*params, size])]


def _walk(want: _Want, conditions: list[_Test], keys: tuple[str, ...], size: int) -> list[Any]:
    """Along the list's own order, from where a name like this can first stand, until the page is full."""
    tests = _loose(want)
    if keys[0] == "pinyin" and want.texts:
        tests.append(_stretch(want.texts).sql())
    if keys[0] == "place":
        tests += [r.sql() for r in want.places]
    where, params = _where([*tests, *conditions])
    statement = f"SELECT id FROM people_person WHERE {where} ORDER BY {', '.join(keys)} LIMIT %s"
    return [row[0] for row in sql.rows(statement, [*params, size])]


def _stretch(texts: list[_Range]) -> _Range:
    """The stretch of pinyin in which all names lie that begin so."""
    firsts = [names.first_readings(r.low) if r.column == "name" else {r.low[0]} for r in texts]
    heads = sorted({head for some in firsts for head in some})
    return _Range("pinyin", heads[0], heads[-1] + _LAST)


def _rows(found: list[Any]) -> list[Person]:
    """Those persons, in the order of their ids."""
    order = [sql.as_uuid(i) for i in found]
    if not order:
        return []
    by_id = Person.objects.defer("sealed").in_bulk(order)
    return [by_id[i] for i in order if i in by_id]
