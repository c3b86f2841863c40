"""A gate and a crossing to be manned, and people who may stand there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import translation

from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming, Result
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks import lay
from bulou.core.tasks.cover import Need
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids, invented
from bulou.work.roster import actions
from bulou.work.roster.duties import SHIFT
from bulou.work.roster.forms import MemberIn
from bulou.work.roster.room import ROOM

COUNTY, TOWNSHIP, VILLAGE, SIBLING = "610628", "610628001", "610628001001", "610628001002"
FAR = "141031100202"
BEGIN = clock.parse("2020-02-10T07:00")
GATE = Need(ids.derived("gate"), "need", "东关卡点", VILLAGE, BEGIN + timedelta(hours=1), people=2)
CROSSING = Need(ids.derived("crossing"), "need", "北桥路口", SIBLING, BEGIN, opens=time(8), closes=time(20))
ELSEWHERE = Need(ids.derived("elsewhere"), "need", "外县卡点", FAR, BEGIN)


@pytest.fixture(autouse=True)
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The clock at seven on 10 February 2020; `at(hours)` moves it. English pages."""

    def later(hours: float) -> datetime:
        moment = BEGIN + timedelta(hours=hours)
        monkeypatch.setenv("BULOU_CLOCK_SHIFT", repr((moment - datetime.now(moment.tzinfo)).total_seconds()))
        return moment

    later(0)
    with translation.override("en"):
        yield later


@pytest.fixture(autouse=True)
def needs(monkeypatch: pytest.MonkeyPatch) -> list[Need]:
    """What is to be manned, as a room that has it would answer; the list may be changed."""
    own = [GATE, CROSSING, ELSEWHERE]

    def to_man(place: str, since: datetime, until: datetime) -> list[Need]:
        return [
            need for need in own
            if need.place.startswith(place) and need.from_at < until and (need.to_at is None or need.to_at > since)
        ]  # fmt: skip

    monkeypatch.setitem(ROOM.answers, "to_man", to_man)  # type: ignore[arg-type]
    return own


@pytest.fixture
def office(db: None) -> Actor:
    return actor(Role.COUNTY_OFFICE, COUNTY)


@pytest.fixture
def guard(db: None) -> Actor:
    """Whoever holds the phone of the gate."""
    return actor(Role.CHECKPOINT_STAFF, VILLAGE)


@pytest.fixture
def people(office: Actor) -> list[UUID]:
    """Eight who may stand at the gate or the crossing."""
    said = [member(n, VILLAGE if n < 5 else SIBLING) for n in range(8)]
    return actions.add_members(office, said)


def member(n: int, place: str = VILLAGE, **more: Any) -> MemberIn:
    own = {"name": invented.make_name(n, "男"), "place": place, "origin": "party", "nights": True, **more}
    return MemberIn.model_validate(own)


@pytest.fixture
def laid(people: list[UUID]) -> Callable[[], dict[str, Task]]:
    """Lay what is owed; the gate's seats by slot."""

    def of(need: Need = GATE) -> dict[str, Task]:
        lay.lay(kinds={SHIFT})
        return {
            task.slot: task for task in Task.objects.filter(kind=SHIFT, subject_id=need.id, withdrawn_at=None)
        }

    return of


def sign(
    by: Actor, kind: str, when: datetime, data: dict[str, Any], place: str = VILLAGE, **more: Any
) -> Result:
    (result,) = take(
        [Incoming(f"roster.{kind}", more.pop("id", None) or ids.new(), place, when, data, **more)], by
    )
    return result


def house() -> Actor:
    return replace(SYSTEM)
