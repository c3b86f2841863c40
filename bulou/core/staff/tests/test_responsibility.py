"""Named responsibility: always somebody, never twice, and its inverse."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from bulou.core.staff import queries, responsibility
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.models import Responsibility
from bulou.core.staff.responsibility import Named
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.staff.tests.conftest import COUNTY, SIBLING, TOWNSHIP, VILLAGE
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal


@pytest.fixture
def doctor(tree: None) -> Actor:
    return actor(Role.VILLAGE_DOCTOR, VILLAGE, "测试医生")


def named(
    role: str, holder: Actor | None = None, name: str = "", subject: Any = None, place: str = VILLAGE
) -> Named:
    return Named(role, "person", subject or ids.new(), place, holder.account if holder else None, name)


def test_people_are_named_and_found_from_both_sides(clerk: Actor, doctor: Actor) -> None:
    subject = ids.new()
    responsibility.entrust(
        [named("medic", doctor, subject=subject), named("family", name="测试亲属", subject=subject)], clerk
    )
    rows = queries.responsible("person", [subject])[subject]
    assert [(row.role, row.holder_name) for row in rows] == [("family", "测试亲属"), ("medic", "测试医生")]
    assert queries.mine(doctor).get().subject_id == subject


def test_naming_again_names_nobody_twice(clerk: Actor, doctor: Actor) -> None:
    one = named("medic", doctor)
    responsibility.entrust([one], clerk)
    assert responsibility.entrust([one], clerk) == []
    assert Responsibility.objects.count() == 1


def test_naming_many_costs_what_naming_one_costs(
    clerk: Actor, doctor: Actor, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(8):
        responsibility.entrust([named("medic", doctor) for _ in range(200)], clerk)


def test_nobody_names_people_for_a_place_they_do_not_reach(clerk: Actor, doctor: Actor) -> None:
    with pytest.raises(Refusal, match="staff-place"):
        responsibility.entrust([named("medic", doctor, place=SIBLING)], clerk)


def test_somebody_must_be_named(clerk: Actor) -> None:
    with pytest.raises(Refusal, match="responsible-nobody"):
        responsibility.entrust([named("family")], clerk)


def test_a_hand_over_leaves_no_day_between(clerk: Actor, doctor: Actor) -> None:
    other = actor(Role.VILLAGE_DOCTOR, VILLAGE, "接手医生")
    (row,) = responsibility.entrust([named("medic", doctor)], clerk)
    new = responsibility.hand_over(row.pk, clerk, holder=other.account)
    old = Responsibility.objects.get(pk=row.pk)
    assert (old.to_day, old.handed_to_id) == (new.from_day, new.pk)
    assert not queries.mine(doctor).exists()
    assert queries.mine(other).get().pk == new.pk
    with pytest.raises(Refusal, match="responsible-unknown"):
        responsibility.hand_over(row.pk, clerk, holder=other.account)


def test_a_hand_over_from_elsewhere_is_not_there(doctor: Actor, clerk: Actor) -> None:
    (row,) = responsibility.entrust([named("medic", doctor)], clerk)
    stranger = actor(Role.TOWNSHIP_CLERK, SIBLING)
    with pytest.raises(Refusal, match="responsible-unknown"):
        responsibility.hand_over(row.pk, stranger, name="别人")


def test_all_of_somebody_is_handed_over_within_the_territory(
    clerk: Actor, office: Actor, doctor: Actor
) -> None:
    other = actor(Role.VILLAGE_DOCTOR, VILLAGE)
    rows = [named("medic", doctor) for _ in range(3)] + [named("medic", doctor, place=SIBLING)]
    responsibility.entrust(rows, office)
    assert responsibility.hand_over_all(doctor.account, clerk, to=other.account) == 3
    assert queries.mine(other).count() == 3
    assert Responsibility.objects.filter(holder=doctor.account, to_day=None).get().place == SIBLING


def test_who_moves_takes_the_subject_along_to_new_people(office: Actor, doctor: Actor) -> None:
    other = actor(Role.VILLAGE_DOCTOR, SIBLING, "那边医生")
    subject = ids.new()
    responsibility.entrust(
        [named("medic", doctor, subject=subject), named("family", name="亲属", subject=subject)], office
    )
    moved = responsibility.move(
        "person", [subject], SIBLING, office, named=[named("medic", other, subject=subject)]
    )
    assert moved == 2
    (row,) = queries.responsible("person", [subject])[subject]
    assert (row.holder_name, row.place) == ("那边医生", SIBLING)


def test_the_nearest_post_above_answers_where_a_village_has_none(tree: None) -> None:
    leader = actor(Role.TOWNSHIP_LEADER, TOWNSHIP)
    doctor = actor(Role.VILLAGE_DOCTOR, VILLAGE)
    office = actor(Role.COUNTY_OFFICE, COUNTY)
    other = "141031100201"
    found = queries.posted([Role.TOWNSHIP_LEADER, Role.VILLAGE_DOCTOR, Role.COUNTY_OFFICE], [VILLAGE, other])
    assert found[VILLAGE][Role.VILLAGE_DOCTOR].pk == doctor.post
    assert found[VILLAGE][Role.TOWNSHIP_LEADER].pk == leader.post
    assert found[VILLAGE][Role.COUNTY_OFFICE].pk == office.post
    assert Role.VILLAGE_DOCTOR not in found[other]


class AnyHandOvers(TestCase):
    """However often it is handed over, exactly one holds it, on every day since it began."""

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.sampled_from(["甲", "乙", "丙"]), max_size=8))
    def test_exactly_one_holds_it(self, names: list[str]) -> None:
        (row,) = responsibility.entrust([named("medic", name="第一")], SYSTEM)
        holder = "第一"
        for name in names:
            row, holder = responsibility.hand_over(row.pk, SYSTEM, name=name), name
        for day in (clock.today(), clock.today() + timedelta(days=400)):
            (only,) = queries.responsible("person", [row.subject_id], day)[row.subject_id]
            assert only.holder_name == holder
