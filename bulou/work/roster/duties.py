"""What is expected of those who stand duty: each seat of each shift is signed on to, signed off and handed over."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from bulou.core.room import ask
from bulou.core.rulebook import value
from bulou.core.tasks.cover import Need, Span
from bulou.core.tasks.duties import Answer, Cover
from bulou.lib import clock

SHIFT, HAND_OVER, DECIDE = "roster.shift", "roster.hand-over", "roster.decide"
_OWN = "checkpoint-staff"


def to_man(place: str, since: datetime, until: datetime) -> list[Need]:
    """What is to be manned in a place and below it at some time in [since, until), over all rooms."""
    found = (need for answer in ask("to_man", place, since, until) for need in answer if need.people > 0)
    return sorted(found, key=lambda need: (need.place, need.name, need.id))


def shifts(place: str, day: date) -> tuple[tuple[str, Span], ...]:
    """The shifts of a place that begin on a day: from an hour to another, which may be the next day's."""
    said = value("roster.shifts", place, day)
    return _shifts(tuple((one["name"], one["from"], one["to"]) for one in said), day)


@lru_cache(maxsize=1024)
def _shifts(said: tuple[tuple[str, str, str], ...], day: date) -> tuple[tuple[str, Span], ...]:
    found = []
    for name, begins, ends in said:
        start, end = clock.at(day, time.fromisoformat(begins)), clock.at(day, time.fromisoformat(ends))
        found.append((name, Span(start, end if end > start else end + timedelta(days=1))))
    return tuple(found)


def leeway(place: str, day: date) -> tuple[timedelta, timedelta]:
    """How long before its start a shift may be signed on to, and how long after it must be."""
    return _minutes("early", place, day), _minutes("late", place, day)


def _minutes(which: str, place: str, day: date) -> timedelta:
    return timedelta(minutes=int(value(f"roster.sign_on_{which}_minutes", place, day)))


def hand_over_time(place: str, day: date) -> timedelta:
    return timedelta(minutes=int(value("roster.hand_over_minutes", place, day)))


def decide_time(place: str, day: date) -> timedelta:
    return timedelta(hours=int(value("roster.decide_hours", place, day)))


DUTIES = (
    Cover(
        SHIFT, _("Stand the shift"), _OWN, "roster.on", "need", "need", "r.slot = t.slot",
        lambda since, until: to_man("", since, until), shifts, leeway,
    ),
    Answer(HAND_OVER, _("Sign off and hand over"), _OWN, "roster.off", "member", "member", "r.slot = t.slot"),
    Answer(
        DECIDE, _("Answer the application to stand duty"), "township-clerk", "roster.decided", "application",
        "application",
    ),
)  # fmt: skip
