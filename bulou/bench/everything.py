"""Records of every kind in a county to bench on: rows whose columns say what their figures count by."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import connection, models, transaction

from bulou.core.figures.figure import of_source
from bulou.core.records.kinds import kinds
from bulou.core.records.models import Record
from bulou.core.records.rows import db_types
from bulou.lib import ids, sql

A_DAY = 150  # records of each kind, spread over the county
_WORDS = ("one", "two", "three", "four")  # as many values as a dimension has here


def lay(places: list[str], start: datetime, end: datetime, without: frozenset[str] = frozenset()) -> int:
    """Lay records of every kind that is counted, but those of the kinds `without`. How many."""
    chance, laid, day = Random("everything"), 0, start  # noqa: S311 - a bench, not a secret
    counted = [
        kind.model
        for name, kind in kinds().items()
        if name not in without and of_source(kind.model._meta.db_table)
    ]
    while day < end:
        with transaction.atomic():
            for model in counted:
                rows = [_row(model, chance, chance.choice(places), day) for _ in range(A_DAY)]
                columns = [str(field.column) for field in model._meta.concrete_fields]
                types = [db_types(model)[name] for name in columns]
                sql.insert(model._meta.db_table, columns, rows, types)
                laid += len(rows)
        day += timedelta(days=1)
    return laid


def _row(model: type[Record], chance: Random, place: str, day: datetime) -> list[Any]:
    at = day + timedelta(minutes=chance.randrange(1, 600))
    key = ids.new()
    said: dict[str, Any] = {"id": key, "root": key, "place": place, "replaces": None, "replaced_by": None}
    dims = {column for figure in of_source(model._meta.db_table) for column in figure.by}
    values = [
        said[field.column] if field.column in said else _value(field, chance, at, str(field.column) in dims)
        for field in model._meta.concrete_fields
    ]
    return [
        json.dumps(value)
        if isinstance(field, models.JSONField)
        else field.get_db_prep_value(value, connection)
        if value is not None
        else None
        for field, value in zip(model._meta.concrete_fields, values, strict=True)
    ]


def _value(field: models.Field[Any, Any], chance: Random, at: datetime, dim: bool) -> Any:
    if isinstance(field, models.DateTimeField):
        return at
    if isinstance(field, models.DateField):
        return at.date()
    if isinstance(field, models.UUIDField):
        return ids.new()
    if isinstance(field, models.BooleanField):
        return chance.random() < 0.5
    if isinstance(field, models.IntegerField):
        return chance.randrange(4)
    if isinstance(field, models.CharField):
        return chance.choice(_WORDS) if dim else f"{chance.getrandbits(48):x}"[: field.max_length]
    return field.get_default()
