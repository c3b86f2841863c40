"""A county with people under observation, a fever clinic, and the clock where a test wants it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming, Result
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.lib import clock, ids, invented

COUNTY, TOWNSHIP = "141031", "141031100"
VILLAGE, OTHER_VILLAGE = "141031100202", "141031101200"


@pytest.fixture(autouse=True)
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], datetime]:
    """Set the clock: `at("2020-02-12T18:00")`."""

    def set_to(text: str) -> datetime:
        moment = clock.parse(text)
        shift = (moment - datetime.now(moment.tzinfo)).total_seconds()
        monkeypatch.setenv("BULOU_CLOCK_SHIFT", repr(shift))
        return moment

    set_to("2020-02-12T18:00")
    return set_to


def accepted(incoming: list[Incoming], by: Actor = SYSTEM) -> list[Result]:
    results = take(incoming, by)
    assert {r.status for r in results} <= {"accepted", "duplicate"}, results
    return results


def arrival(n: int, place: str = VILLAGE, hours: int = 48, **more: Any) -> Incoming:
    """Somebody who came from an affected area so many hours ago."""
    sex = "男" if n % 2 else "女"
    number = invented.make_id(COUNTY, date(1990, 1, 1) + timedelta(days=n), sex, 0)
    who = {"name": invented.make_name(n, sex), "doc_number": number}
    happened = clock.now() - timedelta(hours=hours)
    data = {"who": who, "from_place": "湖北武汉", "entered_at": happened.isoformat(), **more}
    return Incoming("arrivals.arrival", ids.new(), place, happened, data)


def arrived(n: int, place: str = VILLAGE, **more: Any) -> UUID:
    """A person under observation at home."""
    from bulou.work.arrivals.models import Arrival

    came = arrival(n, place, **more)
    accepted([came])
    return Arrival.objects.get(pk=came.id).person


def said(kind: str, person: UUID, hours: float, place: str = VILLAGE, **data: Any) -> Incoming:
    """A record of a case (`reported`, …) that happened so many hours ago."""
    happened = clock.now() - timedelta(hours=hours)
    return Incoming(f"cases.{kind}", ids.new(), place, happened, {"person": str(person), **data})


def reading(person: UUID, tenths: int, hours: float, place: str = VILLAGE, **more: Any) -> Incoming:
    data = {"person": str(person), "tenths": tenths, "symptoms": []}
    happened = clock.now() - timedelta(hours=hours)
    return Incoming("observation.reading", ids.new(), place, happened, data, **more)
