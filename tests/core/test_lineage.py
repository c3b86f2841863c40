"""What was recorded where a place went into another, or was split, is theirs where the people are; nobody else's."""

from __future__ import annotations

import contextlib
import itertools
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulou.core import ending
from bulou.core.figures.recount import recount
from bulou.core.people import actions as people
from bulou.core.people import lineage
from bulou.core.people.actions import NewHousehold
from bulou.core.people.models import Person
from bulou.core.places import queries as places
from bulou.core.places.models import Place
from bulou.core.records.intake import take
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor as account
from bulou.core.staff.testing import signed_in
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal
from bulou.work.arrivals import queries as arrivals
from bulou.work.arrivals.models import Arrival
from tests.core.conftest import COUNTY, NEXT, TOWNSHIP, VILLAGE, accepted, arrived, reading

pytestmark = pytest.mark.django_db


def listed(place: str) -> set[UUID]:
    """Of whom a village doctor lists arrivals."""
    return set(arrivals.arrivals(account(Role.VILLAGE_DOCTOR, place)).values_list("person", flat=True))


def test_who_came_to_a_part_is_listed_and_put_right_there(village: dict[str, Any], office: Any) -> None:
    one, other = village["one"], village["other"]
    wrong, stays = (reading(who, clock.now(), 368) for who in (one, other))
    accepted([wrong, stays], office)
    [part] = ending.split(office, VILLAGE, ending.parts("新区村 | 7"))
    assert (listed(part.pk), listed(VILLAGE), listed(NEXT)) == ({one}, {one, other}, set())
    theirs = account(Role.VILLAGE_DOCTOR, part.pk)
    said = {"replaces": wrong.id, "why": "看错"}
    for place in (VILLAGE, part.pk):
        said = {"replaces": said.get("id", wrong.id), "why": "看错", "id": ids.new()}
        right = reading(one, wrong.happened_at, 366, place=place, **said)
        assert [r.status for r in take([right], theirs)] == ["accepted"]
    client = signed_in(Client(), account(Role.VILLAGE_CADRE, part.pk))
    arrival = Arrival.objects.get(person=one)
    assert client.get(f"/arrivals/{arrival.pk}/").status_code == 200
    assert client.get(f"/people/{one}/records/{right.id}/correct/").status_code == 200
    typed = {"tenths": "36.7", "symptoms": [], "why": "看错", "id": str(ids.new())}
    assert client.post(f"/people/{one}/records/{right.id}/correct/", typed).status_code == 302
    assert recount(COUNTY) == []


def test_who_stayed_behind_is_nothing_to_the_part(village: dict[str, Any], office: Any) -> None:
    one, other = village["one"], village["other"]
    stays = reading(other, clock.now(), 368)
    accepted([stays], office)
    [part] = ending.split(office, VILLAGE, ending.parts("新区村 | 7"))
    theirs = account(Role.VILLAGE_DOCTOR, part.pk)
    for place, who in itertools.product((VILLAGE, part.pk), (other, one)):
        item = reading(who, stays.happened_at, 366, place=place, replaces=stays.id)
        assert [r.status for r in take([item], theirs)] != ["accepted"]
    client = signed_in(Client(), theirs)
    assert client.get(f"/arrivals/{Arrival.objects.get(person=other).pk}/").status_code == 404
    assert signed_in(Client(), account(Role.VILLAGE_CADRE, part.pk)).get(
        f"/people/{other}/records/{stays.id}/correct/"
    ).status_code == 404  # fmt: skip
    ending.undo(office, VILLAGE)
    assert listed(VILLAGE) == {one, other} and listed(part.pk) == set()


def test_the_heir_of_what_is_left_does_not_list_who_went_to_another_part(
    village: dict[str, Any], office: Any
) -> None:
    east, west = ending.split(office, VILLAGE, ending.parts("东城关村 | 40\n西城关村 | 7"), ends=True)
    assert (listed(east.pk), listed(west.pk)) == ({village["other"]}, {village["one"]})
    ending.merge(office, west.pk, NEXT)
    assert (listed(east.pk), listed(NEXT)) == ({village["other"]}, {village["one"]})


def test_who_lives_in_a_grid_of_the_part_is_listed_in_that_grid(village: dict[str, Any], office: Any) -> None:
    from bulou.core.places import actions

    [part] = ending.split(office, VILLAGE, ending.parts("新区村 | 7"))
    grid, beside = (actions.add(office, part.pk, name, "grid").pk for name in ("一网格", "二网格"))
    Person.objects.filter(pk=village["one"]).update(place=grid)
    assert (listed(grid), listed(beside), listed(part.pk)) == ({village["one"]}, set(), {village["one"]})


def test_what_took_over_whom_is_one_question_however_many_there_are(office: Any) -> None:
    chain = [f"14103110020{n}" for n in range(2, 6)]
    for code, into in itertools.pairwise(chain):
        ending.merge(office, code, into)
    last = chain[-1]
    for ask in (places.taken_over, places.taken_over_below, places.came_from):
        with CaptureQueriesContext(connection) as said:
            assert ask(last) == set(chain[:-1])
        assert len(said) == 1
    assert places.taken_over_below(TOWNSHIP) == places.came_from(COUNTY) == set()


STEPS = st.lists(st.tuples(st.sampled_from("msgu"), st.integers(0, 5), st.integers(0, 5)), max_size=6)


def do(office: Any, step: tuple[str, int, int], known: list[str]) -> None:
    """A merge, a split, an undoing or a going to live elsewhere, between places that there are by now."""
    how, n, m = step
    one, other = known[n % len(known)], known[m % len(known)]
    who = list(Person.objects.order_by("id"))
    if how == "g":
        Person.objects.filter(pk=who[n % len(who)].pk).update(place=other)
    elif how == "m":
        ending.merge(office, one, other)
    elif how == "u":
        ending.undo(office, one)
    else:
        parts = ending.parts(
            f"{one[-3:]}东{len(known)} | {n}-{n + 1}\n{one[-3:]}西{len(known)} | {n + 2}-{n + 4}"
        )
        known += [new.pk for new in ending.split(office, one, parts, ends=bool(m % 2))]


def owners(record: Arrival) -> set[str]:
    """Where a record is listed: at its own place, and whose it is since, gone along step by step."""
    home = lineage.homes([record.person])[record.person]
    every = list(Place.objects.filter(parent=TOWNSHIP))
    level, reached = {record.place}, set[str]()
    while level:
        gone = {p.merged_into for p in every if p.pk in level and p.to_day}
        gone |= {p.pk for p in every if p.split_from in level and (p.to_day is None or p.merged_into)}
        level = {one for one in gone if one} - reached
        reached |= level
    heir = home if home in reached else places.heirs([record.place]).get(record.place, record.place)
    return {record.place, heir}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_no_place_lists_what_is_not_its_own_whatever_became_of_whom(
    at: Any, steps: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        office = account(Role.COUNTY_OFFICE, COUNTY)
        known = [VILLAGE, NEXT, "141031100203"]
        for n, who in enumerate(arrived(6, clock.now()) + arrived(2, clock.now(), place=NEXT, start=6)):
            place = VILLAGE if n < 6 else NEXT
            home = people.add_household(NewHousehold(place, str(n), f"某巷{n}号", who), office)
            Person.objects.filter(pk=who).update(household=home)
        for step in steps:
            with contextlib.suppress(Refusal):
                do(office, step, known)
        whose = {record.pk: owners(record) for record in Arrival.objects.all()}
        for code in known:
            shown = arrivals.arrivals(account(Role.VILLAGE_DOCTOR, code))
            assert {record.pk for record in shown} == {pk for pk, at in whose.items() if code in at}
        assert recount(COUNTY) == []
        transaction.set_rollback(True)
