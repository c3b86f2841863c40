"""A village with people in it, and the clock where a test wants it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming, Result
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.lib import clock, ids, invented

COUNTY, TOWNSHIP = "141031", "141031100"
VILLAGE, OTHER_VILLAGE = "141031100202", "141031101200"
NOON = datetime.fromisoformat("2020-02-12T18:00:00+08:00")


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], datetime]:
    """Set the clock: `at("2020-02-12T18:00")`."""

    def set_to(text: str) -> datetime:
        moment = clock.parse(text)
        shift = (moment - datetime.now(moment.tzinfo)).total_seconds()
        monkeypatch.setenv("BULOU_CLOCK_SHIFT", repr(shift))
        return moment

    set_to("2020-02-12T18:00")
    return set_to


def who(n: int, **more: Any) -> dict[str, Any]:
    """An invented person with an identity number that checks."""
    sex = "男" if n % 2 else "女"
    number = invented.make_id("141031", date(1990, 1, 1) + timedelta(days=n), sex, 0)
    return {"name": invented.make_name(n, sex), "doc_number": number, **more}


def arrival(n: int, happened: datetime, place: str = VILLAGE, **more: Any) -> Incoming:
    data = {"who": who(n), "from_place": "湖北武汉", "entered_at": happened.isoformat(), **more}
    return Incoming("arrivals.arrival", ids.new(), place, happened, data)


def reading(
    person: UUID, happened: datetime, tenths: int | None = 365, place: str = VILLAGE, **more: Any
) -> Incoming:
    data = {"person": str(person), "tenths": tenths, "symptoms": more.pop("symptoms", [])}
    return Incoming("observation.reading", more.pop("id", None) or ids.new(), place, happened, data, **more)


def accepted(incoming: list[Incoming], by: Actor = SYSTEM) -> list[Result]:
    results = take(incoming, by)
    assert {r.status for r in results} == {"accepted"}, results
    return results


def arrived(count: int, happened: datetime, place: str = VILLAGE, start: int = 0, **more: Any) -> list[UUID]:
    """People who arrived and are under observation; their ids, in order."""
    from bulou.work.arrivals.models import Arrival

    came = [arrival(start + n, happened, place, **more) for n in range(count)]
    accepted(came)
    found = dict(Arrival.objects.filter(id__in=[c.id for c in came]).values_list("id", "person"))
    return [found[c.id] for c in came]


def actor(role: Role, place: str) -> Actor:
    return Actor(account=7, post=7, role=role, place=place, name="试用")
