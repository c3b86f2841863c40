"""Which record closes which task. The earliest by (happened_at, id) that happened in its window.

One rule for every path: a record that arrives, a correction, a task laid after its record came.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from bulou.core.figures import cells
from bulou.core.records.kinds import kinds
from bulou.core.tasks.duties import Duty, closed_by, duties
from bulou.core.tasks.models import NEVER
from bulou.lib import sql

TABLE = "tasks_task"


def close_for(record_kind: str, record_ids: Collection[UUID]) -> None:
    """Close what these records serve (they are stored and count)."""
    for duty in closed_by(record_kind):
        clause, params = sql.among("r.id", record_ids)
        _close(duty, "r", clause, params)


def settle(task_ids: Collection[UUID]) -> None:
    """Work out anew which record closes these tasks, from all records that count."""
    clause, params = sql.among("id", task_ids)
    by_kind: dict[str, list[UUID]] = {}
    for pk, kind in sql.rows(f"SELECT id, kind FROM {TABLE} WHERE {clause}", params):
        by_kind.setdefault(kind, []).append(sql.as_uuid(pk))
    for kind, ids in by_kind.items():
        duty = duties().get(kind)
        if duty is not None and duty.done_by:
            _reopen(ids)
            catch_up(duty, ids)


def catch_up(duty: Duty, task_ids: Collection[UUID]) -> None:
    """Close those of these tasks of one duty, none of them done yet, whose records are here already."""
    if task_ids and duty.done_by:
        clause, params = sql.among("t.id", task_ids)
        _close(duty, "t", clause, params)


def served_by(record_ids: Collection[UUID]) -> list[UUID]:
    """The tasks that these records closed."""
    clause, params = sql.among("done_by", record_ids)
    return [sql.as_uuid(row[0]) for row in sql.rows(f"SELECT id FROM {TABLE} WHERE {clause}", params)]


def _reopen(task_ids: Collection[UUID]) -> None:
    clause, params = sql.among("id", task_ids)
    cells.count_rows(TABLE, task_ids, -1)
    sql.run(f"UPDATE {TABLE} SET done_at = NULL, done_by = NULL WHERE {clause}", params)
    cells.count_rows(TABLE, task_ids)


def _close(duty: Duty, given: str, clause: str, params: Sequence[Any]) -> None:
    """Close the tasks of a duty that the records (`given` "r") or tasks ("t") in `clause` concern."""
    table = kinds()[duty.done_by].model._meta.db_table
    # What is given comes first and CROSS JOIN keeps SQLite to that order: it would else walk every task of the
    # kind. Asked so, "not withdrawn" opens no index: PostgreSQL, until it has counted a table just filled, would
    # take that for rare and look up all tasks that were not, for each record.
    # Tasks that are given are of the kind; to ask for it again leads SQLite to the same walk.
    # The kind comes with each record: for a kind that is said once PostgreSQL, whose tasks are few when it plans,
    # would read all of the kind for each.
    if given == "r":
        first = (
            f"SELECT r.*, CAST(%s AS VARCHAR(40)) AS closing FROM {table} r"
            f" WHERE {clause} AND r.replaced_by IS NULL"
        )
        joined, more = (
            f"given r CROSS JOIN {TABLE} t",
            "t.kind = r.closing AND CASE WHEN t.withdrawn_at IS NULL THEN 1 END = 1",
        )
    else:
        first = f"SELECT t.id AS given FROM {TABLE} t WHERE {clause} AND t.withdrawn_at IS NULL"
        joined = f"given CROSS JOIN {TABLE} t CROSS JOIN {table} r"
        more = "t.id = given.given AND r.replaced_by IS NULL"
    more += f" AND ({duty.when})" if duty.when else ""
    lock = " ORDER BY t.id FOR UPDATE OF t" if sql.is_postgres() else ""
    found = sql.rows(
        f"WITH given AS MATERIALIZED ({first})"
        f" SELECT t.id, {sql.kept('r.happened_at')}, r.id, {sql.kept('t.done_at')}, t.done_by FROM {joined}"
        f" WHERE {more} AND t.subject_id = r.{duty.subject} AND t.opens_at <= r.happened_at"
        # As the index says it; SQLite would not look there for a column, which it compares in another way.
        f" AND COALESCE(t.until_at, '{sql.moment(NEVER)}') > {sql.unindexed('r.happened_at')}"
        f" AND (t.done_at IS NULL OR (r.happened_at, r.id) < (t.done_at, t.done_by)){lock}",
        [duty.kind, *params] if given == "r" else params,
        again=True,  # for many as well: PostgreSQL takes a clause with CASE for rare, and would walk every task
    )
    best: dict[Any, tuple[Any, Any]] = {}
    for task, at, record, done_at, done_by in found:
        now = best.get(task) or ((done_at, done_by) if done_at is not None else None)
        if now is None or (at, record) < now:
            best[task] = (at, record)
    _write(best)


def _write(best: dict[Any, tuple[Any, Any]]) -> None:
    if not best:
        return
    ids = [sql.as_uuid(task) for task in best]
    cells.count_rows(TABLE, ids, -1, "done_at")
    rows = [(task, at, record) for task, (at, record) in best.items()]
    sql.update(TABLE, ("id", "done_at", "done_by"), rows, ("uuid", "timestamptz", "uuid"))
    cells.count_rows(TABLE, ids, 1, "done_at")
