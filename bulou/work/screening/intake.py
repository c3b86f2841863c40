"""What is checked of a visit and of an answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bulou.core.people import actions as people
from bulou.core.people.models import Household, Unit
from bulou.core.places.classes import origin_class, origin_code
from bulou.core.records.kinds import Batch, Item
from bulou.core.rulebook import book, outcome, value
from bulou.core.tasks.models import Task
from bulou.lib import clock, sql
from bulou.lib.refusals import Refusal, declare
from bulou.work.screening import registering, rules, unlisted
from bulou.work.screening.expecting import asks_of_unit, doors_of
from bulou.work.screening.models import Answer, Round, Visit

declare(
    "screening-unexpected", _("No round expects this door. Look at the list of doors, or add it to a round.")
)
declare("screening-larvae", _("More containers with larvae than with water. Check both numbers."))
declare("screening-nobody", _("Say who it is: choose a known person, or enter at least the name."))
declare("screening-ahead", _("They cannot have arrived after the day they were asked. Check the date."))
_DOOR = "screening.door"


def check_visits(batch: Batch) -> None:
    """Find the round that expects each door; let the rules say what follows from standing water."""
    unlisted.enter([item for item in batch.live if (item.data.larvae or 0) <= (item.data.containers or 0)])
    doors = doors_of({item.data.member for item in batch.live}, {item.by for item in batch.live})
    before = _corrected(batch)
    for item in batch.live:
        found = doors.meant(item, item.data.member, item.data.round, before.get(item.came.replaces))
        if found is None:
            item.refuse("screening-unexpected")
        elif (item.data.larvae or 0) > (item.data.containers or 0):
            item.refuse("screening-larvae")
        else:
            _at_door(item, *found)


def _corrected(batch: Batch) -> dict[UUID | None, UUID]:
    """{visit that is corrected: its round}: a correction that names none is of the same one."""
    wanted = {item.came.replaces for item in batch.live if item.came.replaces}
    return dict(Visit.objects.filter(pk__in=wanted).values_list("pk", "round")) if wanted else {}


def _at_door(item: Item, task: Task, plan: Round) -> None:
    row, data = item.row, item.data
    row |= {
        "member": task.subject_id,
        "round": plan.id,
        "chain": plan.chain.hex,
        "subjects": plan.subjects,
        "place": task.place,
    }
    if "water" in plan.questions and data.outcome in (rules.SEEN, rules.NOBODY, rules.REFUSED):
        row |= decided(plan, task.place, item.came.happened_at, data)


def decided(plan: Round, place: str, at: datetime, said: Any) -> dict[str, Any]:
    """What follows from the standing water that a visit found: `result`, and `within` how many hours."""
    day = clock.day_of(at)
    if book().find(_DOOR, place, day, plan.profile) is None:
        return {}
    facts = {
        "entered": said.outcome == rules.SEEN, "containers": said.containers, "larvae": said.larvae,
        "cleared": said.cleared,
    }  # fmt: skip
    found = outcome(_DOOR, place, day, facts, plan.profile).outcome
    return {"result": found["result"], "within": found.get("within")}


def check_answers(batch: Batch) -> None:
    """Find the round; find or enrol the people."""
    asked = {_door(item) for item in batch.live if item.data.round is None}
    doors = doors_of({door for door in asked if door}, {item.by for item in batch.live})
    named = Round.objects.in_bulk({item.data.round for item in batch.live if item.data.round})
    for item in batch.live:
        # A phone that does not know its rounds means that of a door of its own.
        found = None if item.data.round else doors.meant(item, _door(item), None)
        plan = found[1] if found else named.get(item.data.round)
        if plan is None or not _is_asked(item, plan):
            item.refuse("screening-unexpected")
        elif item.data.arrived and item.data.arrived > clock.day_of(item.came.happened_at):
            item.refuse("screening-ahead")
        else:
            item.row |= {"round": plan.id, "chain": plan.chain.hex, "origin": _origin(item)}
            registering.check(item)
    _known([item for item in batch.live if item.data.who is None])
    _enrol([item for item in batch.live if item.data.who is not None], batch)
    _found_new([item for item in batch.live if item.came.replaces])


def _origin(item: Item) -> str:
    """From where somebody came, as a class; "" of who did not come."""
    if not item.data.returned:
        return ""
    place, day = item.came.place, clock.day_of(item.came.happened_at)
    areas = value("arrivals.affected_areas", place, day)
    return origin_class(origin_code(item.data.from_place), place, None, areas)


def _is_asked(item: Item, plan: Round) -> bool:
    """Whether a round asks a sender; who answers for a unit is asked about its people alone, and at no other door."""
    by, member = item.by, item.data.member
    if not by.sees_people or not item.came.place.startswith(plan.place):
        return False
    return by.unit is None or (asks_of_unit(plan, by) and member in (None, by.unit, item.data.person))


def _door(item: Item) -> UUID | None:
    """At whose door an answer is given; in a round over people somebody is a door of their own."""
    door: UUID | None = item.data.member or item.data.person
    return door


def _known(items: list[Item]) -> None:
    clause, params = sql.among("id", {item.data.person for item in items if item.data.person is not None})
    found = sql.rows(f"SELECT id, place, unit FROM people_person WHERE {clause}", params)
    homes = {sql.as_uuid(person): (place, unit and sql.as_uuid(unit)) for person, place, unit in found}
    far = {item.data.person for item in items if not item.by.reaches(homes.get(item.data.person, ("",))[0])}
    doors = _own_doors(far & homes.keys())
    for item in items:
        person = item.data.person
        home, unit = homes.get(person, ("", None))
        # Who lives elsewhere is theirs too at a door that is: a unit's people are expected where it stands.
        at = {home, doors.get((person, item.row.get("round")), "")}
        if person is None:
            item.refuse("screening-nobody")
        elif not home or item.by.unit not in (None, unit) or not any(map(item.by.reaches, at)):
            item.refuse("person-unknown")
        item.row |= {"person": person, "known": True}


def _own_doors(people: set[UUID]) -> dict[tuple[UUID, UUID | None], str]:
    """{(person, round): where they are expected}, in rounds in which each person is a door."""
    if not people:
        return {}
    found = Task.objects.filter(kind=rules.PERSON, subject_id__in=people, withdrawn_at=None)
    return {(who, plan): place for who, plan, place in found.values_list("subject_id", "source", "place")}


def _enrol(items: list[Item], batch: Batch) -> None:
    """Whoever is not on the register is now; somebody found by document has been on it."""
    today = clock.day_of(batch.now)
    wanted = {item.data.member for item in items if item.data.member}
    homes, firms = _are(Household, wanted), _are(Unit, wanted)
    by_sender: dict[Any, list[tuple[Item, people.NewPerson]]] = {}
    for item in items:
        who, home = item.data.who, item.data.member
        new = people.NewPerson(
            name=who.name, sex=who.sex, birth_date=who.birth_date, doc_kind=who.doc_kind,
            doc_number=who.doc_number, phone=who.phone or item.data.phone, place=item.came.place,
            address=item.data.address, relation=item.data.relation if home in homes else "",
            household=home if home in homes else None,
            unit=item.by.unit or (home if home in firms else None),
        )  # fmt: skip
        try:
            by_sender.setdefault(item.by, []).append((item, people.validate(new, today)))
        except Refusal as refusal:
            item.refuse(refusal.code, **refusal.words)
    for by, pairs in by_sender.items():
        enrolled = people.enrol([new for _item, new in pairs], by=by)
        for (item, _new), person in zip(pairs, enrolled, strict=True):
            item.row |= {"person": person.id, "known": not person.new}


def _found_new(items: list[Item]) -> None:
    """Who was found and stood on no register did not stand on it because something else is said of them since."""
    firsts = Answer.objects.filter(pk__in={item.row["root"] for item in items}, known=False) if items else ()
    new = {one.pk: one.person for one in firsts}
    for item in items:
        if new.get(item.row["root"]) == item.row["person"]:
            item.row["known"] = False


def _are(model: type[Household | Unit], wanted: set[UUID]) -> set[UUID]:
    """Which of these are households, or units."""
    return set(model.objects.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
