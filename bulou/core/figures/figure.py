"""What a figure is: one source, one condition, one count or sum, at most two dimensions.

A figure is written as SQL over the source's own columns that SQLite, PostgreSQL, DuckDB and Spark
read alike. It is additive: the share of some rows is the figure's own SQL over just those rows, so
the same definition moves the tallies, recounts them and opens a number into the rows behind it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from django.db.models import Model
    from django.utils.functional import _StrPromise

T = TypeVar("T", "Figure", "Formula")
_TOTAL = re.compile(r"count|sum\((\w+)\)")


@dataclass(frozen=True)
class Figure:
    """A number that is counted from records.

    `where` is a condition in SQL over the columns of `source`; `measure` is `count` or `sum(column)`;
    `by` names at most two columns, whose values joined by `|` are the dimension of a cell; `day` is
    the column of the day a row belongs to. `live` is the condition of rows that count at all. An `inner`
    figure has dimensions that only its room can read: the common page of figures leaves it out. `so_far`: of tasks
    that are laid days ahead; up to now it counts those that are due. `not_yet` is the condition of rows that count
    now and did not at a moment (`%s`), though their time had come. `words` says what values of its dimension are
    called where its room has words for them. `also` are further words by which departments' forms ask for it,
    without those that only say how many (人数): a word that several figures have is left to a person, one with
    `:day` behind it means the number of the day.
    """

    name: str
    title: _StrPromise | str
    source: type[Model]
    where: str = ""
    measure: str = "count"
    by: tuple[str, ...] = ()
    unit: str = ""
    day: str = "day"
    live: str = "replaced_by IS NULL"
    inner: bool = False
    so_far: bool = False
    not_yet: str = ""
    words: Mapping[str, _StrPromise | str] = field(default_factory=dict, hash=False)
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _TOTAL.fullmatch(self.measure):
            raise ValueError(f"{self.name}: a measure is count or sum(column), not {self.measure}")
        if len(self.by) > 2:
            raise ValueError(f"{self.name}: at most two dimensions")

    @property
    def table(self) -> str:
        return self.source._meta.db_table

    @property
    def total(self) -> str:
        """The measure as SQL: a whole number, never null."""
        return "COUNT(*)" if self.measure == "count" else f"COALESCE(SUM({self.measure[4:-1]}), 0)"

    @property
    def dim(self) -> str:
        """The dimension as SQL: the values of `by`, joined."""
        parts = [f"CAST({column} AS TEXT)" for column in self.by]
        return " || '|' || ".join(parts) if parts else "''"

    @property
    def condition(self) -> str:
        return " AND ".join(f"({part})" for part in (self.live, self.where) if part) or "1=1"


@dataclass(frozen=True)
class Formula:
    """A number worked out from figures: names, dimensions in brackets, + and - and brackets.

    `observation.opened - observation.closed`, `arrivals.arrived[hubei]`. `so_far`: of tasks that are laid days ahead;
    up to now it counts those that are due.
    """

    name: str
    title: _StrPromise | str
    expression: str
    unit: str = ""
    also: tuple[str, ...] = ()
    so_far: bool = False

    @property
    def terms(self) -> list[tuple[int, str]]:
        """The expression as (sign, figure) pairs. Raises ValueError on anything else."""
        parts = re.findall(r"([+-])?\s*([a-z_]+(?:[.-][a-z_-]+)*(?:\[[^\]]*\])?)", self.expression)
        if "".join(sign + name for sign, name in parts) != re.sub(r"\s", "", self.expression):
            raise ValueError(f"{self.name}: cannot read {self.expression!r}")
        return [(-1 if sign == "-" else 1, name) for sign, name in parts]


@cache
def figures() -> dict[str, Figure]:
    """Every counted figure of the tasks and of every room, by name."""
    from bulou.core.room import all_rooms
    from bulou.core.tasks.counted import task_figures

    every = [*task_figures(), *(f for room in all_rooms() for f in room.figures if isinstance(f, Figure))]
    return _by_name(every)


@cache
def formulas() -> dict[str, Formula]:
    """Every formula of every room, and what each duty is owed, by name."""
    from bulou.core.room import all_rooms
    from bulou.core.tasks.counted import task_formulas

    rooms = all_rooms()
    declared = [f for room in rooms for f in room.figures if isinstance(f, Formula)]
    return _by_name([*declared, *task_formulas(duty for room in rooms for duty in room.duties)])


def _by_name(every: list[T]) -> dict[str, T]:
    found: dict[str, T] = {}
    for figure in every:
        if figure.name in found:
            raise ValueError(f"two figures are named {figure.name}")
        found[figure.name] = figure
    return found


@cache
def of_source(table: str) -> tuple[Figure, ...]:
    """The figures that count rows of a table."""
    return tuple(figure for figure in figures().values() if figure.table == table)
