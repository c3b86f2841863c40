"""Lists of people: filtered, sorted, searched by name, pinyin and initials, over a million of them.

A page is found in two steps: the ids of its rows out of one index that holds all that the list goes by, then
those rows. All who bear a name stand together in the index of pinyin, also when the name was typed in
characters, so a search reads one stretch of it (at worst, all whose pinyin has the same first letter) until
the page is full. Where few live in the place, their index is read instead, and sorted.

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
# In a place with fewer, looking at every row costs less than a search by name.
SMALL = 2_000
# No syllable begins with these.
_NO_INITIALS = frozenset("iuv")
# More letters than any surname, or first part of a name, has.
_SURNAME = 20
SORTS = {"name": ("pinyin", "id"), "place": ("place", "pinyin", "id")}
_LAST = chr(0x10FFFF)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to. `text`: the beginning of a name in characters, pinyin or initials, or a
    whole document or phone number; `born_from`, `born_to`: dates of birth, both included; `heads`: of households."""

    place: str = ""
    text: str = ""
    household: UUID | None = None
    unit: UUID | None = None
    sex: str = ""
    born_from: date | None = None
    born_to: date | None = None
    heads: bool = False


# A test in SQL, with its parameters.
_Test = tuple[str, list[Any]]
_LIVING: _Test = ("merged_into IS NULL", [])
# Also of a household that names them by an id of theirs before a merge.
_HEAD: _Test = (
    "EXISTS (SELECT 1 FROM people_household h WHERE h.head = people_person.id) OR EXISTS (SELECT 1"
    " FROM people_person m JOIN people_household h ON h.head = m.id WHERE m.merged_into = people_person.id)",
    [],
)


@dataclass(frozen=True, slots=True)
class _Want:
    """A filter understood: where, by which beginning of a name, what else. `few`: its own index finds it."""

    places: list[_Test]
    han: str
    letters: str
    rest: list[_Test]
    few: bool = False

    @property
    def text(self) -> str:
        return self.han or self.letters


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
    found = _page_ids(want, after, keys, size + 1)
    rows = _rows(found[:size])
    more = len(found) > size
    return Page(rows, paging.encode([str(getattr(rows[-1], k)) for k in keys]) if more and rows else None)


def count(actor: Actor, wanted: Filter, limit: int = 1000) -> int:
    """How many there are, counted no further than `limit` (so that it costs the same over any number)."""
    want = _understand(actor, wanted)
    if want is None:
        return 0
    ways = [[*way, *_loose(want.places)] for way in _borne(want)] if want.text else [want.places]
    return min(limit, sum(_bounded([*way, *want.rest], limit) for way in ways))


def _understand(actor: Actor, wanted: Filter) -> _Want | None:
    """None when nothing can be found: no scope, or a text in which there is nothing to search by."""
    if not actor.sees_people or not (actor.place or actor.role is Role.SYSTEM):
        return None
    place = wanted.place if wanted.place.startswith(actor.place) else actor.place
    if wanted.place and not place.startswith(wanted.place):
        return None
    # A unit's own place means all of its people, wherever they live.
    places = [sql.within("place", place)] if place and not (actor.unit and place == actor.place) else []
    rest: list[_Test] = []
    for column, value in (("unit", actor.unit), ("unit", wanted.unit), ("household", wanted.household)):
        if value:
            rest.append((f"{column} = %s", [sql.uid(value)]))
    if wanted.sex:
        rest.append(("sex = %s", [wanted.sex]))
    for test, day in ((">=", wanted.born_from), ("<=", wanted.born_to)):
        if day:
            rest.append((f"birth_date {test} %s", [day.isoformat()]))
    if wanted.heads:
        rest.append(_HEAD)
    few = bool(actor.unit or wanted.unit or wanted.household)
    text = names.normal(wanted.text)
    if any(c.isdigit() for c in text):
        rest.append(sql.among("id", queries.known_as(text)))
        return _Want(places, "", "", rest, few=True)
    han = text if names.is_han(text) else ""
    letters = "" if han else "".join(names.reading(text).pinyin.split())
    if wanted.text.strip() and not (han or letters):
        return None
    return _Want(places, han, letters, rest, few)


def _begins(column: str, text: str) -> _Test:
    return f"({column} >= %s AND {column} < %s)", [text, text + _LAST]


def _either(tests: list[_Test]) -> _Test:
    return " OR ".join(test for test, _ in tests), [p for _, some in tests for p in some]


def _loose(tests: list[_Test]) -> list[_Test]:
    """Tests of places that choose no index."""
    return [(test.replace("place ", "(place || '') "), params) for test, params in tests]


def _borne(want: _Want) -> list[list[_Test]]:
    """Where in the order of pinyin those stand whose name begins so: ways that share nobody."""
    if want.han:
        heads = sorted(names.beginnings(want.han))
        apart = [h for h in heads if not any(h != o and h.startswith(o) for o in heads)]
        writings = dict.fromkeys((want.han, names.simplified(want.han)))
        named = _either([_begins("name", writing) for writing in writings])
        return [[_begins("pinyin", head), named] for head in apart]
    letters = want.letters
    # The pinyin has a space after the surname, wherever that ends; typed, it may stand there or not.
    spaced = [f"{letters[:i]} {letters[i:]}" for i in range(1, min(len(letters), _SURNAME))]
    read = [_begins("pinyin", form) for form in (letters, *spaced)]
    ways = [[test] for test in read]
    if len(letters) > 1 and not _NO_INITIALS & set(letters):
        test, params = _either(read)
        ways.append([_begins("pinyin", letters[0]), _begins("initials", letters), (f"NOT ({test})", params)])
    return ways


def _page_ids(want: _Want, after: list[str], keys: tuple[str, ...], size: int) -> list[Any]:
    """The ids of a page's rows (as the database keeps them), by the cheapest way."""
    borne = _borne(want) if want.text else []
    named = _loose_pinyin([_either([_all(way) for way in borne])] if borne else [])
    loose = _loose(want.places)
    few = SMALL if borne else BOUND
    on = [*want.rest, *_after(after, keys, walk=True)]
    sorting = [*want.rest, *_after(after, keys, walk=False)]
    if want.few:
        found = _ordered([*loose, *named, *sorting], keys, size, walk=False)
    elif want.places and _bounded(want.places, few + 1) <= few:
        found = _ordered([*want.places, *named, *sorting], keys, size, walk=False)
    elif keys[0] == "pinyin":
        ways = [[*way, *loose] for way in borne] or [loose]
        found = sorted(row for way in ways for row in _ordered([*way, *on], keys, size, walk=True))
    else:
        ways = [[*way, *loose] for way in borne]
        found = sorted(row for way in ways for row in _any([*way, *sorting], keys, BOUND + 1))
        if not borne or len(found) > BOUND:
            found = _ordered([*want.places, *named, *on], keys, size, walk=True)
    return [row[-1] for row in found[:size]]


def _after(after: list[str], keys: tuple[str, ...], *, walk: bool) -> list[_Test]:
    """What comes after the last row of the page before."""
    if not after:
        return []
    columns = ", ".join(keys if walk else (f"{keys[0]} || ''", *keys[1:]))
    marks = ", ".join(["%s"] * len(keys))
    return [(f"({columns}) > ({marks})", [*after[:-1], sql.uid(UUID(after[-1]))])]


def _all(tests: list[_Test]) -> _Test:
    return f"({' AND '.join(f'({test})' for test, _ in tests)})", [p for _, some in tests for p in some]


def _loose_pinyin(tests: list[_Test]) -> list[_Test]:
    return [(test.replace("pinyin ", "(pinyin || '') "), params) for test, params in tests]


def _bounded(tests: list[_Test], limit: int) -> int:
    where, params = _all([_LIVING, *tests])
    statement = f"SELECT count(*) FROM (SELECT 1 FROM people_person WHERE {where} LIMIT %s) AS found"
    return int(sql.rows(statement, [*params, limit])[0][0])


def _ordered(tests: list[_Test], keys: tuple[str, ...], size: int, *, walk: bool) -> list[tuple[Any, ...]]:
    """The first of what the tests choose, by its keys. `walk`: along their index; else they are sorted."""
    where, params = _all([_LIVING, *tests])
    order = ", ".join(keys if walk else (f"{keys[0]} || ''", *keys[1:]))
    statement = f"SELECT {', '.join(keys)} FROM people_person WHERE {where} ORDER BY {order} LIMIT %s"
    return sql.rows(statement, [*params, size])


def _any(tests: list[_Test], keys: tuple[str, ...], limit: int) -> list[tuple[Any, ...]]:
    """The keys of what the tests choose, in no order, up to a limit."""
    where, params = _all([_LIVING, *tests])
    return sql.rows(f"SELECT {', '.join(keys)} FROM people_person WHERE {where} LIMIT %s", [*params, limit])


def _rows(found: list[Any]) -> list[Person]:
    """Those persons, in the order of their ids."""
    order = [sql.as_uuid(i) for i in found]
    if not order:
        return []
    by_id = Person.objects.defer("sealed").in_bulk(order)
    return [by_id[i] for i in order if i in by_id]
