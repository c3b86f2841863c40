"""The cases as the records say them: drawn anew for a person whenever a record of theirs comes in.

So a record that comes late, twice or corrected leads to the same cases, tasks and figures as if everything
had come in the order in which it happened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from bulou.core.figures import cells
from bulou.core.people import merging
from bulou.core.people.queries import resolve
from bulou.core.records.kinds import Batch, Event, tell
from bulou.core.staff.actor import Actor
from bulou.core.tasks import write as tasks
from bulou.core.tasks.duties import duties
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids, sql
from bulou.work.cases import rules
from bulou.work.cases.models import Case, Moved, Outcome, Received, Reported, Returned, Turn

MODELS: tuple[type[Turn], ...] = (Reported, Received, Outcome, Returned, Moved)
_STANDING = (
    "person", "place", "reason", "tenths", "opened_at", "received_at", "suspected_at", "outcome",
    "outcome_at", "returned_at", "closed_at",
)  # fmt: skip
Last = dict[UUID, Case]


def draw(people: Collection[UUID]) -> tuple[Last, Last]:
    """Draw the cases of these people from their records: (each one's last case before, and now).

    Two who turned out to be one have one history, and their cases are those of the one that was kept.
    Be in a transaction. Fifteen queries or so, however many people.
    """
    roots = merging.members(set(resolve(people).values()))
    people = list(roots)
    _lock(people)
    every = (m._default_manager.filter(person__in=people) for m in MODELS)
    rows = {row.id: row for found in every for row in found}
    came = {row.id: row.received_at for row in rows.values()}
    rows = {pk: row for pk, row in rows.items() if row.replaced_by is None}
    by_person: dict[UUID, list[rules.Turn]] = defaultdict(list)
    for row in rows.values():
        by_person[roots[row.person]].append(_turn(row, came))
    drawn = {person: rules.episodes(turns) for person, turns in by_person.items()}
    _mark(rows, (turn for turns in by_person.values() for turn in turns))
    before, now = _keep(people, drawn)
    _owe(people, drawn)
    return before, now


def on_merged(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """Two became one, or two again: their cases are drawn anew, and the others told whose they are now."""
    for event in events:
        assert event.person is not None
        both = {event.person, event.facts["other"]}
        draw(both)
        roots = set(resolve(both).values())
        tell([Event("case.drawn", root, event.place, event.at, event.source) for root in roots], by)


def _lock(people: Collection[UUID]) -> None:
    """Two transactions that draw the same person's cases go one after the other."""
    if sql.is_postgres():
        clause, params = sql.among("id", people)
        sql.rows(f"SELECT id FROM people_person WHERE {clause} ORDER BY id FOR NO KEY UPDATE", params)


def _turn(row: Any, came: dict[UUID, datetime]) -> rules.Turn:
    # A report that the house made of a correction, or of an arrival told of later: nobody could know before.
    source = getattr(row, "source", None)
    told = source is None or row.kind != rules.REPORTED or row.root == ids.derived(rules.REPORTED, source)
    return rules.Turn(
        row.id, row.root, row.person, row.kind, row.happened_at, row.home, getattr(row, "reason", ""),
        getattr(row, "tenths", None), getattr(row, "outcome", ""), None if told else came.get(row.root),
        source, getattr(row, "direction", ""), getattr(row, "other", ""),
    )  # fmt: skip


_WORKED_OUT: dict[type[Turn], tuple[str, ...]] = {
    Reported: ("place", "opens"),
    Received: ("place", "opens", "first"),
    Outcome: ("place", "opens", "before", "closes"),
    Returned: ("place", "first"),
    Moved: ("before", "goes"),
}


def _mark(rows: dict[UUID, Any], turns: Iterable[rules.Turn]) -> None:
    """Write down on the records what was worked out of them, and let the tallies follow."""
    changed: dict[type[Turn], list[Any]] = defaultdict(list)
    for turn in turns:
        row = rows[turn.id]
        fields = _WORKED_OUT[type(row)]
        if any(getattr(row, name) != getattr(turn, name) for name in fields):
            for name in fields:
                setattr(row, name, getattr(turn, name))
            changed[type(row)].append(row)
    for model, those in changed.items():
        table, which = model._meta.db_table, [row.id for row in those]
        with cells.gathered():
            cells.count_rows(table, which, -1)
            model._default_manager.bulk_update(those, _WORKED_OUT[model], batch_size=100)
            cells.count_rows(table, which)


def _keep(people: Collection[UUID], drawn: dict[UUID, list[rules.Episode]]) -> tuple[Last, Last]:
    held = {case.id: case for case in Case.objects.filter(person__in=people).order_by("opened_at")}
    wanted = [_case(person, one) for person, found in drawn.items() for one in found]
    Case.objects.filter(id__in=held.keys() - {case.id for case in wanted}).delete()
    # An earlier case is closed before a later one opens: at most one of a person is open at any moment.
    changed = [case for case in wanted if _standing(case) != _standing(held.get(case.id))]
    # One that goes back to another person makes room first for a new one.
    changed.sort(key=lambda case: case.id not in held)
    Case.objects.bulk_create(
        changed, batch_size=100, update_conflicts=True, unique_fields=["id"], update_fields=list(_STANDING)
    )
    return {c.person: c for c in held.values()}, {c.person: c for c in wanted}


def _standing(case: Case | None) -> list[Any]:
    return [getattr(case, name) for name in _STANDING] if case else []


def _case(person: UUID, one: rules.Episode) -> Case:
    return Case(id=one.id, person=person, **{name: getattr(one, name) for name in _STANDING[1:]})


def _owe(people: Collection[UUID], drawn: dict[UUID, list[rules.Episode]]) -> None:
    """Lay what the clinic owes, take back what it does not owe any more, and bring back what it does."""
    wanted: dict[UUID, tuple[str, tasks.Expected, bool]] = {}
    for person, found in drawn.items():
        for one in found:
            for owed in rules.clocks(one):
                act = _act(person, one, owed)
                over = owed.over_at is not None and act.due_at > owed.over_at
                wanted[ids.derived(owed.duty, act.subject_id, act.slot)] = (owed.duty, act, over)
    kinds = (rules.RECEIVE, rules.RESULT, rules.SETTLE)
    laid = dict(Task.objects.filter(subject_id__in=people, kind__in=kinds).values_list("id", "withdrawn_at"))
    for kind in kinds:
        tasks.expect(kind, [act for task, (duty, act, over) in wanted.items() if duty == kind and not over])
    gone = [i for i, at in laid.items() if at is None and (i not in wanted or wanted[i][2])]
    back = [i for i, at in laid.items() if at is not None and i in wanted and not wanted[i][2]]
    tasks.dismiss(gone, "case-over")
    tasks.reinstate(back)


def _act(person: UUID, one: rules.Episode, owed: rules.Clock) -> tasks.Expected:
    within: Any = duties()[owed.duty]
    since = max(owed.since, owed.known_at or owed.since)
    due = since + within.within(owed.place, clock.day_of(since), "")
    # A record closes a task of the same id only: what was done before two became one stays where it was done.
    person = one.done_by.get(owed.duty, person)
    # A case that is counted elsewhere is owed elsewhere: another task.
    return tasks.Expected(
        person, owed.place, owed.since, due, slot=f"{owed.place}/{owed.slot}", source=one.id
    )
