"""What the roster knows nobody types into a report: who signed on today and which seats stood empty."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.core.tasks.models import Task
from bulou.lib.refusals import Refusal
from bulou.reports import actions, drafts, links, queries
from bulou.work.roster.models import Member
from bulou.work.roster.tests.conftest import GATE, SIBLING, TOWNSHIP, VILLAGE, sign

pytestmark = pytest.mark.django_db
DAY, SIGNED, EMPTY = "2020-02-10/day", "roster.signed/day", "roster.shift.missed_today"
FIRST = "2020-02-10/whole#1"
Laid = Callable[..., dict[str, Task]]


@pytest.fixture
def manned(laid: Laid, at: Any, guard: Actor, people: list[UUID], needs: list[Any]) -> list[UUID]:
    """The gate at half past nine: of two seats one is signed on to. At the crossing nothing is to be manned."""
    needs[:] = [GATE]
    laid()
    at(0.9)
    said = {"need": str(GATE.id), "slot": FIRST, "member": str(people[0])}
    assert sign(guard, "on", at(0.9), said).status == "accepted"
    at(2.5)
    return people


def _draft(place: str) -> drafts.Draft:
    role = Role.VILLAGE_CADRE if len(place) == 12 else Role.TOWNSHIP_CLERK
    return drafts.draft(actor(role, place), place, "daily", DAY)


def test_a_village_with_a_roster_types_nobody_on_duty(manned: list[UUID]) -> None:
    draft = _draft(VILLAGE)
    assert (draft.figures[SIGNED], draft.figures[EMPTY]) == (1, 1)
    assert [line.name for line in draft.lines if line.typed] == ["typed.publicity"]
    cadre = actor(Role.VILLAGE_CADRE, VILLAGE)
    with pytest.raises(Refusal) as refusal:
        actions.send(cadre, VILLAGE, "daily", DAY, {"on_dutty": 9, "publicity": 0})
    assert refusal.value.code == "report-typed-wrong"
    # A phone that has not heard of the roster may still ask for it.
    sent = actions.send(cadre, VILLAGE, "daily", DAY, {"on_duty": 9, "publicity": 0})
    assert (sent.figures[SIGNED], "typed.on_duty" in sent.figures) == (1, False)
    assert queries.stale([sent]) == []


def test_a_village_without_one_still_types_it_and_is_told_no_zero(manned: list[UUID]) -> None:
    draft = _draft(SIBLING)
    assert {line.name for line in draft.lines if line.typed} == {"typed.on_duty", "typed.publicity"}
    assert not {SIGNED, EMPTY} & draft.figures.keys()


def test_the_township_has_both_and_neither_twice(manned: list[UUID]) -> None:
    for place, typed in ((VILLAGE, {"publicity": 2}), (SIBLING, {"on_duty": 4, "publicity": 1})):
        actions.send(actor(Role.VILLAGE_CADRE, place), place, "daily", DAY, typed)
    figures = _draft(TOWNSHIP).figures
    assert (figures[SIGNED], figures["typed.on_duty"], figures["typed.publicity"]) == (1, 4, 3)


def test_what_was_typed_before_a_roster_was_kept_stays_in_its_report(
    laid: Laid, at: Any, needs: list[Any]
) -> None:
    needs.clear()
    at(0.5)
    cadre = actor(Role.VILLAGE_CADRE, VILLAGE)
    sent = actions.send(cadre, VILLAGE, "daily", DAY, {"on_duty": 6, "publicity": 0})
    needs.append(GATE)
    laid()
    at(2.5)
    assert queries.stale([sent]) == []
    assert actions.revise(cadre, sent.id, {"publicity": 1}).figures["typed.on_duty"] == 6


def test_the_number_opens_into_who_signed_on_where(client: Client, manned: list[UUID]) -> None:
    draft = _draft(VILLAGE)
    signed_in(client, actor(Role.VILLAGE_CADRE, VILLAGE))
    page = client.get(links.href(SIGNED, VILLAGE, draft.as_of), headers={"accept-language": "en"})
    said = page.content.decode()
    assert Member.objects.get(pk=manned[0]).name in said
    assert GATE.name in said and "02-10" in said
    assert "tone-miss" in client.get(links.href(EMPTY, VILLAGE, draft.as_of)).content.decode()
