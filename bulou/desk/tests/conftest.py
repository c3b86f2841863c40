"""A village with people in it, desks of every role, and the clock where a test wants it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from bulou.core.places.actions import take_county
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.lib import clock, ids, invented

COUNTY, TOWNSHIP = "141031", "141031100"
VILLAGE, OTHER_VILLAGE = "141031100202", "141031101200"


@pytest.fixture(autouse=True)
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Set the clock: `at("2020-02-12T18:00")`."""

    def set_to(text: str) -> None:
        moment = clock.parse(text)
        shift = (moment - datetime.now(moment.tzinfo)).total_seconds()
        monkeypatch.setenv("BULOU_CLOCK_SHIFT", repr(shift))

    set_to("2020-02-12T18:30")
    return set_to


@pytest.fixture
def county(db: None) -> str:
    """The county's tree."""
    take_county(SYSTEM, COUNTY)
    return COUNTY


def arrived(n: int, place: str = VILLAGE, hours: int = 48, **who: Any) -> UUID:
    """Somebody who came from an affected area and is under observation at home; their id."""
    from bulou.work.arrivals.models import Arrival

    sex = "男" if n % 2 else "女"
    number = invented.make_id(COUNTY, date(1990, 1, 1) + timedelta(days=n), sex, 0)
    person = {"name": invented.make_name(n, sex), "doc_number": number, **who}
    happened = clock.now() - timedelta(hours=hours)
    came = Incoming(
        "arrivals.arrival",
        ids.new(),
        place,
        happened,
        {"who": person, "from_place": "湖北武汉", "entered_at": happened.isoformat()},
    )
    results = take([came], SYSTEM)
    assert results[0].status == "accepted", results
    return Arrival.objects.get(pk=came.id).person


def reading(person: UUID, tenths: int, hours: float, place: str = VILLAGE, **more: Any) -> Incoming:
    data = {"person": str(person), "tenths": tenths, "symptoms": []}
    happened = clock.now() - timedelta(hours=hours)
    came = Incoming("observation.reading", more.pop("id", None) or ids.new(), place, happened, data, **more)
    take([came], SYSTEM)
    return came


def desk(role: Role, place: str = COUNTY) -> Client:
    client = signed_in(Client(), actor(role, place))
    client.cookies["django_language"] = "en"
    return client


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return str(response.content.decode())
