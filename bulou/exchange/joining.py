"""Two who turned out to be one: the village of somebody who came without one is to be settled once.

Worked out from what is owed and the merges in force alone, so that undoing a merge restores both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from bulou.core.people.merging import members
from bulou.core.people.models import Person
from bulou.core.people.queries import resolve
from bulou.core.places.codes import VILLAGE, level_of
from bulou.core.records.kinds import Batch, Event
from bulou.core.staff.actor import Actor
from bulou.core.tasks import write as tasks
from bulou.core.tasks.models import Task

ASSIGN, MERGED = "exchange.assign", "merged"


def follow(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """After a merge or its undoing: whoever is kept is owed a village while they have none, nobody else is."""
    touched = {event.facts["other"] for event in events} | {e.person for e in events if e.person is not None}
    ids = members(set(resolve(touched).values()))
    roots = set(ids.values())
    lacking = {p.pk: p.place for p in Person.objects.filter(pk__in=roots) if level_of(p.place) < VILLAGE}
    held: dict[UUID, list[Task]] = defaultdict(list)
    for task in Task.objects.filter(kind=ASSIGN, subject_id__in=list(ids), done_at=None).order_by("due_at"):
        if task.withdrawn_at is None or task.reason == MERGED:
            held[ids[task.subject_id]].append(task)
    gone: list[UUID] = []
    back: list[UUID] = []
    for root, mine in held.items():
        alive = [task for task in mine if task.withdrawn_at is None]
        gone += [task.id for task in alive if task.subject_id != root or root not in lacking]
        back += [t.id for t in mine if t.subject_id == root and root in lacking and t not in alive]
    tasks.dismiss(gone, MERGED)
    tasks.reinstate(back)
    tasks.expect(ASSIGN, [_of(root, lacking[root], held[root]) for root in held.keys() & lacking.keys()])


def _of(root: UUID, place: str, mine: Sequence[Task]) -> tasks.Expected:
    """The first that was owed of them; one that the root has already stays as it is."""
    first = mine[0]
    return tasks.Expected(root, place, first.opens_at, first.due_at, detail=first.detail)
