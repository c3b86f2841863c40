"""Two who were one, in a round over people: one door, and two again."""

from __future__ import annotations

from uuid import UUID

import pytest

from bulou.core.figures.recount import recount
from bulou.core.people import actions as people
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.lib import clock, ids
from bulou.work.screening import queries, rules
from bulou.work.screening.models import Round
from bulou.work.screening.tests.conftest import VILLAGE, Home, settle
from bulou.work.screening.tests.test_rounds import Begin


@pytest.fixture
def homes(grids: list[str]) -> list[Home]:
    return settle(grids[0], 3)


def seen(member: UUID) -> str:
    """Somebody stands at a door and sees who lives there; what became of the record."""
    data = {"member": str(member), "outcome": rules.SEEN}
    (result,) = take([Incoming("screening.visit", ids.new(), VILLAGE, clock.now(), data)], SYSTEM)
    return result.status


def standing(plan: Round) -> tuple[int, int]:
    """(expected, reached)."""
    cover = queries.cover(plan, VILLAGE)
    return cover.expected, cover.expected - cover.gap


def test_a_merge_leaves_one_door_and_its_undoing_two(homes: list[Home], office: Actor, begin: Begin) -> None:
    kept, other = homes[0][1]
    plan = begin(subjects="people")
    assert standing(plan) == (6, 0)
    made = people.merge(kept, other, office, "同一人")
    assert standing(plan) == (5, 0)
    people.unmerge(made, office)
    assert standing(plan) == (6, 0)
    assert recount() == []


@pytest.mark.parametrize("reached", [0, 1])
def test_whoever_of_the_two_was_reached_has_been_reached(
    homes: list[Home], office: Actor, begin: Begin, reached: int
) -> None:
    both = homes[0][1]
    plan = begin(subjects="people")
    assert seen(both[reached]) == "accepted"
    made = people.merge(*both, office, "同一人")
    assert standing(plan) == (5, 1)
    people.unmerge(made, office)
    assert standing(plan) == (6, 1)
    assert recount() == []


def test_a_phone_that_knows_of_no_merge_closes_the_one_door(
    homes: list[Home], office: Actor, begin: Begin
) -> None:
    kept, other = homes[0][1]
    plan = begin(subjects="people")
    made = people.merge(kept, other, office, "同一人")
    assert seen(other) == "accepted"
    assert standing(plan) == (5, 1)
    people.unmerge(made, office)
    assert standing(plan) == (6, 1)
    assert recount() == []


def test_three_who_are_one_have_one_door_and_part_one_by_one(
    homes: list[Home], office: Actor, begin: Begin
) -> None:
    (one, two), (three, _four) = homes[0][1], homes[1][1]
    plan = begin(subjects="people")
    first = people.merge(one, two, office, "同一人")
    second = people.merge(three, one, office, "同一人")
    assert standing(plan) == (4, 0)
    people.unmerge(first, office)
    assert standing(plan) == (5, 0)
    people.unmerge(second, office)
    assert standing(plan) == (6, 0)
    assert recount() == []
