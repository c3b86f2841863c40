"""Somebody is taken over from the isolation room: the village that is told hears of it anew when that changes."""

from __future__ import annotations

from uuid import UUID

from bulou.core.records.families import members
from bulou.core.records.kinds import Batch, Event
from bulou.core.staff.actor import SYSTEM
from bulou.core.tasks.models import OPEN, Task
from bulou.work.checkpoints import rules
from bulou.work.checkpoints.duties import HOLD
from bulou.work.checkpoints.following import coming
from bulou.work.checkpoints.models import Handed, Pass, Traveller
from bulou.work.checkpoints.who import corrected, house

_VILLAGE = "village"


def check_handed(batch: Batch) -> None:
    """Only who is held at a post of the sender's is taken over; a correction is of the one who was."""
    held: dict[UUID, list[Task]] = {}
    asked = {item.data.person for item in batch.live}
    for task in Task.objects.filter(OPEN, kind=HOLD.kind, subject_id__in=asked).order_by("opens_at", "id"):
        held.setdefault(task.subject_id, []).append(task)
    before = corrected(batch, Handed)
    for item in batch.live:
        who, of = item.data.person, before.get(item)
        own = next((t for t in held.get(who, ()) if item.by.reaches(t.place)), None)
        if item.data.taker == _VILLAGE and not item.data.to_place:
            item.refuse("pass-whither")
        elif of is not None:
            item.row |= {"place": of.place, "post": of.post, "person": who}
        elif own is not None:
            item.row |= {"place": own.place, "post": own.slot[:32], "person": who}
        else:
            item.refuse("hold-unknown")


def handed_stored(batch: Batch) -> None:
    """Whoever is let in after all is told on to the village."""
    _tell(
        "pass.let-in",
        [
            Handed(
                id=item.id, person=item.row["person"], to_place=item.data.to_place,
                happened_at=item.came.happened_at,
            )
            for item in batch.counting if item.data.taker == _VILLAGE and not item.came.replaces
        ],
        {}, batch,
    )  # fmt: skip


def handed_corrected(pairs: list[tuple[UUID, UUID]], batch: Batch) -> None:
    """The village that was told hears who comes, and where to, or that nobody does."""
    now = list(Handed.objects.filter(id__in={after for _before, after in pairs}))
    told: dict[UUID, list[UUID]] = {row.id: [] for row in now}
    families = members(Handed, {row.root for row in now})
    of = {one: row.id for row in now for one in families[row.root] if one != row.id}
    for one in Handed.objects.filter(id__in=of, taker=_VILLAGE).values_list("id", flat=True):
        told[of[one]].append(one)
    _tell("returnee.corrected", [row for row in now if row.taker == _VILLAGE or told[row.id]], told, batch)


def _tell(name: str, rows: list[Handed], told: dict[UUID, list[UUID]], batch: Batch) -> None:
    senders = {item.id: house(item.by) for item in batch.items}
    passed = _passed({row.person for row in rows})
    for row in rows:
        came = passed.get(row.person)
        facts = coming("", came.origin if came else "", "", None)
        if row.id in told:
            facts |= {"returned": row.taker == _VILLAGE, "told": told[row.id]}
        event = Event(
            name,
            row.person,
            row.to_place or row.place,
            row.happened_at,
            row.id,
            facts,
            senders.get(row.id, SYSTEM),
        )
        batch.events.append(event)


def _passed(people: set[UUID]) -> dict[UUID, Pass]:
    """The last pass in which each of these people was held."""
    rows = Traveller.objects.filter(person__in=people, outcome=rules.HELD).order_by("at")
    records = {row.person: row.record for row in rows}
    found = Pass.objects.in_bulk(set(records.values()))
    return {person: found[record] for person, record in records.items() if record in found}
