"""Households of a roster: who lives with whom, by the head that each line names.

A household is known again by its village, its head's name and its address (`addresses.normal`), so that the
same roster again, or a second piece of it, means the same one. Where somebody on the roster lives with that
head already, theirs is the household of all who name the head there; nobody is moved from one household to
another. Whoever names the only head of that name in the village lives with him, whatever address is theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from bulou.core.people.actions import NewHousehold, add_households
from bulou.core.people.addresses import normal
from bulou.core.people.models import Person
from bulou.core.people.names import reading
from bulou.core.places.codes import VILLAGE, ancestor, level_of
from bulou.core.staff.actor import Actor
from bulou.exchange import keep
from bulou.exchange.course import Course
from bulou.exchange.ledger import codes as code_book
from bulou.exchange.ledger.reading import Row
from bulou.exchange.models import ImportRow
from bulou.exchange.who import Fate
from bulou.lib import ids, sql

_DOOR = re.compile(r"\d+(?:[-—]\d+)*(?=号)(?!.*\d号)")
_WAITING = (code_book.HELD, code_book.REFUSED)
LONGEST = 20  # characters of a relation


class Key(NamedTuple):
    """What a line says of its household; `whose` tells families apart whose heads share a name."""

    village: str
    head: str
    address: str
    whose: str


class _Living(NamedTuple):
    place: str
    household: UUID
    head: str


def house(course: Course, fates: list[Fate], going: list[Fate]) -> dict[int, UUID]:
    """Say of each line's person in which household they live: {position of a line: household to be entered}.

    Before they are enrolled; `found` enters the households afterwards. `fates`: all lines, for a head whose
    line waits is a head all the same.
    """
    _note_heads(course, [(fate.place, fate.row.values) for fate in fates])
    keyed = [(fate, key) for fate in going if (key := _key(course, fate))]
    lives = _lives([fate.person for fate, _key in keyed if fate.person])
    for fate, key in keyed:
        known = lives.get(fate.person) if fate.person else None
        if known and known.place.startswith(key.village) and known.head == key.head:
            course.homes.setdefault(key, known.household)
    made: dict[int, UUID] = {}
    for fate, key in keyed:
        assert fate.new is not None
        new = ids.derived("ledger", "household", *key)
        home = course.homes.setdefault(key, new)
        if home == new and fate.person not in lives:
            made[fate.at] = home
        relation = fate.row.relation or ("户主" if fate.new.name == key.head else "")
        fate.new = replace(fate.new, household=home, relation=relation[:LONGEST])
        fate.told = replace(fate.told, new=fate.new) if fate.told else None
    return made


def recall(course: Course, fates: list[Fate]) -> None:
    """Before lines of a roster are decided: what its other lines say of the heads that these name.

    They were taken in earlier, or wait themselves.
    """
    wanted = {fate.row.values["household_head"] for fate in fates if "household_head" in fate.row.values}
    called = Person.objects.filter(pinyin__in={reading(name).pinyin for name in wanted}, name__in=wanted)
    where, params = sql.among("person", called.values_list("pk", flat=True))
    assert course.run is not None
    others = ImportRow.objects.filter(run=course.run).exclude(at__in=[fate.at for fate in fates])
    found = keep.opened([*others.extra(where=[where], params=params), *others.filter(verdict__in=_WAITING)])
    told = [(row, said.get("values", {})) for row, said in found]
    _note_heads(course, [(row.place, values) for row, values in told])
    lives = _lives([row.person for row, _values in told if row.person])
    homes: dict[Key, set[UUID]] = {}
    for row, values in told:
        head = values.get("household_head")
        if row.person in lives and head and values.get("name") == head:
            village = ancestor(lives[row.person].place, VILLAGE)
            at = normal(values.get("address", ""), course.around.called(village))
            homes.setdefault(Key(village, head, at, ""), set()).add(lives[row.person].household)
    course.homes |= {key: next(iter(some)) for key, some in homes.items() if len(some) == 1}


def found(going: list[Fate], made: dict[int, UUID], by: Actor) -> None:
    """Enter the households that are new; those of an earlier piece stay as they are. After their people."""
    rows: dict[UUID, NewHousehold] = {}
    for fate in going:
        if fate.new is None or fate.at not in made:
            continue
        home, address = made[fate.at], fate.new.address
        row = rows.setdefault(home, NewHousehold(fate.place, door_of(address), address, id=home))
        if row.head is None and fate.new.name == fate.row.values["household_head"]:
            rows[home] = replace(row, head=fate.person)
    if rows:
        add_households(list(rows.values()), by=by)


def door_of(address: str) -> str:
    """The house number of an address; "" where it has none."""
    return match[0] if (match := _DOOR.search(address)) else ""


def heads_first(course: Course, rows: Iterable[Row]) -> Iterator[Row]:
    """A roster's rows, all read before the first is given on: a second head of a name may stand at the end."""
    known = list(rows)
    found = (course.around.find(row.values, row.also) for row in known)
    _note_heads(
        course, [(place or course.place, row.values) for place, row in zip(found, known, strict=True)]
    )
    return iter(known)


def _note_heads(course: Course, told: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """The addresses at which heads stand themselves, by village and name; with none, each under his number."""
    for place, values in told:
        head = values.get("household_head")
        if not head or values.get("name") != head or level_of(place) < VILLAGE:
            continue
        village = ancestor(place, VILLAGE)
        at = normal(values.get("address", ""), course.around.called(village))
        course.stand.setdefault((village, head), set()).add((at, values.get("id_number", "")))


def _key(course: Course, fate: Fate) -> Key | None:
    head = fate.row.values.get("household_head")
    if not head or fate.new is None or level_of(fate.place) < VILLAGE:
        return None  # whoever's village is not known yet lives in none of its households
    family = (ancestor(fate.place, VILLAGE), head)
    # Often only the first line of a family has its address.
    own = normal(fate.row.values.get("address", ""), course.around.called(family[0]))
    address = own or course.addresses.get(family, "")
    if len(stand := course.stand.get(family, ())) == 1:
        address = next(iter(stand))[0]
    course.addresses[family] = address
    base = (*family, address)
    if fate.new.name == head:
        told = fate.new.doc_number or fate.new.phone
        first = course.heads.setdefault(base, (told, ""))[0]
        course.heads[base] = (first, "" if told == first else told)
    return Key(*base, course.heads.get(base, ("", ""))[1])


def _lives(known: list[UUID]) -> dict[UUID, _Living]:
    """Where those of these people live who live in a household."""
    if not known:
        return {}
    where, params = sql.among("p.id", known)
    found = sql.rows(
        "SELECT p.id, p.place, p.household, head.name FROM people_person p"
        " JOIN people_household h ON h.id = p.household LEFT JOIN people_person head ON head.id = h.head"
        f" WHERE {where}",
        params,
    )
    return {
        sql.as_uuid(one): _Living(place, sql.as_uuid(home), head or "") for one, place, home, head in found
    }
