"""Which round a visit or an answer is of: the door it was at, among those that are its sender's."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from bulou.core.people.models import Person
from bulou.core.records.kinds import Item
from bulou.core.staff.actor import Actor
from bulou.core.tasks.models import Task
from bulou.work.screening import chains, joining, rules
from bulou.work.screening.models import Round

OF_UNITS = "unit-people"


@dataclass(frozen=True)
class Doors:
    """The doors of some members: {member: its tasks}, their rounds, and {(person, unit)} where senders are of units."""

    tasks: dict[UUID, list[Task]]
    plans: dict[UUID, Round]
    units: set[tuple[UUID, UUID | None]]

    def meant(
        self, item: Item, member: UUID | None, plan: UUID | None, before: UUID | None = None
    ) -> tuple[Task, Round] | None:
        """The door of a member that an item is about; None where there is none, or none of the sender's.

        `plan`: the round that it names. Without one the latest is meant of those that had begun and have not
        reached the door; of a correction the round `before`, that of what it corrects.
        """
        at = item.came.happened_at
        own = [
            task for task in (self.tasks.get(member, ()) if member else ())
            if task.source in self.plans and plan in (None, task.source)
            and _was_owed(task, at) and self._is_theirs(item.by, task)
        ]  # fmt: skip
        if not own:
            return None
        best = max(own, key=lambda task: (task.source == before, *_rank(task, at)))
        assert best.source is not None
        return best, self.plans[best.source]

    def _is_theirs(self, by: Actor, task: Task) -> bool:
        """It lies in their place; of who answers for a unit, it is the door of one of its people."""
        if not by.sees_people or not by.reaches(task.place):
            return False
        assert task.source is not None
        return by.unit is None or (
            asks_of_unit(self.plans[task.source], by) and (task.subject_id, by.unit) in self.units
        )


def asks_of_unit(plan: Round, by: Actor) -> bool:
    """Whether a round asks whoever answers for a unit: about the people of units, of all or of this one."""
    return plan.subjects == OF_UNITS and plan.unit in (None, by.unit)


def doors_of(members: Collection[UUID], senders: Collection[Actor]) -> Doors:
    """The doors at which these members may be found: owed or reached, or taken out of a round meanwhile."""
    tasks: dict[UUID, list[Task]] = {}
    known = Q(withdrawn_at=None) | Q(reason__in=(chains.CALLED_OFF, chains.REACHED))
    for task in Task.objects.filter(known, subject_id__in=members, kind__in=rules.KINDS):
        tasks.setdefault(task.subject_id, []).append(task)
    strangers = [member for member in members if member not in tasks]
    tasks |= joining.doors_of(strangers) if strangers else {}
    every = [task for some in tasks.values() for task in some]
    plans = Round.objects.in_bulk({task.source for task in every if task.source})
    units: set[tuple[UUID, UUID | None]] = set()
    if any(by.unit for by in senders):
        found = Person.objects.filter(pk__in={task.subject_id for task in every})
        units = set(found.values_list("pk", "unit"))
    return Doors(tasks, plans, units)


def _was_owed(task: Task, at: datetime) -> bool:
    """Whether a door was still to be entered for all that somebody without signal knew at a moment."""
    return task.withdrawn_at is None or task.reason == chains.REACHED or at < task.withdrawn_at


def _rank(task: Task, at: datetime) -> tuple[bool, bool, datetime, UUID]:
    """Which of a member's doors is meant: of those that had begun and are not reached yet the latest."""
    return task.opens_at <= at, task.done_at is None and task.withdrawn_at is None, task.opens_at, task.id


def not_for_units() -> Q:
    """The doors of rounds over a place's people are for those who go from one to the other."""
    over_units = Round.objects.filter(subjects=OF_UNITS)
    return Q(kind=rules.PERSON) & ~Q(source__in=over_units.values("pk"))
