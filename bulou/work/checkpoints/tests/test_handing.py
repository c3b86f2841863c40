"""Who was taken over out of an isolation room, corrected: the village that was told, and what it made of it, follow."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest
from django.test import Client

from bulou.core.figures.recount import recount
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.core.tasks.models import OPEN, Task
from bulou.lib import clock, ids
from bulou.work.arrivals.models import Arrival
from bulou.work.checkpoints.models import Handed
from bulou.work.checkpoints.tests.conftest import AWAY, COUNTY, VILLAGE, lives, passing, who
from bulou.work.checkpoints.tests.test_let_in import accepted, arrived, followed
from bulou.work.checkpoints.tests.test_passing import OUTSIDE

Opened = Callable[..., Any]
ELSEWHERE = f"{COUNTY}100202"


@pytest.fixture
def held(post: Opened, staff: Actor) -> Any:
    """Somebody in the isolation room of a post."""
    person, here = lives(1), post()
    accepted(staff, passing(here, who=who(1), **OUTSIDE))
    return person


def handed(person: Any, taker: str = "village", to: str = AWAY, replaces: Any = None) -> Incoming:
    data = {"person": str(person), "taker": taker} | ({"to_place": to} if to else {})
    return Incoming(Handed.kind, ids.new(), VILLAGE, clock.now(), data, replaces=replaces)


def waiting() -> set[Any]:
    return set(Task.objects.filter(OPEN, kind="checkpoints.hold").values_list("subject_id", flat=True))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_whatever_order_its_corrections_come_in_the_last_says_where_somebody_went(
    held: Any, staff: Actor, order: tuple[int, ...]
) -> None:
    first = handed(held)
    second = handed(held, "ambulance", "", first.id)
    third = handed(held, to=ELSEWHERE, replaces=second.id)
    for n in order:
        take([(first, second, third)[n]], staff)
    assert arrived() == [(held, ELSEWHERE, "affected-area")]
    assert followed() == [{held}, {held}]
    assert (waiting(), recount()) == (set(), [])


def test_who_went_to_the_clinic_after_all_has_not_arrived(held: Any, staff: Actor) -> None:
    told = handed(held)
    accepted(staff, told)
    assert followed() == [{held}, {held}]
    fix = handed(held, "clinic", "", told.id)
    accepted(staff, fix)
    assert (arrived(), followed(), waiting(), recount()) == ([], [set(), set()], set(), [])
    accepted(staff, handed(held, replaces=fix.id))
    assert arrived() == [(held, AWAY, "affected-area")]
    assert followed() == [{held}, {held}]


def test_the_other_one_was_let_in(held: Any, post: Opened, staff: Actor) -> None:
    other, here = lives(2), post(name="二号卡点")
    accepted(staff, passing(here, who=who(2), **OUTSIDE))
    told = handed(held)
    accepted(staff, told, handed(other, replaces=told.id))
    assert arrived() == [(other, AWAY, "affected-area")]
    assert (followed(), waiting(), recount()) == ([{other}, {other}], {held}, [])


def test_it_is_corrected_on_the_persons_page(held: Any, staff: Actor) -> None:
    told = handed(held)
    accepted(staff, told)
    clerk = signed_in(Client(), actor(Role.COUNTY_OFFICE, COUNTY))
    url = f"/people/{held}/records/{told.id}/correct/"
    form = clerk.get(url).context["form"]
    said = {name: form[name].value() for name in form.fields} | {"to_place": ELSEWHERE, "why": "填错村"}
    assert said["taker"] == "village"
    assert clerk.post(url, said).status_code == 302
    assert [one[:2] for one in arrived()] == [(held, ELSEWHERE)]
    assert Arrival.objects.filter(replaced_by=None).count() == 1
