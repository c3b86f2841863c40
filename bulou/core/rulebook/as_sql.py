"""A decision table as SQL that SQLite, PostgreSQL, DuckDB and Spark read alike.

The statement gives the index of the row that hits, so one scan decides over a whole population and the
outcome is read from the table by that index.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bulou.core.rulebook.tables import Condition, Domain, Scalar, Table

NO_ROW = -1
_ROWS = 10_000  # more than a table has; see `decode`


@dataclass(frozen=True)
class Statement:
    """An SQL expression and its parameters, in the order in which it names them."""

    sql: str
    params: list[Any]


def as_sql(table: Table, columns: Mapping[str, str], mark: str = "%s") -> Statement:
    """The index of the first row that hits, -1 when none does, as one CASE.

    `columns` gives the SQL expression of each fact: boolean, integer or text, NULL for unknown; a fact that
    is not there is unknown. `mark` is the driver's place for a parameter (`?` in DuckDB).
    """
    parts: list[str] = []
    params: list[Any] = []
    for index, row in enumerate(table.rows):
        conditions = []
        # Words come last: their expression is the dearest, and AND stops at the first that fails.
        for name, test in sorted(row.when.items(), key=lambda item: table.facts[item[0]].kind == "words"):
            text, given = _condition(table.facts[name], test, columns.get(name), mark)
            conditions.append(text)
            params += given
        parts.append(f"WHEN {' AND '.join(conditions) or '1=1'} THEN {index}")
    return Statement(f"(CASE {' '.join(parts)} ELSE {NO_ROW} END)", params)


def _condition(domain: Domain, test: Condition, column: str | None, mark: str) -> tuple[str, list[Any]]:
    if column is None:
        return ("1=1" if test.unknown else "1=0"), []
    parts: list[str] = []
    params: list[Any] = []
    if domain.kind == "bool":
        parts += [f"{column} IS {'TRUE' if value else 'FALSE'}" for value in sorted(test.values)]
    elif test.values:
        parts.append(f"{column} IN ({_marks(test.values, mark)})")
        params += sorted(test.values)
    if test.ranged:
        bounds = [(">=", test.low), ("<", test.high)]
        parts.append(" AND ".join(f"{column} {sign} {mark}" for sign, number in bounds if number is not None))
        params += [number for _, number in bounds if number is not None]
    if test.unknown:
        parts.append(f"{column} IS NULL")
        if domain.kind == "words":  # a word outside the domain is unknown, as it is in Python
            parts.append(f"{column} NOT IN ({_marks(domain.words, mark)})")
            params += domain.words
    return "(" + " OR ".join(f"({part})" for part in parts) + ")", params


def _marks(values: Sequence[Any] | frozenset[Scalar], mark: str) -> str:
    return ", ".join([mark] * len(values))


def by_place(
    segments: Sequence[tuple[str, Table]],
    place: str,
    columns: Mapping[str, str],
    inside: str = "",
    mark: str = "%s",
) -> Statement:
    """Decide where several territories rule: `segments` from `Book.segments`, the nearest prefix first.

    `place` is the column of the place's code; every row lies `inside` that code, which needs no test.
    Gives a number for `decode`; -1 where nobody rules or no row hits.
    """
    from bulou.lib.sql import after_code

    parts: list[str] = []
    params: list[Any] = []
    for number, (prefix, table) in enumerate(segments):
        decided = as_sql(table, columns, mark)
        test = f"{place} >= {mark} AND {place} < {mark}" if prefix != inside else "1=1"
        parts.append(f"WHEN {test} THEN {number * _ROWS} + {decided.sql}")
        params += [prefix, after_code(prefix)] if prefix != inside else []
        params += decided.params
    return Statement(f"(CASE {' '.join(parts)} ELSE {NO_ROW} END)", params)


def decode(number: int) -> tuple[int, int]:
    """(segment, row index) of a number from `by_place`; row -1 when no row hit."""
    segment, row = divmod(number + 1, _ROWS)
    return segment, row - 1


def span(segments: int) -> int:
    """One more than the greatest number that `by_place` gives for so many segments, with -1 counted."""
    return segments * _ROWS + 1


def in_areas(column: str, codes: Sequence[str], mark: str = "%s") -> Statement:
    """Whether a place's code lies in one of the areas (codes of any length); NULL when it is unknown.

    One membership test for each length of code, so that a list of hundreds costs what a list of three does.
    """
    by_length: dict[int, list[str]] = {}
    for code in codes:
        by_length.setdefault(len(code), []).append(code)
    if not by_length:
        return Statement(f"(CASE WHEN {column} IS NOT NULL THEN 1=0 END)", [])
    tests, params = [], []
    for length, some in sorted(by_length.items()):
        tests.append(f"substr({column}, 1, {length}) IN ({_marks(some, mark)})")
        params += some
    return Statement(f"({' OR '.join(tests)})", params)
