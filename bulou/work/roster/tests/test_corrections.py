"""A sign-on or a sign-off that is corrected: what is owed and what was stood follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from bulou.core.figures.recount import recount
from bulou.core.staff.actor import Actor
from bulou.core.tasks.models import OPEN, Task
from bulou.lib import ids
from bulou.work.roster.duties import HAND_OVER
from bulou.work.roster.models import Off, On, Stood
from bulou.work.roster.tests.conftest import BEGIN, GATE, sign

FIRST = "2020-02-10/whole#1"
Laid = Callable[[], dict[str, Task]]
Sign = Callable[..., UUID]


def hour(n: float) -> datetime:
    return BEGIN + timedelta(hours=n)


@pytest.fixture
def told(laid: Laid, at: Any, guard: Actor, office: Actor) -> Sign:
    """Sign somebody on or off the gate's first seat, or correct what was signed, afterwards; the record's id."""
    laid()
    at(30)

    def of(kind: str, when: datetime, member: UUID, replaces: UUID | None = None) -> UUID:
        data = {"need": str(GATE.id), "slot": FIRST, "member": str(member)}
        key = ids.new()
        more = {"replaces": replaces, "why": "写错了"} if replaces else {}
        result = sign(office if replaces else guard, kind, when, data, id=key, **more)
        assert result.status == "accepted", result
        return key

    return of


def owing(*, done: bool = False) -> list[UUID]:
    """Who owes a hand-over, or has handed over."""
    found = Task.objects.filter(kind=HAND_OVER, withdrawn_at=None)
    found = found.exclude(done_at=None) if done else found.filter(OPEN)
    return list(found.values_list("subject_id", flat=True))


def stood() -> list[tuple[UUID, int]]:
    return list(Stood.objects.filter(replaced_by=None).values_list("member", "minutes"))


def test_who_had_not_signed_on_after_all_owes_no_hand_over(told: Sign, people: list[UUID]) -> None:
    one, other = people[:2]
    first = told("on", hour(1), one)
    assert owing() == [one]
    second = told("on", hour(1), other, first)
    assert owing() == [other]
    told("on", hour(1), one, second)
    assert owing() == [one]
    assert recount() == []


@pytest.mark.parametrize("order", [("on", "off"), ("off", "on")])
def test_a_shift_that_somebody_else_stood_is_theirs_alone(
    told: Sign, people: list[UUID], order: tuple[str, str]
) -> None:
    one, other = people[:2]
    when = {"on": hour(1), "off": hour(13)}
    made = {kind: told(kind, when[kind], one) for kind in when}
    assert stood() == [(one, 12 * 60)] and owing(done=True) == [one]
    for kind in order:
        told(kind, when[kind], other, made[kind])
        assert stood() in ([], [(other, 12 * 60)])
    assert stood() == [(other, 12 * 60)]
    assert owing() == [] and owing(done=True) == [other]
    assert recount() == []


def test_hours_that_were_taken_back_and_hold_again_count_again(told: Sign, people: list[UUID]) -> None:
    one, other = people[:2]
    late = told("on", hour(2), one)
    told("off", hour(13), one)
    early = told("on", hour(1), one)
    assert stood() == [(one, 12 * 60)]
    told("on", hour(1), other, early)
    assert stood() == [(one, 11 * 60)] and sorted(owing(done=True) + owing()) == sorted([one, other])
    assert On.objects.filter(replaced_by=None).count() == 2 and On.objects.get(id=late).replaced_by is None
    assert recount() == []


def test_a_seat_that_was_not_left_early_after_all_is_relieved_by_nobody(
    told: Sign, laid: Laid, people: list[UUID]
) -> None:
    told("on", hour(1), people[0])
    left = told("off", hour(7.5), people[0])
    assert FIRST + "+1430" in laid()
    right = told("off", hour(24.9), people[0], left)
    assert not [slot for slot in laid() if "+" in slot]
    told("off", hour(9.5), people[0], right)
    assert [slot for slot in laid() if "+" in slot] == [FIRST + "+1630"]
    assert Off.objects.filter(replaced_by=None).count() == 1 and recount() == []
