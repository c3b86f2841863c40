"""Households of those whose village was not known when a roster told of them: made or joined once it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from bulou.core.people import names
from bulou.core.people import queries as people
from bulou.core.people.actions import NewHousehold, add_households
from bulou.core.people.models import Household, Person
from bulou.core.places import queries as places
from bulou.core.places.codes import VILLAGE, ancestor
from bulou.core.staff.actor import Actor
from bulou.exchange import keep
from bulou.exchange.addresses import normal
from bulou.exchange.homes import LONGEST, door_of
from bulou.exchange.models import ImportRow, ImportRun
from bulou.lib import ids

Family = tuple[str, str]  # village, name of the head


@dataclass(frozen=True, slots=True)
class Home:
    """What a roster told of where somebody lives; without a head there is no household."""

    household: UUID | None = None
    relation: str = ""
    address: str = ""
    family: Family | None = None
    heads: bool = False


def house(given: Sequence[tuple[UUID, str, Actor]]) -> dict[UUID, Home]:
    """Where each of these people lives now, from (person, place, by); households that are new are entered."""
    told = _told(given)
    named = places.names({ancestor(place, VILLAGE) for _person, place, _by in given})
    known = _known({one.family for one in told.values() if one.family})
    made: dict[UUID, tuple[NewHousehold, Actor]] = {}
    # The heads first: whoever names the only head of a name lives with him.
    for person, place, by in sorted(given, key=lambda one: not told[one[0]].heads):
        one = told[person]
        if one.family is None:
            continue
        at, homes = normal(one.address, named.get(one.family[0], "")), known.setdefault(one.family, [])
        if len(homes) == 1 and not one.heads:
            home = homes[0]
        else:
            whose = str(person) if one.heads and homes else ""
            home = ids.derived("ledger", "household", *one.family, at, whose)
            new = NewHousehold(place, door_of(one.address), one.address, id=home)
            row = made.setdefault(home, (new, by))[0]
            if one.heads:
                homes.append(home)
                made[home] = (replace(row, head=person), by)
        told[person] = replace(one, household=home)
    for row, by in made.values():
        add_households([row], by=by)
    return told


def _told(given: Sequence[tuple[UUID, str, Actor]]) -> dict[UUID, Home]:
    """What the last file that told of each says, by rosters of the family too."""
    villages = {person: ancestor(place, VILLAGE) for person, place, _by in given}
    rosters = ImportRun.objects.filter(kind="roster").exclude(state=ImportRun.UNDONE).values("id")
    rows = ImportRow.objects.filter(person__in=villages, run__in=rosters).order_by("id")
    written = people.identifiers(villages)
    told = {person: Home(address=written.get(person, {}).get("address", "")) for person in villages}
    for row, said in keep.opened(rows):
        values, person = said.get("values", {}), row.person
        head = values.get("household_head", "")
        if person is None or not head:
            continue
        heads = values.get("name") == head
        told[person] = replace(
            told[person], family=(villages[person], head), heads=heads,
            relation=(said.get("relation", "") or ("户主" if heads else ""))[:LONGEST],
        )  # fmt: skip
    return told


def _known(families: set[Family]) -> dict[Family, list[UUID]]:
    """The households of these villages whose head is called so."""
    if not families:
        return {}
    heads = {head for _village, head in families}
    # By the pinyin, for which there is an index.
    called = Person.objects.filter(pinyin__in={names.reading(name).pinyin for name in heads}, name__in=heads)
    name_of = dict(called.values_list("pk", "name"))
    known: dict[Family, list[UUID]] = {}
    for pk, place, head in Household.objects.filter(head__in=name_of).values_list("pk", "place", "head"):
        family = (ancestor(place, VILLAGE), name_of.get(head, "") if head else "")
        if family in families:
            known.setdefault(family, []).append(pk)
    return known
