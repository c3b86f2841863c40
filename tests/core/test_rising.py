"""Escalation: what stays missed is told to the village, the township and the county, each after its hours."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.test import Client

from bulou.core.rulebook.actions import put_in_force
from bulou.core.staff import testing
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import signed_in
from bulou.core.tasks import queries, rising
from bulou.core.tasks.models import Task
from bulou.lib import clock
from tests.core.conftest import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, accepted, actor, arrived, reading

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at")]
KIND = "observation.reading"
CADRE = actor(Role.VILLAGE_CADRE, VILLAGE)
CLERK, OFFICE = actor(Role.TOWNSHIP_CLERK, TOWNSHIP), actor(Role.COUNTY_OFFICE, COUNTY)
HEARERS = (CADRE, CLERK, OFFICE)


def _heard(at: datetime, subject: object) -> list[bool]:
    """Whether the village, the township and the county are told of somebody's turns at a moment."""
    return [_told(by, at, subject) for by in HEARERS]


def _told(by: Actor, at: datetime, subject: object) -> bool:
    found = queries.missed(by.place, at, which=rising.risen(by, at), by=by).rows
    return any(task.subject_id == subject for task in found)


def _turn(now: datetime) -> Task:
    (person,) = arrived(1, now - timedelta(days=2))
    found = Task.objects.filter(kind=KIND, subject_id=person, due_at__lt=now).order_by("due_at").last()
    assert found is not None
    # One turn alone: what else this person owes rises at other hours.
    Task.objects.filter(subject_id=person).exclude(pk=found.pk).delete()
    return found


@pytest.mark.parametrize(
    ("hours", "heard"),
    [
        (0.9, [False, False, False]),
        (1.1, [True, False, False]),
        (4.1, [True, True, False]),
        (12.1, [True, True, True]),
        (25.1, [False, True, True]),  # no news to the village any more: it was told a day ago
        (36.1, [False, False, False]),
    ],
)
def test_each_level_is_told_after_its_hours_and_for_a_day(hours: float, heard: list[bool]) -> None:
    turn = _turn(clock.now())
    later = turn.due_at + timedelta(hours=hours)
    with clock.standing(later):
        assert _heard(later, turn.subject_id) == heard


def test_a_county_sets_its_own_hours_and_they_hold_at_once() -> None:
    turn = _turn(clock.now())
    later = turn.due_at + timedelta(hours=2)
    with clock.standing(later):
        assert _heard(later, turn.subject_id) == [True, False, False]
        head = {"number": "九号令", "place": COUNTY, "from": clock.today().isoformat()}
        hours = {"key": "tasks.escalation_hours", "value": [1, 1, 1], "unit": "hours"}
        put_in_force(OFFICE, {"order": head, "value": [hours]})
        assert _heard(later, turn.subject_id) == [True, True, True]
        assert rising.told(turn, later) == 3
        turn.place = "141032100200"  # the county beside it keeps the house's
        assert rising.told(turn, later) == 5


def test_the_hours_of_a_township_hold_for_what_it_hears_itself() -> None:
    turn = _turn(clock.now())
    later = turn.due_at + timedelta(hours=2)
    with clock.standing(later):
        head = {"number": "十号令", "place": TOWNSHIP, "from": clock.today().isoformat()}
        hours = {"key": "tasks.escalation_hours", "value": [1, 1, 1], "unit": "hours"}
        put_in_force(OFFICE, {"order": head, "value": [hours]})
        assert _heard(later, turn.subject_id) == [True, True, False]
        assert rising.told(turn, later) == 4


def test_what_a_post_owes_itself_does_not_rise_to_it() -> None:
    turn = _turn(clock.now())
    Task.objects.filter(pk=turn.pk).update(role=Role.VILLAGE_CADRE)
    later = turn.due_at + timedelta(hours=5)
    with clock.standing(later):
        assert _heard(later, turn.subject_id) == [False, True, False]


def test_what_was_done_has_risen_to_nobody_but_had_until_then() -> None:
    turn = _turn(clock.now())
    later = turn.due_at + timedelta(hours=5)
    Task.objects.filter(pk=turn.pk).update(until_at=later + timedelta(hours=1))
    with clock.standing(later):
        accepted([reading(turn.subject_id, later)])
    after = later + timedelta(hours=2)
    with clock.standing(after):
        assert _heard(after, turn.subject_id) == [False, False, False]
        before = later - timedelta(minutes=10)
        assert _heard(before, turn.subject_id) == [True, True, False]
        counted = queries.missed_count(TOWNSHIP, before, by=CLERK, which=rising.risen(CLERK, before))
        assert sum(counted.values()) == 1


@pytest.mark.parametrize("by", HEARERS, ids=lambda by: by.role)
@pytest.mark.parametrize("back", [0, 7, 30])
def test_how_many_rose_is_how_many_are_named(by: Actor, back: int) -> None:
    now = clock.now()
    for place, count in ((VILLAGE, 3), (TOWNSHIP, 1), (COUNTY, 1), (OTHER_VILLAGE, 2)):
        people = arrived(count, now - timedelta(days=3), place, start=int(place[-3:]))
        accepted([reading(people[0], now - timedelta(hours=h), place=place) for h in (2, 9, 20)])
    moment = now - timedelta(hours=back)
    which = rising.risen(by, moment)
    named = queries.missed(by.place, moment, which=which, size=1000, by=by).rows
    down = {VILLAGE: None, TOWNSHIP: 12, COUNTY: 9}[by.place]
    counted = queries.missed_count(by.place, moment, down=down, by=by, which=which)
    assert named and sum(counted.values()) == len(named)
    assert counted == Counter(task.place[:down] if down else by.place for task in named)


def test_the_api_tells_what_rose_to_whoever_asks() -> None:
    turn = _turn(clock.now())
    with clock.standing(turn.due_at + timedelta(hours=5)):
        for by, found in zip(HEARERS, (1, 1, 0), strict=True):
            said = (
                signed_in(Client(), testing.actor(by.role, by.place))
                .get("/api/v1/missed", {"risen": "true", "kind": KIND})
                .json()
            )
            assert (said["count"], len(said["items"])) == (found, found), by.role
