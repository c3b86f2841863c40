"""A community with grids, households and people, and rounds over them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import translation

from bulou.core.people.actions import NewHousehold, NewPerson, add_households, enrol
from bulou.core.places.actions import NewPlace, add_many
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids, invented
from bulou.work.screening import actions
from bulou.work.screening.forms import RoundIn
from bulou.work.screening.models import Round

COUNTY, TOWNSHIP, VILLAGE, SIBLING = "610628", "610628001", "610628001001", "610628001002"
FAR = "141031100202"
Home = tuple[UUID, list[UUID]]


@pytest.fixture(autouse=True)
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The clock at nine on the last day but one of January 2020; `at(hours)` moves it. English pages."""
    begin = clock.parse("2020-01-30T09:00")

    def later(hours: float) -> None:
        moment = begin + timedelta(hours=hours)
        monkeypatch.setenv("BULOU_CLOCK_SHIFT", repr((moment - datetime.now(moment.tzinfo)).total_seconds()))

    later(0)
    with translation.override("en"):
        yield later


@pytest.fixture
def grids(db: None) -> list[str]:
    rows = [NewPlace(VILLAGE, f"第{n}网格", "grid") for n in (1, 2)]
    return [place.code for place in add_many(SYSTEM, rows)]


def settle(place: str, count: int, size: int = 2, start: int = 0) -> list[Home]:
    """So many households with so many people each."""
    made: list[Home] = []
    for n in range(start, start + count):
        home, living = ids.new(), [ids.new() for _ in range(size)]
        add_households([NewHousehold(place, f"{n + 1}号", "", living[0] if living else None, home)], SYSTEM)
        people = []
        for k, one in enumerate(living):
            sex = "男" if k % 2 else "女"
            number = invented.make_id(place[:6], date(1980, 1, 1) + timedelta(days=n * 10 + k), sex, 0)
            name = invented.make_name(n * 10 + k, sex)
            people.append(
                NewPerson(name, place, one, sex, doc_kind="resident-id", doc_number=number, household=home)
            )
        if people:
            enrol(people, SYSTEM)
        made.append((home, living))
    return made


@pytest.fixture
def office(db: None) -> Actor:
    return actor(Role.COUNTY_OFFICE, COUNTY)


@pytest.fixture
def begin(office: Actor) -> Callable[..., Round]:
    def of(place: str = VILLAGE, by: Actor | None = None, **said: Any) -> Round:
        asked = {
            "name": "第一轮入户排查", "place": place, "subjects": "households", "opens_at": clock.now(),
            "due_at": clock.now() + timedelta(days=1), **said,
        }  # fmt: skip
        return actions.issue(by or office, RoundIn.model_validate(asked))

    return of


def door(plan: Round, member: UUID) -> Task:
    return Task.objects.get(source=plan.id, subject_id=member)
