"""Who may stand where, and who should rather: plain values in and out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from uuid import UUID

# Where somebody who stands duty comes from.
ORIGINS = ("cadre", "party", "volunteer", "unit", "work-team", "villager")
SKILLS = ("lead", "temperature", "register", "traffic", "disinfect", "first-aid")
COLOURS = ("red", "orange", "yellow", "green", "cyan", "blue", "purple")
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Limits:
    """What the rules of a place ask: hours of rest between two shifts, the most hours in a week, night hours."""

    rest: timedelta
    week: timedelta
    night: tuple[time, time]


@dataclass(frozen=True, slots=True)
class Job:
    """A seat of a shift to be filled."""

    need: UUID
    slot: str
    place: str
    start: datetime
    end: datetime
    skills: frozenset[str] = frozenset()

    @property
    def key(self) -> tuple[UUID, str]:
        return self.need, self.slot

    @property
    def hours(self) -> float:
        return (self.end - self.start).total_seconds() / 3600


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who may be rostered: what they can, when they cannot, and where they stand already."""

    id: UUID
    name: str
    place: str
    skills: frozenset[str] = frozenset()
    nights: bool = True
    from_at: datetime | None = None
    to_at: datetime | None = None
    away: tuple[Stretch, ...] = ()
    booked: tuple[Stretch, ...] = ()

    def with_(self, job: Job) -> Hand:
        return replace(self, booked=(*self.booked, (job.start, job.end)))


def overlaps(a: Stretch, b: Stretch) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def touches_night(job: Stretch, night: tuple[time, time]) -> bool:
    """Whether a stretch has any part in the night hours (which may pass midnight)."""
    day = job[0].replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    while day < job[1]:
        begins = day.replace(hour=night[0].hour, minute=night[0].minute)
        ends = day.replace(hour=night[1].hour, minute=night[1].minute)
        if ends <= begins:
            ends += timedelta(days=1)
        if overlaps(job, (begins, ends)):
            return True
        day += timedelta(days=1)
    return False


def why_not(hand: Hand, job: Job, limits: Limits) -> str:
    """Why somebody may not take a seat, as a word of `shown.WHY`; "" when they may."""
    own = (job.start, job.end)
    if (hand.from_at and hand.from_at > job.start) or (hand.to_at and hand.to_at < job.end):
        return "left"
    if not job.skills <= hand.skills:
        return "skills"
    if not hand.nights and touches_night(own, limits.night):
        return "nights"
    if any(overlaps(own, one) for one in hand.away):
        return "away"
    if any(overlaps(own, one) for one in hand.booked):
        return "double"
    if any(overlaps((job.start - limits.rest, job.end + limits.rest), one) for one in hand.booked):
        return "rest"
    return "hours" if busiest_week(hand, job) > limits.week else ""


def busiest_week(hand: Hand, job: Job) -> timedelta:
    """The most that somebody would stand in any seven days that touch a seat, with it."""
    every = sorted([*hand.booked, (job.start, job.end)])
    most = timedelta()
    for begin, _end in every:
        until = begin + timedelta(days=7)
        if until <= job.start or begin > job.start:
            continue
        most = max(most, sum((min(e, until) - s for s, e in every if begin <= s < until), timedelta()))
    return most


def distance(a: str, b: str) -> int:
    """How far two places lie apart: 0 in the same village, 1 in the same township, 2 in the county, 3 beyond."""
    for far, digits in enumerate((12, 9, 6)):
        if a[:digits] == b[:digits]:
            return far
    return 3


def hours(stretches: Iterable[Stretch]) -> float:
    return sum((end - start).total_seconds() for start, end in stretches) / 3600


@dataclass(frozen=True)
class Drawing:
    """A roster: {seat: who}, and the seats that nobody could be found for."""

    seats: Mapping[tuple[UUID, str], UUID]
    left: Sequence[Job] = field(default_factory=list)

    def spread(self, hands: Sequence[Hand], jobs: Sequence[Job]) -> float:
        """By how many hours who stands most exceeds who stands least."""
        of = {hand.id: hours(hand.booked) for hand in hands}
        for job in jobs:
            if job.key in self.seats:
                of[self.seats[job.key]] += job.hours
        return max(of.values()) - min(of.values()) if of else 0.0


def faults(hands: Sequence[Hand], jobs: Sequence[Job], drawing: Drawing, limits: Limits) -> list[str]:
    """What is wrong with a roster, by the same checks as a hand's: "name: why". Nothing for a good one."""
    by_id = {hand.id: hand for hand in hands}
    found = []
    for job in sorted(jobs, key=lambda one: (one.start, one.slot)):
        if job.key in drawing.seats:
            hand = by_id[drawing.seats[job.key]]
            if why := why_not(hand, job, limits):
                found.append(f"{hand.name}: {why}")
            by_id[hand.id] = hand.with_(job)
    return found
