"""Rows of records into their tables: bare statements, because objects cost more than the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import DateField, DateTimeField, Model, UUIDField

from bulou.core.people import keys
from bulou.core.records.kinds import Item, Kind
from bulou.core.records.models import Record
from bulou.lib import clock, sql

BASE = (
    "id",
    "place",
    "day",
    "happened_at",
    "received_at",
    "account",
    "device",
    "replaces",
    "root",
    "replaced_by",
)


@cache
def _own_columns(model: type[Record]) -> tuple[tuple[str, Any], ...]:
    """The room's columns of a kind with their defaults."""
    fields = [f for f in model._meta.concrete_fields if f.column not in BASE]
    return tuple((str(f.column), f.get_default()) for f in fields)


def insert(model: type[Record], items: Sequence[Item], now: datetime) -> None:
    """Insert the rows of these items. Each item's `row` then holds all of its columns."""
    own = _own_columns(model)
    for item in items:
        _fill(item, own, now)
    columns = [*BASE, *(name for name, _default in own)]
    insert_values(model, columns, [[item.row[name] for name in columns] for item in items])


def _fill(item: Item, own: tuple[tuple[str, Any], ...], now: datetime) -> None:
    came, row, data = item.came, item.row, item.data
    for name, default in own:
        if name not in row:
            row[name] = getattr(data, name, default)
    row.setdefault("place", came.place)
    row.setdefault("root", came.id)
    row["id"], row["replaces"], row["replaced_by"] = came.id, came.replaces, None
    row["day"], row["happened_at"], row["received_at"] = clock.day_of(came.happened_at), came.happened_at, now
    row["account"], row["device"] = item.by.account or None, came.device


def insert_values(model: type[Model], columns: list[str], values: list[list[Any]]) -> None:
    """Insert rows of any model, their values as its columns' Python values (which the lists then lose)."""
    types = db_types(model)
    if not sql.is_postgres():
        adapt = [(n, f) for n, name in enumerate(columns) if (f := _adapter(model, name)) is not None]
        before: dict[int, tuple[Any, Any]] = {}  # a whole batch was received at one moment
        for row in values:
            for n, f in adapt:
                value = row[n]
                if value is not None:
                    known = before.get(n)
                    if known is None or known[0] is not value:
                        known = before[n] = value, f(value)
                    row[n] = known[1]
    sql.insert(model._meta.db_table, columns, values, [types[name] for name in columns])


def enter_in_book(kind: str, items: Sequence[Item]) -> None:
    """Make the ids of these items known, with what their content was."""
    rows = [(sql.uid(item.id), kind, item.digest) for item in items]
    sql.insert("records_entry", ("id", "kind", "digest"), rows, ("uuid", "text", "text"))


@cache
def db_types(model: type[Model]) -> dict[str, str]:
    """PostgreSQL's name of the type of each column."""
    from django.db import connection

    return {
        str(f.column): (f.db_type(connection) or "text").split(" GENERATED")[0]
        for f in model._meta.concrete_fields
    }


@cache
def _adapter(model: type[Model], column: str) -> Callable[[Any], Any] | None:
    """How SQLite keeps a column's values; None where it takes them as they are."""
    field = next(f for f in model._meta.concrete_fields if f.column == column)
    if isinstance(field, UUIDField):
        return _hex
    if isinstance(field, DateTimeField):
        return sql.moment
    if isinstance(field, DateField):
        return date.isoformat
    return None


def _hex(value: UUID) -> str:
    return value.hex


def seal_parts(kind: Kind, items: Sequence[Item]) -> None:
    """Keep the free text of records sealed, outside of them, under their person's key."""
    parts = [
        keys.Part(record=item.id, field=name, value=text, person=item.row.get("person"))
        for item in items
        for name in kind.sealed
        if (text := getattr(item.data, name, ""))
    ]
    parts += [
        keys.Part(record=item.id, field="why", value=item.came.why, person=item.row.get("person"))
        for item in items
        if item.came.why and "why" not in kind.sealed
    ]
    if parts:
        keys.seal_parts(parts)
