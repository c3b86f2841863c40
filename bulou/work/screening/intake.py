"""What is checked of a visit and of an answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bulou.core.people import actions as people
from bulou.core.records.kinds import Batch, Item
from bulou.core.rulebook import book, outcome
from bulou.core.tasks.models import Task
from bulou.lib import clock, sql
from bulou.lib.refusals import Refusal, declare
from bulou.work.screening import joining, rules
from bulou.work.screening.models import Round

declare(
    "screening-unexpected", _("No round expects this door. Look at the list of doors, or add it to a round.")
)
declare("screening-larvae", _("More containers with larvae than with water. Check both numbers."))
declare("screening-nobody", _("Say who it is: choose a known person, or enter at least the name."))
declare("screening-ahead", _("They cannot have arrived after the day they were asked. Check the date."))
_DOOR = "screening.door"


def check_visits(batch: Batch) -> None:
    """Find the round that expects each door; let the rules say what follows from standing water."""
    wanted = [item.data.member for item in batch.live]
    tasks: dict[UUID, list[Task]] = {}
    found = Task.objects.filter(subject_id__in=wanted, kind__in=rules.KINDS, withdrawn_at=None)
    for task in found.order_by("opens_at", "id"):
        tasks.setdefault(task.subject_id, []).append(task)
    strangers = [member for member in wanted if member not in tasks]
    tasks |= joining.doors_of(strangers) if strangers else {}
    plans = Round.objects.in_bulk({task.source for some in tasks.values() for task in some if task.source})
    for item in batch.live:
        own = [
            (task, plans[task.source]) for task in tasks.get(item.data.member, ())
            if task.source in plans and item.data.round in (None, task.source) and item.by.reaches(task.place)
        ]  # fmt: skip
        if not own:
            item.refuse("screening-unexpected")
        elif (item.data.larvae or 0) > (item.data.containers or 0):
            item.refuse("screening-larvae")
        else:
            _at_door(item, *own[-1])


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
    doors = {_door(item) for item in batch.live if item.data.round is None}
    latest = _latest({door for door in doors if door})
    meant = {item: item.data.round or _expecting(item, latest) for item in batch.live}
    plans = Round.objects.in_bulk({plan for plan in meant.values() if plan is not None})
    for item in batch.live:
        plan = plans.get(meant[item])
        if plan is None or not (item.came.place.startswith(plan.place)):
            item.refuse("screening-unexpected")
        elif item.data.arrived and item.data.arrived > clock.day_of(item.came.happened_at):
            item.refuse("screening-ahead")
        else:
            item.row |= {"round": plan.id, "chain": plan.chain.hex}
    _known([item for item in batch.live if item.data.who is None])
    _enrol([item for item in batch.live if item.data.who is not None], batch)


def _door(item: Item) -> UUID | None:
    """At whose door an answer is given; in a round over people somebody is a door of their own."""
    door: UUID | None = item.data.member or item.data.person
    return door


def _latest(members: set[UUID]) -> dict[UUID | None, tuple[UUID | None, str]]:
    """{member: the latest round that expects it, and where it stands}."""
    if not members:
        return {}
    found = Task.objects.filter(subject_id__in=members, kind__in=rules.KINDS, withdrawn_at=None)
    rows = found.order_by("opens_at", "id").values_list("subject_id", "source", "place")
    return {member: (source, place) for member, source, place in rows}


def _expecting(item: Item, latest: dict[UUID | None, tuple[UUID | None, str]]) -> UUID | None:
    """The round that a phone means which does not know its rounds: only of a door of the sender's."""
    source, place = latest.get(_door(item), (None, ""))
    return source if place and item.by.reaches(place) else None


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
    homes = _households({item.data.member for item in items if item.data.member})
    by_sender: dict[Any, list[tuple[Item, people.NewPerson]]] = {}
    for item in items:
        who, home = item.data.who, item.data.member
        new = people.NewPerson(
            name=who.name, sex=who.sex, birth_date=who.birth_date, doc_kind=who.doc_kind,
            doc_number=who.doc_number, phone=who.phone, place=item.came.place,
            household=home if home in homes else None, unit=home if home and home not in homes else None,
        )  # fmt: skip
        try:
            by_sender.setdefault(item.by, []).append((item, people.validate(new, today)))
        except Refusal as refusal:
            item.refuse(refusal.code, **refusal.words)
    for by, pairs in by_sender.items():
        enrolled = people.enrol([new for _item, new in pairs], by=by)
        for (item, _new), person in zip(pairs, enrolled, strict=True):
            item.row |= {"person": person.id, "known": not person.new}


def _households(wanted: set[UUID]) -> set[UUID]:
    clause, params = sql.among("id", wanted)
    return {
        sql.as_uuid(row[0]) for row in sql.rows(f"SELECT id FROM people_household WHERE {clause}", params)
    }
