"""Doubles are proposed, never merged: a number of somebody else's, an arrival that is told twice."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import translation

from bulou.core.figures import queries as figures
from bulou.core.people.models import Person
from bulou.core.records import asides
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming, Result
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids, invented
from bulou.work.arrivals.models import Arrival

pytestmark = pytest.mark.django_db
COUNTY, TOWNSHIP, VILLAGE, OTHER = "141031", "141031100", "141031100202", "141031101200"
NUMBER = invented.make_id(COUNTY, date(1990, 3, 4), "男", 0)


@pytest.fixture(autouse=True)
def _at(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = clock.parse("2020-02-12T18:00")
    shift = (moment - datetime.now(moment.tzinfo)).total_seconds()
    monkeypatch.setenv("BULOU_CLOCK_SHIFT", repr(shift))


def clerk() -> Actor:
    return actor(Role.TOWNSHIP_CLERK, TOWNSHIP)


NOON = "2020-02-12T12:00"


def told(name: str, number: str = NUMBER, at: str = NOON, place: str = VILLAGE, **more: Any) -> Incoming:
    who = {"name": name, "doc_number": number}
    data = {"who": who, "from_place": "湖北武汉", **more}
    return Incoming("arrivals.arrival", ids.new(), place, clock.parse(at), data)


def sent(*came: Incoming, by: Actor | None = None) -> list[Result]:
    return take(list(came), by or actor(Role.COUNTY_OFFICE, COUNTY))


def codes(*came: Incoming) -> list[tuple[str, str]]:
    return [(r.status, r.code) for r in sent(*came)]


def test_a_number_that_is_somebody_elses_is_held_for_a_person() -> None:
    assert codes(told("江试一")) == [("accepted", "")]
    came = told("柳试二", at="2020-02-12T13:00")
    with translation.override("zh-hans"):
        (result,) = sent(came)
    assert (result.status, result.code) == ("held", "id-other-person") and "姓名" in result.message
    assert Arrival.objects.count() == Person.objects.count() == 1
    (aside,) = asides.waiting(clerk())
    assert (aside.record, aside.code) == (came.id, "id-other-person")
    page = signed_in(Client(), clerk()).get("/asides/")
    assert page.status_code == 200 and result.message in page.content.decode()


@pytest.mark.parametrize("name", ["陈·试一", "陳試一", " 陈试一 ", "陈 试一", "陈试一"])
def test_another_writing_of_the_name_is_the_same_person(name: str) -> None:
    assert codes(told("陈试一")) == [("accepted", "")]
    assert codes(told(name, at="2020-02-12T13:00")) == [("accepted", "")]
    assert Person.objects.count() == 1


def test_two_names_with_one_number_in_one_batch_are_not_one_person() -> None:
    three = [told("江试一"), told("柳试二", at="2020-02-12T12:30"), told("江试一", at="2020-02-12T13:00")]
    assert codes(*three) == [("accepted", ""), ("held", "id-other-person"), ("accepted", "")]
    assert Person.objects.get().name == "江试一"


def test_whoever_was_merged_is_known_by_both_names() -> None:
    from bulou.core.people import actions as people

    other = invented.make_id(COUNTY, date(1991, 3, 4), "男", 0)
    sent(told("江试一"), told("江小一", number=other))
    one, two = Person.objects.get(name="江试一"), Person.objects.get(name="江小一")
    people.merge(one.id, two.id, clerk(), "一人两证")
    again = [told("江小一", other, at="2020-02-12T14:00"), told("江试一", other, at="2020-02-12T15:00")]
    assert codes(*again) == [("accepted", ""), ("accepted", "")]


def arrived() -> int:
    return figures.total("arrivals.arrived", COUNTY).get(COUNTY, 0)


def test_the_same_arrival_under_another_id_counts_once() -> None:
    assert codes(told("江试一"), told("江试一")) == [("accepted", ""), ("duplicate", "arrival-known")]
    assert codes(told("江试一", place=VILLAGE)) == [("duplicate", "arrival-known")]
    assert Arrival.objects.count() == arrived() == 1
    assert Task.objects.filter(kind="arrivals.visit").count() == 1
    assert not asides.waiting(clerk())


def test_of_a_known_person_too_and_under_the_id_they_were_merged_from() -> None:
    from bulou.core.people import actions as people

    other = invented.make_id(COUNTY, date(1991, 3, 4), "男", 0)
    sent(told("江试一"), told("江小一", number=other, at="2020-02-11T09:00"))
    one, two = Person.objects.get(name="江试一"), Person.objects.get(name="江小一")
    people.merge(one.id, two.id, clerk(), "同一人")

    def of(person: UUID) -> Incoming:
        data = {"person": str(person), "from_place": "湖北"}
        return Incoming("arrivals.arrival", ids.new(), VILLAGE, clock.parse(NOON), data)

    assert codes(of(one.id), of(two.id)) == [("duplicate", "arrival-known")] * 2


@pytest.mark.parametrize(
    "more",
    [
        {"fever": True},
        {"from_place": "广东深圳"},
        {"contact": True},
        {"place": OTHER},
        {"left_day": "2020-02-10"},
    ],
)
def test_what_tells_the_same_moment_otherwise_is_held(more: dict[str, Any]) -> None:
    assert codes(told("江试一", fever=False)) == [("accepted", "")]
    assert codes(told("江试一", **{"fever": False, **more})) == [("held", "arrival-differs")]
    assert arrived() == 1


def test_what_only_leaves_things_unsaid_is_the_same_arrival() -> None:
    sent(told("江试一", fever=False, contact=True))
    assert codes(told("江试一", from_place="")) == [("duplicate", "arrival-known")]


def test_a_later_arrival_and_a_correction_are_no_doubles() -> None:
    first = told("江试一")
    sent(first)
    again = Incoming(
        "arrivals.arrival", ids.new(), VILLAGE, first.happened_at, {**first.data, "fever": False},
        replaces=first.id, why="补填",
    )  # fmt: skip
    assert codes(again, told("江试一", at="2020-02-12T17:00")) == [("accepted", ""), ("accepted", "")]
    assert arrived() == 2


def test_the_desk_says_that_the_arrival_is_here_already() -> None:
    by = clerk()
    sent(told("江试一"))
    form = {
        "record": str(ids.new()), "name": "江试一", "doc_kind": "resident-id", "doc_number": NUMBER,
        "place": VILLAGE, "arrived": NOON, "from_place": "湖北武汉",
    }  # fmt: skip
    page = signed_in(Client(), by).post("/arrivals/new/", form)
    assert page.status_code == 422 and "已登记" in page.content.decode()
    other = signed_in(Client(), by).post("/arrivals/new/", {**form, "name": "柳试二"})
    assert other.status_code == 422 and Arrival.objects.count() == 1


def test_the_same_record_again_is_the_plain_duplicate() -> None:
    came = told("江试一")
    assert codes(came) == [("accepted", "")]
    assert codes(came) == [("duplicate", "")]


def test_days_apart_a_person_may_arrive_again() -> None:
    for days in range(3):
        at = (clock.parse(NOON) - timedelta(days=days)).isoformat()
        assert codes(told("江试一", at=at)) == [("accepted", "")]


def test_a_refused_arrival_brings_nobody_onto_the_register() -> None:
    assert codes(told("江试一", left_day="2020-02-13")) == [("refused", "left-after-arrival")]
    assert not Person.objects.exists()
