"""The arrival that an answer at a door made follows the answer's corrections."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulou.core.figures.queries import Asked, read
from bulou.core.figures.recount import recount
from bulou.core.people.keys import open_parts
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.room import ask
from bulou.core.staff.actor import SYSTEM
from bulou.core.tasks.models import OPEN, Task
from bulou.lib import clock, ids
from bulou.work.arrivals.models import Arrival, Seen
from bulou.work.cases.models import Case
from bulou.work.screening.models import Round
from bulou.work.screening.tests.conftest import COUNTY, VILLAGE, Home, settle
from bulou.work.screening.tests.test_following import accepted, corrected
from bulou.work.screening.tests.test_rounds import Begin

WUHAN, XIAN = "湖北武汉", "陕西西安"


@pytest.fixture
def homes(grids: list[str]) -> list[Home]:
    return settle(grids[0], 2)


@pytest.fixture
def plan(homes: list[Home], begin: Begin) -> Round:
    return begin()


def asked(plan: Round, person: UUID, **said: Any) -> Incoming:
    data = {"round": str(plan.id), "person": str(person), "returned": True, "from_place": WUHAN, **said}
    return Incoming("screening.answer", ids.new(), VILLAGE, clock.now(), data)


def standing() -> list[tuple[UUID, str]]:
    """Who has arrived, and from where, as it counts."""
    rows = list(Arrival.objects.filter(replaced_by=None).order_by("person"))
    told = open_parts([row.id for row in rows])
    return [(row.person, told[row.id]["from_place"]) for row in rows]


def owed(kind: str) -> list[UUID]:
    return list(Task.objects.filter(OPEN, kind=kind).values_list("subject_id", flat=True).distinct())


def observed(people: list[UUID]) -> list[UUID]:
    return [person for found in ask("under_way", people) for person in found]


def counted() -> tuple[int, int]:
    told = read(["arrivals.arrived", "arrivals.seen"], Asked(COUNTY))[COUNTY]
    return told["arrivals.arrived"], told["arrivals.seen"]


@pytest.mark.parametrize("at_once", [False, True])
def test_who_had_not_returned_after_all_has_not_arrived_and_nobody_waits_for_them(
    plan: Round, homes: list[Home], at_once: bool
) -> None:
    one, other = homes[0][1]
    told = asked(plan, one, found="away")
    fix = corrected(told, returned=False)
    for batch in [[fix, told]] if at_once else [[told], [fix]]:
        accepted(*batch)
    assert standing() == [] and counted() == (0, 0)
    for kind in ("arrivals.visit", "observation.reading", "observation.notice", "observation.release"):
        assert owed(kind) == []
    assert observed([one, other]) == []
    accepted(corrected(fix, returned=True))
    assert standing() == [(one, WUHAN)]
    assert observed([one, other]) == owed("arrivals.visit") == owed("observation.reading") == [one]
    assert recount() == []


def test_an_origin_that_is_corrected_reaches_the_arrival_and_what_the_rules_say(
    plan: Round, homes: list[Home]
) -> None:
    one = homes[0][1][0]
    told = asked(plan, one, from_place=XIAN)
    accepted(told)
    before = Arrival.objects.get()
    fix = corrected(told, from_place=WUHAN, transport_no="G858")
    accepted(fix)
    (row,) = Arrival.objects.filter(replaced_by=None)
    assert standing() == [(one, WUHAN)]
    assert (row.root, row.origin) == (before.id, "affected-area") != (before.id, before.origin)
    assert counted() == (1, 1)
    assert len(observed([one])) == 1
    accepted(corrected(fix, job="教师"))  # nothing of the arrival
    assert Arrival.objects.get(replaced_by=None).id == row.id
    assert Seen.objects.count() == 1
    assert recount() == []


def test_an_answer_about_somebody_else_makes_the_arrival_theirs(plan: Round, homes: list[Home]) -> None:
    one, other = homes[0][1]
    told = asked(plan, one, found="away")
    accepted(told)
    accepted(corrected(told, person=str(other)))
    assert standing() == [(other, WUHAN)]
    assert observed([one, other]) == owed("arrivals.visit") == owed("observation.reading") == [other]
    assert recount() == []


@pytest.mark.parametrize("at_once", [False, True])
def test_who_is_asked_twice_has_arrived_once_however_the_answers_come(
    plan: Round, homes: list[Home], at_once: bool
) -> None:
    one = homes[0][1][0]
    first, second = asked(plan, one, found="away"), asked(plan, one, found="away")
    second = replace(second, happened_at=second.happened_at - timedelta(minutes=5))
    for batch in [[first, second]] if at_once else [[first], [second]]:
        accepted(*batch)
    assert standing() == [(one, WUHAN)]
    assert owed("arrivals.visit") == observed([one]) == [one]
    assert recount() == []


def test_a_fever_on_a_return_that_was_none_takes_nobody_to_the_clinic(plan: Round, homes: list[Home]) -> None:
    told = asked(plan, homes[0][1][0], fever=True)
    accepted(told)
    assert Case.objects.filter(closed_at=None).count() == 1
    accepted(corrected(told, returned=False, fever=None))
    assert not Case.objects.filter(closed_at=None).exists()
    assert recount() == []


def test_who_was_not_here_to_be_seen_is_to_be_seen_still(plan: Round, homes: list[Home]) -> None:
    one = homes[0][1][0]
    told = asked(plan, one, found="here")
    accepted(told)
    assert owed("arrivals.visit") == [] and counted() == (1, 1)
    accepted(corrected(told, found="away"))
    assert owed("arrivals.visit") == [one] and counted() == (1, 0)
    assert recount() == []


def test_an_arrival_that_another_record_told_stays_and_so_does_what_somebody_corrected_since(
    plan: Round, homes: list[Home]
) -> None:
    one, other = homes[0][1]
    data = {"person": str(one), "from_place": WUHAN}
    accepted(Incoming("arrivals.arrival", ids.new(), VILLAGE, clock.now(), data))
    known, told = asked(plan, one), asked(plan, other)
    accepted(known, told)
    mine = Arrival.objects.get(person=other)
    mended = {"person": str(other), "from_place": XIAN}
    fix = Incoming("arrivals.arrival", ids.new(), mine.place, mine.happened_at, mended, replaces=mine.id)
    accepted(fix)
    accepted(corrected(known, returned=False), corrected(told, returned=False))
    assert standing() == sorted([(one, WUHAN), (other, XIAN)])
    assert recount() == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=3),
    st.randoms(use_true_random=False),
)
def test_whatever_the_order_an_arrival_is_what_the_answer_that_counts_says(
    plan: Round, homes: list[Home], fixes: list[tuple[bool, bool, bool]], dice: Any
) -> None:
    people = homes[0][1]
    with transaction.atomic():
        made = [asked(plan, people[0], found="away")]
        for returned, far, other in fixes:
            origin, person = WUHAN if far else XIAN, str(people[other])
            made.append(corrected(made[-1], returned=returned, from_place=origin, person=person))
        for one in dice.sample(made, len(made)):
            take([one], SYSTEM)
        said = made[-1].data
        assert standing() == ([(UUID(said["person"]), said["from_place"])] if said["returned"] else [])
        assert owed("arrivals.visit") == observed(people) == [person for person, _from in standing()]
        assert recount() == []
        transaction.set_rollback(True)
