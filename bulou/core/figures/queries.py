"""Reading figures: sums of tallies within a range of codes, and the rows behind a number."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from bulou.core.figures.cells import week_of
from bulou.core.figures.cut import by_then, not_yet, of_its_day
from bulou.core.figures.figure import Figure, figures, formulas
from bulou.lib import clock, sql
from bulou.lib.refusals import Refusal, declare

declare("figure-unknown", _("There is no figure named %(name)s. The list of figures is in docs/figures.md."))
_NAMED = re.compile(r"([^\[]+)(?:\[(.*)\])?$")


def split(name: str) -> tuple[str, str | None]:
    """`figure[dimension]` as its two parts; no dimension means the sum over all. Raises Refusal figure-unknown."""
    match = _NAMED.match(name)
    if match is None:
        raise Refusal("figure-unknown", name=name)
    return match[1], match[2]


def title(name: str) -> object:
    """What a figure or formula is called, with what a dimension in brackets means where a duty or the figure says it.

    Translated when shown; the name itself when there is none such.
    """
    from bulou.core.tasks.duties import duties

    plain, dim = split(name)
    known = formulas().get(name) or figures().get(plain)
    if known is None:
        return name
    if not dim:
        return known.title
    said = getattr(known, "words", {}).get(dim, dim)
    return format_lazy("{} ({})", known.title, duties()[dim].title if dim in duties() else said)


def total(
    name: str,
    place: str,
    *,
    before: date | None = None,
    day: date | None = None,
    dim: str | None = None,
    down: int | None = None,
) -> dict[str, int]:
    """The sum of one figure by code: up to now, on whole days before `before`, or on one day."""
    sums: dict[str, int] = defaultdict(int)
    for (code, _figure, _dim), value in _sum([name], place, before, day, down, dim).items():
        sums[code] += value
    return dict(sums)


def sums(
    names: Sequence[str],
    place: str,
    *,
    before: date | None = None,
    day: date | None = None,
    down: int | None = None,
) -> dict[tuple[str, str, str], int]:
    """Sums of counted figures by (code, figure, dimension): up to now, on whole days before `before`, on one day."""
    return _sum(names, place, before, day, down)


def _sum(
    names: Sequence[str],
    place: str,
    before: date | None,
    day: date | None,
    down: int | None,
    dim: str | None = None,
) -> dict[tuple[str, str, str], int]:
    """Sums by (code, figure, dimension); with `dim` the dimension is that one, else each is told apart."""
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    part = _Part(names, place, down, dim)
    if day is not None:
        part.gather(sums, 1, "figures_cell", "day = %s", [day])
    else:
        part.gather(sums, 1, "figures_running")
        if before is not None:
            # What came later is taken away again: whole weeks, and the days up to the first of them.
            monday = week_of(before + timedelta(days=6))
            part.gather(sums, -1, "figures_week", "week >= %s", [monday])
            part.gather(sums, -1, "figures_cell", "day >= %s AND day < %s", [before, monday])
    return sums


@dataclass(frozen=True)
class _Part:
    """Which tallies to add up: figures of a place, by its children at a level, of one dimension or each."""

    names: Sequence[str]
    place: str
    down: int | None
    dim: str | None

    def gather(
        self,
        sums: dict[tuple[str, str, str], int],
        sign: int,
        table: str,
        span: str = "",
        params: Sequence[Any] = (),
    ) -> None:
        """Add the sums of a table of tallies, in a span of days or weeks."""
        ranged = table != "figures_cell" and not sql.is_postgres()
        statement, values = (self._ranges if ranged else self._groups)(table, span, list(params))
        for code, figure, dim, value in sql.rows(statement, values):
            if value is not None:
                sums[code or self.place, figure, dim] += sign * int(value)

    def _of_figures(self) -> tuple[str, list[Any]]:
        where = f"figure IN ({', '.join(['%s'] * len(self.names))})"
        return (
            (where, [*self.names]) if self.dim is None else (f"{where} AND dim = %s", [*self.names, self.dim])
        )

    def _groups(self, table: str, span: str, params: list[Any]) -> tuple[str, list[Any]]:
        """Walk the rows of the place (or of the days, which are few) and sort them into groups."""
        code = f"SUBSTR(place, 1, {int(self.down)})" if self.down else "''"
        # SQLite would walk every day of the place to find a few.
        inside, within = sql.within(sql.unindexed("place") if span else "place", self.place)
        figures, named = self._of_figures()
        where = f"{inside} AND {figures}" + (f" AND {span}" if span else "")
        return (
            f"SELECT {code} AS code, figure, dim, SUM(value) FROM {table} WHERE {where} GROUP BY 1, 2, 3",
            [*within, *named, *params],
        )

    def _ranges(self, table: str, span: str, params: list[Any]) -> tuple[str, list[Any]]:
        """For each figure, dimension and child one range of an index: nothing is sorted, as SQLite else would."""
        inside, within = sql.within("place", self.place)
        figures, named = self._of_figures()
        children = (
            f"SELECT DISTINCT SUBSTR(place, 1, {int(self.down)}) AS code FROM figures_running WHERE {inside}"
            if self.down
            else "SELECT %s AS code"
        )
        weeks = f"SELECT DISTINCT week FROM {table} WHERE {span}" if span else ""
        of_week = " AND t.week = w.week" if span else ""
        # What lies at the place itself or between it and the level is a part by itself, without what is below.
        end = f"CASE WHEN LENGTH(child.code) < {int(self.down)} THEN '0' ELSE 'A' END" if self.down else "'A'"
        statement = (
            f"WITH child AS MATERIALIZED ({children}),"
            f" f AS MATERIALIZED (SELECT DISTINCT figure, dim FROM figures_running WHERE {figures})"
            + (f", w AS MATERIALIZED ({weeks})" if weeks else "")
            + f" SELECT child.code, f.figure, f.dim, (SELECT SUM(value) FROM {table} t WHERE t.figure = f.figure"
            f" AND t.dim = f.dim{of_week} AND t.place >= child.code AND t.place < child.code || {end})"
            f" FROM child, f{', w' if weeks else ''}"
        )
        return statement, [*(within if self.down else [self.place]), *named, *params]


@dataclass(frozen=True)
class Asked:
    """What to read: figures (and formulas) of a place, by its children at a level, as of a moment or on a day.

    With a moment and its own day, that day's share up to the moment.
    """

    place: str
    down: int | None = None
    at: datetime | None = None
    day: date | None = None


def read(names: Iterable[str] | None, asked: Asked) -> dict[str, dict[str, int]]:
    """Figures by code and name (with `[dim]` for each value of a dimension). No names: every one.

    A figure asked for as of a moment takes whole days from the tallies and the day of the cut from
    its rows. Raises Refusal figure-unknown.
    """
    wanted = list(names) if names is not None else [*figures(), *formulas()]
    terms = {name: formulas()[name].terms if name in formulas() else [(1, name)] for name in wanted}
    counted = sorted({split(part)[0] for parts in terms.values() for _s, part in parts})
    for name in counted:
        if name not in figures():
            raise Refusal("figure-unknown", name=name)
    sums = _read_counted(counted, asked)
    result: dict[str, dict[str, int]] = defaultdict(dict)
    codes = {code for code, _f, _d in sums} | {asked.place} if not asked.down else {c for c, _f, _d in sums}
    divided = {name for name in wanted if name in figures() and figures()[name].by}
    by_code = _by_name(sums)
    for code in codes:
        values = by_code[code]
        for name, parts in terms.items():
            result[code][name] = sum(sign * values.get(part, 0) for sign, part in parts)
        result[code] |= {
            key: v for key, v in values.items() if v and "[" in key and key.partition("[")[0] in divided
        }
    return dict(result)


def is_so_far(name: str) -> bool:
    """Whether a number counts, up to now, only what is due."""
    known = formulas().get(name) or figures().get(split(name)[0])
    return known is not None and known.so_far


def read_so_far(names: Iterable[str] | None, asked: Asked) -> dict[str, dict[str, int]]:
    """As `read`; but what is laid ahead and is not due yet is not in a number up to now that counts what is due."""
    wanted = list(names) if names is not None else [*figures(), *formulas()]
    found = read(wanted, asked)
    due = [name for name in wanted if is_so_far(name)]
    if due and asked.at is None and asked.day is None:
        cut = read(due, Asked(asked.place, asked.down, clock.now()))
        for code, values in found.items():
            ahead = [key for key in values if "[" in key and key.partition("[")[0] in due]
            for key in ahead:
                del values[key]
            values.update(cut.get(code) or dict.fromkeys(due, 0))
    return found


def _read_counted(names: list[str], asked: Asked) -> dict[tuple[str, str, str], int]:
    cut = clock.day_of(asked.at) if asked.at is not None else None
    if asked.at is None or cut is None or asked.day not in (None, cut):
        return _sum(names, asked.place, None, asked.day, asked.down)
    sums = _sum(names, asked.place, cut, None, asked.down) if asked.day is None else defaultdict(int)
    by_table: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for figure in (figures()[name] for name in names):
        by_table[figure.table, figure.day].append(figure)
    for together in by_table.values():
        for code, name, dim, value in of_its_day(together, asked.place, asked.down, asked.at):
            sums[code or asked.place, name, dim] += int(value)
        for code, name, dim, value in not_yet(together, asked.place, asked.down, asked.at, asked.day):
            sums[code or asked.place, name, dim] -= int(value)
    return sums


def _by_name(sums: dict[tuple[str, str, str], int]) -> dict[str, dict[str, int]]:
    values: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (code, figure, dim), value in sums.items():
        values[code][figure] += value
        if dim:
            values[code][f"{figure}[{dim}]"] += value
    return values


def rows_behind(name: str, asked: Asked) -> tuple[str, list[Any]]:
    """The condition, in SQL over the figure's own table, of the rows that a number counts.

    Raises Refusal figure-unknown.
    """
    plain, dim = split(name)
    if plain not in figures():
        raise Refusal("figure-unknown", name=plain)
    figure = figures()[plain]
    inside, params = sql.within("place", asked.place)
    wheres = [figure.condition, inside]
    if dim is not None:
        wheres.append(f"({figure.dim}) = %s")
        params.append(dim)
    if asked.day is not None:
        wheres.append(f"{figure.day} = %s")
        params.append(asked.day)
    if asked.at is not None and asked.day in (None, clock.day_of(asked.at)):
        where, more = by_then(figure, asked.at)
        wheres.append(where)
        params += more
    return " AND ".join(wheres), params
