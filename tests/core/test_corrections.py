"""What was built on a record follows its corrections: in whatever order they come, each alone or all at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from uuid import UUID

import pytest

from bulou.core.figures.recount import recount
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import SYSTEM
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids
from bulou.work.arrivals.models import Arrival
from bulou.work.cases.models import Case
from bulou.work.observation.models import Breach, Observation, Reading
from tests.core.conftest import VILLAGE, accepted, arrival, arrived, reading

Clock = Callable[[str], object]
FEVER, OTHER_FEVER, NORMAL, OTHER_NORMAL = 385, 391, 365, 366

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(at: Clock) -> None:
    at("2020-02-12T12:00")


def family(person: UUID, first: int, *corrections: tuple[int, int]) -> list[Incoming]:
    """A reading and its corrections, made one after the other: (which of them it replaces, tenths)."""
    when = clock.now() - timedelta(hours=1)
    made = [reading(person, when, first)]
    for replaces, tenths in corrections:
        made.append(reading(person, when, tenths, replaces=made[replaces].id, why="看错"))
    return made


@pytest.mark.parametrize("first, corrections, counts", [
    (FEVER, [(0, NORMAL)], NORMAL),
    (NORMAL, [(0, FEVER)], FEVER),
    (NORMAL, [(0, FEVER), (1, OTHER_NORMAL)], OTHER_NORMAL),
    (FEVER, [(0, NORMAL), (1, OTHER_FEVER)], OTHER_FEVER),
    (FEVER, [(0, NORMAL), (0, OTHER_FEVER)], OTHER_FEVER),  # two who correct the same one
    (FEVER, [(0, OTHER_FEVER), (0, NORMAL)], NORMAL),
    (NORMAL, [(0, OTHER_NORMAL), (0, FEVER)], FEVER),
])  # fmt: skip
def test_somebody_waits_for_the_clinic_just_when_the_reading_that_counts_is_a_fever(
    first: int, corrections: list[tuple[int, int]], counts: int
) -> None:
    people = iter(arrived(12, clock.now() - timedelta(hours=2)))
    number = len(ways_of := list(permutations(range(len(corrections) + 1))))
    assert number <= 6
    for order in ways_of:
        for at_once in (False, True):
            person = next(people)
            made = family(person, first, *corrections)
            came = [made[n] for n in order]
            for batch in [came] if at_once else [[one] for one in came]:
                assert not {r.status for r in take(batch, SYSTEM)} - {"accepted", "held"}
            assert [r.tenths for r in Reading.objects.filter(person=person, replaced_by=None)] == [counts]
            waiting = Case.objects.filter(person=person, closed_at=None).count()
            assert waiting == int(counts in (FEVER, OTHER_FEVER)), (order, at_once)
    assert recount() == []


def test_when_the_correction_that_counted_is_replaced_the_rival_counts_with_its_fever() -> None:
    (person,) = arrived(1, clock.now() - timedelta(hours=2))
    low = UUID(int=1)
    first, fever, normal = family(person, NORMAL, (0, FEVER), (0, NORMAL))
    last = reading(
        person, first.happened_at, OTHER_NORMAL, id=low, replaces=normal.id, why="看错"
    )  # made elsewhere
    for one in (first, fever, normal, last):
        accepted([one])
    assert Reading.objects.get(person=person, replaced_by=None).id == fever.id
    assert Case.objects.filter(person=person, closed_at=None).exists()


def corrected(one: Incoming, **more: object) -> Incoming:
    said = {**one.data, **more}
    return Incoming(one.kind, ids.new(), one.place, one.happened_at, said, replaces=one.id, why="看错")


@pytest.mark.parametrize("at_once", [True, False])
def test_an_arrival_and_its_correction_leave_what_the_correction_says_also_in_one_batch(
    at_once: bool,
) -> None:
    when = clock.now() - timedelta(hours=2)
    well, ill = arrival(1, when), arrival(2, when, fever=True)
    made = [well, corrected(well, fever=True), ill, corrected(ill, fever=False)]
    for batch in [made[::-1]] if at_once else [[one] for one in made]:
        accepted(batch)
    at_home = Observation.objects.filter(closed_at=None).values_list("source", flat=True)
    assert list(at_home) == [ill.id]
    waiting = Case.objects.filter(closed_at=None).values_list("person", flat=True)
    assert list(waiting) == [Arrival.objects.get(id=well.id).person]
    assert recount() == []


def test_a_breach_that_started_no_term_again_leaves_the_term_also_in_one_batch() -> None:
    people = arrived(2, clock.now() - timedelta(days=3))
    before = set(Observation.objects.values_list("person", "until_day"))
    for person, at_once in zip(people, (True, False), strict=True):
        said = {"person": str(person), "what": "went-out", "action": "restarted"}
        breach = Incoming("observation.breach", ids.new(), VILLAGE, clock.now(), said)
        batch = [breach, corrected(breach, action="talked-to")]
        for some in [batch] if at_once else [[one] for one in batch]:
            accepted(some)
    assert Breach.objects.filter(replaced_by=None, action="talked-to").count() == 2
    assert set(Observation.objects.values_list("person", "until_day")) == before


def test_a_correction_of_what_is_refused_in_the_same_batch_waits_for_a_person() -> None:
    (person,) = arrived(1, clock.now() - timedelta(hours=2))
    wrong, right = family(person, 999, (0, NORMAL))
    for batch in ([wrong, right], [right, wrong]):
        assert {r.id: r.status for r in take(batch, SYSTEM)} == {wrong.id: "refused", right.id: "held"}
    assert not Reading.objects.filter(person=person).exists()


@pytest.mark.parametrize("tenths", [FEVER, NORMAL])
@pytest.mark.parametrize("at_once", [False, True])
def test_a_fever_that_was_told_of_the_wrong_person_leaves_them_alone(tenths: int, at_once: bool) -> None:
    wrong, right = arrived(2, clock.now() - timedelta(hours=2))
    told = reading(wrong, clock.now() - timedelta(hours=1), FEVER)
    fix = corrected(told, person=str(right), tenths=tenths)
    for batch in [[fix, told]] if at_once else [[told], [fix]]:
        accepted(batch)
    waiting = [right] if tenths == FEVER else []
    assert [case.person for case in Case.objects.filter(closed_at=None)] == waiting
    owed = Task.objects.filter(kind="cases.receive", withdrawn_at=None, done_at=None)
    assert [task.subject_id for task in owed] == waiting
    assert recount() == []


def test_an_outcome_that_was_told_of_the_wrong_person_leaves_them_waiting_for_theirs() -> None:
    wrong, right = people = arrived(2, clock.now() - timedelta(hours=3))
    accepted([reading(person, clock.now() - timedelta(hours=2), FEVER) for person in people])
    hour = clock.now() - timedelta(hours=1)
    accepted([Incoming("cases.received", ids.new(), VILLAGE, hour, {"person": str(one)}) for one in people])
    said = {"person": str(wrong), "outcome": "excluded"}
    told = Incoming("cases.outcome", ids.new(), VILLAGE, clock.now(), said)
    accepted([told])
    accepted([corrected(told, person=str(right))])
    assert [case.person for case in Case.objects.filter(outcome="")] == [wrong]
    owed = Task.objects.filter(kind="cases.result", withdrawn_at=None, done_at=None)
    assert [task.subject_id for task in owed] == [wrong]
    assert recount() == []
