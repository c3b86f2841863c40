"""Whatever the order and however often records of cases come, the cases and figures are the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from bulou.core.figures.figure import figures
from bulou.core.figures.models import Cell
from bulou.core.figures.queries import Asked, read, rows_behind
from bulou.core.figures.recount import recount
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import SYSTEM
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids, sql
from bulou.work.cases.following import _STANDING
from bulou.work.cases.models import Case
from bulou.work.cases.tests.conftest import COUNTY, OTHER_VILLAGE, VILLAGE, arrived, reading, said

pytestmark = pytest.mark.django_db

WORDS = ("suspected", "confirmed", "excluded", "withdrawn")
acts = st.one_of(
    st.tuples(st.just("reported"), st.sampled_from((VILLAGE, OTHER_VILLAGE))),
    st.tuples(st.just("received"), st.just(COUNTY)),
    st.tuples(st.just("outcome"), st.sampled_from(WORDS)),
    st.tuples(st.just("none-after-all"), st.just(ids.derived("a reading"))),
    st.tuples(st.just("returned"), st.just(VILLAGE)),
)
moments = st.lists(st.tuples(st.integers(0, 1), acts, st.integers(1, 60)), min_size=1, max_size=9)


def standing() -> dict[str, Any]:
    """All that is to be the same: cases, tallies, what is owed (ids of records made anew each time apart)."""
    owed = Task.objects.filter(kind__startswith="cases.", withdrawn_at=None)
    return {
        "cases": sorted(map(str, Case.objects.values_list("id", *_STANDING))),
        "cells": sorted(
            Cell.objects.filter(figure__startswith="cases.").exclude(value=0)
            .values_list("place", "figure", "dim", "day", "value")
        ),
        "owed": sorted(map(str, owed.values_list("id", "place", "due_at", "done_at", "done_by"))),
        "tasks": sorted(
            Cell.objects.filter(figure__startswith="tasks.", dim__startswith="cases.").exclude(value=0)
            .values_list("place", "figure", "dim", "day", "value")
        ),
        "as_of": [as_of(clock.now() - timedelta(hours=hours)) for hours in (0, 12, 36, 61)],
    }  # fmt: skip


def as_of(moment: datetime) -> dict[str, int]:
    """What the figures say of a moment gone by; each is as many as there are rows behind it."""
    asked = Asked(COUNTY, None, moment)
    said = read([name for name in figures() if name.startswith("cases.")], asked)[asked.place]
    for name, value in said.items():
        where, params = rows_behind(name, asked)
        table = figures()[name.partition("[")[0]].table
        assert sql.rows(f"SELECT COUNT(*) FROM {table} WHERE {where}", params)[0][0] == value, (name, moment)
    return said


def of(history: list[Any]) -> list[Incoming]:
    """The records of two people in two villages, one outcome of which is corrected."""
    people = [arrived(1), arrived(2, OTHER_VILLAGE)]
    records = [_of_one(people[who], kind, what, hours) for who, (kind, what), hours in history]
    first = next((r for r in records if r.kind == "cases.outcome"), None)
    if first is not None:
        data = {**first.data, "outcome": "suspected"}
        records.append(replace(first, id=ids.new(), data=data, replaces=first.id))
    return records


def _of_one(person: UUID, kind: str, what: Any, hours: int) -> Incoming:
    if kind == "none-after-all":  # a withdrawal by the house, of what rests on one reading
        return said("outcome", person, hours, outcome="withdrawn", source=str(what))
    return said(kind, person, hours, **{"outcome" if kind == "outcome" else "place": what})


def after(batches: list[list[Incoming]]) -> dict[str, Any]:
    """What stands after these batches; then as if they had never come."""
    point = transaction.savepoint()
    for batch in batches:
        # A correction may come before its original: it is held, and goes in after it.
        assert {r.status for r in take(batch, SYSTEM)} <= {"accepted", "duplicate", "held"}
        assert recount() == []
    found = standing()
    transaction.savepoint_rollback(point)
    return found


@settings(max_examples=25, deadline=None)
@given(moments, st.randoms(use_true_random=False), st.integers(1, 4))
def test_any_order_and_any_repetition_give_the_same(history: Any, dice: Any, size: int) -> None:
    with transaction.atomic():
        records = of(history)
        sent = records + dice.sample(records, dice.randint(0, len(records)))
        dice.shuffle(sent)
        shuffled = [sent[start : start + size] for start in range(0, len(sent), size)]
        assert after([[record] for record in records]) == after(shuffled)
        transaction.set_rollback(True)


@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize("rivals", [False, True])
def test_a_fever_that_was_none_for_a_while_leaves_the_same_however_its_corrections_come(
    rivals: bool, beside: bool
) -> None:
    with transaction.atomic(), clock.standing(clock.now()):
        person = arrived(1, hours=100)
        first = reading(person, 390, 60)
        none = replace(first, id=ids.new(), data={**first.data, "tenths": 365}, replaces=first.id)
        back = replace(first, id=ids.new(), replaces=first.id if rivals else none.id)
        other = [said("reported", person, 30)] if beside else []
        records = [first, none, back, *other]
        orders = [[[one] for one in order] for order in permutations(records)][:: 1 + 3 * beside]
        same, *others = [after(order) for order in [[records], [[first], [none, back, *other]], *orders]]
        assert all(one == same for one in others)
        assert len(same["cases"]) == 1 and "withdrawn" not in same["cases"][0]
        transaction.set_rollback(True)


@pytest.mark.parametrize("hours", [30, 90])
@pytest.mark.parametrize("also", ["fever", "corrected to a fever", "by hand", "received"])
def test_a_fever_that_was_none_beside_another_report_leaves_the_same_whichever_came_first(
    also: str, hours: int
) -> None:
    with transaction.atomic(), clock.standing(clock.now()):
        person = arrived(1, hours=100)
        slip = reading(person, 390, 60)
        records = [slip, replace(slip, id=ids.new(), data={**slip.data, "tenths": 365}, replaces=slip.id)]
        if also in ("by hand", "received"):
            kind, place = ("reported", VILLAGE) if also == "by hand" else ("received", COUNTY)
            records.append(said(kind, person, hours, place=place))
        elif also == "fever":
            records.append(reading(person, 381, hours))
        else:
            first = reading(person, 366, hours)
            mended = replace(first, id=ids.new(), data={**first.data, "tenths": 381}, replaces=first.id)
            records += [first, mended]
        orders = [list(order) for order in permutations(records)][:: len(records) - 2]
        same, *others = [after([[one] for one in order]) for order in orders]
        assert all(other == same for other in others)
        transaction.set_rollback(True)
