"""Columns that are searched by their beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


class PlainField(models.CharField):  # type: ignore[type-arg]
    """Text that sorts by its code points on every database, so that one index serves order and prefix.

    SQLite does so by itself; PostgreSQL would sort by the rules of a language, which no prefix can use.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        kind = super().db_type(connection)
        return f'{kind} COLLATE "C"' if connection.vendor == "postgresql" else kind

    def cast_db_type(self, connection: BaseDatabaseWrapper) -> Any:
        return super().db_type(connection)
