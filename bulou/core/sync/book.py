"""The book of records read in its own order: what came after a cursor, without a gap.

The numbers of the book are given out before their transactions end, so on PostgreSQL a later number may
be seen while an earlier one is still on its way. Whoever writes in the book holds a lock on its table
from before the number until the end: a reader who sees a hole waits for those, and reads again.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from bulou.core.own import record_kinds
from bulou.core.people.queries import visible
from bulou.core.records.kinds import Kind, kinds
from bulou.core.records.models import PersonRecord
from bulou.core.records.rows import BASE
from bulou.core.staff.actor import Actor
from bulou.core.tasks.duties import closed_by
from bulou.lib import sql

AT_ONCE = 2000  # entries of the book looked through for one answer
_PATIENCE = 1.0  # seconds; an intake takes some tens of milliseconds
_LOOK = 0.02
# A table may have the same number in another house's database, which was copied from one model.
_HOLDERS = """SELECT virtualtransaction FROM pg_locks WHERE relation = 'records_entry'::regclass AND granted
 AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()
 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


@dataclass(frozen=True, slots=True)
class Line:
    """One record as the book tells it. `data` holds its countable columns, None for whoever may not write its kind."""

    kind: str
    id: UUID
    place: str
    happened_at: datetime
    replaces: UUID | None
    data: dict[str, Any] | None


def after(seq: int, by: Actor) -> tuple[list[Line], int, bool]:
    """Records of the actor's territory and work entered after `seq`, the last number looked at, and whether
    there is more."""
    entries, mine = _settled(seq), record_kinds(by.role) if by.sees_people else frozenset()
    more = len(entries) == AT_ONCE
    by_kind: dict[str, list[UUID]] = {}
    for _seq, record, kind in entries:
        by_kind.setdefault(kind, []).append(record)
    found: dict[UUID, Line] = {}
    for name, ids in by_kind.items():
        known = kinds().get(name)
        if known is not None and name in mine:
            found |= _lines(known, ids, by)
    lines = [found[record] for _seq, record, _kind in entries if record in found]
    return lines, (entries[-1][0] if entries else seq), more


def _settled(seq: int) -> list[tuple[int, UUID, str]]:
    """The next entries, up to the first hole that somebody may still fill."""
    entries = _entries(seq)
    if not sql.is_postgres() or not entries or _hole(seq, entries) is None:
        return entries
    on_their_way, end = _holders(), time.monotonic() + _PATIENCE
    while on_their_way and time.monotonic() < end:
        time.sleep(_LOOK)
        on_their_way &= _holders()
    again = [entry for entry in _entries(seq) if entry[0] <= entries[-1][0]]
    hole = _hole(seq, again)
    return again if not on_their_way or hole is None else again[:hole]


def _entries(seq: int) -> list[tuple[int, UUID, str]]:
    found = sql.rows(
        "SELECT seq, id, kind FROM records_entry WHERE seq > %s ORDER BY seq LIMIT %s", [seq, AT_ONCE]
    )
    return [(int(row[0]), sql.as_uuid(row[1]), row[2]) for row in found]


def _hole(seq: int, entries: list[tuple[int, UUID, str]]) -> int | None:
    """The position of the first entry whose number does not follow on the one before it."""
    return next((n for n, entry in enumerate(entries) if entry[0] != seq + n + 1), None)


def _holders() -> set[str]:
    return {row[0] for row in sql.rows(_HOLDERS)}


def _lines(kind: Kind, ids: list[UUID], by: Actor) -> dict[UUID, Line]:
    columns = _columns(kind.name) if by.role in kind.writers else ()
    rows = sql.subtree(kind.model._default_manager.filter(pk__in=ids), by.place)
    about = _about(kind) if by.unit else ""
    if about:  # whoever answers for a unit hears of its people alone
        rows = rows.filter(**{f"{about}__in": visible(by).order_by().values("pk")})
    lines = {}
    for row in rows.values("id", "place", "happened_at", "replaces", *columns):
        data = {name: row[name] for name in columns} if columns else None
        lines[row["id"]] = Line(kind.name, row["id"], row["place"], row["happened_at"], row["replaces"], data)
    return lines


def _about(kind: Kind) -> str:
    """The column that says about whom a kind of record is: its person, or the subject of the duty that it serves."""
    if issubclass(kind.model, PersonRecord):
        return "person"
    return next((duty.subject for duty in closed_by(kind.name) if duty.subject_type == "person"), "")


@cache
def _columns(kind: str) -> tuple[str, ...]:
    fields = kinds()[kind].model._meta.concrete_fields
    return tuple(f.attname for f in fields if f.column not in BASE)
