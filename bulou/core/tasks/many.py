"""A whole set at once: the members of a round are laid where they stand, by the database itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from bulou.core.figures import cells
from bulou.core.tasks import owners
from bulou.core.tasks.duties import duties
from bulou.core.tasks.settle import TABLE, catch_up
from bulou.core.tasks.write import _changing
from bulou.lib import clock, sql


@dataclass(frozen=True, slots=True)
class Shared:
    """What all tasks of a round have in common."""

    source: UUID
    slot: str
    opens_at: datetime
    due_at: datetime


def expect_all(kind: str, members: str, params: Sequence[Any], shared: Shared) -> int:
    """Lay a task for each (id, place) of a SELECT; those already laid stay. How many are new.

    The ids of the tasks are the database's own: what is laid so is told apart by its kind, subject and slot.
    """
    duty = duties()[kind]
    fresh = "gen_random_uuid()" if sql.is_postgres() else "lower(hex(randomblob(16)))"
    with transaction.atomic(), cells.gathered():
        found = sql.rows(
            f"INSERT INTO {TABLE} (id, kind, subject_type, subject_id, slot, place, role, opens_at, due_at, due_day,"
            " source, detail, reason)"
            f" SELECT {fresh}, %s, %s, m.id, %s, m.place, %s, %s, %s, %s, %s, '', '' FROM ({members}) m"
            " WHERE true ON CONFLICT (kind, subject_id, slot) DO NOTHING RETURNING id",
            [
                kind, duty.subject_type, shared.slot, duty.role, sql.moment(shared.opens_at),
                sql.moment(shared.due_at), sql.day(clock.day_of(shared.due_at)), sql.uid(shared.source), *params,
            ],
        )  # fmt: skip
        new = [sql.as_uuid(row[0]) for row in found]
        cells.count_rows(TABLE, new)
        catch_up(duty, new)
        if new:
            owners.follow_round(kind, shared.slot)
    return len(new)


def tell(said: Mapping[UUID, str]) -> None:
    """Say anew, of each of these tasks, its detail."""
    if said:
        with _changing(list(said)):
            rows = [(sql.uid(task), word) for task, word in said.items()]
            sql.update(TABLE, ("id", "detail"), rows, ("uuid", "text"))
