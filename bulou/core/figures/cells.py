"""Moving tallies: shares are gathered through a transaction and added once, in the order of keys.

Adding is safe beside other writers; writing in the order of keys keeps two transactions from
waiting for each other. Everything that changes what counts does so inside `gathered()`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta
from functools import cache
from uuid import UUID

from bulou.core.figures.figure import Figure, of_source
from bulou.lib import sql

Key = tuple[str, str, str, date]  # place, figure, dimension, day
_WORD = re.compile(r"\w+")
_gathering: ContextVar[Counter[Key] | None] = ContextVar("shares", default=None)


@contextmanager
def gathered() -> Iterator[None]:
    """Gather all shares until the outermost block ends well, then add them. Be in a transaction."""
    if _gathering.get() is not None:
        yield
        return
    shares: Counter[Key] = Counter()
    token = _gathering.set(shares)
    try:
        yield
        _write(shares)
    finally:
        _gathering.reset(token)


def add(shares: Counter[Key] | dict[Key, int], sign: int = 1) -> None:
    """Add shares to the tallies (sign -1 takes them away again)."""
    with gathered():
        gathering = _gathering.get()
        assert gathering is not None
        for key, value in shares.items():
            gathering[key] += sign * value


def count_rows(table: str, ids: Collection[UUID], sign: int = 1, changing: str = "") -> None:
    """Add the share that these rows of a table have in every figure over it, or in those that read one column."""
    if ids and of_source(table):
        add(share(table, ids, changing), sign)


def share(table: str, ids: Collection[UUID], changing: str = "") -> Counter[Key]:
    """What these rows count for, in every figure over their table, by the figures' own SQL.

    `changing`: only in figures that read this column, for what takes nothing else of the rows away and adds it.
    """
    clause, params = sql.among("id", ids)
    statement = _share_statement(table, clause, changing)
    found = sql.rows(statement, params, again=sql.few(ids)) if statement else []
    return Counter({(r[0], r[1], r[2], _day(r[3])): int(r[4]) for r in found if r[4]})


@cache
def _share_statement(table: str, clause: str, changing: str) -> str:
    """Empty where no figure reads the column that changes."""
    figures = [f for f in of_source(table) if not changing or changing in _columns_read(f)]
    read = sorted({"place"}.union(*map(_columns_read, figures)))
    parts = [
        f"SELECT place, '{f.name}' AS figure, {f.dim} AS dim, {sql.kept(f.day)} AS day, {f.total} AS value"
        f" FROM batch WHERE {f.condition} GROUP BY place, dim, {f.day}"
        for f in figures
    ]
    batch = f"WITH batch AS MATERIALIZED (SELECT {', '.join(read)} FROM {table} WHERE {clause})"
    return f"{batch} {' UNION ALL '.join(parts)}" if parts else ""


def _columns_read(figure: Figure) -> set[str]:
    """The columns of its source that a figure's SQL names."""
    words = set(_WORD.findall(f"{figure.condition} {figure.total} {figure.dim} {figure.day}"))
    return words & {str(field.column) for field in figure.source._meta.concrete_fields}


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value[:10])


def _write(shares: Counter[Key]) -> None:
    running: Counter[tuple[str, str, str]] = Counter()
    weeks: Counter[Key] = Counter()
    changed = sorted((key, value) for key, value in shares.items() if value)
    for (place, figure, dim, day), value in changed:
        weeks[place, figure, dim, week_of(day)] += value
        running[place, figure, dim] += value
    of_days = [(*key, sql.day(day), value) for (*key, day), value in changed]
    of_weeks = [(*key, sql.day(week), value) for (*key, week), value in sorted(weeks.items()) if value]
    totals = [(*key, value) for key, value in sorted(running.items()) if value]
    _add(
        ("figures_cell", ("place", "figure", "dim", "day"), of_days),
        ("figures_week", ("place", "figure", "dim", "week"), of_weeks),
        ("figures_running", ("place", "figure", "dim"), totals),
    )


_Rows = Sequence[tuple[object, ...]]
_TYPES = {"day": "date", "week": "date", "value": "bigint"}
_ADD = (
    "INSERT INTO {table} AS t ({key}, value) {rows}"
    " ON CONFLICT ({key}) DO UPDATE SET value = t.value + excluded.value"
)


def _add(*tables: tuple[str, tuple[str, ...], _Rows]) -> None:
    """Add rows to their tables. PostgreSQL is told in one message: others wait for these cells until the commit."""
    parts = [part for part in tables if part[2]]
    if not sql.is_postgres():
        for table, key, rows in parts:
            _add_values(table, ", ".join(key), rows)
    elif parts:
        said, params = zip(*(_added(*part) for part in parts), strict=True)
        *before, last = said
        first = ", ".join(f"part{n} AS ({one})" for n, one in enumerate(before))
        sql.run(
            f"WITH {first} {last}" if first else last, [one for some in params for one in some], again=True
        )


def _added(table: str, key: tuple[str, ...], rows: _Rows) -> tuple[str, sql.Params]:
    columns = (*key, "value")
    source, params = sql.recordset(columns, rows, [_TYPES.get(name, "text") for name in columns])
    picked = f"SELECT {', '.join(columns)} FROM {source}"
    return _ADD.format(table=table, key=", ".join(key), rows=picked), params


_ROWS_A_STATEMENT = 500  # five parameters each stays below every engine's limit


def _add_values(table: str, key: str, rows: _Rows) -> None:
    for start in range(0, len(rows), _ROWS_A_STATEMENT):
        some = rows[start : start + _ROWS_A_STATEMENT]
        marks = "(" + ", ".join(["%s"] * len(some[0])) + ")"
        values = f"VALUES {', '.join([marks] * len(some))}"
        sql.run(_ADD.format(table=table, key=key, rows=values), [value for row in some for value in row])
