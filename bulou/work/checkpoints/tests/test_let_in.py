"""The arrival of somebody whom a post let in follows the corrections of the pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bulou.core.figures.recount import recount
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import Actor
from bulou.core.tasks.models import OPEN, Task
from bulou.work.arrivals.models import Arrival
from bulou.work.checkpoints.tests.conftest import AWAY, COUNTY, lives, passing, who
from bulou.work.checkpoints.tests.test_passing import OUTSIDE
from bulou.work.observation.models import Observation

Opened = Callable[..., Any]
_PLACES = {"to_place": AWAY, "plate": "鄂A12345"}


def accepted(by: Actor, *came: Incoming) -> None:
    assert {one.status for one in take(list(came), by)} == {"accepted"}


def arrived() -> list[tuple[Any, str, str]]:
    found = Arrival.objects.filter(replaced_by=None).order_by("person")
    return list(found.values_list("person", "place", "origin"))


def followed() -> list[set[Any]]:
    """Who is waited for at home, and who is observed."""
    return [
        set(Task.objects.filter(OPEN, kind="arrivals.visit").values_list("subject_id", flat=True)),
        set(Observation.objects.filter(closed_at=None).values_list("person", flat=True)),
    ]


@pytest.mark.parametrize("at_once", [False, True])
def test_who_was_sent_back_after_all_has_not_arrived(post: Opened, staff: Actor, at_once: bool) -> None:
    here, person = post(room=False), lives(1)
    told = passing(here, who=who(1), **_PLACES, **OUTSIDE)
    fix = passing(here, who=who(1), outcome="sent_back", replaces=told.id, **_PLACES, **OUTSIDE)
    for batch in [[fix, told]] if at_once else [[told], [fix]]:
        accepted(staff, *batch)
    assert arrived() == [] and followed() == [set(), set()]
    accepted(staff, passing(here, who=who(1), replaces=fix.id, **_PLACES, **OUTSIDE))
    assert arrived() == [(person, AWAY, "affected-area")] and followed() == [{person}, {person}]
    assert recount() == []


def test_where_they_go_and_who_they_are_reach_the_arrival_when_the_pass_is_corrected(
    post: Opened, staff: Actor
) -> None:
    here, other = post(room=False), lives(2)
    told = passing(here, who=who(1), **_PLACES, **OUTSIDE)
    accepted(staff, told)
    (first,) = Arrival.objects.all()
    elsewhere = f"{COUNTY}100202"
    fix = passing(here, who=who(1), replaces=told.id, **{**_PLACES, "to_place": elsewhere}, **OUTSIDE)
    accepted(staff, fix)
    assert arrived() == [(first.person, elsewhere, "affected-area")]
    assert Arrival.objects.get(replaced_by=None).root == first.id
    accepted(staff, passing(here, who=who(2), replaces=fix.id, **_PLACES, **OUTSIDE))
    assert arrived() == [(other, AWAY, "affected-area")] and followed() == [{other}, {other}]
    assert recount() == []
