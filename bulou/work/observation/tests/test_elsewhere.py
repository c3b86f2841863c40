"""Somebody observed in one village is reported in another: both are asked by name, and either hands over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from bulou.core.figures.recount import recount
from bulou.core.people.models import Person
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff import responsibility
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.responsibility import Named
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks.models import OPEN, Task
from bulou.lib import clock, ids
from bulou.work.observation.models import Observation
from bulou.work.observation.tests.conftest import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    accepted,
    observed,
    reading,
)

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]


def reported(person: UUID, place: str = OTHER_VILLAGE, **more: Any) -> Incoming:
    data = {"person": str(person), "from_place": "湖北武汉"}
    return Incoming("arrivals.arrival", ids.new(), place, clock.now(), data, **more)


def asked() -> dict[str, str]:
    """{place that is asked: kind of the task}."""
    found = Task.objects.filter(OPEN, kind__in=("observation.elsewhere", "observation.here"))
    return {task.place: task.kind.partition(".")[2] for task in found}


def says(by: Actor, person: UUID, here: bool) -> str:
    data = {"person": str(person), "here": here}
    return take([Incoming("observation.whereabouts", ids.new(), by.place, clock.now(), data)], by)[0].status


@pytest.fixture
def plan() -> Observation:
    (plan,) = observed(1)
    accepted([reported(plan.person)])
    return plan


def where(plan: Observation) -> tuple[str, str]:
    plan.refresh_from_db()
    return plan.place, Person.objects.get(pk=plan.person).place


def test_both_villages_are_asked_and_the_named_doctor_of_the_first_owes_the_answer() -> None:
    (plan,) = observed(1)
    doctor = actor(Role.VILLAGE_DOCTOR, VILLAGE)
    named = Named("village-doctor", "person", plan.person, VILLAGE, doctor.account)
    responsibility.entrust([named], SYSTEM)
    accepted([reported(plan.person)])
    assert asked() == {VILLAGE: "elsewhere", OTHER_VILLAGE: "here"}
    told = dict(Task.objects.filter(OPEN, source=plan.id).values_list("kind", "detail"))
    assert told["observation.here"].startswith("龙泉镇")  # where else, without the county that both know
    owners = dict(Task.objects.filter(OPEN, source=plan.id).values_list("kind", "account"))
    assert owners["observation.elsewhere"] == doctor.account
    assert owners["observation.here"] is None
    assert where(plan) == (VILLAGE, VILLAGE)


@pytest.mark.parametrize("place", [VILLAGE, VILLAGE + "001", TOWNSHIP])
def test_nobody_is_asked_about_an_arrival_in_their_own_village_or_one_that_may_be(place: str) -> None:
    (plan,) = observed(1)
    take([reported(plan.person, place)], SYSTEM)
    assert asked() == {}


@pytest.mark.parametrize(("place", "here", "moved"), [
    (VILLAGE, False, True), (OTHER_VILLAGE, True, True), (VILLAGE, True, False), (OTHER_VILLAGE, False, False),
])  # fmt: skip
def test_either_village_answers_for_both(plan: Observation, place: str, here: bool, moved: bool) -> None:
    assert says(actor(Role.VILLAGE_DOCTOR, place), plan.person, here) == "accepted"
    village = OTHER_VILLAGE if moved else VILLAGE
    assert where(plan) == (village, village)
    assert asked() == {}
    still = Task.objects.filter(OPEN, kind="observation.reading", due_at__gt=clock.now())
    assert set(still.values_list("place", flat=True)) == {village}
    assert recount() == []


def test_while_it_is_asked_the_other_village_may_measure_and_afterwards_not(plan: Observation) -> None:
    there = actor(Role.VILLAGE_DOCTOR, OTHER_VILLAGE)

    def measured() -> str:
        return take([replace(reading(plan, clock.now()), place=OTHER_VILLAGE)], there)[0].status

    assert measured() == "accepted"
    says(actor(Role.VILLAGE_DOCTOR, VILLAGE), plan.person, True)
    assert measured() == "refused"


def test_an_arrival_corrected_to_their_own_village_is_asked_about_no_more() -> None:
    (plan,) = observed(1)
    slip = reported(plan.person)
    accepted([slip])
    accepted([replace(reported(plan.person, VILLAGE), replaces=slip.id, happened_at=slip.happened_at)])
    assert asked() == {}
    assert recount() == []


def test_the_end_of_the_observation_and_a_move_by_the_office_end_the_question(plan: Observation) -> None:
    from bulou.work.observation import actions

    (other,) = observed(1, start=5)
    accepted([reported(other.person)])
    office = actor(Role.COUNTY_OFFICE, COUNTY)
    actions.move(office, plan.id, OTHER_VILLAGE)
    actions.end(office, other.id, "moved-away", "离县")
    assert asked() == {}


def test_both_see_by_name_who_it_is_and_hand_over_by_a_click(plan: Observation, browser: Browser) -> None:
    name = Person.objects.get(pk=plan.person).name
    for place, question, act in ((VILLAGE, "elsewhere", "not-here"), (OTHER_VILLAGE, "reported", "here")):
        client = browser(Role.VILLAGE_DOCTOR, place)
        first = client.get("/").content.decode()
        assert f"/observation/{plan.id}/" in first and name in first
        assert f"show={question}" in browser(Role.VILLAGE_CADRE, place).get("/").content.decode()
        assert name in client.get(f"/observation/?show={question}").content.decode()
        page = client.get(f"/observation/{plan.id}/")
        assert f"/observation/{plan.id}/{act}/" in page.content.decode()
        assert (f"/observation/{plan.id}/reading/" in page.content.decode()) == (place == VILLAGE)
    stranger = browser(Role.VILLAGE_DOCTOR, "141031102200")
    assert stranger.get(f"/observation/{plan.id}/").status_code == 404
    plan.refresh_from_db()
    sent = {"version": plan.version, "record": str(ids.new())}
    client.post(f"/observation/{plan.id}/here/", sent)
    assert where(plan) == (OTHER_VILLAGE, OTHER_VILLAGE)
    assert client.get("/observation/?show=reported").context["rows"] == []


def test_a_long_list_of_those_reported_costs_as_many_queries_as_a_short_one(
    browser: Browser, django_assert_max_num_queries: Any
) -> None:
    client = browser(Role.VILLAGE_DOCTOR, OTHER_VILLAGE)
    client.get("/observation/?show=reported")
    for start, count in ((0, 3), (50, 20)):
        accepted([reported(one.person) for one in observed(count, start=start)])
        with django_assert_max_num_queries(30):
            assert client.get("/observation/?show=reported").status_code == 200
