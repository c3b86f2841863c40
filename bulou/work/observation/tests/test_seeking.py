"""Several turns in a row without a reading: somebody is asked to find the person. Lost is said, never worked out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from bulou.core.records.kinds import Incoming
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks.lay import tick
from bulou.core.tasks.models import OPEN, Task
from bulou.lib import clock, ids
from bulou.work.observation import actions, queries
from bulou.work.observation.models import Observation
from bulou.work.observation.tests.conftest import COUNTY, VILLAGE, accepted, observed, reading

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]
Clock = Callable[[str], datetime]


def sought() -> list[Task]:
    tick()
    return list(Task.objects.filter(OPEN, kind="observation.find"))


def silent(at: Clock) -> Observation:
    """Observed since noon of the 10th; the afternoon and the two turns of the 11th were missed."""
    at("2020-02-10T13:00")
    (plan,) = observed(1, days=0)
    at("2020-02-12T08:00")
    return plan


def contact(plan: Observation, found: bool) -> None:
    data = {"person": str(plan.person), "found": found}
    accepted(
        [Incoming("observation.contact", ids.new(), VILLAGE, clock.now(), data)],
        actor(Role.VILLAGE_CADRE, VILLAGE),
    )


def test_after_four_missed_turns_the_village_owes_to_find_them(at: Clock) -> None:
    plan = silent(at)
    assert not sought()
    at("2020-02-12T12:01")
    (task,) = sought()
    assert (task.subject_id, task.place, task.role) == (plan.person, VILLAGE, "village-cadre")
    assert task.due_at - task.opens_at == timedelta(hours=4)
    assert len(sought()) == 1, "it is laid once"
    plan.refresh_from_db()
    assert plan.state == "open", "nobody is lost because a clock says so"


def test_who_was_not_reached_stands_in_a_list_of_their_own(at: Clock, browser: Browser) -> None:
    silent(at)
    at("2020-02-12T12:01")
    sought()
    office = actor(Role.COUNTY_OFFICE, COUNTY)
    assert queries.counts(office, COUNTY)["unreached"] == 1
    page = browser(Role.VILLAGE_CADRE, VILLAGE).get("/observation/?show=unreached").content.decode()
    assert "未联系上" in page


@pytest.mark.parametrize(("found", "state"), [(True, "open"), (False, "lost")])
def test_a_word_that_they_are_there_or_lost_answers_it(found: bool, state: str, at: Clock) -> None:
    plan = silent(at)
    at("2020-02-12T12:01")
    assert sought()
    contact(plan, found)
    assert not sought()
    plan.refresh_from_db()
    assert plan.state == state


def test_a_reading_ends_the_silence_and_a_new_one_is_counted_from_there(at: Clock) -> None:
    plan = silent(at)
    at("2020-02-12T12:01")
    assert sought()
    accepted([reading(plan, clock.now())])
    assert not sought()
    at("2020-02-14T12:01")
    assert not sought()  # 13th a.m. and p.m., 14th a.m.
    at("2020-02-14T20:01")
    assert len(sought()) == 1


def test_missed_turns_between_readings_are_gaps_and_no_silence(at: Clock) -> None:
    at("2020-02-10T13:00")
    (plan,) = observed(1, days=0)
    for moment in ("2020-02-11T09:00", "2020-02-12T09:00", "2020-02-13T09:00"):
        at(moment)
        accepted([reading(plan, clock.now())])
    at("2020-02-13T21:00")
    assert not sought()


def test_whoever_is_released_or_at_the_clinic_is_not_sought(at: Clock) -> None:
    plan = silent(at)
    at("2020-02-12T12:01")
    assert sought()
    actions.end(actor(Role.COUNTY_OFFICE, COUNTY), plan.id, "moved-away", "离县")
    assert not sought()


def test_found_says_nothing_about_a_proposal_that_waits(at: Clock) -> None:
    plan = silent(at)
    Observation.objects.filter(pk=plan.pk).update(state="proposed")
    contact(plan, True)
    plan.refresh_from_db()
    assert plan.state == "proposed"


def test_a_county_s_own_number_of_turns_holds(at: Clock) -> None:
    from bulou.core.rulebook import actions as orders

    content: dict[str, Any] = {
        "order": {"number": "寻人令", "from": "2020-02-10"},
        "value": [{"key": "observation.lost_after_missed", "value": 2}],
    }
    at("2020-02-10T13:00")
    orders.put_in_force(actor(Role.COUNTY_OFFICE, COUNTY), content)
    observed(1, days=0)
    at("2020-02-11T12:01")
    assert len(sought()) == 1
