"""To the fever clinic and back: what is owed meanwhile, and who watches over whom the clinic sends home."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from bulou.core.figures.queries import Asked, read
from bulou.core.figures.recount import recount
from bulou.core.records.kinds import Incoming
from bulou.core.tasks.lay import lay
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids
from bulou.work.observation import queries, shown
from bulou.work.observation.models import Observation, Opened
from bulou.work.observation.tests.conftest import COUNTY, VILLAGE, accepted, observed, reading

pytestmark = pytest.mark.django_db
Clock = Callable[[str], datetime]


def case(kind: str, person: UUID, at: datetime | None = None, **data: Any) -> Incoming:
    said = {"person": str(person), **data}
    return Incoming(f"cases.{kind}", ids.new(), VILLAGE, at or clock.now(), said)


def to_clinic(**more: Any) -> UUID:
    """Somebody who arrived now with a fever, and was sent to the clinic."""
    from bulou.work.arrivals.models import Arrival

    data = {"who": {"name": "白小满", "sex": "女"}, "from_place": "湖北武汉", "fever": True, **more}
    came = Incoming("arrivals.arrival", ids.new(), VILLAGE, clock.now(), data)
    accepted([came])
    return Arrival.objects.get(pk=came.id).person


def owed(person: UUID) -> list[str]:
    found = Task.objects.filter(
        kind="observation.reading", subject_id=person, withdrawn_at=None, done_at=None
    )
    return sorted(found.values_list("slot", flat=True))


def figure(name: str) -> int:
    return read([name], Asked(COUNTY))[COUNTY][name]


@pytest.mark.parametrize("cough", ["cough", "dry-cough"])
def test_a_cough_goes_to_the_clinic_be_it_dry_or_not(cough: str) -> None:
    [plan] = observed(1)
    accepted([reading(plan, clock.now(), 366, symptoms=[cough])])
    assert Task.objects.filter(kind="cases.receive", subject_id=plan.person, withdrawn_at=None).exists()


def test_who_was_sent_to_the_clinic_on_arrival_and_excluded_there_is_observed_from_then_on(at: Clock) -> None:
    at("2020-02-10T09:00")
    person = to_clinic()
    assert not Observation.objects.exists()
    accepted([case("received", person)])
    at("2020-02-11T10:00")
    accepted([case("outcome", person, outcome="excluded")])
    plan = Observation.objects.get()
    assert (plan.person, plan.measure, plan.origin) == (person, "home", "affected-area")
    assert (plan.clock_from, plan.until_day) == (date(2020, 2, 11), date(2020, 2, 24))
    assert owed(person)[0] == "2020-02-11/am"
    assert Task.objects.filter(kind="observation.notice", subject_id=person, withdrawn_at=None).exists()
    accepted([case("returned", person)])
    accepted([case("outcome", person, outcome="excluded")])
    assert (Observation.objects.count(), Opened.objects.count()) == (1, 1)
    assert recount() == []


def test_the_days_of_who_comes_back_from_the_clinic_count_from_leaving_the_affected_area(at: Clock) -> None:
    at("2020-02-10T09:00")
    person = to_clinic(left_day="2020-02-08", own_home=False)
    accepted([case("received", person), case("outcome", person, outcome="excluded")])
    plan = Observation.objects.get()
    assert (plan.measure, plan.clock_from, plan.until_day) == (
        "central",
        date(2020, 2, 8),
        date(2020, 2, 21),
    )


def test_who_is_back_from_the_clinic_is_answered_for_by_name(at: Clock) -> None:
    from bulou.core.staff.roles import Role
    from bulou.core.staff.testing import actor

    actor(Role.VILLAGE_DOCTOR, VILLAGE)
    person = to_clinic()
    accepted([case("received", person), case("outcome", person, outcome="excluded")])
    (row,) = shown.described([Observation.objects.get(person=person)], COUNTY)
    assert [one.name for one in row["answers"]]


def test_an_arrival_that_is_told_after_the_outcome_is_decided_at_once(at: Clock) -> None:
    at("2020-02-10T09:00")
    (plan,) = observed(1, days=30)
    Observation.objects.filter(pk=plan.pk).update(closed_at=clock.now(), state="closed", outcome="released")
    accepted([case("received", plan.person, clock.now() - timedelta(hours=5))])
    accepted([case("outcome", plan.person, outcome="excluded")])
    data = {"person": str(plan.person), "from_place": "湖北武汉", "fever": True}
    accepted([Incoming("arrivals.arrival", ids.new(), VILLAGE, clock.now() - timedelta(hours=6), data)])
    assert Observation.objects.filter(person=plan.person, closed_at=None).count() == 1


def test_a_correction_of_the_arrival_does_not_end_the_observation_after_the_clinic(at: Clock) -> None:
    from bulou.work.arrivals.models import Arrival

    at("2020-02-10T09:00")
    person = to_clinic()
    accepted([case("received", person), case("outcome", person, outcome="excluded")])
    came = Arrival.objects.get()
    data = {"person": str(person), "from_place": "湖北武汉", "fever": True, "left_day": "2020-02-09"}
    again = Incoming("arrivals.arrival", ids.new(), VILLAGE, came.happened_at, data, replaces=came.id)
    accepted([again])
    plan = Observation.objects.get()
    assert (plan.closed_at, plan.clock_from) == (None, date(2020, 2, 9))


def test_whose_term_is_over_is_not_observed_again_after_a_later_fever(at: Clock) -> None:
    at("2020-02-10T09:00")
    person = to_clinic()
    accepted([case("received", person), case("outcome", person, outcome="excluded")])
    plan = Observation.objects.get()
    Observation.objects.filter(pk=plan.pk).update(closed_at=clock.now(), state="closed", outcome="released")
    at("2020-03-01T09:00")
    accepted([case("reported", person, reason="fever"), case("received", person)])
    at("2020-03-01T12:00")
    accepted([case("outcome", person, outcome="excluded")])
    assert not Observation.objects.filter(closed_at=None).exists()


def test_nothing_is_expected_at_home_while_somebody_is_at_the_clinic(at: Clock) -> None:
    at("2020-02-10T09:00")
    (plan,) = observed(1, days=1)
    accepted([reading(plan, clock.now(), 381)])
    accepted([case("received", plan.person)])
    for day in (11, 12, 13):
        at(f"2020-02-{day}T09:00")
        lay()
    assert [slot for slot in owed(plan.person) if slot >= "2020-02-10/pm"] == []
    plan.refresh_from_db()
    assert str(shown.look(plan).sign) == "ambulance"
    at("2020-02-13T13:00")
    accepted([case("outcome", plan.person, outcome="excluded")])
    assert {"2020-02-13/pm", "2020-02-14/am", "2020-02-14/pm"} <= set(owed(plan.person))
    accepted([case("returned", plan.person)])
    lay()
    later = [slot for slot in owed(plan.person) if slot > "2020-02-10"]
    assert len(later) == len(set(later))
    assert "2020-02-11/am" not in later
    assert "2020-02-13/am" not in later
    assert recount() == []


def test_who_is_sent_home_before_the_outcome_is_watched_at_home_again(at: Clock) -> None:
    at("2020-02-10T09:00")
    (plan,) = observed(1, days=1)
    accepted([case("reported", plan.person, reason="symptoms"), case("received", plan.person)])
    at("2020-02-11T09:00")
    accepted([case("returned", plan.person)])
    assert "2020-02-11/pm" in owed(plan.person)
    before = owed(plan.person)
    at("2020-02-11T09:30")
    accepted([case("outcome", plan.person, outcome="excluded")])
    assert owed(plan.person) == before


def test_what_the_clinic_says_in_another_order_leaves_nobody_paused(at: Clock) -> None:
    at("2020-02-10T09:00")
    (plan,) = observed(1, days=1)
    accepted([case("outcome", plan.person, outcome="excluded")])
    accepted([case("received", plan.person, clock.now() - timedelta(hours=3))])
    plan.refresh_from_db()
    assert plan.away_from is None
    assert "2020-02-10/pm" in owed(plan.person)


def test_a_confirmation_that_was_taken_back_lets_the_observation_go_on(at: Clock) -> None:
    at("2020-02-10T09:00")
    (plan,) = observed(1, days=1)
    accepted([case("received", plan.person), case("outcome", plan.person, outcome="confirmed")])
    plan.refresh_from_db()
    assert (plan.outcome, figure("observation.now")) == ("to-clinic", 0)
    assert owed(plan.person) == [slot for slot in owed(plan.person) if slot < "2020-02-10/am"]
    at("2020-02-10T12:30")
    accepted([case("outcome", plan.person, outcome="excluded")])
    term = plan.until_day
    plan.refresh_from_db()
    assert (plan.closed_at, plan.until_day, figure("observation.now")) == (None, term, 1)
    assert "2020-02-10/pm" in owed(plan.person)
    assert queries.obstacles([plan])[plan.id] == ["release-term-runs"]
    assert recount() == []
