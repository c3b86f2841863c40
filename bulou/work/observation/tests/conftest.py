"""A village under observation, its staff signed in, and the clock where a test wants it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.lib import clock, ids, invented
from bulou.work.observation.models import Observation

COUNTY, TOWNSHIP, SIBLING = "141031", "141031100", "141031101"
VILLAGE, OTHER_VILLAGE = "141031100202", "141031101200"


@pytest.fixture(autouse=True)
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], datetime]:
    """Set the clock: `at("2020-02-12T18:00")`."""

    def set_to(text: str) -> datetime:
        moment = clock.parse(text)
        monkeypatch.setenv("BULOU_CLOCK_SHIFT", repr((moment - datetime.now(moment.tzinfo)).total_seconds()))
        return moment

    set_to("2020-02-12T18:00")
    return set_to


@pytest.fixture
def browser(db: None) -> Callable[..., Client]:
    """A browser in which somebody of a role is signed in: `browser(Role.VILLAGE_DOCTOR, VILLAGE)`."""

    def of(role: Role, place: str) -> Client:
        return signed_in(Client(), actor(role, place))

    return of


def accepted(incoming: list[Incoming], by: Actor = SYSTEM) -> None:
    results = take(incoming, by)
    assert {r.status for r in results} <= {"accepted", "duplicate"}, results


def observed(
    count: int, place: str = VILLAGE, days: int = 2, start: int = 0, **more: Any
) -> list[Observation]:
    """People who arrived so many days ago and are observed since, in the order of their numbers."""
    from bulou.work.arrivals.models import Arrival

    came = []
    for n in range(start, start + count):
        sex = "男" if n % 2 else "女"
        number = invented.make_id(COUNTY, date(1990, 1, 1) + timedelta(days=n), sex, 0)
        who = {"name": invented.make_name(n, sex), "doc_number": number}
        happened = clock.now() - timedelta(days=days)
        data = {"who": who, "from_place": "湖北武汉", "entered_at": happened.isoformat(), **more}
        came.append(Incoming("arrivals.arrival", ids.new(), place, happened, data))
    accepted(came)
    people = dict(Arrival.objects.filter(id__in=[c.id for c in came]).values_list("id", "person"))
    plans = {o.person: o for o in Observation.objects.filter(person__in=people.values())}
    return [plans[people[c.id]] for c in came]


def reading(plan: Observation, moment: datetime, tenths: int | None = 365, **more: Any) -> Incoming:
    data = {"person": str(plan.person), "tenths": tenths, "symptoms": more.pop("symptoms", [])}
    return Incoming("observation.reading", ids.new(), plan.place, moment, data, **more)


def finished(count: int, place: str = VILLAGE, start: int = 0) -> list[Observation]:
    """People whose term is over and whose every gap has been explained."""
    from bulou.core.tasks import write
    from bulou.work.observation import queries

    plans = observed(count, place, days=20, start=start)
    write.excuse([task.id for task in queries.gaps(plans)], "away")
    return plans


def typed(plans: list[Observation], degrees: list[str], records: list[UUID] | None = None) -> dict[str, Any]:
    """The fields of the readings page as a browser sends them."""
    records = records or [ids.new() for _plan in plans]
    form: dict[str, Any] = {}
    for plan, text, record in zip(plans, degrees, records, strict=True):
        form |= {f"{plan.person}-id": str(record), f"{plan.person}-degrees": text}
    return form
