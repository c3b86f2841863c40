"""What must not stand empty: who says so, for which stretches, and where the cover has a hole. No ORM, no clock.

A room that has something to man answers the question `to_man(place, since, until)` of its name-plate with
`Need`s: all of them in that place and below ("" is everywhere) that are to be manned at some time in
[since, until). Whoever plans for them asks that question and knows no more of them than a `Need` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from bulou.lib import clock


class Span(NamedTuple):
    """[start, end) of aware moments."""

    start: datetime
    end: datetime


class Hole(NamedTuple):
    """[start, end) in which `short` people are missing."""

    start: datetime
    end: datetime
    short: int


@dataclass(frozen=True, slots=True)
class Need:
    """Something to be manned. What needs nobody (`people` 0) is not answered at all.

    `subject_type`: as the room's own `subject_names` knows it; `from_at`, `to_at`: when it was set up and is
    taken down (None: stays); `opens`, `closes`: hours of each day, the same hour twice (or none) for the clock
    round, `closes` before `opens` for a night; `people`: how many at once; `skills`: words that each of them
    is asked for, as `core/tasks` does not know them (the planning room says which there are).
    """

    id: UUID
    subject_type: str
    name: str
    place: str
    from_at: datetime
    to_at: datetime | None = None
    opens: time | None = None
    closes: time | None = None
    people: int = 1
    skills: frozenset[str] = frozenset()


def clipped(span: Span, since: datetime, until: datetime | None) -> Span | None:
    """The part of a span in [since, until); None for nothing of it."""
    start, end = max(span.start, since), span.end if until is None else min(span.end, until)
    return Span(start, end) if start < end else None


def manned(need: Need, since: datetime, until: datetime) -> list[Span]:
    """When somebody must stand there, in [since, until): one span for each opening, one in all round the clock."""
    window = clipped(Span(since, until), need.from_at, need.to_at)
    if window is None:
        return []
    if need.opens is None or need.closes is None or need.opens == need.closes:
        return [window]
    hours = _openings(need.opens, need.closes, window)
    return [part for one in hours if (part := clipped(one, *window)) is not None]


def turns(
    need: Need, shifts: Callable[[str, date], Iterable[tuple[str, Span]]], since: datetime, until: datetime
) -> Iterator[tuple[str, Span]]:
    """A need's turns that begin in [since, until): the manned part of each shift, as `2020-02-12/day`.

    A shift that the hours of the day break in two gives a second turn, `2020-02-12/day.2`.
    """
    day, last = clock.day_of(since) - timedelta(days=1), clock.day_of(until)
    while day <= last:
        for name, shift in shifts(need.place, day):
            for number, part in enumerate(manned(need, *shift), start=1):
                if since <= part.start < until:
                    yield f"{day.isoformat()}/{name}{'' if number == 1 else f'.{number}'}", part
        day += timedelta(days=1)


def _openings(opens: time, closes: time, window: Span) -> Iterator[Span]:
    # An opening of the night before may reach into the first day.
    day = clock.day_of(window.start) - timedelta(days=1)
    while clock.at(day, opens) < window.end:
        over_night = timedelta(days=1) if closes < opens else timedelta()
        yield Span(clock.at(day, opens), clock.at(day + over_night, closes))
        day += timedelta(days=1)


def holes(expected: Iterable[tuple[Span, int]], signed: Iterable[Span]) -> list[Hole]:
    """Expected cover less signed cover: where how many are missing, in order, neighbours of one kind joined.

    `expected`: spans with the number of people asked for, which add up where they overlap; `signed`: a span
    for each who stood there. Who stands there beyond the number fills no other hole.
    """
    steps: dict[datetime, list[int]] = {}
    for span, people in expected:
        if span.start < span.end:
            steps.setdefault(span.start, [0, 0])[0] += people
            steps.setdefault(span.end, [0, 0])[0] -= people
    for span in signed:
        if span.start < span.end:
            steps.setdefault(span.start, [0, 0])[1] += 1
            steps.setdefault(span.end, [0, 0])[1] -= 1
    found: list[Hole] = []
    asked = there = 0
    moments = sorted(steps)
    for moment, following in pairwise(moments):
        asked, there = asked + steps[moment][0], there + steps[moment][1]
        short = asked - there
        if short <= 0:
            continue
        if found and found[-1].end == moment and found[-1].short == short:
            found[-1] = Hole(found[-1].start, following, short)
        else:
            found.append(Hole(moment, following, short))
    return found


def minutes(spans: Iterable[tuple[datetime, datetime, int]]) -> int:
    """Minutes of people in spans or holes: two people for an hour are 120."""
    return sum(int((end - start).total_seconds()) // 60 * people for start, end, people in spans)
