"""Bad input and bad days at a post: sent again, sent late, sent in pieces, and twenty kinds of what cannot be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulou.core.figures import queries as figures
from bulou.core.figures.recount import recount
from bulou.core.people.models import Person
from bulou.core.records.intake import take
from bulou.core.records.models import Aside
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.sync.api import answer
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids
from bulou.work.checkpoints.models import Checkpoint, Pass, Traveller
from bulou.work.checkpoints.tests.conftest import AWAY, COUNTY, Post, passing, who

pytestmark = pytest.mark.django_db
Raw = dict[str, Any]


def raw(post: Checkpoint, n: int, **data: Any) -> Raw:
    """A record as a phone sends it over the line."""
    at = clock.now() - timedelta(seconds=n)
    said = {"checkpoint": str(post.id), "tenths": 365, "plate": f"晋L{10000 + n % 80_000}", **data}
    return {
        "kind": "checkpoints.pass", "id": str(ids.new()), "place": post.place, "happened_at": at.isoformat(),
        "data": said,
    }  # fmt: skip


def people(place: str = COUNTY) -> int:
    return sum(figures.total("checkpoints.people", place).values())


def test_the_same_car_five_times_is_one_car(post: Post, staff: Actor) -> None:
    car = raw(post(), 1, who=who(0), companions=[{"who": who(n), "tenths": 366} for n in range(1, 5)])
    told = [answer([car], staff)[0]["status"] for _ in range(3)] + [
        one["status"] for one in answer([car, car], staff)
    ]
    assert told == ["accepted", *["duplicate"] * 4]
    assert (Pass.objects.count(), Traveller.objects.count(), Person.objects.count(), people()) == (1, 5, 5, 5)


def test_the_same_id_with_another_plate_is_a_conflict(post: Post, staff: Actor) -> None:
    first = raw(post(), 1)
    second = {**first, "data": {**first["data"], "plate": "晋L99999"}}
    assert [answer([one], staff)[0]["status"] for one in (first, second, first)] == [
        "accepted",
        "conflict",
        "duplicate",
    ]
    assert people() == 1


def bad(post: Checkpoint, away: Checkpoint) -> list[tuple[str, Callable[[Raw], Any]]]:
    """Twenty kinds of what cannot be: the code that each is refused with, and how a good one is spoiled so."""

    def data(**said: Any) -> Callable[[Raw], Raw]:
        return lambda one: {**one, "data": {**one["data"], **said}}

    def whole(**said: Any) -> Callable[[Raw], Raw]:
        return lambda one: {**one, **said}

    later = (clock.now() + timedelta(days=1)).isoformat()
    return [
        ("plate-none", data(plate="12345")), ("plate-none", data(plate="晋I1234O")),
        ("pass-temperature", data(tenths=36.5)), ("pass-temperature", data(tenths=635)),
        ("malformed", data(tenths="365")), ("malformed", data(people=0)), ("malformed", data(people=61)),
        ("pass-people", data(people=1, companions=[{"tenths": 365}])), ("pass-nameless", data(tenths=381)),
        ("pass-whither", data(who=who(1), people=1, origin="other-province", purpose="home")),
        ("place-unknown", data(to_place="411621001001")), ("checkpoint-unknown", data(checkpoint=str(ids.new()))),
        ("checkpoint-unknown", data(checkpoint=str(away.id))), ("person-unknown", data(person=str(ids.new()))),
        ("malformed", data(direction="up")), ("malformed", data(unheard=1)), ("malformed", data(note="a\0b")),
        ("happened-in-future", whole(happened_at=later)), ("place-unknown", whole(place=AWAY)),
        ("kind-unknown", whole(kind="checkpoints.nothing")), ("malformed", lambda _one: "no record"),
    ]  # fmt: skip


def test_a_thousand_with_twenty_kinds_of_bad_ones_among_them(post: Post, staff: Actor) -> None:
    here, away = post(), post(place=AWAY, name="别处")
    kinds = bad(here, away)
    assert len(kinds) >= 20
    batch: list[Any] = [raw(here, n, people=2) for n in range(1000)]
    spoiled = {n * 41 + 7: kind for n, kind in enumerate(kinds)}
    batch = [spoiled[n][1](one) if n in spoiled else one for n, one in enumerate(batch)]
    told = answer(batch, staff)
    assert len(told) == 1000
    assert {n: told[n].get("code") for n in spoiled} == {n: code for n, (code, _spoil) in spoiled.items()}
    good = [one for n, one in enumerate(told) if n not in spoiled]
    assert Counter(one["status"] for one in good) == {"accepted": 1000 - len(kinds)}
    assert people() == 2 * len(good) and not recount()
    assert Aside.objects.count() == len(kinds) - 1  # what was no record at all cannot be kept


def test_a_phone_that_comes_back_after_ten_days_counts_on_the_days_when_it_happened(
    post: Post, staff: Actor, at: Callable[[str], datetime]
) -> None:
    here = post(room=False)
    batch = [raw(here, n * 86_400, who=who(n), origin="affected-area", to_place=AWAY) for n in range(3)]
    at("2020-02-22T09:00")
    assert {one["status"] for one in answer(batch, staff)} == {"accepted"}
    days = figures.total("checkpoints.people", COUNTY, day=clock.today())
    assert sum(days.values()) == 0 and people() == 3
    assert Pass.objects.order_by("day").first().day.isoformat() == "2020-02-10"  # type: ignore[union-attr]
    assert Task.objects.filter(kind="arrivals.visit", place=AWAY).count() == 3 and not recount()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000))
def test_in_any_order_and_any_repetition_the_same_comes_of_it(seed: int, post: Post, staff: Actor) -> None:
    """Cars, one of them corrected twice, sent in any order and more than once."""
    before, chance, here = people(), Random(seed), post()
    cars = [passing(here, people=n + 1) for n in range(4)]
    second = passing(here, people=7, replaces=cars[0].id)
    third = passing(here, people=9, replaces=second.id)
    sent = [*cars, second, third] * 2
    chance.shuffle(sent)
    while sent:
        size = chance.randint(1, 4)
        take(sent[:size], SYSTEM)
        sent = sent[size:]
    counting = Pass.objects.filter(post=here.id.hex, replaced_by=None)
    assert sorted(counting.values_list("people", flat=True)) == [2, 3, 4, 9]
    assert people() - before == 18
