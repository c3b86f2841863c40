"""Tasks over any history: the state of a row, the lists, the counts and the figures say the same."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulou.core.figures.queries import Asked, read, read_so_far, rows_behind
from bulou.core.figures.recount import recount
from bulou.core.tasks import queries, write
from bulou.core.tasks.lay import lay
from bulou.core.tasks.models import Task
from bulou.core.tasks.state import State, state
from bulou.lib import clock, sql
from bulou.work.observation.models import Reading
from tests.core.conftest import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, accepted, arrived, reading

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at")]
KIND = "observation.reading"
TALLIED = ["tasks.expected", "tasks.done", "tasks.late", "tasks.excused"]
anything = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def _history(chance: Random) -> datetime:
    """A fortnight in a village: people come, readings come on time, late or never, and offices step in."""
    now = clock.now()
    people = arrived(3, now - timedelta(days=chance.randint(6, 13)))
    for _ in range(chance.randint(1, 4)):
        some = [chance.choice(people) for _ in range(6)]
        accepted(
            [
                reading(p, now - timedelta(minutes=chance.randint(5, 9 * 1440)), chance.randint(355, 371))
                for p in some
            ]
        )
        _office(chance, people, now)
    return now


def _office(chance: Random, people: list[UUID], now: datetime) -> None:
    person, since = chance.choice(people), now - timedelta(hours=chance.randint(-20, 150))
    rows = list(Task.objects.filter(kind=KIND, subject_id=person).values_list("id", flat=True))
    some = chance.sample(rows, k=min(3, len(rows)))
    act = chance.choice(
        ["withdraw", "restore", "excuse", "move", "dismiss", "reinstate", "correct", "nothing"]
    )
    if act == "withdraw":
        write.withdraw(KIND, [person], since, "clinic")
    elif act == "restore":
        write.restore(KIND, [person], since)
    elif act == "excuse":
        write.excuse(some, "away")
    elif act == "move":
        write.move(KIND, person, OTHER_VILLAGE, since)
    elif act == "dismiss":
        write.dismiss(some, "mistake")
    elif act == "reinstate":
        write.reinstate(some)
    elif act == "correct" and (first := Reading.objects.filter(person=person, replaced_by=None).first()):
        later = now - timedelta(minutes=chance.randint(5, 9 * 1440))
        accepted([reading(person, later, 366, replaces=first.id)])


def _moments(chance: Random, now: datetime) -> list[datetime]:
    return [now, *(now - timedelta(minutes=chance.randint(0, 12 * 1440)) for _ in range(4))]


@anything
@given(seed=st.integers(0, 10_000))
def test_the_missed_of_any_moment_are_as_many_as_there_are_names(seed: int) -> None:
    chance = Random(seed)
    with transaction.atomic():
        now = _history(chance)
        for moment in _moments(chance, now):
            for place in (COUNTY, TOWNSHIP, VILLAGE):
                page = queries.missed(place, moment, KIND, size=1000)
                assert page.next is None
                counted = queries.missed_count(place, moment, KIND).get(place, 0)
                assert counted == len(page.rows), (place, moment)
                ever, _today = queries.missed_kinds(place, moment)
                assert ever.get(("", KIND), 0) == counted
                today = sum(task.due_day == clock.day_of(moment) for task in page.rows)
                assert queries.missed_of_day(place, moment).get(("", KIND), 0) == today
                below = queries.missed_count(place, moment, KIND, down=12)
                assert below == Counter(task.place for task in page.rows)
        transaction.set_rollback(True)


@anything
@given(seed=st.integers(0, 10_000))
def test_the_list_of_a_state_holds_exactly_the_rows_that_are_in_it(seed: int) -> None:
    chance = Random(seed)
    with transaction.atomic():
        now = _history(chance)
        rows = list(Task.objects.filter(kind=KIND))
        for moment in _moments(chance, now):
            listed: dict[Any, State] = {}
            for one in State:
                for task in queries.tasks(COUNTY, KIND, one, moment):
                    assert task.id not in listed
                    listed[task.id] = one
            assert listed == {row.id: state(row, moment) for row in rows}
        transaction.set_rollback(True)


@anything
@given(seed=st.integers(0, 10_000))
def test_figures_as_of_any_moment_are_the_rows_behind_them_and_a_recount(seed: int) -> None:
    chance = Random(seed)
    names = ["observation.readings", "observation.fevers", "arrivals.arrived", *TALLIED]
    with transaction.atomic():
        now = _history(chance)
        assert recount() == []
        for moment in _moments(chance, now):
            for asked in (Asked(COUNTY, None, moment), Asked(VILLAGE, None, moment)):
                said = read(names, asked)[asked.place]
                assert {name: said[name] for name in names} == {name: _behind(name, asked) for name in names}
                day = Asked(asked.place, None, moment, clock.day_of(moment))
                said = read(names, day)[asked.place]
                assert {name: said[name] for name in names} == {name: _behind(name, day) for name in names}
        transaction.set_rollback(True)


@anything
@given(seed=st.integers(0, 10_000))
def test_expected_less_recorded_is_missed_at_any_moment_and_up_to_now(seed: int) -> None:
    chance = Random(seed)
    with transaction.atomic():
        now = _history(chance)
        task = chance.choice(list(Task.objects.filter(kind=KIND, due_at__lt=now)))
        for moment in (None, task.due_at, task.due_at + timedelta(seconds=1), *_moments(chance, now)):
            for down in (None, 12):
                said = read_so_far(None, Asked(COUNTY, down, moment))
                missed = queries.missed_count(COUNTY, moment, down=down)
                of_kind = queries.missed_count(COUNTY, moment, KIND, down=down)
                for code, values in said.items():
                    expected, *recorded = (values[name] for name in TALLIED)
                    assert expected - sum(recorded) == values["tasks.missed"] == missed.get(code, 0)
                    expected, *recorded = (values.get(f"{name}[{KIND}]", 0) for name in TALLIED)
                    assert expected - sum(recorded) == of_kind.get(code, 0)
                assert sum(missed.values()) == sum(values["tasks.missed"] for values in said.values())
        transaction.set_rollback(True)


def _behind(name: str, asked: Asked) -> int:
    table = "tasks_task" if name.startswith("tasks.") else {
        "observation.readings": "observation_reading",
        "observation.fevers": "observation_reading",
        "arrivals.arrived": "arrivals_arrival",
    }[name]  # fmt: skip
    where, params = rows_behind(name, asked)
    return int(sql.rows(f"SELECT COUNT(*) FROM {table} WHERE {where}", params)[0][0])


def test_laying_again_lays_nothing_twice_and_leaves_what_was_decided() -> None:
    now = clock.now()
    (person,) = arrived(1, now - timedelta(days=2))
    lay(now)
    write.withdraw(KIND, [person], now, "clinic")
    before = list(Task.objects.order_by("id").values())
    assert lay(now) == 0
    assert list(Task.objects.order_by("id").values()) == before


def test_an_excuse_for_what_was_recorded_changes_nothing() -> None:
    now = clock.now()
    (person,) = arrived(1, now - timedelta(days=2))
    accepted([reading(person, clock.parse("2020-02-12T08:00"))])
    done = Task.objects.get(kind=KIND, slot="2020-02-12/am")
    assert write.excuse([done.id], "away") == 0
    assert state(Task.objects.get(pk=done.pk), now) is State.DONE


def test_what_was_withdrawn_and_comes_back_is_closed_by_what_was_recorded_meanwhile() -> None:
    now = clock.now()
    (person,) = arrived(1, now - timedelta(days=2))
    write.withdraw(KIND, [person], clock.parse("2020-02-12T00:00"), "clinic")
    accepted([reading(person, clock.parse("2020-02-12T08:00"))])
    assert Task.objects.get(kind=KIND, slot="2020-02-12/am").done_at is None
    write.restore(KIND, [person], clock.parse("2020-02-12T00:00"))
    assert Task.objects.get(kind=KIND, slot="2020-02-12/am").done_at is not None
    assert recount() == []


@pytest.mark.parametrize("back", [0, 3, 12])
def test_the_parts_of_a_place_add_up_to_the_whole_whatever_lies_at_the_place_itself(back: int) -> None:
    now = clock.now()
    for place, count in ((COUNTY, 2), (TOWNSHIP, 1), (VILLAGE, 3), (OTHER_VILLAGE, 1)):
        arrived(count, now - timedelta(days=13), place, start=len(place) * 10 + int(place[-3:]))
    arrived(2, now - timedelta(days=1), VILLAGE, start=900)
    moment = now - timedelta(days=back) if back else None
    for down in (9, 12):
        parts = read(["arrivals.arrived", "observation.now", "tasks.expected"], Asked(COUNTY, down, moment))
        whole = read(["arrivals.arrived", "observation.now", "tasks.expected"], Asked(COUNTY, None, moment))
        for name, value in whole[COUNTY].items():
            assert sum(part.get(name, 0) for part in parts.values()) == value, name
        assert parts[COUNTY]["arrivals.arrived"] == 2


def test_what_fell_due_while_nobody_served_is_missed_at_the_terminal_too(
    at: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    from bulou.cli import main

    (person,) = arrived(1, at("2020-02-12T18:00"))
    lay()
    for now, missed in (("2020-02-12T19:59", 0), ("2020-02-12T20:01", 1), ("2020-02-19T12:01", 14)):
        at(now)
        assert main(["missed", "--place", VILLAGE, "--kind", KIND, "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["count"], {one["subject"]["id"] for one in told["items"]} <= {str(person)}) == (
            missed,
            True,
        )
    assert not recount()


@pytest.mark.sqlite
def test_a_record_looks_at_what_is_not_over_of_its_subjects_tasks() -> None:
    """Not at all that were ever theirs: a fortnight's readings each make the next one dearer."""
    now = clock.now()
    (person,) = arrived(1, now - timedelta(days=3))
    with CaptureQueriesContext(connection) as said:
        accepted([reading(person, now - timedelta(minutes=5))])
    closing = [q["sql"] for q in said if "given r CROSS JOIN tasks_task" in q["sql"]]
    plans = ["".join(row[3] for row in sql.rows(f"EXPLAIN QUERY PLAN {one}")) for one in closing]
    assert plans and all("task_subject (subject_id=? AND kind=? AND <expr>>?)" in plan for plan in plans), (
        plans
    )


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_record_finds_its_tasks_by_their_subject_though_that_was_planned_while_there_were_none() -> None:
    """PostgreSQL keeps the plan of a house that is still empty: one by the kind would read them all for each."""
    connection.close()  # and with it whatever was planned before
    now = clock.now()
    (person,) = arrived(1, now - timedelta(days=3))
    accepted([reading(person, now - timedelta(minutes=5))])
    kept = sql.rows(
        "SELECT name FROM pg_prepared_statements WHERE statement LIKE %s", ["%FROM observation_reading r %"]
    )
    assert kept
    for (name,) in kept:
        plan = str(sql.rows(f"EXPLAIN EXECUTE {connection.ops.quote_name(name)}('{KIND}', '{{}}')"))
        assert re.search(r"Index Cond: [^']*subject_id = r\.person", plan), plan
