"""A round expects each door once; what is found there closes it, is tried again, or stays a gap with its name."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulou.core.figures.queries import Asked, read, rows_behind
from bulou.core.figures.recount import recount
from bulou.core.people.models import Person
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming, Result
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal
from bulou.work.screening import actions, queries, rules
from bulou.work.screening.forms import RoundIn
from bulou.work.screening.models import Laid, Point, Round, Team, Visit
from bulou.work.screening.tests.conftest import COUNTY, FAR, SIBLING, VILLAGE, door, settle

Begin = Callable[..., Round]


def visit(
    plan: Round, member: UUID, outcome: str, hours: float = 0, place: str = VILLAGE, **more: Any
) -> Incoming:
    data = {"round": str(plan.id), "member": str(member), "outcome": outcome, **more}
    return Incoming("screening.visit", ids.new(), place, clock.now() + timedelta(hours=hours), data)


def told(*came: Incoming, by: Actor = SYSTEM) -> list[Result]:
    return take(list(came), by)


def cover(plan: Round, place: str = VILLAGE) -> rules.Cover:
    return queries.cover(plan, place)


def count(name: str, place: str = COUNTY) -> int:
    return read([name], Asked(place)).get(place, {}).get(name, 0)


def test_each_household_of_the_territory_is_expected_once(grids: list[str], begin: Begin) -> None:
    settle(grids[0], 3)
    settle(grids[1], 2, start=10)
    settle(SIBLING, 4, start=20)
    plan = begin()
    tasks = Task.objects.filter(source=plan.id)
    assert {(t.kind, t.subject_type, t.due_at) for t in tasks} == {
        ("screening.household", "household", plan.due_at)
    }
    assert (cover(plan).expected, cover(plan, grids[1]).expected, cover(plan).never) == (5, 2, 5)
    assert {(row.place, row.doors, row.people) for row in Laid.objects.all()} == {
        (grids[0], 3, 6),
        (grids[1], 2, 4),
    }
    assert (count("screening.households"), count("screening.registered[households]")) == (5, 10)
    assert recount() == []


def test_laying_again_changes_nothing_and_lays_what_is_missing(
    grids: list[str], begin: Begin, office: Actor
) -> None:
    settle(grids[0], 3)
    plan = begin()
    assert actions.lay(office, plan.id) == 0
    settle(grids[1], 2, start=10)
    assert actions.lay(office, plan.id) == 2
    assert cover(plan).expected == 5
    assert recount() == []


def test_people_and_units_and_a_units_people_are_expected_too(
    grids: list[str], begin: Begin, office: Actor
) -> None:
    from bulou.core.people.actions import add_unit
    from bulou.core.people.models import Person

    ((_home, living),) = settle(grids[0], 1, size=3)
    firm = add_unit("某厂", grids[0], office, kind="firm")
    add_unit("某宾馆", grids[1], office, kind="hotel")
    Person.objects.filter(pk__in=living[:2]).update(unit=firm)
    for subjects, expected in (("people", 3), ("hotels", 1), ("unit-people", 2)):
        plan = begin(subjects=subjects)
        assert cover(plan).expected == expected, subjects
    assert [(unit.name, one.expected) for unit, one in queries.by_unit(office, plan, VILLAGE)] == [
        ("某厂", 2)
    ]
    with pytest.raises(Refusal) as refusal:
        begin(subjects="shops")
    assert refusal.value.code == "screening-empty"


@pytest.fixture
def homes(grids: list[str]) -> list[UUID]:
    return [home for home, _living in settle(grids[0], 5)]


def test_at_each_level_stands_what_was_expected_reached_and_never_reached(
    homes: list[UUID], grids: list[str], begin: Begin, at: Any
) -> None:
    plan = begin()
    at(2)
    outcomes = ["seen", "moved", "refused", "nobody-home"]
    told(*(visit(plan, home, outcome, people=2) for home, outcome in zip(homes, outcomes, strict=False)))
    assert cover(plan) == rules.Cover(1, 1, 1, 1, 1)
    assert cover(plan, grids[0]) == cover(plan)
    assert (cover(plan).reached, cover(plan).gap, cover(plan).percent) == (2, 3, "40.0%")
    assert [door(plan, home).done_at is not None for home in homes] == [True, True, False, False, False]
    assert (count("screening.entered"), count("screening.left"), count("screening.counted")) == (2, 3, 2)
    assert recount() == []


def test_nobody_home_goes_again(homes: list[UUID], begin: Begin, at: Any) -> None:
    plan = begin()
    at(2)
    told(visit(plan, homes[0], "nobody-home", -1))
    assert (door(plan, homes[0]).detail, door(plan, homes[0]).done_at) == ("nobody-home", None)
    told(visit(plan, homes[0], "seen"))
    assert door(plan, homes[0]).detail == "seen"
    assert cover(plan).seen == 1


def test_the_second_round_begins_with_the_gaps_of_the_first_and_closes_them(
    homes: list[UUID], begin: Begin, at: Any
) -> None:
    first = begin()
    at(2)
    told(*(visit(first, home, "seen") for home in homes[:3]), visit(first, homes[3], "nobody-home"))
    at(30)
    second = begin(after=first.id, name="第二轮")
    assert {t.subject_id for t in Task.objects.filter(source=second.id)} == set(homes[3:])
    assert (second.chain, second.number, cover(second).never) == (first.id, 2, 2)
    at(31)
    told(visit(second, homes[3], "seen"))
    assert (cover(second).percent, cover(first).percent) == ("50.0%", "80.0%")
    assert (cover(first).late, cover(first).never) == (1, 1)
    assert (count("screening.households"), count("screening.entered"), count("screening.laid")) == (5, 4, 5)
    assert recount() == []


def test_a_round_of_its_own_is_not_closed_by_another(homes: list[UUID], begin: Begin, at: Any) -> None:
    one, other = begin(), begin(name="另一轮")
    at(1)
    told(visit(one, homes[0], "seen"))
    assert (cover(one).seen, cover(other).seen) == (1, 0)


def test_teams_and_points_come_from_lines_or_pasted_columns(
    homes: list[UUID], grids: list[str], begin: Begin
) -> None:
    plan = begin(teams=f"一组|第1网格|程磊、叶青|东门、西门\n二组\t{grids[1]}\t\t北门\n三组")
    assert [(t.name, t.place, t.members) for t in Team.objects.order_by("id")] == [
        ("一组", grids[0], "程磊、叶青"), ("二组", grids[1], ""), ("三组", VILLAGE, ""),
    ]  # fmt: skip
    assert Point.objects.count() == 3
    assert (count("screening.teams", VILLAGE), count("screening.points", grids[1])) == (3, 1)
    assert len(queries.teams(plan, grids[1])) == 1


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value.code


def test_what_cannot_be_begun_is_refused_and_leaves_nothing_behind(homes: list[UUID], begin: Begin) -> None:
    assert refused(lambda: begin(due_at=clock.now())) == "screening-past"
    assert refused(lambda: begin(FAR)) == "place-unknown"
    assert refused(lambda: begin(teams="一组|不存在的村")) == "screening-team-place"
    assert refused(lambda: begin(SIBLING)) == "screening-empty"
    assert refused(lambda: begin(after=ids.new())) == "screening-round-unknown"
    assert refused(lambda: begin(by=actor(Role.VOLUNTEER, VILLAGE))) == "not-allowed"
    assert (Round.objects.count(), Task.objects.count()) == (0, 0)


def test_a_preview_writes_nothing(homes: list[UUID], office: Actor) -> None:
    said = {"name": "x", "place": VILLAGE, "subjects": "households", "opens_at": clock.now()}
    seen = actions.preview(
        office, RoundIn.model_validate({**said, "due_at": clock.now() + timedelta(days=1)})
    )
    assert (seen.total, seen.people) == (5, 10)
    assert Round.objects.count() == 0


def test_a_visit_that_no_round_expects_is_refused(homes: list[UUID], begin: Begin, at: Any) -> None:
    plan = begin()
    at(1)
    (stranger,) = told(visit(plan, ids.new(), "seen"))
    assert stranger.code == "screening-unexpected"
    (other,) = told(visit(plan, homes[0], "seen", place=SIBLING), by=actor(Role.VOLUNTEER, SIBLING))
    assert other.code == "screening-unexpected"
    (found,) = told(
        Incoming(
            "screening.visit", ids.new(), VILLAGE, clock.now(), {"member": str(homes[0]), "outcome": "seen"}
        )
    )
    assert found.status == "accepted"


def test_a_round_that_is_called_off_is_owed_no_more(
    homes: list[UUID], begin: Begin, office: Actor, at: Any
) -> None:
    plan = begin()
    at(1)
    told(visit(plan, homes[0], "seen"))
    actions.call_off(office, plan.id)
    assert (cover(plan).expected, cover(plan).seen) == (1, 1)
    assert recount() == []


def test_a_correction_of_a_visit_changes_the_word_and_opens_the_door_again(
    homes: list[UUID], begin: Begin, at: Any
) -> None:
    plan = begin()
    at(2)
    wrong = visit(plan, homes[0], "seen", -1)
    told(wrong)
    data = {"round": str(plan.id), "member": str(homes[0]), "outcome": "refused"}
    told(Incoming("screening.visit", ids.new(), VILLAGE, wrong.happened_at, data, replaces=wrong.id))
    assert (door(plan, homes[0]).done_at, door(plan, homes[0]).detail) == (None, "refused")
    assert (cover(plan).refused, cover(plan).gap) == (1, 5)
    assert recount() == []


def test_people_of_a_door_are_counted_once_however_often_somebody_stands_there(
    homes: list[UUID], begin: Begin, at: Any
) -> None:
    plan = begin()
    at(3)
    told(
        visit(plan, homes[0], "seen", -2, people=3), last := visit(plan, homes[0], "seen", -1, people=4),
        visit(plan, homes[0], "seen"), visit(plan, homes[1], "seen", people=2),
    )  # fmt: skip
    told(visit(plan, homes[0], "seen", -2.5, people=9))  # comes late and says nothing new
    assert (count("screening.counted"), count("screening.visits")) == (6, 5)
    condition, params = rows_behind("screening.counted", Asked(COUNTY))
    behind = Visit.objects.extra(where=[condition], params=params)
    assert sorted((row.member, row.people) for row in behind) == sorted([(homes[0], 4), (homes[1], 2)])
    more = Incoming(
        last.kind, ids.new(), VILLAGE, last.happened_at, last.data | {"people": 5}, replaces=last.id
    )
    told(more)
    assert count("screening.counted") == 7
    nobody = {"round": str(plan.id), "member": str(homes[0]), "outcome": "nobody-home"}
    told(Incoming(last.kind, ids.new(), VILLAGE, last.happened_at, nobody, replaces=more.id))
    assert count("screening.counted") == 5  # what was counted there before holds again
    assert recount() == []


def test_whoever_is_asked_about_twice_is_counted_by_the_last_answer(
    homes: list[UUID], begin: Begin, at: Any
) -> None:
    plan, who = begin(), Person.objects.filter(household=homes[0]).first()
    at(3)
    assert who is not None

    def answer(found: str, hours: float) -> Incoming:
        data = {"round": str(plan.id), "member": str(homes[0]), "person": str(who.id), "found": found}
        return Incoming("screening.answer", ids.new(), VILLAGE, clock.now() + timedelta(hours=hours), data)

    told(answer("here", -1), answer("gone", -2))
    assert [count(f"screening.{one}") for one in ("asked", "asked[here]", "asked[gone]", "gone")] == [
        1,
        1,
        0,
        0,
    ]
    told(answer("gone", 0))
    assert [count(f"screening.{one}") for one in ("asked", "asked[here]", "asked[gone]", "gone")] == [
        1,
        0,
        1,
        1,
    ]
    assert recount() == []


@given(order=st.randoms(use_true_random=False), times=st.lists(st.integers(1, 3), min_size=6, max_size=6))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_and_repetition_of_visits_is_one_state(
    order: random.Random, times: list[int], homes: list[UUID], begin: Begin, at: Any
) -> None:
    at(0)
    plan = begin(opens_at=clock.now() - timedelta(hours=9))
    came = [
        visit(plan, homes[0], "seen", -5, people=3), visit(plan, homes[0], "seen", -4, people=2),
        visit(plan, homes[0], "refused", -3),
        visit(plan, homes[1], "refused", -5), visit(plan, homes[1], "nobody-home", -2),
        visit(plan, homes[2], "moved", -1),
    ]  # fmt: skip
    sent = [one for one, n in zip(came, times, strict=True) for _ in range(n)]
    order.shuffle(sent)
    for one in sent:
        told(one)
    assert [door(plan, home).detail for home in homes[:3]] == ["seen", "nobody-home", "moved"]
    assert cover(plan) == rules.Cover(seen=1, moved=1, nobody=1, never=2)
    lasting = Visit.objects.filter(round=plan.id, outcome="seen", overtaken=False, replaced_by=None)
    assert [(row.member, row.people) for row in lasting] == [(homes[0], 2)]
    assert recount() == []
