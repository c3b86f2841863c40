"""Who may stand where, and a roster drawn by the machine, held to the same checks."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulou.lib import clock
from bulou.work.roster import rules, solve
from bulou.work.roster.rules import Hand, Job, Limits

MONDAY = clock.parse("2020-02-10T08:00")
LIMITS = Limits(timedelta(hours=12), timedelta(hours=60), (time(22), time(6)))
HERE, NEXT = "610628001001", "610628001002"


def job(day: int, hour: int = 8, hours: int = 12, n: int = 0, place: str = HERE, *skills: str) -> Job:
    start = MONDAY.replace(hour=0) + timedelta(days=day, hours=hour)
    return Job(UUID(int=n), f"{day}/{hour}", place, start, start + timedelta(hours=hours), frozenset(skills))


def hand(n: int = 0, place: str = HERE, **more: object) -> Hand:
    return Hand(UUID(int=n), f"第{n}人", place, **more)  # type: ignore[arg-type]


def stretch(day: int, hour: int, hours: int) -> tuple[datetime, datetime]:
    one = job(day, hour, hours)
    return one.start, one.end


@pytest.mark.parametrize(
    ("who", "seat", "why"),
    [
        (hand(), job(0), ""),
        (hand(skills=frozenset({"temperature"})), job(0, 8, 12, 0, HERE, "temperature"), ""),
        (hand(), job(0, 8, 12, 0, HERE, "temperature"), "skills"),
        (hand(nights=False), job(0, 20), "nights"),
        (hand(nights=False), job(0, 8, 12), ""),
        (hand(nights=False), job(0, 5, 4), "nights"),
        (hand(away=(stretch(0, 19, 2),)), job(0), "away"),
        (hand(booked=(stretch(0, 19, 2),)), job(0), "double"),
        (hand(booked=(stretch(-1, 20, 12),)), job(0), "rest"),
        (hand(booked=(stretch(1, 7, 5),)), job(0), "rest"),
        (hand(booked=(stretch(1, 8, 5),)), job(0), ""),
        (hand(booked=tuple(stretch(d, 8, 12) for d in range(5))), job(5), "hours"),
        (hand(booked=tuple(stretch(d, 8, 12) for d in range(1, 6))), job(0), "hours"),
        (hand(booked=tuple(stretch(d, 8, 12) for d in range(5))), job(7), ""),
        (hand(from_at=MONDAY + timedelta(hours=1)), job(0), "left"),
        (hand(to_at=MONDAY + timedelta(hours=5)), job(0), "left"),
    ],
)
def test_who_may_not_take_a_seat_is_told_why(who: Hand, seat: Job, why: str) -> None:
    assert rules.why_not(who, seat, LIMITS) == why


_jobs = st.lists(
    st.builds(
        job, st.integers(0, 6), st.sampled_from([0, 8, 16, 20]), st.sampled_from([8, 12]), st.integers(0, 2),
        st.sampled_from([HERE, NEXT]),
    ),
    max_size=14, unique_by=lambda one: one.key,
)  # fmt: skip
_booked = st.lists(st.builds(stretch, st.integers(0, 6), st.sampled_from([0, 12]), st.just(8)), max_size=1)
_hands = st.lists(
    st.builds(
        hand, st.integers(0, 50), st.sampled_from([HERE, NEXT]), nights=st.booleans(),
        booked=_booked.map(tuple),
    ),
    max_size=5, unique_by=lambda one: one.id,
)  # fmt: skip


@settings(max_examples=40)
@given(_hands, _jobs)
def test_a_drawn_roster_passes_the_checks_and_fills_no_fewer_seats_than_turn_by_turn(
    hands: list[Hand], jobs: list[Job]
) -> None:
    drawn, simple = solve.draw(hands, jobs, LIMITS, 5.0), solve.by_turns(hands, jobs, LIMITS)
    for one in (drawn, simple):
        assert rules.faults(hands, jobs, one, LIMITS) == []
        assert {job.key for job in one.left} | set(one.seats) == {job.key for job in jobs}
    assert len(drawn.seats) >= len(simple.seats)


def test_hours_are_spread_and_nobody_is_sent_farther_than_needed() -> None:
    hands = [hand(n, HERE if n < 4 else NEXT) for n in range(8)]
    jobs = [job(day, 8, 12, n, HERE if n < 1 else NEXT) for day in range(4) for n in range(2)]
    drawn = solve.draw(hands, jobs, LIMITS, 5.0)
    assert drawn.left == []
    assert drawn.spread(hands, jobs) == 0
    at = {one.id: one.place for one in hands}
    assert all(at[drawn.seats[one.key]] == one.place for one in jobs)


def test_the_same_question_is_answered_the_same() -> None:
    hands, jobs = [hand(n) for n in range(5)], [job(day, 8, 12, n) for day in range(5) for n in range(2)]
    assert solve.draw(hands, jobs, LIMITS, 5.0) == solve.draw(hands, jobs, LIMITS, 5.0)


def test_who_stands_already_stands_less_afterwards() -> None:
    busy = hand(1, booked=(stretch(-3, 8, 12), stretch(-2, 8, 12)))
    drawn = solve.draw([busy, hand(2)], [job(0), job(2)], LIMITS, 5.0)
    assert set(drawn.seats.values()) == {UUID(int=2)}
