"""The few ways in which task rows come and change. All are set-based and keep the tallies right."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from bulou.core.figures import cells
from bulou.core.tasks import owners
from bulou.core.tasks.duties import duties
from bulou.core.tasks.models import Task
from bulou.core.tasks.settle import TABLE, catch_up, settle
from bulou.lib import clock, ids, sql
from bulou.lib.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bulou.core.tasks.duties import Duty


class Expected(NamedTuple):
    """An act to expect: the subject, the turn, the place and the times."""

    subject_id: UUID
    place: str
    opens_at: datetime
    due_at: datetime
    slot: str = ""
    until_at: datetime | None = None
    # Whose alone it is; None: whoever answers for the subject by name, else whoever holds the post.
    account: int | None = None
    role: str = ""
    source: UUID | None = None
    subject_type: str = ""
    detail: str = ""


def expect(kind: str, acts: Iterable[Expected]) -> int:
    """Lay tasks of a kind; those already laid stay as they are. How many are new.

    Records that came before their task are found and close it.
    """
    return expect_several([(kind, acts)])


def expect_several(several: Iterable[tuple[str, Iterable[Expected]]]) -> int:
    """`expect` for tasks of several kinds at once, in the statements that one kind takes."""
    rows: dict[UUID, tuple[Duty, Expected]] = {}
    for kind, acts in several:
        duty = duties()[kind]
        for act in acts:
            rows[ids.derived(kind, act.subject_id, act.slot)] = duty, act
    if not rows:
        return 0
    with transaction.atomic(), cells.gathered():
        for known in _existing(list(rows)):
            del rows[known]
        if not rows:
            return 0
        new = _insert(rows)
        cells.count_rows(TABLE, new)
        begun = clock.now()
        open_now: dict[str, list[UUID]] = {}
        for pk in new:
            duty, act = rows[pk]
            if act.opens_at <= begun:
                open_now.setdefault(duty.kind, []).append(pk)
        for kind, pks in open_now.items():
            catch_up(duties()[kind], pks)
    return len(new)


def expect_in_pieces(kind: str, acts: Iterable[Expected]) -> int:
    """`expect` for however many, without holding the database from others for longer than a moment.

    What is laid already (nearly all that a rhythm asks for) is passed over before anything is written. Within a
    transaction nobody could come in between: there it is one piece.
    """
    if connection.in_atomic_block:
        return expect(kind, acts)
    new = 0
    pace = Pace(_missing(kind, acts), _FIRST, least=25)
    for piece in pace:
        with pace.held():
            new += expect(kind, piece)
    return new


def _missing(kind: str, acts: Iterable[Expected]) -> Iterator[Expected]:
    rest = iter(acts)
    while some := {ids.derived(kind, act.subject_id, act.slot): act for act in islice(rest, _LOOKED_UP)}:
        for known in _existing(some):
            del some[known]
        yield from some.values()


# Acts in the first piece, and those that are looked up together.
_FIRST, _LOOKED_UP = 100, 5_000


def _insert(rows: dict[UUID, tuple[Duty, Expected]]) -> list[UUID]:
    """Insert new rows, in the order of ids so that two who lay the same wait instead of blocking each other."""
    names, types = [name for name, _type in _COLUMNS], [kind for _name, kind in _COLUMNS]
    values = _values(rows)
    if not sql.is_postgres():  # nobody else has written since we looked what is there
        sql.insert(TABLE, names, values, types)
        return list(rows)
    source, params = sql.recordset(names, values, types)
    columns = ", ".join(names)
    found = sql.rows(
        f"INSERT INTO {TABLE} ({columns}) SELECT {columns} FROM {source} ON CONFLICT DO NOTHING RETURNING id",
        params,
    )
    return [row[0] for row in found]


# The columns of a new task, with PostgreSQL's names of their types.
_COLUMNS = (
    ("id", "uuid"), ("kind", "text"), ("subject_type", "text"), ("subject_id", "uuid"), ("slot", "text"),
    ("place", "text"), ("role", "text"), ("account", "bigint"), ("opens_at", "timestamptz"),
    ("due_at", "timestamptz"), ("due_day", "date"), ("until_at", "timestamptz"), ("source", "uuid"),
    ("detail", "text"), ("reason", "text"),
)  # fmt: skip


def _values(rows: dict[UUID, tuple[Duty, Expected]]) -> list[tuple[Any, ...]]:
    """New rows as the database keeps them. Many share their moments, so each is worked out once."""
    uid = sql.uid
    at: dict[datetime | None, Any] = {None: None}
    days: dict[datetime, Any] = {}
    values, order = [], sorted(rows, key=lambda one: one.int)
    who = owners.named([_owed_by(*rows[pk]) for pk in order])
    for pk, named in zip(order, who, strict=True):
        duty, act = rows[pk]
        for moment in (act.opens_at, act.due_at, act.until_at):
            if moment is not None and moment not in at:
                at[moment] = sql.moment(moment)
        if act.due_at not in days:
            days[act.due_at] = sql.day(clock.day_of(act.due_at))
        values.append(
            (
                uid(pk), duty.kind, act.subject_type or duty.subject_type, uid(act.subject_id), act.slot,
                act.place, act.role or duty.role, act.account or (named.holder if named else None),
                at[act.opens_at], at[act.due_at], days[act.due_at], at[act.until_at],
                uid(act.source) if act.source else None, act.detail, "",
            )
        )  # fmt: skip
    return values


def _owed_by(duty: Duty, act: Expected) -> owners.Owed:
    subject = (act.subject_type or duty.subject_type, act.subject_id)
    return owners.Owed(duty.kind, subject, act.role or duty.role)


def _existing(wanted: Collection[UUID]) -> list[UUID]:
    clause, params = sql.among("id", wanted)
    return [sql.as_uuid(row[0]) for row in sql.rows(f"SELECT id FROM {TABLE} WHERE {clause}", params)]


@contextmanager
def _changing(task_ids: Sequence[UUID]) -> Iterator[None]:
    """Take these rows' share away, let them change, and add the share they have then."""
    with transaction.atomic(), cells.gathered():
        cells.count_rows(TABLE, task_ids, -1)
        yield
        cells.count_rows(TABLE, task_ids)


def _select(where: str, params: Sequence[Any]) -> list[UUID]:
    lock = " ORDER BY id FOR UPDATE" if sql.is_postgres() else ""
    found = sql.rows(f"SELECT id FROM {TABLE} WHERE {where}{lock}", params)
    return [sql.as_uuid(row[0]) for row in found]


def _owed(subjects: Collection[UUID], kind: str, after: datetime) -> list[UUID]:
    clause, params = sql.among("subject_id", subjects)
    return _select(
        f"{clause} AND kind = %s AND due_at > %s AND done_at IS NULL AND withdrawn_at IS NULL",
        [*params, kind, sql.moment(after)],
    )


def withdraw(kind: str, subjects: Collection[UUID], after: datetime, reason: str) -> int:
    """No longer owed: tasks of these subjects that are due after a moment leave the expected."""
    found = _owed(subjects, kind, after)
    _set(found, "withdrawn_at = %s, reason = %s", [sql.moment(clock.now()), reason])
    return len(found)


def restore(kind: str, subjects: Collection[UUID], after: datetime) -> int:
    """Owed after all: what was withdrawn and is due after a moment comes back."""
    clause, params = sql.among("subject_id", subjects)
    found = _select(
        f"{clause} AND kind = %s AND due_at > %s AND withdrawn_at IS NOT NULL",
        [*params, kind, sql.moment(after)],
    )
    reinstate(found)
    return len(found)


def dismiss(task_ids: Collection[UUID], reason: str) -> None:
    """No longer owed: just these tasks leave the expected."""
    clause, params = sql.among("id", task_ids)
    found = _select(f"{clause} AND withdrawn_at IS NULL", params)
    _set(found, "withdrawn_at = %s, reason = %s", [sql.moment(clock.now()), reason])


def reinstate(task_ids: Collection[UUID]) -> None:
    """Owed after all: just these tasks come back, and what was recorded meanwhile closes them."""
    clause, params = sql.among("id", task_ids)
    with transaction.atomic(), cells.gathered():
        found = _select(f"{clause} AND withdrawn_at IS NOT NULL", params)
        _set(found, "withdrawn_at = NULL, reason = ''", [])
        settle(found)


def keep_only(
    kind: str,
    subjects: Collection[UUID],
    slots: Collection[str],
    wanted: Collection[tuple[UUID, str]],
    why: str,
) -> set[tuple[UUID, str]]:
    """Of what was laid of these subjects and slots just the wanted (subject, slot) stays owed, done or not.

    What of it was never laid is given back, for the caller to expect.
    """
    mine = Task.objects.filter(kind=kind, subject_id__in=subjects, slot__in=slots)
    laid = {(task.subject_id, task.slot): task for task in mine}
    dismiss([task.id for owed, task in laid.items() if owed not in wanted], why)
    reinstate([task.id for owed, task in laid.items() if owed in wanted and task.withdrawn_at is not None])
    return set(wanted) - laid.keys()


def excuse(task_ids: Collection[UUID], reason: str) -> int:
    """Owed and not to be had, for a reason that somebody gave: shown as excused, not as missed."""
    clause, params = sql.among("id", task_ids)
    found = _select(f"{clause} AND done_at IS NULL AND withdrawn_at IS NULL", params)
    _set(found, "excused_at = %s, reason = %s", [sql.moment(clock.now()), reason])
    return len(found)


def move(kind: str, subject: UUID, place: str, after: datetime) -> int:
    """The subject is elsewhere from a moment on: what is due later is owed there, the past stays."""
    found = _owed([subject], kind, after)
    _set(found, "place = %s", [place])
    owners.settle(found)
    return len(found)


def relocate(task_ids: Collection[UUID], place: str) -> None:
    """Just these are owed at another place from now on, also what is late already: theirs is no more."""
    clause, params = sql.among("id", task_ids)
    found = _select(clause, params)
    _set(found, "place = %s", [place])
    owners.settle(found)


def _set(task_ids: Sequence[UUID], change: str, values: list[Any]) -> None:
    if not task_ids:
        return
    clause, params = sql.among("id", task_ids)
    with _changing(task_ids):
        sql.run(f"UPDATE {TABLE} SET {change} WHERE {clause}", [*values, *params])
