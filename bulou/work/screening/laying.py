"""Laying a round: one task for each member of its set, by stretches of places, so that no writer waits long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db.models import Sum

from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.core.tasks.many import Shared, expect_all
from bulou.lib import clock, ids, sql
from bulou.work.screening import words
from bulou.work.screening.models import Laid, Round
from bulou.work.screening.rules import SETS

_AT_ONCE = 1000  # doors in one transaction
Statement = tuple[str, list[Any]]


def members(plan: Round) -> Statement:
    """The members of a round's set in its territory, as a SELECT of (id, place)."""
    kind, _what, unit_kind = SETS[plan.subjects]
    inside, params = sql.within("place", plan.place)
    if plan.after:
        # The second round begins with the gaps of the first.
        text = (
            "SELECT subject_id AS id, place FROM tasks_task WHERE source = %s AND kind = %s"
            f" AND done_at IS NULL AND withdrawn_at IS NULL AND {inside}"
        )
        return text, [sql.uid(plan.after), kind, *params]
    if plan.subjects == "households":
        return f"SELECT id, place FROM people_household WHERE {inside}", params
    if unit_kind:
        return f"SELECT id, place FROM people_unit WHERE kind = %s AND {inside}", [unit_kind, *params]
    if plan.subjects == "unit-people":
        # A unit answers for its people wherever they live: their doors are where it stands.
        inside, params = sql.within("u.place", plan.place)
        text = (
            "SELECT p.id AS id, u.place AS place FROM people_person p JOIN people_unit u ON u.id = p.unit"
            f" WHERE p.merged_into IS NULL AND {inside}"
        )
        return (f"{text} AND u.id = %s", [*params, sql.uid(plan.unit)]) if plan.unit else (text, params)
    return f"SELECT id, place FROM people_person WHERE merged_into IS NULL AND {inside}", params


def counts(plan: Round) -> dict[str, tuple[int, int]]:
    """{place: (doors, people on the register there)} of a round, before or after it is laid."""
    text, params = members(plan)
    doors = sql.rows(f"SELECT place, COUNT(*) FROM ({text}) m GROUP BY place ORDER BY place", params)
    if SETS[plan.subjects][1] == "person":
        return {place: (count, count) for place, count in doors}
    column = "household" if plan.subjects == "households" else "unit"
    living = dict(
        sql.rows(
            f"SELECT m.place, COUNT(*) FROM ({text}) m JOIN people_person p ON p.{column} = m.id"
            " WHERE p.merged_into IS NULL GROUP BY m.place",
            params,
        )
    )
    return {place: (count, living.get(place, 0)) for place, count in doors}


def lay(plan: Round, by: Actor) -> int:
    """Lay the round's tasks; whatever is laid already stays, so that it may be begun again. How many are new."""
    found, new = counts(plan), 0
    text, params = members(plan)
    shared = Shared(plan.id, plan.slot, plan.opens_at, plan.due_at)
    for first, last in _stretches({place: doors for place, (doors, _people) in found.items()}):
        some = f"SELECT id, place FROM ({text}) s WHERE place >= %s AND place <= %s"
        new += expect_all(SETS[plan.subjects][0], some, [*params, first, last], shared)
    words.retell_chain(plan)
    _write_down(plan, found, by)
    Round.objects.filter(pk=plan.pk).update(laid_at=clock.now())
    return new


def _stretches(doors: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Neighbouring places that hold together about so many doors as may be laid at once."""
    first, held, last = "", 0, ""
    for place, count in doors.items():
        if first and held + count > _AT_ONCE:
            yield first, last
            first, held = "", 0
        first, last, held = first or place, place, held + count
    if first:
        yield first, last


def _write_down(plan: Round, found: dict[str, tuple[int, int]], by: Actor) -> None:
    """The base that coverage is proved against, place by place; laid again, what has come since."""
    known = _written_down(plan)
    records = []
    for place, (doors, people) in found.items():
        had, lived = known.get(place, (0, 0))
        if doors > had:
            said = {"round": str(plan.id), "subjects": plan.subjects, "number": plan.number,
                    "doors": doors - had, "people": max(people - lived, 0)}  # fmt: skip
            key = ids.derived(Laid.kind, plan.id, place, *([had] if had else []))
            records.append(Incoming(Laid.kind, key, place, clock.now() if had else plan.made_at, said))
    for start in range(0, len(records), _AT_ONCE):
        take(records[start : start + _AT_ONCE], replace(by, role=Role.SYSTEM))


def _written_down(plan: Round) -> dict[str, tuple[int, int]]:
    """{place: (doors, people)} of a round as it is written down so far."""
    rows = Laid.objects.filter(round=plan.id, replaced_by=None).values_list("place")
    return {place: (doors, people) for place, doors, people in rows.annotate(Sum("doors"), Sum("people"))}
