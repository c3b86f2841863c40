"""Two who turned out to be one are one door of a round over people; two again, each has a door of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from bulou.core.people import merging
from bulou.core.people.queries import resolve
from bulou.core.records.kinds import Batch, Event
from bulou.core.staff.actor import Actor
from bulou.core.tasks import write as tasks
from bulou.core.tasks.models import Task
from bulou.work.screening import rules, words


def on_merged(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """Of the doors of one person in a round one stays: the one that was reached, else the kept person's own."""
    for event in events:
        assert event.person is not None
        root = resolve([event.person])[event.person]
        doors: dict[UUID | None, list[Task]] = defaultdict(list)
        for task in _open_doors(merging.members([root])):
            doors[task.source].append(task)
        spare = []
        for some in doors.values():
            some.sort(key=lambda task: (task.done_at is None, task.subject_id != root, task.id))
            spare += [task.id for task in some[1:]]
        tasks.dismiss(spare, _reason(event.facts["merge"]))


def on_unmerged(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """What the merge took out of a round is expected again, and says what was found there."""
    for event in events:
        assert event.person is not None
        both = {event.person, event.facts["other"]}
        gone = Task.objects.filter(kind=rules.PERSON, reason=_reason(event.facts["merge"])).exclude(
            withdrawn_at=None
        )
        found = {task.id: task.subject_id for task in gone}
        tasks.reinstate(found)
        words.retell({*both, *found.values()})


def _open_doors(members: Collection[UUID]) -> list[Task]:
    return list(Task.objects.filter(kind=rules.PERSON, subject_id__in=list(members), withdrawn_at=None))


def _reason(merge: UUID) -> str:
    return f"merged {merge.hex}"


def doors_of(strangers: Collection[UUID]) -> dict[UUID, list[Task]]:
    """The doors that stand for persons whose own were taken out when they turned out to be somebody else."""
    roots = resolve(strangers)
    if not roots:
        return {}
    of = merging.members(set(roots.values()))
    found: dict[UUID, list[Task]] = defaultdict(list)
    for task in sorted(_open_doors(of), key=lambda task: (task.opens_at, task.id)):
        found[of[task.subject_id]].append(task)
    return {one: found[root] for one, root in roots.items() if root in found}
