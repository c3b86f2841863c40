"""Recounting every figure from its records, and naming each cell that differs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from bulou.core.figures.cells import Key, _day, week_of
from bulou.core.figures.figure import figures
from bulou.lib import sql


@dataclass(frozen=True)
class Difference:
    """A cell whose tally is not what the records say. `day` is None for a running cell, `week` a week's Monday."""

    place: str
    figure: str
    dim: str
    day: date | None
    tally: int
    records: int
    week: date | None = None


def recount(place: str = "") -> list[Difference]:
    """Every cell in the subtree of `place` whose tally differs from a count of its records."""
    counted = _from_records(place)
    weeks = [
        Difference(d.place, d.figure, d.dim, None, d.tally, d.records, week=d.day)
        for d in _compare(_weeks(counted), _cells(place, "figures_week", "week"))
    ]
    return (
        _compare(counted, _cells(place, "figures_cell", "day"))
        + weeks
        + _compare(_running(counted), _running_cells(place))
    )


def _from_records(place: str) -> dict[tuple[str, str, str, date | None], int]:
    counted: Counter[tuple[str, str, str, date | None]] = Counter()
    for figure in figures().values():
        where, params = sql.within("place", place)
        statement = (
            f"SELECT place, {figure.dim} AS dim, {figure.day} AS day, {figure.total} FROM {figure.table}"
            f" WHERE {figure.condition} AND {where} GROUP BY place, dim, {figure.day}"
        )
        for at, dim, day, value in sql.rows(statement, params):
            counted[at, figure.name, dim, _day(day)] = int(value)
    return counted


def _cells(place: str, table: str, day: str) -> dict[tuple[str, str, str, date | None], int]:
    where, params = sql.within("place", place)
    found = sql.rows(f"SELECT place, figure, dim, {day}, value FROM {table} WHERE {where}", params)
    return {(r[0], r[1], r[2], _day(r[3])): int(r[4]) for r in found}


def _weeks(
    cells: dict[tuple[str, str, str, date | None], int],
) -> dict[tuple[str, str, str, date | None], int]:
    total: Counter[tuple[str, str, str, date | None]] = Counter()
    for (place, figure, dim, day), value in cells.items():
        assert day is not None
        total[place, figure, dim, week_of(day)] += value
    return total


def _running(
    cells: dict[tuple[str, str, str, date | None], int],
) -> dict[tuple[str, str, str, date | None], int]:
    total: Counter[tuple[str, str, str, date | None]] = Counter()
    for (place, figure, dim, _), value in cells.items():
        total[place, figure, dim, None] += value
    return total


def _running_cells(place: str) -> dict[tuple[str, str, str, date | None], int]:
    where, params = sql.within("place", place)
    found = sql.rows(f"SELECT place, figure, dim, value FROM figures_running WHERE {where}", params)
    return {(r[0], r[1], r[2], None): int(r[3]) for r in found}


def _compare(
    records: dict[tuple[str, str, str, date | None], int],
    tallies: dict[tuple[str, str, str, date | None], int],
) -> list[Difference]:
    keys = sorted(records.keys() | tallies.keys(), key=str)
    pairs = ((key, tallies.get(key, 0), records.get(key, 0)) for key in keys)
    return [Difference(*key, tally, record) for key, tally, record in pairs if tally != record]


__all__ = ["Difference", "Key", "recount"]
