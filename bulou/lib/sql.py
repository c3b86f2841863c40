"""The few places where SQLite and PostgreSQL want different words for the same thing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence, Sized
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from django.db import connection
from django.db.models.functions import Substr

from bulou.lib import ids

if TYPE_CHECKING:
    from django.db.models import QuerySet

Params = list[Any]


@cache
def is_postgres() -> bool:
    """Which of the two this process works on: it never changes, and asking Django each time is dear."""
    return connection.vendor == "postgresql"


def uid(value: UUID) -> UUID | str:
    """A UUID as the database keeps it."""
    return value if is_postgres() else value.hex


def moment(value: datetime) -> Any:
    """An aware datetime as the database keeps it (Django's own way for SQLite is a fifth of the speed)."""
    if is_postgres():
        return value
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


def day(value: date) -> Any:
    """A date as the database keeps it."""
    return value if is_postgres() else value.isoformat()


def among(column: str, ids: Collection[UUID]) -> tuple[str, Params]:
    """`column is one of ids` with one parameter, whatever their number."""
    if is_postgres():
        # Said as text: psycopg writes a list one element after another, at ten times the cost.
        return f"{column} = ANY(%s::uuid[])", ["{" + ",".join([i.hex for i in ids]) + "}"]
    hexes = '","'.join([i.hex for i in ids])
    return f"{column} IN (SELECT value FROM json_each(%s))", [f'["{hexes}"]' if hexes else "[]"]


def after_code(code: str) -> str:
    """The first code after the subtree of `code`; codes are digits and sort as text.

    A last 9 is carried away, not made a 10: up to "2010", the subtree of "2009" would hold the place "201".
    """
    left = code.rstrip("9")
    return left[:-1] + chr(ord(left[-1]) + 1) if left else "A"


def within(column: str, code: str) -> tuple[str, Params]:
    """`column lies in the subtree of code`; the empty code is everywhere."""
    if not code:
        return "1=1", []
    return f"({column} >= %s AND {column} < %s)", [code, after_code(code)]


def subtree(qs: QuerySet[Any], code: str, field: str = "place") -> QuerySet[Any]:
    """The rows of a queryset whose place lies in the subtree of `code`."""
    if not code:
        return qs
    return qs.filter(**{f"{field}__gte": code, f"{field}__lt": after_code(code)})


def outside(qs: QuerySet[Any], codes: Collection[str], field: str = "place") -> QuerySet[Any]:
    """Those that lie in none of some places of one level."""
    if not codes:
        return qs
    found: QuerySet[Any] = qs.annotate(part=Substr(field, 1, len(next(iter(codes))))).exclude(part__in=codes)
    return found


def starts_with(qs: QuerySet[Any], field: str, text: str) -> QuerySet[Any]:
    """Rows whose text begins so, through the plain index (SQLite's LIKE would not use it)."""
    if is_postgres():
        return qs.filter(**{f"{field}__startswith": text})
    bound = text[:-1] + chr(ord(text[-1]) + 1)
    return qs.filter(**{f"{field}__gte": text, f"{field}__lt": bound})


def unindexed(column: str) -> str:
    """A column that SQLite shall not look up by: it plans without knowing how values lie, PostgreSQL knows."""
    return column if is_postgres() else f"+{column}"


def kept(column: str) -> str:
    """A column whose moments or days come as text that sorts as they do: to read them takes longer than to find them.

    For what only goes back into the database.
    """
    # SQLite's driver knows an expression's type no more than its indexes do.
    return f"CAST({column} AS TEXT)" if is_postgres() else unindexed(column)


def analyze() -> None:
    """Have PostgreSQL count what was just laid: until its own round, a minute later, it takes a table for empty."""
    if is_postgres():
        run("ANALYZE")
        vars(connection.connection).setdefault("bulou_said", set()).clear()  # all plans are made anew


def write_back() -> None:
    """Have SQLite bring what was committed from its log to the file, beside whoever writes meanwhile.

    Left to itself it does so at the end of whichever commit made the log long, and all others wait for that.
    """
    if not is_postgres():
        rows("PRAGMA wal_checkpoint(PASSIVE)")


def few(rows: Sized) -> bool:
    """Whether a statement over so many rows costs more to plan than to do: then it is worth saying `again`."""
    return len(rows) < _COPIED


def _cursor(again: bool) -> Any:
    """A cursor; for what is said `again`, one whose statements PostgreSQL reads and plans once a connection.

    Django's own fills the values into the text, so that PostgreSQL meets each for the first time.
    """
    if not (again and is_postgres()):
        return connection.cursor()
    connection.ensure_connection()
    # As Django does with a cursor of its own, so that what counts statements counts these.
    return connection._prepare_cursor(_kept_cursor()(connection.connection))  # type: ignore[attr-defined]


def _ways(query: str, allowed: str) -> str:
    """Allow PostgreSQL ("on") or forbid it ("off") what would be slow once the tables of a query have grown."""
    ways = ["seqscan", "hashjoin", "mergejoin"]
    if query.startswith("UPDATE"):
        # Of a table that was counted when it was empty it would read the whole index beside each new value;
        # a bitmap is of an index's rows that meet a condition, or not at all.
        ways.append("indexscan")
    return "SELECT " + ", ".join(f"set_config('enable_{way}', '{allowed}', true)" for way in ways)


@cache
def _kept_cursor() -> Any:
    """The class, made when it is first needed: psycopg is not there for those who have SQLite."""
    from psycopg import Cursor

    class Kept(Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **how: Any) -> Any:
            said = vars(self.connection).setdefault("bulou_said", set())
            if not self.connection._prepared._names:  # psycopg forgets them all with a rollback
                said.clear()
            if query in said:
                return super().execute(query, params, **how)
            # Planned by an index, row by row, however small the table is now: the plan stays while the table grows.
            super().execute(_ways(query, "off"), prepare=False)
            super().execute(query, params, **how)
            said.add(query)
            self.connection.execute(_ways(query, "on"))
            return self

    return Kept


def run(statement: str, params: Sequence[Any] = (), again: bool = False) -> int:
    """Execute one statement; the number of rows it touched. `again`: see `rows`."""
    with _cursor(again) as cursor:
        cursor.execute(statement, params)
        return int(cursor.rowcount)


def rows(statement: str, params: Sequence[Any] = (), again: bool = False) -> list[tuple[Any, ...]]:
    """Execute one query; all of its rows.

    `again`: PostgreSQL keeps its plan, whatever the values; a value's type must be clear from where it stands.
    """
    with _cursor(again) as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())


def insert(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], types: Sequence[str]) -> None:
    """Insert rows of values as the database keeps them; `types` are PostgreSQL's names of the columns' types."""
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    if is_postgres() and len(rows) >= _COPIED:
        copy(table, columns, rows)
    elif is_postgres():
        source, params = recordset(columns, rows, types)
        run(f"INSERT INTO {table} ({names}) SELECT {names} FROM {source}", params, again=few(rows))
    else:
        run_many(f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(columns))})", rows)


# From so many rows on PostgreSQL's own way of many rows is worth its three messages.
_COPIED = 20


def copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows into PostgreSQL at two thirds of an INSERT's price, to it and to us; bytes may be among them."""
    names = ", ".join(f'"{name}"' for name in columns)
    copying = f"COPY {table} ({names}) FROM STDIN"
    # Django says what is wrong in its own words; of what comes while rows are written it does not know.
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(copying) as target:
        for row in rows:
            target.write_row(row)


def update(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], types: Sequence[str]) -> None:
    """Give rows new values, each its own: the first of `columns` is the key; values and types as for `insert`."""
    if not rows:
        return
    key, *others = columns
    if is_postgres():
        said = ", ".join(f'"{name}" = v."{name}"' for name in others)
        source, params = recordset(columns, rows, types)
        run(
            f'UPDATE {table} AS t SET {said} FROM {source} WHERE t."{key}" = v."{key}"',
            params,
            again=few(rows),
        )
    else:
        said = ", ".join(f"{name} = %s" for name in others)
        run_many(f"UPDATE {table} SET {said} WHERE {key} = %s", [(*row[1:], row[0]) for row in rows])


def recordset(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], types: Sequence[str]
) -> tuple[str, Params]:
    """These rows as a table `v` of PostgreSQL: one text as JSON, which is a fraction of what lists cost psycopg.

    JSON has no bytes; rows that hold some go as arrays.
    """
    names = [f'"{name}"' for name in columns]
    if "bytea" in types:
        arrays = ", ".join(f"%s::{kind}[]" for kind in types)
        return f"unnest({arrays}) AS v({', '.join(names)})", [
            list(column) for column in zip(*rows, strict=True)
        ]
    shape = ", ".join(f"{name} {kind}" for name, kind in zip(names, types, strict=True))
    said = [dict(zip(columns, row, strict=True)) for row in rows]
    for name in (name for name, kind in zip(columns, types, strict=True) if kind in ("json", "jsonb")):
        for one in said:  # is JSON already
            one[name] = orjson.Fragment(one[name]) if one[name] is not None else None
    return f"json_to_recordset(%s::json) AS v({shape})", [orjson.dumps(said).decode()]


def run_many(statement: str, params: Sequence[Sequence[Any]]) -> None:
    """Execute one statement for each row of parameters."""
    with connection.cursor() as cursor:
        cursor.executemany(statement, params)


def as_uuid(value: UUID | str) -> UUID:
    """A UUID as it came out of a raw query."""
    return value if isinstance(value, UUID) else ids.stored(value)


def as_moment(value: datetime | str | None) -> datetime | None:
    """A moment as it came out of a raw query."""
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else value
