"""A village with people in it, and the clock where a test wants it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from bulou.core.people import actions as people
from bulou.core.people.actions import NewHousehold
from bulou.core.people.models import Person
from bulou.core.places.codes import subject
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming, Result
from bulou.core.staff import responsibility
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.responsibility import Named
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor as account
from bulou.core.tasks.lay import lay
from bulou.lib import clock, ids, invented
from bulou.work.checkpoints import actions as checkpoints
from bulou.work.checkpoints.forms import CheckpointIn
from bulou.work.directives.actions import issue
from bulou.work.directives.forms import OrderIn

COUNTY, TOWNSHIP = "141031", "141031100"
VILLAGE, OTHER_VILLAGE = "141031100202", "141031101200"
NEXT = "141031100201"  # beside VILLAGE
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


@pytest.fixture
def office(at: Callable[[str], datetime]) -> Any:
    return account(Role.COUNTY_OFFICE, COUNTY)


@pytest.fixture
def village(office: Any) -> dict[str, Any]:
    """A village with a doctor, a cadre, two under observation, a household, a firm, a checkpoint and an order."""
    doctor, cadre = account(Role.VILLAGE_DOCTOR, VILLAGE), account(Role.VILLAGE_CADRE, VILLAGE)
    one, other = arrived(2, clock.now(), start=1)
    home = people.add_household(NewHousehold(VILLAGE, "7", "某巷7号", one), office)
    Person.objects.filter(pk=one).update(household=home)
    unit = people.add_unit("某厂", VILLAGE, office)
    named = [Named("village-doctor", "person", one, VILLAGE, doctor.account)]
    named.append(Named("village-cadre", "place", subject(VILLAGE), VILLAGE, cadre.account))
    responsibility.entrust(named, office)
    post = checkpoints.open_post(office, CheckpointIn(place=VILLAGE, kind="village", name="村口"))
    due = clock.now().replace(tzinfo=None).isoformat(timespec="minutes")[:11] + "23:00"
    order = OrderIn(to="village", under=VILLAGE[:9], title="摸排", text="今晚报数", due_at=due)  # type: ignore[arg-type]
    issue(office, order)
    lay()
    return {
        "doctor": doctor,
        "cadre": cadre,
        "one": one,
        "other": other,
        "home": home,
        "unit": unit,
        "post": post,
    }
