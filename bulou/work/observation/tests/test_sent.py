"""What phones send: temperatures in degrees, and moments that are written in another zone than the county's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming, Result
from bulou.core.rulebook import actions as orders
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.lib import clock, ids
from bulou.work.arrivals.models import Arrival
from bulou.work.observation.models import Reading
from bulou.work.observation.tests.conftest import COUNTY, VILLAGE, observed

pytestmark = pytest.mark.django_db
Clock = Callable[[str], datetime]


def sent(tenths: Any, at: datetime | None = None) -> Result:
    (plan,) = observed(1)
    data = {"person": str(plan.person), "tenths": tenths, "symptoms": []}
    return take([Incoming("observation.reading", ids.new(), VILLAGE, at or clock.now(), data)], SYSTEM)[0]


@pytest.mark.parametrize("tenths", [63.5, 36.5, 37.0, 365.5, 365000, 63, 0, -3.5])
def test_a_temperature_that_is_none_gets_the_sentence_of_a_temperature(tenths: float) -> None:
    assert (sent(tenths).status, sent(tenths).code) == ("refused", "temperature-implausible")


@pytest.mark.parametrize("tenths", ["36.5", True, [365], {"c": 36.5}])
def test_what_is_no_number_is_malformed(tenths: Any) -> None:
    assert sent(tenths).code == "malformed"


def test_a_reading_told_in_another_zone_is_judged_by_the_rules_of_the_county_s_day(at: Clock) -> None:
    """2020-02-12 23:30 UTC is the 13th in the county, where a new line of fever holds from that day."""
    content = {
        "order": {"number": "十号令", "from": "2020-02-13", "profile": "covid19-2020"},
        "value": [{"key": "fever.tenths", "value": 380}],
    }
    orders.put_in_force(actor(Role.COUNTY_OFFICE, COUNTY), content)
    at("2020-02-13T09:00")
    assert sent(375, datetime(2020, 2, 12, 23, 30, tzinfo=UTC)).status == "accepted"
    told = Reading.objects.get()
    assert (told.day, told.fever) == (date(2020, 2, 13), False)
    assert sent(375, datetime(2020, 2, 12, 15, 30, tzinfo=UTC)).status == "accepted"
    assert Reading.objects.filter(day=date(2020, 2, 12), fever=True).exists()


@pytest.mark.parametrize("offset", ["+23:59", "-23:59", "+08:00", "Z", ""])
def test_when_somebody_was_registered_may_be_told_in_any_zone(offset: str) -> None:
    who = {"name": "试用人", "phone": "15400000001"}
    data = {"who": who, "from_place": "湖北武汉", "entered_at": f"2020-02-12T09:00:00{offset}"}
    came = Incoming("arrivals.arrival", ids.new(), VILLAGE, clock.now(), data)
    (result,) = take([came], SYSTEM)
    assert result.status == "accepted"
    assert Arrival.objects.get(pk=came.id).known_at <= clock.now()


def test_a_year_that_no_calendar_holds_is_malformed() -> None:
    data = {"who": {"name": "试用人"}, "entered_at": "0001-01-01T00:00:00+12:00"}
    (result,) = take([Incoming("arrivals.arrival", ids.new(), VILLAGE, clock.now(), data)], SYSTEM)
    assert (result.status, result.code) == ("refused", "malformed")
