"""Registered late: nobody is blamed for what could not be known, and that it was late stands in sight."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from bulou.core.figures.queries import Asked, read
from bulou.core.records.kinds import Incoming
from bulou.core.staff.roles import Role
from bulou.core.tasks.models import Task
from bulou.core.tasks.queries import missed_count
from bulou.lib import clock, ids
from bulou.work.arrivals.models import Arrival
from bulou.work.observation import actions
from bulou.work.observation.models import Observation
from bulou.work.observation.tests.conftest import COUNTY, TOWNSHIP, VILLAGE, accepted, observed

pytestmark = pytest.mark.django_db
Clock = Callable[[str], datetime]


def test_a_ledger_handed_in_weeks_late_makes_nobody_miss_a_reading(at: Clock) -> None:
    at("2020-02-10T15:00")
    plans = observed(3, days=9, entered_at=None)
    assert sum(missed_count(COUNTY, kind="observation.reading").values()) == 0
    slots = Task.objects.filter(kind="observation.reading").values_list("slot", flat=True)
    assert min(slots) == "2020-02-10/pm"
    assert all(plan.clock_from == date(2020, 2, 1) for plan in plans)
    assert read(["arrivals.late"], Asked(COUNTY))[COUNTY]["arrivals.late"] == 3


def test_who_was_registered_in_time_is_owed_every_reading_though_the_phone_had_no_signal(at: Clock) -> None:
    at("2020-02-10T15:00")
    (plan,) = observed(1, days=2)
    slots = set(Task.objects.filter(subject_id=plan.person).values_list("slot", flat=True))
    assert {"2020-02-08/pm", "2020-02-09/am", "2020-02-09/pm", "2020-02-10/am"} <= slots
    assert not Arrival.objects.get().late


def test_a_time_of_registration_is_believed_only_between_the_arrival_and_its_coming_in(at: Clock) -> None:
    with clock.standing(now := at("2020-02-10T15:00")):
        observed(1, days=2, entered_at=(now + timedelta(days=3)).isoformat())
        observed(1, days=2, start=5, entered_at=(now - timedelta(days=9)).isoformat())
    first, second = Arrival.objects.order_by("id")
    assert first.known_at == first.received_at
    assert second.known_at == second.happened_at


def test_a_correction_is_not_a_late_registration(at: Clock) -> None:
    at("2020-02-10T15:00")
    observed(1, days=0)
    came = Arrival.objects.get()
    at("2020-02-11T15:00")
    data = {"person": str(came.person), "from_place": "湖北黄冈"}
    accepted([Incoming(came.kind, ids.new(), VILLAGE, came.happened_at, data, replaces=came.id)])
    again = Arrival.objects.get(replaced_by=None)
    assert (again.late, again.known_at) == (False, came.known_at)


def test_a_visit_is_owed_within_the_hours_from_when_the_person_was_known(at: Clock) -> None:
    with clock.standing(now := at("2020-02-10T15:00")):
        (plan,) = observed(1, days=9, entered_at=None)
    visit = Task.objects.get(kind="arrivals.visit", subject_id=plan.person)
    assert visit.due_at == now + timedelta(hours=2)


def test_whose_term_was_over_when_they_became_known_is_to_be_released_on_the_next_day(at: Clock) -> None:
    at("2020-02-10T15:00")
    (plan,) = observed(1, days=20, entered_at=None)
    release = Task.objects.get(kind="observation.release", subject_id=plan.person)
    assert release.due_at == clock.parse("2020-02-11T18:00")
    from bulou.core.staff.testing import actor

    assert actions.propose(actor(Role.VILLAGE_CADRE, VILLAGE), [plan.id]) == [(plan.id, "")]


def test_a_measure_that_is_set_right_later_owes_readings_from_then_on(at: Clock) -> None:
    at("2020-02-10T15:00")
    observed_none = Incoming(
        "arrivals.arrival", ids.new(), VILLAGE, clock.now(),
        {"who": {"name": "白小满"}, "origin_code": "141031", "contact": False, "fever": False},
    )  # fmt: skip
    accepted([observed_none])
    assert not Observation.objects.exists()
    at("2020-02-12T09:30")
    came = Arrival.objects.get()
    right = {"person": str(came.person), "from_place": "湖北武汉"}
    accepted([Incoming(came.kind, ids.new(), VILLAGE, came.happened_at, right, replaces=came.id)])
    slots = Task.objects.filter(kind="observation.reading").values_list("slot", flat=True)
    assert min(slots) == "2020-02-12/am"
    assert Observation.objects.get().clock_from == date(2020, 2, 10)


def test_the_office_sees_who_was_registered_late(at: Clock, browser: Callable[..., Client]) -> None:
    at("2020-02-10T15:00")
    observed(2, days=3, entered_at=None)
    observed(1, days=1, start=50)
    clerk = browser(Role.TOWNSHIP_CLERK, TOWNSHIP)
    page = clerk.get("/arrivals/?show=late")
    assert len(page.context["rows"]) == 2
    assert "登记超时" in clerk.get("/").content.decode()
