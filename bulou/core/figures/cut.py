"""What a moment cuts off: the share of its own day, and what did not count yet though its time had come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from bulou.core.figures.figure import Figure
from bulou.lib import clock, sql

Rows = list[tuple[Any, ...]]


def by_then(figure: Figure, at: datetime) -> tuple[str, list[Any]]:
    """The condition, in SQL, of rows that counted at a moment. What is due just then is not owed before it is over."""
    due = figure.day == "due_day"
    where, params = f"{'due_at <' if due else 'happened_at <='} %s", [sql.moment(at)]
    if figure.not_yet and not _is_now(at):
        where, params = f"{where} AND NOT ({figure.not_yet})", [*params, sql.moment(at)]
    return where, params


def _is_now(at: datetime) -> bool:
    """Whether whatever counts now counted then: nothing was done since."""
    return at >= clock.now() - timedelta(minutes=1)


def of_its_day(together: Sequence[Figure], place: str, down: int | None, at: datetime) -> Rows:
    """The share of the rows of the cut's own day, up to the moment: (code, figure, dimension, value).

    The figures are all of one table and day, so its rows are looked up once, whatever their number.
    """
    table, day = together[0].table, together[0].day
    moment, up_to = ("due_at", "<") if day == "due_day" else ("happened_at", "<=")
    inside, params = sql.within("place", place)
    cut = clock.day_of(at)
    counts = [
        f"SELECT {_code(down)} AS code, '{figure.name}' AS figure, {figure.dim} AS dim, {figure.total} FROM cut"
        f" WHERE {figure.condition} GROUP BY 1, 3"
        for figure in together
    ]
    return sql.rows(
        f"WITH cut AS {'MATERIALIZED ' if len(together) > 1 else ''}(SELECT * FROM {table} WHERE {inside}"
        f" AND {day} = %s AND {moment} >= %s AND {moment} {up_to} %s) {' UNION ALL '.join(counts)}",
        [*params, sql.day(cut), sql.moment(clock.at(cut, time())), sql.moment(at)],
    )


def not_yet(
    among: Sequence[Figure], place: str, down: int | None, at: datetime, day: date | None
) -> Iterator[tuple[Any, ...]]:
    """What is counted by now of rows whose time had come by the moment, and was not then: as `of_its_day`."""
    if _is_now(at):
        return
    for figure in among:
        if not figure.not_yet:
            continue
        # By their time: SQLite, told how values lie, would walk each row of the place instead.
        inside, params = sql.within(sql.unindexed("place"), place)
        moment, up_to = ("due_at", "<") if figure.day == "due_day" else ("happened_at", "<=")
        where = f"{figure.condition} AND {moment} {up_to} %s AND ({figure.not_yet})"
        bounds = [sql.moment(at), sql.moment(at)]
        if day is not None:
            where, bounds = f"{where} AND {figure.day} = %s", [*bounds, sql.day(day)]
        yield from sql.rows(
            f"SELECT {_code(down)} AS code, '{figure.name}', {figure.dim}, {figure.total} FROM {figure.table}"
            f" WHERE {where} AND {inside} GROUP BY 1, 3",
            [*bounds, *params],
            again=True,
        )


def _code(down: int | None) -> str:
    return f"SUBSTR(place, 1, {int(down)})" if down else "''"
