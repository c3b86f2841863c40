"""Records go in one way; each gets its own answer, and nothing is lost or counted twice."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulou.core.figures.queries import Asked, read
from bulou.core.figures.recount import recount
from bulou.core.records.asides import opened, waiting
from bulou.core.records.intake import take
from bulou.core.records.models import Aside
from bulou.core.staff import testing
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.roles import Role
from bulou.core.tasks.models import Task
from bulou.core.tasks.queries import missed, missed_count
from bulou.lib import clock, ids
from bulou.work.observation.models import Reading
from tests.core.conftest import COUNTY, OTHER_VILLAGE, VILLAGE, accepted, actor, arrival, arrived, reading

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at")]


def test_the_same_record_again_is_one_record() -> None:
    now = clock.now()
    (person,) = arrived(1, now - timedelta(days=2))
    record = reading(person, now - timedelta(hours=1))
    assert [r.status for r in take([record, record], SYSTEM)] == ["accepted", "duplicate"]
    assert [r.status for r in take([record], SYSTEM)] == ["duplicate"]
    assert Reading.objects.count() == 1


def test_the_same_id_with_other_content_is_a_conflict_and_kept_for_a_person() -> None:
    now = clock.now()
    (person,) = arrived(1, now - timedelta(days=2))
    record = reading(person, now - timedelta(hours=1), 365)
    accepted([record])
    other = replace(record, data={**record.data, "tenths": 381})
    (result,) = take([other], SYSTEM)
    assert (result.status, result.code) == ("conflict", "id-conflict")
    assert Reading.objects.get().tenths == 365
    (aside,) = waiting(SYSTEM)
    assert opened(aside).data["tenths"] == 381


def test_the_same_id_under_another_kind_is_a_conflict() -> None:
    now = clock.now()
    (person,) = arrived(1, now - timedelta(days=2))
    record = reading(person, now - timedelta(hours=1))
    accepted([record])
    other = replace(record, kind="observation.notice", data={"person": str(person)})
    assert take([other], SYSTEM)[0].status == "conflict"


def test_a_bad_record_stops_none_of_its_neighbours() -> None:
    now = clock.now()
    (person,) = arrived(1, now - timedelta(days=2))
    earlier = now - timedelta(hours=1)
    batch = [
        reading(person, earlier, 365),
        reading(person, earlier, 3650),
        reading(person, earlier, 635),
        reading(person, now + timedelta(hours=1), 365),
        reading(ids.new(), earlier, 365),
        reading(person, earlier, 365, place="999999999999"),
        replace(reading(person, earlier), kind="no.such"),
        replace(reading(person, earlier), data={"person": str(person), "tenths": "warm"}),
        reading(person, earlier, 366),
    ]
    results = take(batch, SYSTEM)
    assert [r.code for r in results] == [
        "", "temperature-implausible", "temperature-implausible", "happened-in-future", "person-unknown",
        "place-unknown", "kind-unknown", "malformed", "",
    ]  # fmt: skip
    assert all(r.message for r in results if r.code)
    assert Reading.objects.count() == 2


def test_a_place_outside_the_territory_answers_as_one_that_does_not_exist() -> None:
    now = clock.now()
    (person,) = arrived(1, now - timedelta(days=2), OTHER_VILLAGE)
    doctor = actor(Role.VILLAGE_DOCTOR, VILLAGE)
    theirs, nowhere = take(
        [reading(person, now, place=OTHER_VILLAGE), reading(person, now, place="888888888888")], doctor
    )
    assert (
        (theirs.code, theirs.message) == (nowhere.code, nowhere.message) == ("place-unknown", nowhere.message)
    )
    (unknown, not_mine) = take([reading(ids.new(), now), reading(person, now)], doctor)
    assert (
        (unknown.code, unknown.message)
        == (not_mine.code, not_mine.message)
        == ("person-unknown", unknown.message)
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"doc_number": "141031199001019970"}, "id-check-digit"),
        ({"birth_date": "2031-01-01", "doc_number": ""}, "birth-after-today"),
    ],
)
def test_an_arrival_is_refused_with_a_code_and_a_sentence(change: dict[str, Any], code: str) -> None:
    came = arrival(1, clock.now())
    (result,) = take([replace(came, data={**came.data, "who": {**came.data["who"], **change}})], SYSTEM)
    assert (result.status, result.code) == ("refused", code)
    assert result.message


def test_a_correction_replaces_and_the_figures_follow() -> None:
    now = clock.now()
    (person,) = arrived(1, now - timedelta(days=2))
    first = reading(person, now - timedelta(hours=2), 381)
    accepted([first])
    assert read(["observation.fevers"], Asked(COUNTY))[COUNTY]["observation.fevers"] == 1
    accepted([reading(person, now - timedelta(hours=2), 361, replaces=first.id)])
    assert read(["observation.fevers"], Asked(COUNTY))[COUNTY]["observation.fevers"] == 0
    assert Reading.objects.filter(replaced_by=None).get().tenths == 361
    assert recount() == []


def test_a_correction_that_comes_before_its_original_is_held_until_it_comes() -> None:
    now = clock.now()
    (person,) = arrived(1, now - timedelta(days=2))
    first = reading(person, now - timedelta(hours=2), 381)
    (held,) = take([reading(person, now - timedelta(hours=2), 361, replaces=first.id)], SYSTEM)
    assert (held.status, held.code) == ("held", "correction-early")
    accepted([first])
    assert Reading.objects.filter(replaced_by=None).get().tenths == 361
    assert not Aside.objects.filter(settled_at=None).exists()
    assert recount() == []


@pytest.mark.parametrize("early", [False, True], ids=["after", "before"])
def test_nobody_corrects_a_record_of_another_village_and_is_told_that_it_is_not_there(early: bool) -> None:
    now = clock.now()
    (person,) = arrived(1, now - timedelta(days=2))
    (other,) = arrived(1, now - timedelta(days=2), place=OTHER_VILLAGE, start=1)
    there = reading(other, now - timedelta(hours=1), place=OTHER_VILLAGE)
    doctor = testing.actor(Role.VILLAGE_DOCTOR, VILLAGE)
    mine = replace(reading(person, now - timedelta(hours=1), 366), replaces=there.id, why="x")
    chained = replace(reading(person, now - timedelta(hours=1), 367), replaces=mine.id, why="x")
    visit = replace(mine, id=ids.new(), kind="arrivals.seen", data={"person": str(person)})
    if not early:
        accepted([there])
    unknown = take([replace(mine, id=ids.new(), replaces=ids.new())], doctor)[0]
    for result in [*take([mine, chained], doctor), *take([visit], doctor)]:
        assert (result.status, result.code, result.message) == ("held", "correction-early", unknown.message)
    if early:
        accepted([there])
    assert Reading.objects.get().replaced_by is None
    assert len(waiting(doctor)) == 4
    clerk = actor(Role.TOWNSHIP_CLERK, COUNTY)
    accepted([replace(mine, id=ids.new(), data=there.data, place=OTHER_VILLAGE)], clerk)
    assert Reading.objects.get(pk=there.id).replaced_by is not None


def test_a_task_is_closed_by_the_earliest_record_of_its_slot_and_opened_by_its_correction() -> None:
    now = clock.now()
    (person,) = arrived(1, now - timedelta(days=2))
    slot = Task.objects.get(kind="observation.reading", subject_id=person, slot="2020-02-12/pm")
    later, earlier = reading(person, slot.opens_at + timedelta(hours=3)), reading(person, slot.opens_at)
    accepted([later])
    accepted([earlier])
    slot.refresh_from_db()
    assert slot.done_by == earlier.id
    moved = replace(
        earlier, id=ids.new(), happened_at=slot.opens_at - timedelta(hours=3), replaces=earlier.id
    )
    accepted([moved])
    slot.refresh_from_db()
    assert slot.done_by == later.id
    assert recount() == []


def test_a_record_that_came_before_its_task_closes_it_when_it_is_laid() -> None:
    now = clock.now()
    (person,) = arrived(1, now - timedelta(days=2))
    Task.objects.filter(kind="observation.reading").delete()
    accepted([reading(person, clock.parse("2020-02-12T13:00"))])
    from bulou.core.figures.models import Cell, Running, Week
    from bulou.core.tasks.lay import lay

    for tally in (Cell, Week, Running):
        tally.objects.filter(figure__startswith="tasks.").delete()
    Task.objects.all().delete()
    lay(now)
    assert Task.objects.get(kind="observation.reading", slot="2020-02-12/pm").done_by is not None
    assert recount() == []


def test_missed_is_expected_less_recorded_by_count_and_by_name() -> None:
    now = clock.now()
    people = arrived(3, now - timedelta(days=2))
    accepted([reading(people[0], clock.parse("2020-02-11T08:00"))])
    named = list(missed(COUNTY, kind="observation.reading", size=500).rows)
    assert missed_count(COUNTY, kind="observation.reading") == {COUNTY: len(named)}
    assert {t.slot for t in named if t.subject_id == people[0]} == {
        "2020-02-10/pm",
        "2020-02-11/pm",
        "2020-02-12/am",
    }
    yesterday = clock.parse("2020-02-11T13:00")
    before = list(missed(COUNTY, yesterday, "observation.reading", size=500).rows)
    assert missed_count(COUNTY, yesterday, "observation.reading") == {COUNTY: len(before)}
    assert len(before) < len(named)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000))
def test_any_order_and_any_repetition_gives_the_same_state_and_figures(
    seed: int, django_db_blocker: Any
) -> None:
    from django.db import transaction

    chance = random.Random(seed)
    base = clock.parse("2020-02-12T18:00")
    with transaction.atomic():
        people = arrived(3, base - timedelta(days=2))
        records = [
            reading(
                chance.choice(people), base - timedelta(hours=chance.randint(1, 40)), chance.randint(355, 390)
            )
            for _ in range(8)
        ]
        for _ in range(6):
            target = chance.choice(records)
            when = base - timedelta(hours=chance.randint(1, 40))
            records.append(reading(target_person(target), when, chance.randint(355, 390), replaces=target.id))
        states = []
        for _ in range(3):
            order = records + chance.choices(records, k=6)
            chance.shuffle(order)
            mark = transaction.savepoint()
            while order:
                size = chance.randint(1, 5)
                take(order[:size], SYSTEM)
                order = order[size:]
            assert recount() == []
            states.append(_state())
            transaction.savepoint_rollback(mark)
        for other in states[1:]:
            for first, second in zip(states[0], other, strict=True):
                assert first == second
        transaction.set_rollback(True)


def target_person(record: Any) -> Any:
    from uuid import UUID

    return UUID(record.data["person"])


def _state() -> tuple[Any, ...]:
    """What records alone decide. (Which of two fevers opened a case depends on which was heard first.)"""
    rows = sorted(Reading.objects.values_list("id", "replaced_by", "tenths"), key=str)
    mine = Task.objects.filter(kind="observation.reading")
    tasks = sorted(mine.values_list("kind", "subject_id", "slot", "done_by"), key=str)
    figures = read(["observation.readings", "observation.fevers", "observation.now"], Asked(COUNTY))[COUNTY]
    return rows, tasks, figures
