"""Escalation: what stays missed is told to the village, then to the township, then to the county.

Nothing is written down when a task rises: how far it has risen follows from when it was due, the hours of
the rule where it lies, and now. So a county's new hours hold at once, and a clock that stood still rose nothing late.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from bulou.core.places.codes import level_of
from bulou.core.rulebook import value
from bulou.lib import clock

if TYPE_CHECKING:
    from bulou.core.staff.actor import Actor
    from bulou.core.tasks.models import Task

_COUNTY = 3
_LEVELS = (5, 4, _COUNTY)  # the village hears first
_NEWS = timedelta(days=1)


def steps(place: str, at: datetime) -> dict[int, timedelta]:
    """How long after a task was due each level above hears of it: {level of places: after}.

    Rule `tasks.escalation_hours`. A level for which a territory's order names no hours never hears.
    """
    hours = value("tasks.escalation_hours", place, clock.day_of(at))
    return {level: timedelta(hours=int(step)) for level, step in zip(_LEVELS, hours, strict=False)}


def hears_after(by: Actor, at: datetime) -> timedelta | None:
    """How long after something was due a post hears of it; None: never."""
    level = min(max(level_of(by.place) if by.place else _COUNTY, _COUNTY), _LEVELS[0])
    return steps(by.place, at).get(level)


def risen(by: Actor, at: datetime) -> Q:
    """The condition of tasks that rose to a post within the day before a moment: what is new to it.

    What the post itself owes does not rise to it. Whether they are still missed the caller asks (`queries.missed`).
    """
    after = hears_after(by, at)
    if after is None:
        return Q(pk__in=[])
    return Q(due_at__gte=at - after - _NEWS, due_at__lt=at - after) & ~Q(role=by.role)


def told(task: Task, at: datetime) -> int | None:
    """The highest level that has heard of a missed task (3 county, 4 township, 5 village)."""
    own, late = level_of(task.place), at - task.due_at
    return min(
        (level for level, after in steps(task.place, at).items() if late > after and level <= own),
        default=None,
    )
