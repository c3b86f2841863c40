"""What is read about people: always within somebody's scope, identifiers masked until asked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bulou.core import audit
from bulou.core.people import keys, persons, seal
from bulou.core.people.models import Household, Person, Unit, full_years
from bulou.core.staff.actor import Actor, within
from bulou.lib import ids, phones, resident_id, sql
from bulou.lib.refusals import Refusal, declare

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

PERSON_UNKNOWN = declare(
    "person-unknown",
    _("There is no such person in your territory. Search for the person again, or register them."),
)
HOUSEHOLD_UNKNOWN = declare(
    "household-unknown", _("There is no such household in your territory. Choose one from the list.")
)
WHY_MISSING = declare("why-missing", _("There is no reason. Say why in a few words, then try again."))
# What can be revealed; all of it is sealed.
FIELDS = seal.IDENTIFIERS


@dataclass(frozen=True, slots=True)
class Named:
    """A person as lists show them: the name with village and age. `id` is the one that was kept."""

    id: UUID
    name: str
    sex: str
    age: int | None
    place: str


@dataclass(frozen=True, slots=True)
class Masked:
    """Identifiers as anybody in the scope may see them: enough to tell two apart, not to use."""

    doc_kind: str = ""
    doc_number: str = ""
    phone: str = ""
    phone2: str = ""
    address: bool = False


def visible(actor: Actor) -> QuerySet[Person]:
    """The persons that an actor may see, without those who turned out to be somebody else."""
    return scoped(actor, Person.objects.filter(merged_into=None))


def scoped(actor: Actor, qs: QuerySet[Person]) -> QuerySet[Person]:
    """Persons in the actor's territory; of a post in a unit those of the unit, wherever they live."""
    if not actor.sees_people:
        return qs.none()
    return qs.filter(unit=actor.unit) if actor.unit and actor.place else within(actor, qs)


def living(actor: Actor, place: str) -> QuerySet[Person]:
    """The persons that an actor may see at a place; a unit's own place means all of its people."""
    found = visible(actor)
    return found if actor.unit and actor.place.startswith(place) else sql.subtree(found, place)


def get(actor: Actor, person: UUID) -> Person:
    """The person of an id, the kept one when it was merged. Raises Refusal (`person-unknown`), also for
    somebody outside of the actor's scope. Whoever shows the page says so to `audit.look`."""
    roots = resolve([person])
    found = visible(actor).filter(pk=roots.get(person, person)).first()
    if found is None:
        raise Refusal(PERSON_UNKNOWN)
    return found


def resolve(wanted: Collection[UUID]) -> dict[UUID, UUID]:
    """The ids that were kept, by the ids asked for; unknown ids are absent."""
    if not wanted:
        return {}
    where, params = sql.among("id", wanted)
    found = sql.rows(f"SELECT id, merged_into FROM people_person WHERE {where}", params)
    return {ids.parse(i): ids.parse(into or i) for i, into in found}


def others(person: UUID) -> list[UUID]:
    """All ids under which one person's history is written, the kept one first."""
    found = Person.objects.filter(merged_into=person).order_by("pk").values_list("pk", flat=True)
    return [person, *found]


_KEPT = (
    "FROM people_person asked JOIN people_person kept "
    "ON kept.id = COALESCE(asked.merged_into, asked.id) WHERE "
)


def names(wanted: Collection[UUID]) -> dict[UUID, str]:
    """Names by the ids asked for (of the kept person, where merged). The caller has seen to the scope."""
    if not wanted:
        return {}
    where, params = sql.among("asked.id", wanted)
    found = sql.rows(f"SELECT asked.id, kept.name {_KEPT} {where}", params)
    return {ids.parse(i): name for i, name in found}


def with_ages(wanted: Collection[UUID], on: date) -> dict[UUID, Named]:
    """Name, sex, age on a day and place by the ids asked for. The caller has seen to the scope."""
    roots = resolve(wanted)
    if not roots:
        return {}
    where, params = sql.among("id", set(roots.values()))
    found = Person.objects.extra(where=[where], params=params)
    kept = {
        row[0]: Named(row[0], row[1], row[2], full_years(row[3], on), row[4])
        for row in found.values_list("id", "name", "sex", "birth_date", "place")
    }
    return {asked: kept[root] for asked, root in roots.items() if root in kept}


def masked(wanted: Collection[UUID]) -> dict[UUID, Masked]:
    """Masked identifiers of many persons, for lists and pages that have seen to the scope."""
    if not wanted:
        return {}
    where, params = sql.among("id", wanted)
    held = keys.fetch(wanted)
    found = sql.rows(f"SELECT id, doc_kind, sealed FROM people_person WHERE {where}", params)
    shown = {}
    for raw, doc_kind, cipher in found:
        person = ids.parse(raw)
        values = seal.open_(held[person], cipher, person.bytes) if person in held else {}
        shown[person] = Masked(
            doc_kind,
            resident_id.mask(values.get("doc_number", "")),
            phones.mask(values.get("phone", "")),
            phones.mask(values.get("phone2", "")),
            "address" in values,
        )
    return shown


def reveal(actor: Actor, person: UUID, field: str, reason: str) -> str:
    """One identifier in plain (a name of FIELDS; empty when unknown). The look and its reason are logged.

    Raises Refusal: `person-unknown`, `why-missing`; ValueError for another field.
    """
    if field not in FIELDS:
        raise ValueError(field)
    if not reason.strip():
        raise Refusal(WHY_MISSING)
    found = get(actor, person)
    audit.look(actor, "person", found.id, found.place, reason.strip())
    every = others(found.id)
    known = identifiers(every)
    return next((str(known[i][field]) for i in every if known.get(i, {}).get(field)), "")


def identifiers(wanted: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Identifiers in plain, for what the house does by itself. Whatever shows them goes through `reveal`."""
    if not wanted:
        return {}
    where, params = sql.among("id", wanted)
    held = keys.fetch(wanted)
    found = [
        (ids.parse(i), cipher)
        for i, cipher in sql.rows(f"SELECT id, sealed FROM people_person WHERE {where}", params)
    ]
    return {i: seal.open_(held[i], cipher, i.bytes) for i, cipher in found if i in held}


def known_as(text: str) -> list[UUID]:
    """Persons (kept ids) with this document or phone number, wherever they live."""
    number = persons.document(text)
    documents = [seal.index(kind, number) for kind in persons.DOC_KINDS]
    statement = "SELECT COALESCE(merged_into, id) FROM people_person WHERE "
    marks = ", ".join(["%s"] * len(documents))
    found = sql.rows(f"{statement} doc_index IN ({marks})", documents)
    try:
        phone = seal.index("phone", phones.normalise(text))
    except Refusal:
        phone = ""
    if phone:
        found += sql.rows(f"{statement} phone_index = %s", [phone])
        found += sql.rows(f"{statement} phone2_index = %s", [phone])
    return list(dict.fromkeys(ids.parse(i) for (i,) in found))


def household(actor: Actor, wanted: UUID) -> Household:
    """A household in the actor's territory. Raises Refusal (`household-unknown`)."""
    found = _homes(actor).filter(pk=wanted).first()
    if found is None:
        raise Refusal(HOUSEHOLD_UNKNOWN)
    return found


def households(actor: Actor, place: str) -> QuerySet[Household]:
    """The households of a place that an actor may see: for who answers for a unit's people there are none."""
    return sql.subtree(_homes(actor), place).order_by("place", "number", "id")


def _homes(actor: Actor) -> QuerySet[Household]:
    whole = actor.sees_people and not actor.unit
    return within(actor, Household.objects.all()) if whole else Household.objects.none()


def addresses(wanted: Collection[UUID]) -> dict[UUID, str]:
    """The addresses of households, opened. The caller has seen to the scope, and to the look."""
    held = keys.fetch(wanted)
    found = Household.objects.filter(pk__in=held).values_list("pk", "sealed")
    return {i: str(seal.open_(held[i], cipher, i.bytes).get("address", "")) for i, cipher in found}


def reveal_address(actor: Actor, home: Household, reason: str) -> str:
    """The address of a household that the actor may see, in plain. The look and its reason are logged.

    Raises Refusal (`why-missing`).
    """
    if not reason.strip():
        raise Refusal(WHY_MISSING)
    audit.look(actor, "household", home.id, home.place, reason.strip())
    return addresses([home.id]).get(home.id, "")


def members(actor: Actor, wanted: UUID) -> QuerySet[Person]:
    """The people of a household, the eldest first."""
    return of_households(actor, [wanted])


def of_households(actor: Actor, wanted: Collection[UUID]) -> QuerySet[Person]:
    """The people of some households, the eldest first."""
    return visible(actor).filter(household__in=wanted).order_by("birth_date", "id")


def units(actor: Actor, place: str = "") -> QuerySet[Unit]:
    """The units of a place in the actor's territory."""
    return sql.subtree(within(actor, Unit.objects.all()), place).order_by("place", "name", "id")
