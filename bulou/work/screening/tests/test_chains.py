"""A chain of rounds: the second expects what the first had not reached when it began, whenever that is heard."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulou.core.figures.recount import recount
from bulou.core.records.kinds import Incoming
from bulou.core.records.models import Aside
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.core.sync.post import fetch
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal
from bulou.work.screening import actions, today
from bulou.work.screening.models import Round, Visit
from bulou.work.screening.tests.conftest import COUNTY, TOWNSHIP, VILLAGE, door, settle
from bulou.work.screening.tests.test_rounds import Begin, count, cover, told, visit


@pytest.fixture
def homes(grids: list[str]) -> list[UUID]:
    return [home for home, _living in settle(grids[0], 5)]


def expected(plan: Round) -> set[UUID]:
    live = Task.objects.filter(source=plan.id, withdrawn_at=None)
    return set(live.values_list("subject_id", flat=True))


def test_a_phone_is_told_one_door_of_a_chain_and_one_answer_there_settles_it_in_both_rounds(
    homes: list[UUID], begin: Begin, at: Any
) -> None:
    first, worker = begin(questions=["health"]), actor(Role.VOLUNTEER, VILLAGE)
    at(20)
    planned = begin(
        after=first.id, opens_at=clock.now() + timedelta(hours=3), due_at=clock.now() + timedelta(hours=9)
    )
    assert {line[3] for line in fetch(worker)["tasks"]} == {first.slot}  # the second has not opened yet
    at(24)
    post = fetch(worker)
    assert post["rooms"]["screening"]["homes"] == [[planned.slot, planned.name]]
    assert [line[2] for line in post["tasks"]] == sorted(home.hex for home in homes)
    assert {line[3] for line in post["tasks"]} == {planned.slot}
    said = {
        "member": str(homes[0]),
        "round": post["rooms"]["screening"]["rounds"][planned.slot],
        "outcome": "seen",
    }
    told(Incoming("screening.visit", ids.new(), VILLAGE, clock.now(), said), by=worker)
    assert door(first, homes[0]).done_at == door(planned, homes[0]).done_at != None  # noqa: E711 - both, and done
    assert [line[2] for line in fetch(worker)["tasks"]] == sorted(home.hex for home in homes[1:])
    assert recount() == []


def test_two_rounds_of_their_own_are_two_doors_and_a_phone_says_which_it_answered(
    homes: list[UUID], begin: Begin, at: Any
) -> None:
    plans, worker = [begin(), begin(name="另一轮")], actor(Role.VOLUNTEER, VILLAGE)
    at(1)
    post = fetch(worker)
    assert len(post["tasks"]) == 2 * len(homes)
    rounds = post["rooms"]["screening"]["rounds"]
    assert rounds == {plan.slot: plan.id for plan in plans}
    for plan in plans:  # the older one first, which is not the latest that expects the door
        said = {"member": str(homes[0]), "round": str(rounds[plan.slot]), "outcome": "seen"}
        told(Incoming("screening.visit", ids.new(), VILLAGE, clock.now(), said), by=worker)
        assert door(plan, homes[0]).done_at is not None
    assert len(fetch(worker)["tasks"]) == 2 * len(homes) - 2


def test_who_says_no_round_means_the_latest_that_has_begun_and_not_reached_the_door(
    homes: list[UUID], begin: Begin, at: Any
) -> None:
    older, newer = begin(), begin(name="另一轮")
    later = begin(name="以后", opens_at=clock.now() + timedelta(hours=20))
    at(1)
    came = [
        Incoming(
            "screening.visit", ids.new(), VILLAGE, clock.now(), {"member": str(homes[0]), "outcome": outcome}
        )
        for outcome in ("seen", "nobody-home", "seen")
    ]
    for one in came:
        told(one)
    assert [door(plan, homes[0]).detail for plan in (newer, older, later)] == ["seen", "seen", ""]
    data = {"member": str(homes[0]), "outcome": "refused"}
    told(Incoming("screening.visit", ids.new(), VILLAGE, clock.now(), data, replaces=came[0].id))
    assert [door(plan, homes[0]).detail for plan in (newer, older)] == ["refused", "seen"]


def test_what_the_first_round_had_reached_before_the_second_began_is_not_expected_in_it_when_it_comes_late(
    homes: list[UUID], begin: Begin, at: Any
) -> None:
    first = begin()
    at(5)
    late = visit(first, homes[0], "seen", -1)  # on a phone without signal
    second = begin(after=first.id, name="第二轮", opens_at=clock.now() + timedelta(hours=1))
    assert expected(second) == set(homes)
    at(6.5)
    told(late, visit(first, homes[1], "nobody-home", -2))
    assert expected(second) == set(homes[1:]) and cover(second).expected == cover(first).gap == 4
    data = {"round": str(first.id), "member": str(homes[0]), "outcome": "refused"}
    told(Incoming("screening.visit", ids.new(), VILLAGE, late.happened_at, data, replaces=late.id))
    assert expected(second) == set(homes) and cover(second).never == 5
    told(visit(second, homes[0], "seen"))
    assert (cover(second).seen, cover(first).seen) == (1, 1)
    assert recount() == []


def test_a_correction_that_opens_a_door_again_lets_the_next_round_expect_it(
    homes: list[UUID], begin: Begin, at: Any
) -> None:
    first = begin()
    at(2)
    wrong = visit(first, homes[0], "seen")
    told(wrong)
    at(3)
    second = begin(after=first.id, name="第二轮")
    third = begin(after=second.id, name="第三轮", opens_at=clock.now() + timedelta(hours=1))
    assert homes[0] not in expected(second) | expected(third)
    data = {"round": str(first.id), "member": str(homes[0]), "outcome": "nobody-home"}
    told(Incoming("screening.visit", ids.new(), VILLAGE, wrong.happened_at, data, replaces=wrong.id))
    assert homes[0] in expected(second) & expected(third)
    told(visit(second, homes[0], "seen"))
    assert expected(third) == set(homes[1:]) and cover(first).late == 0
    assert recount() == []


@given(order=st.randoms(use_true_random=False), twice=st.integers(0, 5))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_late_visits_and_corrections_leaves_the_second_round_the_gaps_of_the_first(
    order: random.Random, twice: int, homes: list[UUID], begin: Begin, at: Any
) -> None:
    at(0)
    first = begin(opens_at=clock.now() - timedelta(hours=9))
    second = begin(after=first.id, opens_at=clock.now() - timedelta(hours=3))
    early, wrong = visit(first, homes[0], "seen", -5), visit(first, homes[1], "seen", -5)
    data = {"round": str(first.id), "member": str(homes[1]), "outcome": "refused"}
    came = [
        early, wrong, visit(first, homes[0], "nobody-home", -4), visit(second, homes[1], "seen", -1),
        visit(first, homes[2], "moved", -2),
        Incoming("screening.visit", ids.new(), VILLAGE, wrong.happened_at, data, replaces=wrong.id),
    ]  # fmt: skip
    sent = [*came, came[twice]]
    order.shuffle(sent)
    for one in sent:
        told(one)
    assert expected(second) == set(homes[1:])
    assert [door(second, home).detail for home in homes[1:4]] == ["seen", "moved", ""]
    assert (cover(first).expected, cover(first).gap, cover(second).gap) == (5, 2, 2)
    assert recount() == []


def test_a_door_that_any_round_of_a_chain_adds_is_expected_in_all_that_have_not_reached_it(
    homes: list[UUID], begin: Begin, at: Any
) -> None:
    first, worker = begin(), actor(Role.GRID_WORKER, VILLAGE)
    at(2)
    second = begin(after=first.id, name="第二轮")
    found = Task.objects.get(pk=actions.add_door(worker, second, VILLAGE, "无号")).subject_id
    other = Task.objects.get(pk=actions.add_door(worker, first, VILLAGE, "后院")).subject_id
    assert {found, other} <= expected(first) & expected(second)
    assert (count("screening.households"), count("screening.entered")) == (7, 0)
    told(visit(second, found, "seen"))
    assert (count("screening.entered"), cover(first).seen, cover(second).seen) == (1, 1, 1)
    assert recount() == []


def test_a_round_whose_gaps_another_goes_on_with_is_not_called_off_before_that(
    homes: list[UUID], begin: Begin, office: Actor, at: Any
) -> None:
    first = begin()
    second = begin(after=first.id, name="第二轮")
    with pytest.raises(Refusal) as refusal:
        actions.call_off(office, first.id)
    assert refusal.value.code == "screening-goes-on" and cover(first).gap == 5
    actions.call_off(office, second.id)
    assert (cover(first).gap, cover(second).expected) == (5, 0)
    actions.call_off(office, first.id)
    assert count("screening.households") == 0


def test_what_was_found_before_a_round_was_called_off_counts_when_it_comes_after(
    homes: list[UUID], begin: Begin, office: Actor, at: Any
) -> None:
    plan, worker = begin(), actor(Role.VOLUNTEER, VILLAGE)
    at(2)
    came = [visit(plan, homes[0], "seen"), visit(plan, homes[1], "nobody-home")]
    at(3)
    actions.call_off(office, plan.id)
    at(4)
    assert [one.status for one in told(*came, by=worker)] == ["accepted", "accepted"]
    assert expected(plan) == {homes[0]} and cover(plan).seen == cover(plan).expected == 1
    assert [one.code for one in told(visit(plan, homes[2], "seen"), by=worker)] == ["screening-unexpected"]
    data = {"round": str(plan.id), "member": str(homes[0]), "outcome": "refused"}
    told(Incoming("screening.visit", ids.new(), VILLAGE, came[0].happened_at, data, replaces=came[0].id))
    assert expected(plan) == set() and Visit.objects.count() == 3
    assert recount() == []


def test_what_is_laid_again_is_written_down_beside_what_was_laid_first(
    homes: list[UUID], grids: list[str], begin: Begin, office: Actor
) -> None:
    plan = begin()
    settle(grids[0], 2, start=30)
    settle(grids[1], 1, start=40)
    for _again in range(2):
        actions.lay(office, plan.id)
        assert (count("screening.laid"), count("screening.registered"), cover(plan).expected) == (8, 16, 8)
    assert not Aside.objects.exists() and recount() == []


def test_the_first_page_shows_a_round_until_the_next_one_of_its_chain_goes_through_all_of_the_place(
    homes: list[UUID], begin: Begin, office: Actor, at: Any
) -> None:
    first = begin(TOWNSHIP)
    begin(TOWNSHIP, after=first.id, name="明天", opens_at=clock.now() + timedelta(hours=5))
    begin(VILLAGE, after=first.id, name="村里")

    def shown(place: str) -> set[str]:
        return {card.title for card in today.today(office, place)}

    assert (shown(COUNTY), shown(VILLAGE)) == ({first.name, "村里"}, {"村里"})
    at(6)
    assert shown(COUNTY) == {"明天", "村里"}


def test_a_page_says_that_a_later_round_goes_on(homes: list[UUID], begin: Begin, office: Actor) -> None:
    first = begin()
    begin(after=first.id, name="第二轮")
    answer = signed_in(Client(), office).post(f"/screening/{first.id}/call-off/", follow=True)
    assert "请先取消后一轮" in answer.content.decode()
    assert Round.objects.get(pk=first.pk).ended_at is None
