"""From an arrival to the release, through the verbs that people use, with the figures right at each step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bulou.core.figures.queries import Asked, read
from bulou.core.figures.recount import recount
from bulou.core.records.kinds import Incoming
from bulou.core.staff.roles import Role
from bulou.core.tasks.lay import lay
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal
from bulou.work.observation import actions, queries
from bulou.work.observation.models import Observation, Opened
from tests.core.conftest import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    accepted,
    actor,
    arrival,
    arrived,
    reading,
)

pytestmark = pytest.mark.django_db
CADRE, CLERK = actor(Role.VILLAGE_CADRE, VILLAGE), actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
COUNTY_OFFICE = actor(Role.COUNTY_OFFICE, COUNTY)
Clock = Callable[[str], object]


def figure(name: str, place: str = COUNTY) -> int:
    return read([name], Asked(place))[place][name]


def read_all_but(person: object, last: str, left_out: set[str]) -> None:
    """A reading for every slot of somebody up to a day, but some."""
    slots = Task.objects.filter(kind="observation.reading", subject_id=person, slot__lte=last)
    accepted(
        [
            reading(t.subject_id, t.opens_at, place=t.place)
            for t in slots
            if t.slot not in left_out and not t.done_at
        ]
    )  # type: ignore[misc]


def test_the_term_counts_from_leaving_the_affected_area_else_from_the_start(at: Clock) -> None:
    at("2020-01-26T09:00")
    (known,) = arrived(1, clock.now(), left_day="2020-01-24")
    (unknown,) = arrived(1, clock.now(), start=9)
    plans = {o.person: o for o in Observation.objects.all()}
    assert (plans[known].clock_from, plans[known].until_day) == (date(2020, 1, 24), date(2020, 2, 6))
    assert (plans[unknown].clock_from, plans[unknown].until_day) == (date(2020, 1, 26), date(2020, 2, 8))


def test_two_readings_a_day_are_expected_to_the_last_day_and_not_beyond(at: Clock) -> None:
    at("2020-01-26T09:00")
    (person,) = arrived(1, clock.now())
    for day in range(27, 32):
        at(f"2020-01-{day}T09:00")
        lay()
    for day in range(1, 13):
        at(f"2020-02-{day:02}T09:00")
        lay()
    slots = list(
        Task.objects.filter(kind="observation.reading", subject_id=person)
        .order_by("slot")
        .values_list("slot", flat=True)
    )
    assert len(slots) == 28
    assert (slots[0], slots[-1]) == ("2020-01-26/am", "2020-02-08/pm")
    assert recount() == []


def test_a_release_is_proposed_checked_and_approved_with_a_number(at: Clock) -> None:
    at("2020-01-26T09:00")
    (person,) = arrived(1, clock.now())
    plan = Observation.objects.get(person=person)
    assert actions.propose(CADRE, [plan.id]) == [(plan.id, "release-term-runs")]
    for day in (
        "2020-01-28",
        "2020-01-30",
        "2020-02-01",
        "2020-02-03",
        "2020-02-05",
        "2020-02-07",
        "2020-02-08",
    ):
        at(f"{day}T09:00")
        lay()
    at("2020-02-09T09:00")
    read_all_but(person, "2020-02-09", {"2020-02-08/pm"})
    assert actions.propose(CADRE, [plan.id]) == [(plan.id, "release-gap")]
    assert actions.explain_gap(CADRE, plan.id, "snow") == 1
    assert actions.propose(CADRE, [plan.id]) == [(plan.id, "")]
    assert actions.approve(COUNTY_OFFICE, [plan.id]) == [(plan.id, "release-wrong-step")]
    assert actions.check(CLERK, [plan.id]) == [(plan.id, "")]
    assert actions.approve(COUNTY_OFFICE, [plan.id]) == [(plan.id, "")]
    plan.refresh_from_db()
    assert (plan.state, plan.outcome) == ("closed", "released")
    assert "2020" in plan.notice_number
    assert (figure("observation.now"), figure("observation.released")) == (0, 1)
    assert recount() == []


def test_a_step_is_not_for_every_role_nor_for_another_village(at: Clock) -> None:
    at("2020-02-12T18:00")
    (person,) = arrived(1, clock.now() - timedelta(days=20))
    plan = Observation.objects.get(person=person)
    with pytest.raises(Refusal, match="not-allowed"):
        actions.approve(CADRE, [plan.id])
    elsewhere = actor(Role.VILLAGE_CADRE, OTHER_VILLAGE)
    assert actions.propose(elsewhere, [plan.id]) == [(plan.id, "observation-unknown")]


def test_whoever_moves_takes_the_observation_along_and_past_slots_stay(at: Clock) -> None:
    at("2020-02-10T09:00")
    (person,) = arrived(1, clock.now() - timedelta(days=2))
    plan = Observation.objects.get(person=person)
    actions.move(COUNTY_OFFICE, plan.id, OTHER_VILLAGE, plan.version)
    assert (figure("observation.now", VILLAGE), figure("observation.now", OTHER_VILLAGE)) == (0, 1)
    tasks = Task.objects.filter(kind="observation.reading", subject_id=person)
    assert {t.place for t in tasks if t.due_at < clock.now()} == {VILLAGE}
    assert {t.place for t in tasks if t.due_at > clock.now()} == {OTHER_VILLAGE}
    assert Task.objects.filter(kind="observation.notice", place=OTHER_VILLAGE, withdrawn_at=None).exists()
    assert recount() == []


def test_of_two_people_who_change_one_plan_the_second_is_shown_what_changed(at: Clock) -> None:
    at("2020-02-10T09:00")
    (person,) = arrived(1, clock.now() - timedelta(days=2))
    plan = Observation.objects.get(person=person)
    actions.start_again(CLERK, plan.id, date(2020, 2, 9), "met a case", plan.version)
    with pytest.raises(Refusal) as refusal:
        actions.move(COUNTY_OFFICE, plan.id, OTHER_VILLAGE, plan.version)
    assert refusal.value.code == "changed-meanwhile"
    plan.refresh_from_db()
    assert plan.until_day == date(2020, 2, 22)
    assert plan.place == VILLAGE


def test_lost_is_a_state_and_keeps_the_observation_from_closing(at: Clock) -> None:
    at("2020-02-12T18:00")
    (person,) = arrived(1, clock.now() - timedelta(days=16))
    plan = Observation.objects.get(person=person)
    said = {"person": str(person), "found": False}
    accepted([Incoming("observation.contact", ids.new(), VILLAGE, clock.now(), said)])
    plan.refresh_from_db()
    assert plan.state == "lost"
    assert "release-lost" in queries.obstacles([plan])[plan.id]
    assert figure("observation.lost") == 1
    accepted([Incoming("observation.contact", ids.new(), VILLAGE, clock.now(), {**said, "found": True})])
    plan.refresh_from_db()
    assert plan.state == "open"


def test_a_corrected_arrival_is_followed_by_its_observation_without_a_second_one(at: Clock) -> None:
    at("2020-02-12T18:00")
    when = clock.now() - timedelta(days=2)
    first = arrival(1, when, left_day="2020-02-08")
    accepted([first])
    assert figure("arrivals.affected") == 1
    right = replace(
        first,
        id=ids.new(),
        replaces=first.id,
        place=OTHER_VILLAGE,
        data={**first.data, "from_place": "广东深圳", "left_day": None},
    )
    accepted([right])
    (plan,) = Observation.objects.all()
    assert (plan.origin, plan.place, plan.clock_from) == ("other-province", OTHER_VILLAGE, date(2020, 2, 10))
    assert (figure("arrivals.affected"), figure("observation.opened"), figure("observation.now")) == (0, 1, 1)
    assert figure("observation.now", VILLAGE) == 0
    assert Opened.objects.count() == 2
    assert recount() == []


def test_a_second_arrival_restarts_the_term(at: Clock) -> None:
    at("2020-02-12T18:00")
    first = arrival(1, clock.now() - timedelta(days=6))
    accepted([first])
    accepted([arrival(1, clock.now() - timedelta(days=1))])
    (plan,) = Observation.objects.all()
    assert plan.until_day == date(2020, 2, 24)
    assert (figure("arrivals.arrived"), figure("observation.opened"), figure("observation.restarts")) == (
        2,
        1,
        1,
    )


def test_the_first_reading_over_the_line_is_reported_and_the_outcome_comes_back(at: Clock) -> None:
    at("2020-02-12T18:00")
    (person,) = arrived(1, clock.now() - timedelta(days=2))
    accepted([reading(person, clock.now(), 381)])
    plan = Observation.objects.get(person=person)
    assert "release-open-case" in queries.obstacles([plan])[plan.id]
    assert Task.objects.filter(kind__startswith="cases.", subject_id=person).exists()
