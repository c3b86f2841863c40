"""A roster drawn by OR-Tools CP-SAT, where that is installed (the extra `roster`). Plain values in and out.

Fill as many seats as can be filled; then spread the hours evenly; then send nobody farther than needed.
Whoever may take a seat is decided by `rules.why_not`; what it cannot say of two seats of one drawing (rest,
overlap, the hours of a week) are constraints here, and `rules.faults` finds nothing in what comes out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from importlib.util import find_spec
from typing import Any
from uuid import UUID

from bulou.work.roster.rules import Drawing, Hand, Job, Limits, distance, hours, why_not

_MINUTE = 60
# A seat left empty weighs more than any unfairness, which weighs more than any way.
_EMPTY, _UNFAIR, _WAY = 1_000_000, 10, 1
# People times seats up to which the solver is asked: a page waits for it. More are filled turn by turn.
_LARGEST = 20_000


def is_installed() -> bool:
    return find_spec("ortools") is not None


def draw(hands: Sequence[Hand], jobs: Sequence[Job], limits: Limits, seconds: float) -> Drawing:
    """Draw a roster within some seconds of computing. The same every time for the same question.

    Never fewer seats than turn by turn: the solver begins there, and what it ends with is taken if it is better.
    """
    first = by_turns(hands, jobs, limits)
    if len(hands) * len(jobs) > _LARGEST:
        return first
    better = _solve(hands, jobs, limits, seconds, first)
    return better if better is not None and len(better.seats) >= len(first.seats) else first


def _solve(
    hands: Sequence[Hand], jobs: Sequence[Job], limits: Limits, seconds: float, first: Drawing
) -> Drawing | None:
    """What the solver makes of a first drawing; None where its time ran out before it had anything."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    may = {
        (h, j): model.new_bool_var(f"{h}/{j}")
        for h, hand in enumerate(hands)
        for j, job in enumerate(jobs)
        if not why_not(hand, job, limits)
    }
    of_job: dict[int, list[Any]] = defaultdict(list)
    of_hand: dict[int, list[int]] = defaultdict(list)
    for (h, j), chosen in may.items():
        of_job[j].append(chosen)
        of_hand[h].append(j)
        model.add_hint(chosen, first.seats.get(jobs[j].key) == hands[h].id)
    for several in of_job.values():
        model.add_at_most_one(several)
    for h, own in of_hand.items():
        _keep_apart(model, may, h, own, jobs, limits)
        _keep_weeks(model, may, h, own, hands[h], jobs, limits)
    most, least = _spread(model, may, of_hand, hands, jobs)
    far = [(distance(hands[h].place, jobs[j].place), chosen) for (h, j), chosen in may.items()]
    model.maximize(
        _EMPTY * sum(may.values()) - _UNFAIR * (most - least) - _WAY * sum(d * chosen for d, chosen in far)
    )
    solver = cp_model.CpSolver()
    # One worker and a fixed seed: two who ask the same are answered the same.
    solver.parameters.num_workers, solver.parameters.random_seed = 1, 1
    solver.parameters.max_deterministic_time = seconds
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    seats = {jobs[j].key: hands[h].id for (h, j), chosen in may.items() if solver.value(chosen)}
    return Drawing(seats, [job for job in jobs if job.key not in seats])


def _keep_apart(model: Any, may: Any, h: int, own: list[int], jobs: Sequence[Job], limits: Limits) -> None:
    """Nobody stands in two seats that overlap or leave too little rest between them.

    Of the seats that last, with the rest after them, at the moment when one begins, at most one: said once a
    moment, where pairs would be as many as the square of the seats.
    """
    for begin in {jobs[j].start for j in own}:
        meanwhile = [may[h, j] for j in own if jobs[j].start <= begin < jobs[j].end + limits.rest]
        if len(meanwhile) > 1:
            model.add_at_most_one(meanwhile)


def _keep_weeks(
    model: Any, may: Any, h: int, own: list[int], hand: Hand, jobs: Sequence[Job], limits: Limits
) -> None:
    """In no seven days that begin with a seat does anybody stand longer than the rules let them."""
    most = int(limits.week.total_seconds()) // _MINUTE
    begins = {jobs[j].start for j in own} | {start for start, _end in hand.booked}
    for begin in begins:
        until = begin + timedelta(days=7)
        booked = sum(_minutes(min(e, until) - s) for s, e in hand.booked if begin <= s < until)
        within = [j for j in own if begin <= jobs[j].start < until]
        if within:
            model.add(
                booked + sum(_minutes(min(jobs[j].end, until) - jobs[j].start) * may[h, j] for j in within)
                <= most
            )


def _minutes(stretch: timedelta) -> int:
    return int(stretch.total_seconds()) // _MINUTE


def _spread(
    model: Any, may: Any, of_hand: dict[int, list[int]], hands: Sequence[Hand], jobs: Sequence[Job]
) -> tuple[Any, Any]:
    """The most and the fewest hours of anybody who may stand anywhere, with those they stand already."""
    most, least = model.new_int_var(0, 10_000, "most"), model.new_int_var(0, 10_000, "least")
    for h, own in of_hand.items():
        total = round(hours(hands[h].booked)) + sum(round(jobs[j].hours) * may[h, j] for j in own)
        model.add(most >= total)
        model.add(least <= total)
    return most, least


def by_turns(hands: Sequence[Hand], jobs: Sequence[Job], limits: Limits) -> Drawing:
    """A first suggestion without the solver: seat by seat whoever may, has stood least, and is nearest."""
    now: dict[UUID, Hand] = {hand.id: hand for hand in hands}
    seats: dict[tuple[UUID, str], UUID] = {}
    for job in sorted(jobs, key=lambda one: (one.start, one.place, one.slot)):
        free = [hand for hand in now.values() if not why_not(hand, job, limits)]
        if free:
            chosen = min(
                free, key=lambda one: (hours(one.booked), distance(one.place, job.place), str(one.id))
            )
            seats[job.key] = chosen.id
            now[chosen.id] = chosen.with_(job)
    return Drawing(seats, [job for job in jobs if job.key not in seats])
