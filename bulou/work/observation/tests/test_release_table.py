"""Whether an observation may end is decided by the table of the rules, and a county may order otherwise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from bulou.core.figures.queries import Asked, read
from bulou.core.figures.recount import recount
from bulou.core.records.kinds import Incoming
from bulou.core.room import ask
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks.lay import lay
from bulou.lib import clock, ids
from bulou.work.observation import actions, queries, sites
from bulou.work.observation.models import Observation
from bulou.work.observation.shown import described
from bulou.work.observation.tests.conftest import (
    COUNTY,
    TOWNSHIP,
    VILLAGE,
    accepted,
    finished,
    observed,
    reading,
)

pytestmark = pytest.mark.django_db


def stands(plan: Observation) -> list[str]:
    plan.refresh_from_db()
    return queries.obstacles([plan])[plan.id]


def breach(plan: Observation, action: str, by: Actor, days: int = 0, **more: Any) -> UUID:
    said = {"person": str(plan.person), "what": "went-out", "action": action}
    when = clock.now() - timedelta(days=days)
    record = Incoming("observation.breach", ids.new(), plan.place, when, said, **more)
    accepted([record], by)
    return record.id


def terms(plan: Observation) -> tuple[date, date]:
    plan.refresh_from_db()
    return plan.clock_from, plan.until_day


def test_a_breach_of_which_an_office_says_so_starts_the_term_again_from_its_day() -> None:
    (plan,) = observed(1, days=10)
    clerk, today = actor(Role.TOWNSHIP_CLERK, TOWNSHIP), clock.today()
    before = terms(plan)
    breach(plan, "talked-to", clerk)
    assert terms(plan) == before
    breach(plan, "restarted", clerk, days=3)
    assert terms(plan) == (today - timedelta(days=3), today + timedelta(days=10))
    breach(plan, "restarted", clerk, days=6)  # of before: the later one counts
    assert terms(plan) == (today - timedelta(days=3), today + timedelta(days=10))
    assert read(["observation.restarts"], Asked(COUNTY))[COUNTY]["observation.restarts"] == 1
    assert recount() == []


def test_a_breach_that_did_not_start_the_term_again_after_all_gives_the_old_one_back() -> None:
    (plan,) = observed(1, days=10)
    clerk, before = actor(Role.TOWNSHIP_CLERK, TOWNSHIP), terms(plan)
    slip = breach(plan, "restarted", clerk, days=3)
    assert terms(plan) != before
    breach(plan, "talked-to", clerk, days=3, replaces=slip)
    assert terms(plan) == before
    assert recount() == []


def test_a_term_over_that_a_breach_starts_again_owes_nothing_for_the_days_between() -> None:
    (plan,) = finished(1)
    breach(plan, "restarted", actor(Role.TOWNSHIP_CLERK, TOWNSHIP), days=8)
    assert terms(plan)[1] == clock.today() + timedelta(days=5)
    assert stands(plan) == ["release-term-runs"] and queries.gaps([plan]) == []


def test_a_breach_of_which_a_doctor_says_so_stands_until_an_office_starts_the_term_again() -> None:
    (plan,) = finished(1)
    doctor, clerk = actor(Role.VILLAGE_DOCTOR, VILLAGE), actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
    breach(plan, "talked-to", doctor)
    assert stands(plan) == []
    breach(plan, "restarted", doctor)
    assert stands(plan) == ["release-not-kept"]
    actions.start_again(clerk, plan.id, clock.today(), "外出聚餐")
    assert stands(plan) == ["release-term-runs"]


def test_a_last_reading_that_was_not_normal_stands_until_another_or_the_clinic_says_otherwise(
    at: Callable[[str], datetime],
) -> None:
    first, second = finished(2)
    for plan in (first, second):
        accepted([reading(plan, clock.now() - timedelta(hours=3), 381)])
        assert stands(plan) == ["release-open-case"]
    for plan, word in ((first, "withdrawn"), (second, "excluded")):
        said = {"person": str(plan.person), "outcome": word}
        when = clock.now() - timedelta(hours=1)
        accepted([Incoming("cases.outcome", ids.new(), VILLAGE, when, said)])
    assert stands(first) == ["release-symptoms"]
    assert stands(second) == []
    accepted([reading(first, clock.now(), 365)])
    assert stands(first) == []


def test_the_last_day_without_a_reading_keeps_nobody_for_ever_and_lets_nobody_out_by_itself(
    at: Callable[[str], datetime],
) -> None:
    at("2020-02-10T09:00")
    (plan,) = observed(1, days=13)
    at("2020-02-11T09:00")
    lay()
    assert stands(plan) == ["release-gap"]
    at("2020-03-01T09:00")
    lay()
    plan.refresh_from_db()
    assert plan.closed_at is None
    actions.explain_gap(actor(Role.VILLAGE_CADRE, VILLAGE), plan.id, "away")
    assert stands(plan) == []


def test_a_trial_knows_rooms_beds_medics_and_what_they_can_take_and_says_nothing_of_masks() -> None:
    clerk = actor(Role.COUNTY_OFFICE, COUNTY)
    sites.open_site(clerk, VILLAGE, "隔离点", ["201", "202"], beds=2)
    actor(Role.VILLAGE_DOCTOR, VILLAGE)
    (means,) = ask("capacities", COUNTY, clock.today())
    assert (means["rooms"], means["beds"], means["medics"], means["readings"]) == (2, 4, 1, 100)
    assert "masks" not in means


def test_a_gap_of_a_turn_that_an_observation_ended_in_error_had_laid_stands_against_the_release(
    at: Callable[[str], datetime],
) -> None:
    (plan,) = observed(1, days=0)
    clerk = actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
    actions.end(clerk, plan.id, "error", "重复登记")
    (again,) = observed(1, days=0)
    assert again.id != plan.id
    at("2020-02-13T20:00")  # a turn is missed that was laid for the first one
    assert {task.source for task in queries.gaps([again])} == {plan.id}
    assert (
        described([again], COUNTY)[0]["missing"]
        == queries.release_facts([again], clock.today())[again]["gaps"]
        > 0
    )
