"""How places stand: what is missed and the rooms' headlines, by child place, as of a moment. Sums of tallies.

The pages of places, the first page of offices and the board read this, so that all show the same numbers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from bulou.core.cards import Headline, headlines
from bulou.core.figures.figure import formulas
from bulou.core.figures.queries import Asked, read, split
from bulou.core.places.codes import LENGTHS, level_of
from bulou.core.tasks.duties import duties
from bulou.core.tasks.queries import missed_kinds
from bulou.lib import clock, sql

_SIGNS = {"tasks.expected": 1, "tasks.done": -1, "tasks.late": -1, "tasks.excused": -1}


@dataclass
class Standing:
    """How one place stands: missed acts by kind (all, and those due today), headlines by figure."""

    missed: Counter[str] = field(default_factory=Counter)
    today: Counter[str] = field(default_factory=Counter)
    figures: dict[str, int] = field(default_factory=dict)

    @property
    def gap(self) -> int:
        return sum(self.missed.values())

    @property
    def gap_today(self) -> int:
        return sum(self.today.values())


def below(place: str) -> int | None:
    """The length of the codes right below a place; None when there is nothing below."""
    if not place:
        return LENGTHS[0]
    level = level_of(place)
    return LENGTHS[level] if level < len(LENGTHS) else None


def standings(place: str, down: int | None = None, at: datetime | None = None) -> dict[str, Standing]:
    """The place (`down` None), or all below it whose codes are `down` long, as of a moment (None: now).

    A place of which nothing is known is not in it. A constant number of queries.
    """
    now = at or clock.now()
    found: dict[str, Standing] = defaultdict(Standing)
    every, today = missed_kinds(place, now, down)
    for counts, name in ((every, "missed"), (today, "today")):
        for (code, kind), value in counts.items():
            if kind in duties() and value:
                getattr(found[code or place], name)[kind] += value
    lines = headlines()
    for code, values in _read(lines, place, down, at).items():
        found[code or place].figures |= values
    return dict(found)


def _read(lines: Sequence[Headline], place: str, down: int | None, at: datetime | None) -> dict[str, dict[str, int]]:
    """The headlines by code: those of the day as what the day up to the moment added."""
    running = [line.name for line in lines if not line.day]
    daily = [line.name for line in lines if line.day]
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for code, values in (read(running, Asked(place, down, at)) if running else {}).items():
        found[code] |= {name: values.get(name, 0) for name in running}
    if not daily:
        return found
    if at is None:
        by_day = read(daily, Asked(place, down, day=clock.today()))
        before: dict[str, dict[str, int]] = {}
    else:
        midnight = clock.at(clock.day_of(at), time()) - timedelta(microseconds=1)
        by_day, before = read(daily, Asked(place, down, at)), read(daily, Asked(place, down, midnight))
    for code, values in by_day.items():
        less = before.get(code, {})
        found[code] |= {name: values.get(name, 0) - less.get(name, 0) for name in daily}
    return found


@dataclass(frozen=True)
class Curve:
    """A number by day, oldest first."""

    title: Any
    tone: str
    days: list[date]
    values: list[int]


def missed_by_day(place: str, last: date, days: int) -> list[tuple[date, int]]:
    """How many acts due on each of the days up to `last` were not done, as known now. One query."""
    sums = _cells(list(_SIGNS), place, last - timedelta(days=days - 1), last)
    found: Counter[date] = Counter()
    for (day, name), value in sums.items():
        found[day] += _SIGNS[name] * value
    return [(day, found[day]) for day in _days(last, days)]


def by_day(name: str, place: str, last: date, days: int, running: bool) -> list[tuple[date, int]]:
    """A figure or formula on each of the days up to `last`: its share of the day, or (`running`) up to then."""
    terms = formulas()[name].terms if name in formulas() else [(1, name)]
    first = last - timedelta(days=days - 1)
    shares: Counter[date] = Counter()
    for sign, part in terms:
        plain, dim = split(part)
        for (day, _name), value in _cells([plain], place, first, clock.today(), dim).items():
            shares[day] += sign * value
    if not running:
        return [(day, shares[day]) for day in _days(last, days)]
    total = read([name], Asked(place)).get(place, {}).get(name, 0)
    return [(day, total - sum(v for on, v in shares.items() if on > day)) for day in _days(last, days)]


def _days(last: date, days: int) -> Iterable[date]:
    return (last - timedelta(days=n) for n in reversed(range(days)))


def _cells(
    names: list[str], place: str, first: date, last: date, dim: str | None = None
) -> dict[tuple[date, str], int]:
    inside, params = sql.within("place", place)
    marks = ", ".join(["%s"] * len(names))
    more = " AND dim = %s" if dim is not None else ""
    found = sql.rows(
        f"SELECT day, figure, SUM(value) FROM figures_cell WHERE {inside} AND figure IN ({marks})"  # noqa: S608 - own names
        f" AND day >= %s AND day <= %s{more} GROUP BY 1, 2",
        [*params, *names, first, last, *([dim] if dim is not None else [])],
    )
    return {(_as_day(row[0]), row[1]): int(row[2]) for row in found}


def _as_day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value[:10])
