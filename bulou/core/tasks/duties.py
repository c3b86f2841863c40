"""The shapes of expectation, as rooms declare their duties with them.

`Every` is a rhythm for each subject, `Once` a round over a set, `Answer` a clock started by something
that happened, `Cover` a slot that must not stand empty.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bulou.core.tasks.cover import Need, Span, turns
from bulou.lib import clock
from bulou.lib.refusals import Refusal, declare

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

declare("task-kind-unknown", _("There is no kind of task named %(name)s. There are: %(names)s."))


@dataclass(frozen=True, slots=True)
class Subject:
    """For whom something is expected, where, and from when to when."""

    id: UUID
    place: str
    from_at: datetime
    to_at: datetime | None = None
    account: int | None = None
    profile: str = ""
    source: UUID | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """One turn of a rhythm on a day: when it opens, is due, and until when a record still serves it."""

    name: str
    opens_at: datetime
    due_at: datetime
    until_at: datetime


@dataclass(frozen=True)
class Duty:
    """What all shapes share. `done_by` is the kind of record that closes a task, `subject` its column."""

    kind: str
    title: _StrPromise | str
    role: str
    done_by: str = ""
    subject: str = "person"
    subject_type: str = "person"
    # Further condition, in SQL over the closing record's columns, for it to close the task.
    when: str = ""
    # {subject: (type, id)} of those about whom somebody named for something else is asked: the site they lie at.
    answered_by: Callable[[Collection[UUID]], Mapping[UUID, tuple[str, UUID]]] | None = field(
        default=None, kw_only=True
    )
    # How many characters at the head of a slot say which tasks about a subject one record settles: 0, each by itself.
    chained: int = field(default=0, kw_only=True)
    # By which words departments' forms ask for what was not done of it (`Figure.also`).
    also: tuple[str, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True)
class Every(Duty):
    """A rhythm: `subjects(from, to)` gives who is owed it in that time, `slots(place, day, profile)` the turns."""

    subjects: Callable[[datetime, datetime], Iterable[Subject]] = lambda a, b: ()
    slots: Callable[[str, date, str], tuple[Slot, ...]] = lambda place, day, profile: ()


@dataclass(frozen=True)
class Once(Duty):
    """A round: each member of a set by a time. The room expects its members with `tasks.actions.expect`."""


@dataclass(frozen=True)
class Answer(Duty):
    """A clock started by something that happened, within a time that the rules say."""

    within: Callable[[str, date, str], timedelta] = lambda place, day, profile: timedelta()


@dataclass(frozen=True)
class Cover(Duty):
    """Shifts that must not stand empty: a task for each seat of each shift of whatever is to be manned.

    `needs(since, until)` gives what is to be manned, `shifts(place, day)` the named stretches of a day,
    `leeway(place, day)` how long before its start a shift may be signed on to, and how long after it must be.
    A seat's slot is `2020-02-12/day#1`; the record that closes it says its slot.
    """

    needs: Callable[[datetime, datetime], Iterable[Need]] = lambda a, b: ()
    shifts: Callable[[str, date], Iterable[tuple[str, Span]]] = lambda place, day: ()
    leeway: Callable[[str, date], tuple[timedelta, timedelta]] = lambda place, day: (timedelta(), timedelta())


@dataclass(frozen=True, slots=True)
class Seat:
    """One person's part of a shift: whose `need`, which `slot`, from when to when."""

    need: Need
    slot: str
    span: Span


def seats(
    needs: Iterable[Need],
    shifts: Callable[[str, date], Iterable[tuple[str, Span]]],
    since: datetime,
    until: datetime,
) -> Iterator[Seat]:
    """The seats of all shifts that begin in [since, until), need by need."""
    for need in needs:
        for name, span in turns(need, shifts, since, until):
            for number in range(1, need.people + 1):
                yield Seat(need, f"{name}#{number}", span)


def slots_of(said_turns: Iterable[dict[str, Any]], day: date) -> tuple[Slot, ...]:
    """The slots of a day from a rule's turns: name, opens, due (`HH:MM`), until (`HH:MM`, `+` the next day)."""
    said = tuple((turn["slot"], turn["opens"], turn["due"], turn["until"]) for turn in said_turns)
    return _slots(said, day, clock.zone())


@lru_cache(maxsize=1024)
def _slots(turns: tuple[tuple[str, str, str, str], ...], day: date, _zone: tzinfo) -> tuple[Slot, ...]:
    """Whole villages share their turns and days."""
    return tuple(
        Slot(f"{day.isoformat()}/{name}", _at(day, opens), _at(day, due), _at(day, until))
        for name, opens, due, until in turns
    )


def _at(day: date, text: str) -> datetime:
    later = text.startswith("+")
    return clock.at(day + timedelta(days=1) if later else day, time.fromisoformat(text.lstrip("+")))


@cache
def duties() -> dict[str, Duty]:
    """Every duty of every room, by the kind of its tasks."""
    from bulou.core.room import all_rooms

    return {duty.kind: duty for room in all_rooms() for duty in room.duties}


def known_kind(kind: str) -> str:
    """A kind of task that there is, or "" for all of them. Refuses task-kind-unknown."""
    if kind and kind not in duties():
        raise Refusal("task-kind-unknown", name=kind[:40], names=", ".join(sorted(duties())))
    return kind


@cache
def closed_by(record_kind: str) -> tuple[Duty, ...]:
    """The duties whose tasks a kind of record closes."""
    return tuple(duty for duty in duties().values() if duty.done_by == record_kind)
