"""Keys and sealed parts in the database: made, fetched and destroyed for many at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import Model

from bulou.core.people import seal
from bulou.core.people.models import PersonKey, SealedPart
from bulou.core.room import ask
from bulou.lib import ids, sql

# Rows in one statement, so that its text stays small.
_PIECE = 5_000


@dataclass(frozen=True, slots=True)
class Part:
    """One free text (or JSON value) of a record; `person` None: it is about nobody known."""

    record: UUID
    person: UUID | None
    field: str
    value: Any


def many(statement: str, rows: Sequence[tuple[Any, ...]]) -> int:
    """One prepared statement for many rows; how many it touched."""
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)
        return int(cursor.rowcount)


def insert(
    model: type[Model], columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]], tail: str = ""
) -> int:
    """Many new rows of a model (ids as `sql.uid` gives them); how many went in."""
    into = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)})"
    if not sql.is_postgres():
        return many(f"{into} VALUES ({', '.join(['%s'] * len(columns))}) {tail}", rows)
    if not rows:
        return 0
    if not tail:
        sql.copy(model._meta.db_table, columns, rows)
        return len(rows)
    # One statement with all rows as JSON: the quickest to write, to escape and to read.
    fields = {field.column: field for field in model._meta.concrete_fields}
    shape = ", ".join(f"{name} {fields[name].cast_db_type(connection)}" for name in columns)
    names = ", ".join(columns)
    statement = f"{into} SELECT {names} FROM json_to_recordset(%s::json) AS told({shape}) {tail}"
    return sum(
        sql.run(statement, [_as_json(columns, rows[at : at + _PIECE])]) for at in range(0, len(rows), _PIECE)
    )


def _as_json(columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> str:
    said = [dict(zip(columns, row, strict=True)) for row in rows]
    return orjson.dumps(said, default=_bytea).decode()


def _bytea(value: bytes) -> str:
    """Bytes as PostgreSQL reads them from a text."""
    return f"\\x{value.hex()}"


def uids() -> Callable[[UUID | None], Any]:
    """`sql.uid` for many ids: which database it is, is asked once."""
    return _same if sql.is_postgres() else _hex


def _same(value: UUID | None) -> UUID | None:
    return value


def _hex(value: UUID | None) -> str | None:
    return value.hex if value else None


def fetch(holders: Collection[UUID]) -> dict[UUID, bytes]:
    """The keys of those holders who still have one."""
    if not holders:
        return {}
    where, params = sql.among("person", holders)
    found = sql.rows(f"SELECT person, wrapped FROM people_personkey WHERE {where}", params)
    return {owner: seal.unwrap(wrapped, owner) for owner, wrapped in ((ids.parse(p), w) for p, w in found)}


def store(keys: dict[UUID, bytes]) -> None:
    """Keep new holders' keys, wrapped."""
    uid = uids()
    rows = [(uid(owner), seal.wrap(key, owner)) for owner, key in keys.items()]
    rows.sort()
    insert(PersonKey, ("person", "wrapped"), rows)


def need(holders: Collection[UUID]) -> dict[UUID, bytes]:
    """The holders' keys; who has none gets one."""
    known = fetch(holders)
    fresh = {holder: seal.new_key() for holder in set(holders) - known.keys()}
    if fresh:
        store(fresh)
    return known | fresh


def destroy(holders: Collection[UUID]) -> int:
    """Destroy the keys: what was sealed under them stays unreadable for ever. Returns how many.

    Rooms that hold files under them are told (`"ended"`), so that nothing is left lying about that nobody can read.
    """
    if not holders:
        return 0
    ask("ended", holders)
    where, params = sql.among("id", holders)
    sql.run(f"UPDATE people_household SET address_index = NULL WHERE {where}", params)
    where, params = sql.among("person", holders)
    return sql.run(f"DELETE FROM people_personkey WHERE {where}", params)


def seal_parts(parts: Collection[Part]) -> None:
    """Keep records' free texts, each under its person's key, else under a key of the record's own.

    A part that is already there stays as it is. Whose key was destroyed gets no new one: what comes late
    about somebody whose data has ended is not kept.
    """
    persons = {part.person for part in parts if part.person is not None}
    keys = fetch(persons) | need({part.record for part in parts if part.person is None})
    rows = [
        (
            sql.uid(part.record),
            part.field,
            sql.uid(part.person) if part.person else None,
            seal.seal(keys[part.person or part.record], {"v": part.value}, _bound(part.record, part.field)),
        )
        for part in parts
        if (part.person or part.record) in keys
    ]
    insert(SealedPart, ("record", "field", "person", "cipher"), rows, "ON CONFLICT DO NOTHING")


def open_parts(records: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Records' free texts, by record and field. Whose key is gone is not there."""
    if not records:
        return {}
    where, params = sql.among("record", records)
    found = list(SealedPart.objects.extra(where=[where], params=params))
    keys = fetch({part.person or part.record for part in found})
    opened: dict[UUID, dict[str, Any]] = {}
    for part in found:
        key = keys.get(part.person or part.record)
        if key is not None:
            value = seal.open_(key, part.cipher, _bound(part.record, part.field))["v"]
            opened.setdefault(part.record, {})[part.field] = value
    return opened


def _bound(record: UUID, field: str) -> bytes:
    return record.bytes + field.encode()
