"""Households of those whose village was not known when a roster told of them: made or joined once it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db.models import QuerySet

from bulou.core.people import names
from bulou.core.people import queries as people
from bulou.core.people.actions import NewHousehold, add_households
from bulou.core.people.addresses import normal
from bulou.core.people.models import Household, Person
from bulou.core.places import queries as places
from bulou.core.places.codes import VILLAGE, ancestor
from bulou.core.staff.actor import Actor
from bulou.exchange import keep
from bulou.exchange.homes import LONGEST, door_of
from bulou.exchange.models import ImportRow, ImportRun
from bulou.lib import ids, sql

Family = tuple[str, str]  # village, name of the head
Given = Sequence[tuple[UUID, str, Actor]]  # person, place, by


@dataclass(frozen=True, slots=True)
class Home:
    """What a roster (`run`) told of where somebody lives; without a head there is no household."""

    household: UUID | None = None
    relation: str = ""
    address: str = ""
    family: Family | None = None
    heads: bool = False
    run: UUID | None = None


@dataclass(slots=True)
class _Heads:
    """The heads of these families: in which household one lives, in which rosters one stands, at which address."""

    living: dict[Family, dict[UUID, UUID]] = field(default_factory=dict)
    standing: dict[tuple[UUID, Family], set[UUID]] = field(default_factory=dict)
    addresses: dict[UUID, str] = field(default_factory=dict)
    villages: dict[str, str] = field(default_factory=dict)

    def find(self, person: UUID, one: Home) -> tuple[UUID, UUID]:
        """Where somebody lives, and whose address is that of the household.

        The only head whom their own roster tells is theirs wherever he stands. Of any other their address
        has to be the same, or they have none and he is the only one: a name alone brings no two families
        together.
        """
        assert one.family is not None
        assert one.run is not None
        stand = self.standing.get((one.run, one.family), set())
        if one.heads or len(stand) == 1:
            head = person if one.heads else next(iter(stand))
            return self._of(one.family, head), head
        mine = self._at(one.family, person)
        fits = [
            home for head, home in self.living.get(one.family, {}).items()
            if self._at(one.family, head) == mine or not (mine or stand)
        ]  # fmt: skip
        return (fits[0] if len(fits) == 1 else _derived(one.family, mine)), person

    def _of(self, family: Family, head: UUID) -> UUID:
        living = self.living.get(family, {})
        home = _derived(family, self._at(family, head))
        # Where another head of that name lives at this address already, the household goes by the person.
        return living.get(head) or (
            home if home not in living.values() else _derived(family, self._at(family, head), str(head))
        )

    def _at(self, family: Family, person: UUID) -> str:
        return normal(self.addresses.get(person, ""), self.villages.get(family[0], ""))


def _derived(family: Family, address: str, whose: str = "") -> UUID:
    """As a `homes.Key` has it, so that both mean the same household."""
    return ids.derived("ledger", "household", *family, address, whose)


def house(given: Given) -> dict[UUID, Home]:
    """Where each of these people lives now; households that are new are entered."""
    told = _told(given)
    heads = _heads(told, {person: place for person, place, _by in given})
    made: dict[UUID, tuple[NewHousehold, Actor]] = {}
    for person, place, by in sorted(given, key=lambda one: not told[one[0]].heads):
        one = told[person]
        if one.family is None:
            continue
        home, whose = heads.find(person, one)
        address = heads.addresses.get(whose, "")
        new = NewHousehold(place, door_of(address), address, id=home)
        if one.heads:
            heads.living.setdefault(one.family, {})[person] = home
            made[home] = (replace(new, head=person), by)
        made.setdefault(home, (new, by))
        told[person] = replace(one, household=home)
    new_of: dict[Actor, list[NewHousehold]] = {}
    for row, by in made.values():
        new_of.setdefault(by, []).append(row)
    for by, rows in new_of.items():
        add_households(rows, by=by)
    return told


def _told(given: Given) -> dict[UUID, Home]:
    """What the last roster that told of each says; of others, the address that the register has."""
    villages = {person: ancestor(place, VILLAGE) for person, place, _by in given}
    rosters = ImportRun.objects.filter(kind="roster").exclude(state=ImportRun.UNDONE).values("id")
    rows = _lines(villages).filter(run__in=rosters).order_by("id")
    written = people.identifiers(villages)
    told = {person: Home(address=written.get(person, {}).get("address", "")) for person in villages}
    for row, said in keep.opened(rows):
        values, person = said.get("values", {}), row.person
        head = values.get("household_head", "")
        if person is None or not head:
            continue
        heads = values.get("name") == head
        told[person] = replace(
            told[person], family=(villages[person], head), heads=heads, run=row.run,
            relation=(said.get("relation", "") or ("户主" if heads else ""))[:LONGEST],
        )  # fmt: skip
    return told


def _lines(wanted: Collection[UUID]) -> QuerySet[ImportRow]:
    where, params = sql.among("person", wanted)
    return ImportRow.objects.extra(where=[where], params=params)


def _stand(named: Collection[UUID], runs: Collection[UUID]) -> Iterable[tuple[UUID, UUID]]:
    """Those of these people who stand as heads in these rosters: (run, person)."""
    for row, said in keep.opened(_lines(named).filter(run__in=runs)) if named else ():
        values = said.get("values", {})
        if row.person and values.get("name") and values["name"] == values.get("household_head"):
            yield row.run, row.person


def _heads(told: dict[UUID, Home], given: dict[UUID, str]) -> _Heads:
    """Whoever heads one of these families by the register, or by the roster that told of its member."""
    families = {one.family for one in told.values() if one.family}
    wanted = {head for _village, head in families}
    # By the pinyin, for which there is an index.
    called = Person.objects.filter(
        pinyin__in={names.reading(name).pinyin for name in wanted}, name__in=wanted
    )
    named = {
        pk: (name, given.get(pk, place)) for pk, name, place in called.values_list("pk", "name", "place")
    }
    found = _Heads(villages=places.names({village for village, _head in families}))
    where, params = sql.among("head", named)
    living = Household.objects.extra(where=[where], params=params) if named else Household.objects.none()
    for pk, place, head in living.values_list("pk", "place", "head"):
        family = (ancestor(place, VILLAGE), named[head][0])  # type: ignore[index] # nobody's is not asked for
        if family in families:
            found.living.setdefault(family, {})[head] = pk  # type: ignore[index]
    asked = {(one.run, one.family) for one in told.values() if one.family and one.run}
    for run, head in _stand(named, {run for run, _family in asked}):
        name, place = named[head]
        for family in families:
            # One whose village is not known yet may be of each of them.
            near = family[0].startswith(place) or place.startswith(family[0])
            if near and family[1] == name and (run, family) in asked:
                found.standing.setdefault((run, family), set()).add(head)
    everybody = {head for heads in (*found.living.values(), *found.standing.values()) for head in heads}
    written = people.identifiers(everybody - told.keys())
    found.addresses = {pk: said.get("address", "") for pk, said in written.items()}
    found.addresses |= {pk: one.address for pk, one in told.items()}
    return found
