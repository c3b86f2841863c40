"""A term that was started again, an observation that was never to be and is: neither is lost to what comes later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.test import Client

from bulou.core.figures.queries import Asked, read
from bulou.core.figures.recount import recount
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids, invented
from bulou.lib.refusals import Refusal
from bulou.work.arrivals.models import Arrival
from bulou.work.observation import actions
from bulou.work.observation.models import Observation, Opened, Restarted
from bulou.work.observation.tests.conftest import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, accepted, observed

pytestmark = pytest.mark.django_db
CAME = date(2020, 2, 7)


@pytest.fixture
def plan() -> Observation:
    """Somebody who came on the 7th, under observation on the 12th."""
    return observed(1, days=5)[0]


def again(plan: Observation, day: date) -> Observation:
    actions.start_again(actor(Role.TOWNSHIP_CLERK, TOWNSHIP), plan.id, day, "接触病例")
    plan.refresh_from_db()
    return plan


def corrected(plan: Observation, **more: Any) -> None:
    """The arrival of somebody is put right."""
    came = Arrival.objects.get(person=plan.person, replaced_by=None)
    data = {"person": str(came.person), "from_place": "湖北黄冈", **more}
    accepted([Incoming(came.kind, ids.new(), VILLAGE, came.happened_at, data, replaces=came.id)])
    plan.refresh_from_db()


@pytest.mark.parametrize("day", [date(1900, 1, 1), CAME - timedelta(days=1), date(2020, 2, 13)])
def test_it_starts_on_no_day_before_the_observation_or_ahead(plan: Observation, day: date) -> None:
    with pytest.raises(Refusal, match="restart-day"):
        again(plan, day)
    plan.refresh_from_db()
    assert plan.until_day == CAME + timedelta(days=13)


def test_the_page_says_so_and_keeps_what_was_typed(plan: Observation, browser: Callable[..., Client]) -> None:
    said = {"version": plan.version, "first": "2020-03-15", "why": "接触病例"}
    page = browser(Role.COUNTY_OFFICE, COUNTY).post(f"/observation/{plan.id}/restart/", said)
    assert page.status_code == 422
    assert "接触病例" in page.content.decode() and "今天之后" in page.content.decode()


def test_a_slip_in_the_day_is_mended_by_starting_again(plan: Observation) -> None:
    assert again(plan, date(2020, 2, 12)).until_day == date(2020, 2, 25)
    assert again(plan, date(2020, 2, 10)).until_day == date(2020, 2, 23)


def test_a_correction_of_the_arrival_does_not_take_back_that_it_was_started_again(plan: Observation) -> None:
    again(plan, date(2020, 2, 11))
    corrected(plan)
    assert (plan.clock_from, plan.until_day) == (date(2020, 2, 11), date(2020, 2, 24))
    assert Opened.objects.get(replaced_by=None).until_day == CAME + timedelta(days=13)
    owed = Task.objects.filter(kind="observation.release", withdrawn_at=None)
    assert [clock.day_of(task.opens_at) for task in owed] == [date(2020, 2, 25)]
    assert recount() == []


def test_a_second_arrival_still_counts_when_the_first_is_corrected(plan: Observation) -> None:
    first = Arrival.objects.get(person=plan.person)
    data = {"person": str(plan.person), "from_place": "湖北武汉"}
    accepted([Incoming(first.kind, ids.new(), VILLAGE, clock.now() - timedelta(days=1), data)])
    replaced = {**data, "from_place": "湖北黄冈"}
    accepted([Incoming(first.kind, ids.new(), VILLAGE, first.happened_at, replaced, replaces=first.id)])
    plan.refresh_from_db()
    assert plan.until_day == date(2020, 2, 24)


def test_who_arrives_in_a_village_of_another_township_starts_again_where_they_are_observed(
    plan: Observation,
) -> None:
    day = date(1990, 1, 1)
    who = {"name": invented.make_name(0, "女"), "doc_number": invented.make_id(COUNTY, day, "女", 0)}
    came = Incoming(
        "arrivals.arrival", ids.new(), OTHER_VILLAGE, clock.now(), {"who": who, "from_place": "湖北武汉"}
    )
    accepted([came], actor(Role.VILLAGE_DOCTOR, OTHER_VILLAGE))
    plan.refresh_from_db()
    assert Arrival.objects.get(pk=came.id).person == plan.person
    said = Restarted.objects.get()
    assert said.until_day == plan.until_day == date(2020, 2, 25)
    assert read(["observation.restarts"], Asked(VILLAGE))[VILLAGE]["observation.restarts"] == 1


def test_who_is_lost_stays_lost_until_somebody_says_that_they_were_found(plan: Observation) -> None:
    said = {"person": str(plan.person), "found": False}
    take([Incoming("observation.contact", ids.new(), VILLAGE, clock.now(), said)], SYSTEM)
    assert again(plan, date(2020, 2, 12)).state == "lost"


def now_observed() -> int:
    return read(["observation.now"], Asked(COUNTY))[COUNTY]["observation.now"]


def test_who_was_put_right_to_no_observation_and_back_is_observed_again(plan: Observation) -> None:
    for _twice in range(2):
        corrected(plan, from_place="山西临汾隰县", contact=False, fever=False)
        assert (now_observed(), Observation.objects.filter(closed_at=None).count()) == (0, 0)
        corrected(plan, from_place="湖北武汉")
        (again_open,) = Observation.objects.filter(closed_at=None)
        assert (again_open.person, again_open.until_day) == (plan.person, CAME + timedelta(days=13))
        assert now_observed() == 1
    owed = Task.objects.filter(kind="observation.reading", subject_id=plan.person, due_at__gt=clock.now())
    assert owed.filter(withdrawn_at=None).exists()
    corrected(plan, from_place="湖北黄冈", left_day="2020-02-05")
    again_open.refresh_from_db()
    assert (again_open.clock_from, Observation.objects.filter(closed_at=None).count()) == (
        date(2020, 2, 5),
        1,
    )
    assert recount() == []


def test_what_the_office_ended_as_an_error_no_correction_opens_again(plan: Observation) -> None:
    actions.end(actor(Role.COUNTY_OFFICE, COUNTY), plan.id, "error", "同名误立")
    corrected(plan)
    assert not Observation.objects.filter(closed_at=None).exists()


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_lost_or_found_is_what_was_said_of_the_latest_moment(
    plan: Observation, order: tuple[int, ...]
) -> None:
    words = [(9, True), (6, False), (3, True)]  # so many hours ago, found or not
    for hours, found in [words[n] for n in order]:
        said = {"person": str(plan.person), "found": found}
        when = clock.now() - timedelta(hours=hours)
        accepted([Incoming("observation.contact", ids.new(), VILLAGE, when, said)])
    plan.refresh_from_db()
    assert plan.state == "open"
