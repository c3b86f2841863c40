"""A chain of rounds: each later one expects just the doors that the one before it had not reached when it began.

Visits come late, are corrected, and doors are added while a later round runs already: what it expects follows.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from bulou.core.tasks.models import OPEN, Task
from bulou.core.tasks.write import Expected, dismiss, expect, reinstate
from bulou.work.screening import words
from bulou.work.screening.models import Round
from bulou.work.screening.rules import KINDS, SETS

# Why a door is owed no more: the round before had reached it; the round was called off.
REACHED, CALLED_OFF = "reached-before", "called-off"


def follow(members: Collection[UUID], chains: Collection[UUID]) -> None:
    """Let the later rounds of these chains expect of these members what is a gap of the round before them."""
    later = Round.objects.filter(chain__in=set(chains)).exclude(after=None).exclude(laid_at=None)
    for plan in later.order_by("number"):
        _follow(plan, members)


def _follow(plan: Round, members: Collection[UUID]) -> None:
    began, kind = plan.opens_at, SETS[plan.subjects][0]
    doors = Task.objects.filter(kind=kind, source__in=[plan.id, plan.after], subject_id__in=members)
    own: dict[UUID, Task] = {}
    before: dict[UUID, Task] = {}
    for task in doors:
        (own if task.source == plan.id else before)[task.subject_id] = task
    new, back, out = [], [], []
    for member, was in before.items():
        now = own.get(member)
        if _is_gap(was, began) and was.place.startswith(plan.place):
            if now is None and was.done_at is None and plan.ended_at is None:
                new.append(
                    Expected(member, was.place, plan.opens_at, plan.due_at, slot=plan.slot, source=plan.id)
                )
            elif now is not None and now.reason == REACHED:
                back.append(now.id)
        elif now is not None and now.withdrawn_at is None and _was_reached(was, began):
            out.append(now.id)
    dismiss(out, REACHED)
    reinstate(back)
    if expect(kind, new) or back:
        words.retell(members)


def _is_gap(door: Task, at: datetime) -> bool:
    """Whether a round had not reached a door of its own when the next one began."""
    return door.withdrawn_at is None and (door.done_at is None or door.done_at >= at)


def _was_reached(door: Task, at: datetime) -> bool:
    if door.withdrawn_at is not None:
        return door.reason == REACHED
    return door.done_at is not None and door.done_at < at


def earlier(plan: Round) -> list[Round]:
    """The rounds that a round goes on from, the nearest first."""
    found = []
    of = {one.pk: one for one in Round.objects.filter(chain=plan.chain, number__lt=plan.number)}
    before = of.get(plan.after) if plan.after else None
    while before is not None:
        found.append(before)
        before = of.get(before.after) if before.after else None
    return found


def expect_door(plan: Round, member: UUID, place: str) -> None:
    """A door that stood on no list. The earlier rounds had missed what a later one finds; the later ones owe what
    an earlier one finds."""
    kind, *_what = SETS[plan.subjects]
    found = [plan, *(one for one in earlier(plan) if one.ended_at is None)]
    expect(
        kind,
        [Expected(member, place, one.opens_at, one.due_at, slot=one.slot, source=one.id) for one in found],
    )
    follow([member], [plan.chain])


def goes_on(plan: Round) -> bool:
    """Whether a later round goes on from the gaps of this one."""
    return Round.objects.filter(after=plan.pk, ended_at=None).exists()


def call_off(plan: Round, at: datetime) -> None:
    """What a round has not reached by a moment is owed no more."""
    left = Task.objects.filter(OPEN, source=plan.id, kind=SETS[plan.subjects][0])
    dismiss(list(left.values_list("id", flat=True)), CALLED_OFF)
    Round.objects.filter(pk=plan.pk).update(ended_at=at)


def tell_called_off(members: Collection[UUID]) -> None:
    """Of rounds that were called off just the doors stay that had been reached by then, whenever that is heard."""
    doors = Task.objects.filter(kind__in=KINDS, subject_id__in=members)
    ended = Round.objects.filter(pk__in=doors.values("source")).exclude(ended_at=None).in_bulk()
    if not ended:
        return
    mine = doors.filter(source__in=ended)
    reinstate(list(mine.filter(reason=CALLED_OFF).values_list("id", flat=True)))
    off = Subquery(Round.objects.filter(pk=OuterRef("source")).values("ended_at"))
    left = mine.filter(Q(done_at=None) | Q(done_at__gte=off), withdrawn_at=None)
    dismiss(list(left.values_list("id", flat=True)), CALLED_OFF)
