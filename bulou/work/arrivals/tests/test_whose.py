"""Whom a corrected arrival is about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from bulou.core.figures.recount import recount
from bulou.core.people.models import Person
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.room import ask
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks.models import OPEN, Task
from bulou.lib import clock, ids
from bulou.work.arrivals.models import Arrival
from bulou.work.arrivals.tests.test_doubles import COUNTY, NUMBER, VILLAGE, _at, told

pytestmark = pytest.mark.django_db
__all__ = ["_at"]  # the moment of these tests


def named(name: str, **who: Any) -> Incoming:
    """An arrival of somebody of whom no document is known."""
    data = {"who": {"name": name, **who}, "from_place": "湖北武汉"}
    return Incoming("arrivals.arrival", ids.new(), VILLAGE, clock.parse("2020-02-12T12:00"), data)


def again(first: Incoming, **data: Any) -> Incoming:
    return replace(first, id=ids.new(), replaces=first.id, data={**first.data, **data})


def taken(*came: Incoming) -> None:
    results = take(list(came), actor(Role.COUNTY_OFFICE, COUNTY))
    assert [r.status for r in results] == ["accepted"] * len(came), results


def owed(kind: str) -> set[UUID]:
    return set(Task.objects.filter(OPEN, kind=kind).values_list("subject_id", flat=True))


def counted() -> UUID:
    return Arrival.objects.get(replaced_by=None).person


def observed() -> set[UUID]:
    people = list(Person.objects.values_list("id", flat=True))
    return {person for found in ask("under_way", people) for person in found}


@pytest.mark.parametrize("more", [{}, {"sex": "男", "birth_date": "1990-03-04"}, {"doc_number": NUMBER}])
@pytest.mark.parametrize("at_once", [True, False])
def test_who_is_told_of_again_is_the_same_person(more: dict[str, str], at_once: bool) -> None:
    first = named("江试一")
    second = again(first, who={"name": "江试一", **more}, from_place="陕西西安")
    for batch in ([first, second],) if at_once else ([first], [second]):
        taken(*batch)
    person = Person.objects.get()
    assert (person.doc_index is None) == ("doc_number" not in more)
    assert counted() == person.id
    assert owed("arrivals.visit") == observed() == {person.id}
    assert recount() == []


def test_an_arrival_that_was_somebody_elses_is_theirs_alone_and_may_be_given_back() -> None:
    first = told("江试一", fever=False)
    second = again(first, who={"name": "柳试二"})
    taken(first)
    (one,) = Person.objects.all()
    taken(second)
    other = Person.objects.exclude(id=one.id).get()
    for kind in ("arrivals.visit", "observation.reading", "observation.notice"):
        assert owed(kind) == {other.id}
    assert counted() == other.id and observed() == {other.id}
    taken(replace(again(second), data=first.data))
    assert counted() == one.id and observed() == {one.id}
    for kind in ("arrivals.visit", "observation.reading", "observation.notice"):
        assert owed(kind) == {one.id}
    assert Person.objects.count() == 2
    assert recount() == []


def test_who_goes_to_the_clinic_is_whose_arrival_it_was() -> None:
    first = told("江试一", fever=True)
    taken(first)
    (one,) = Person.objects.all()
    assert owed("cases.receive") == {one.id}
    taken(again(first, who={"name": "柳试二"}))
    assert owed("cases.receive") == {counted()} != {one.id}
    assert recount() == []
