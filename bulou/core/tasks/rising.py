"""Escalation: what stays missed is told to the village, then to the township, then to the county.

Nothing is written down when a task rises: how far it has risen follows from when it was due, the hours of
the rule where it lies, and now. So a county's new hours hold at once, and a clock that stood still rose nothing late.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from bulou.core.places.codes import ancestor, level_of
from bulou.core.rulebook import value
from bulou.lib import clock

if TYPE_CHECKING:
    from bulou.core.staff.actor import Actor
    from bulou.core.tasks.models import Task

_COUNTY = 3
_LEVELS = (5, 4, _COUNTY)  # the village hears first


def steps(place: str, at: datetime) -> dict[int, timedelta]:
    """How long after a task was due each level above hears of it: {level of places: after}.

    Rule `tasks.escalation_hours`. A level for which a territory's order names no hours never hears.
    """
    hours = value("tasks.escalation_hours", place, clock.day_of(at))
    return {level: timedelta(hours=int(step)) for level, step in zip(_LEVELS, hours, strict=False)}


def _after(place: str, level: int, at: datetime) -> timedelta | None:
    """After how long a level hears of what lies at a place: by the hours in force at its own place of that level."""
    return steps(ancestor(place, level), at).get(level)


def hears_after(by: Actor, at: datetime) -> timedelta | None:
    """How long after something was due a post hears of it; None: never."""
    level = level_of(by.place) if by.place else 0
    if level < _COUNTY:  # above the counties one hears what they hear
        return steps(by.place, at).get(_COUNTY)
    return _after(by.place, min(level, _LEVELS[0]), at)


def news(place: str, at: datetime) -> timedelta:
    """For how long it is news at a place that something has risen to it (rule `tasks.risen_hours`)."""
    return timedelta(hours=int(value("tasks.risen_hours", place, clock.day_of(at))))


def risen(by: Actor, at: datetime) -> Q:
    """The condition of tasks that rose to a post not long before a moment: what is news to it (`news`).

    What the post itself owes does not rise to it. Whether they are still missed the caller asks (`queries.missed`).
    """
    after = hears_after(by, at)
    if after is None:
        return Q(pk__in=[])
    return Q(due_at__gte=at - after - news(by.place, at), due_at__lt=at - after) & ~Q(role=by.role)


def told(task: Task, at: datetime) -> int | None:
    """The highest level that has heard of a missed task (3 county, 4 township, 5 village)."""
    late = at - task.due_at
    above = ((level, _after(task.place, level, at)) for level in _LEVELS if level <= level_of(task.place))
    return min((level for level, after in above if after is not None and late > after), default=None)
