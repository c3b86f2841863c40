"""How places stand: what is missed and the rooms' headlines, by child place, as of a moment. Sums of tallies.

The pages of places, the first page of offices and the board read this, so that all show the same numbers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from bulou.core.cards import Headline, headlines
from bulou.core.figures.figure import formulas
from bulou.core.figures.queries import Asked, read, split, title
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

    @property
    def rank(self) -> tuple[int, int, int]:
        """By what places are told in order, the most to do first: missed today, feverish, missed at all."""
        # One figure, not the sum of them: who is feverish and without an outcome stands in both.
        fever = next((line.name for line in headlines() if line.gap and line.tone == "fever"), "")
        return -self.gap_today, -self.figures.get(fever, 0), -self.gap


def together(some: Iterable[Standing]) -> Standing:
    """The sum of standings."""
    whole, figures = Standing(), Counter[str]()
    for one in some:
        whole.missed.update(one.missed)
        whole.today.update(one.today)
        figures.update(one.figures)
    whole.figures = dict(figures)
    return whole


def itself(found: Mapping[str, Standing], children: Collection[str]) -> Standing | None:
    """What lies at a place and at none of those below it, or the parts don't make the whole; None for nothing."""
    own = together(one for code, one in found.items() if code not in children)
    return own if own.gap or own.gap_today or any(own.figures.values()) else None


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


def _read(
    lines: Sequence[Headline], place: str, down: int | None, at: datetime | None
) -> dict[str, dict[str, int]]:
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
    """A number by day, oldest first; `running`: what stood at the end of each day, else the day's own.

    A headline of the day says "today"; its curve goes by the figure's own title, which holds of any day.
    """

    title: Any
    tone: str
    running: bool
    days: list[date]
    values: list[int]


def curves(place: str, last: date, days: int, missed: Any) -> list[Curve]:
    """The missed (titled `missed`) and the headlines by day, up to `last`, as known now. Two queries."""
    lines, span = headlines(), [last - timedelta(days=n) for n in reversed(range(days))]
    terms = {
        line.name: formulas()[line.name].terms if line.name in formulas() else [(1, line.name)]
        for line in lines
    }
    names = {split(part)[0] for parts in terms.values() for _sign, part in parts}
    cells = _cells(sorted(names | _SIGNS.keys()), place, span[0])
    owed = [sum(sign * cells.get((day, name, None), 0) for name, sign in _SIGNS.items()) for day in span]
    found = [Curve(missed, "miss", False, span, owed)]
    running = [line.name for line in lines if not line.day]
    now = read(running, Asked(place)).get(place, {}) if running else {}
    for line in lines:
        share: Counter[date] = Counter()
        for sign, part in terms[line.name]:
            wanted = split(part)
            for (day, name, dim), value in cells.items():
                if (name, dim) == wanted:
                    share[day] += sign * value
        values = [share[day] for day in span]
        if not line.day:
            values = [now.get(line.name, 0) - sum(v for on, v in share.items() if on > day) for day in span]
        said = title(line.name) if line.day else line.title
        found.append(Curve(said, line.tone, not line.day, span, values))
    return found


def _cells(names: list[str], place: str, first: date) -> dict[tuple[date, str, str | None], int]:
    """Sums of cells from a day on by (day, figure, dimension), and by (day, figure, None) over all of them."""
    inside, params = sql.within("place", place)
    marks = ", ".join(["%s"] * len(names))
    found: Counter[tuple[date, str, str | None]] = Counter()
    for day, name, dim, value in sql.rows(
        f"SELECT day, figure, dim, SUM(value) FROM figures_cell WHERE {inside} AND figure IN ({marks})"
        " AND day >= %s GROUP BY 1, 2, 3",
        [*params, *names, first],
    ):
        on = day if isinstance(day, date) else date.fromisoformat(day[:10])
        found[on, name, dim] += int(value)
        found[on, name, None] += int(value)
    return dict(found)
