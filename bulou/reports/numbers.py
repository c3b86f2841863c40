"""Every number that a report or the bulletin may name, for many places at once.

A name is that of a figure or formula ("arrivals.arrived[own-province]"), with "/day" for the share of the
day up to the moment; or a duty's with ".missed" (owed and not done at the moment) or ".missed_today"; or
one of this folder's own: how many places of a level had reported in their last turn of the day (a report
counts those of its own turn, due already or not: see `drafts.count`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from functools import cache

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from bulou.core.figures.figure import figures, formulas
from bulou.core.figures.queries import Asked, read, split
from bulou.core.figures.queries import title as title_of
from bulou.core.places.codes import LENGTHS, level_of
from bulou.core.tasks import queries as tasks
from bulou.core.tasks.duties import duties
from bulou.core.tasks.models import Task
from bulou.lib import clock, sql
from bulou.reports.turns import LEVELS

DAY, MISSED, TODAY = "/day", ".missed", ".missed_today"
_PLURAL = {"village": "villages", "township": "townships", "county": "counties"}
# Name → (level, what of it): reported, missing, or due (both).
TURNOUT = {
    f"reports.{_PLURAL[word]}_{what}": (level, what)
    for level, word in LEVELS.items()
    for what in ("due", "reported", "missing")
}
TITLES = {
    "reports.villages_due": _("Villages that owed a report"),
    "reports.villages_reported": _("Villages that reported"),
    "reports.villages_missing": _("Villages that did not report"),
    "reports.townships_due": _("Townships that owed a report"),
    "reports.townships_reported": _("Townships that reported"),
    "reports.townships_missing": _("Townships that did not report"),
}
Values = dict[str, dict[str, int]]  # code → name → value
_FEW = 4  # places that are read one by one: what holds them all may be the whole county


def duty_of(name: str) -> str:
    """The duty of a name of missed acts; empty when it is none."""
    for suffix in (TODAY, MISSED):
        if name.endswith(suffix) and name.removesuffix(suffix) in duties():
            return name.removesuffix(suffix)
    return ""


def due_today(duty: str) -> str:
    """The name of how many acts of a duty were due today by the moment, done or not."""
    return f"tasks.expected[{duty}]{DAY}"


@cache
def known(name: str) -> bool:
    """Whether there is such a number here: a room that is not installed brings none."""
    plain = name.removesuffix(DAY)
    return plain in formulas() or split(plain)[0] in figures() or name in TURNOUT or bool(duty_of(name))


def title(name: str) -> object:
    """What a number is called, translated when shown."""
    if duty := duty_of(name):
        pattern = _("{duty}: missed today") if name.endswith(TODAY) else _("{duty}: missed")
        return format_lazy(pattern, duty=duties()[duty].title)
    if name in TURNOUT:
        return TITLES.get(name, name)
    plain = name.removesuffix(DAY)
    whole = title_of(plain)
    return format_lazy(_("{figure}, today"), figure=whole) if name.endswith(DAY) else whole


def called(name: str) -> object:
    """As `title`; empty for what is none of these numbers."""
    return title(name) if known(name) else ""


def numbers(names: Iterable[str], codes: Sequence[str], at: datetime) -> Values:
    """Known numbers of some places of one level as of a moment. What was never counted is 0."""
    wanted = [name for name in dict.fromkeys(names) if known(name)]
    if 1 < len(codes) <= _FEW:
        return {code: numbers(wanted, [code], at)[code] for code in codes}
    found: Values = defaultdict(dict)
    if codes:
        place, down = _common(codes), None if len(codes) == 1 else len(codes[0])
        _counted(found, wanted, place, down, at)
        _missed(found, [name for name in wanted if duty_of(name)], place, down, at)
        for kind in {TURNOUT[name][0] for name in wanted if name in TURNOUT}:
            _turnout(found, kind, place, down, at)
    return {code: {name: found[code].get(name, 0) for name in wanted} for code in codes}


def _common(codes: Sequence[str]) -> str:
    """What the codes begin with alike: a range of codes that holds them all."""
    low, high = min(codes), max(codes)
    apart = (n for n, (a, b) in enumerate(zip(low, high, strict=False)) if a != b)
    return low[: next(apart, len(low))]


def _missed(found: Values, names: list[str], place: str, down: int | None, at: datetime) -> None:
    if not names:
        return
    ever: dict[tuple[str, str], int] = {}
    if all(name.endswith(TODAY) for name in names):
        today = tasks.missed_of_day(place, at, down)
    else:
        ever, today = tasks.missed_kinds(place, at, down)
    for name in names:
        duty, counts = duty_of(name), today if name.endswith(TODAY) else ever
        for (code, kind), value in counts.items():
            if kind == duty:
                found[code or place][name] = value


def _counted(found: Values, wanted: list[str], place: str, down: int | None, at: datetime) -> None:
    counted = [name for name in wanted if not duty_of(name) and name not in TURNOUT]
    plain = [name for name in counted if not name.endswith(DAY)]
    today = [name.removesuffix(DAY) for name in counted if name.endswith(DAY)]
    # Both read whatever dimensions a figure has: only what was asked for is taken.
    if plain:
        for code, values in read(plain, Asked(place, down, at)).items():
            found[code] |= {name: values[name] for name in plain}
    if today:
        for code, values in read(today, Asked(place, down, at, clock.day_of(at))).items():
            found[code] |= {name + DAY: values[name] for name in today}


def _turnout(found: Values, level: int, place: str, down: int | None, at: datetime) -> None:
    """Of the places of a level, how many had reported in their last turn due today."""
    inside, params = sql.within("place", place)
    code = f"SUBSTR(place, 1, {int(down)})" if down else "''"
    start, now = clock.at(clock.day_of(at), time()), sql.moment(at)
    rows = sql.rows(
        f"SELECT {code} AS code, COUNT(*), SUM(CASE WHEN done_at <= %s THEN 1 ELSE 0 END) FROM ("
        " SELECT place, done_at, ROW_NUMBER() OVER (PARTITION BY place ORDER BY due_at DESC) AS n"
        f" FROM {Task._meta.db_table} WHERE kind = %s AND {inside} AND LENGTH(place) = %s"
        " AND due_at >= %s AND due_at < %s AND withdrawn_at IS NULL AND excused_at IS NULL"
        ") last WHERE n = 1 GROUP BY 1",
        [now, f"reports.{LEVELS[level]}", *params, LENGTHS[level - 1], sql.moment(start), now],
    )
    for at_code, due, done in rows:
        found[at_code or place] |= _said(LEVELS[level], int(due), int(done))


def turnout(answered: Iterable[tuple[str, bool]]) -> dict[str, int]:
    """The same numbers of places that owe a report, each with whether it has reported."""
    due, done = Counter[str](), Counter[str]()
    for code, has in answered:
        word = LEVELS[level_of(code)]
        due[word] += 1
        done[word] += has
    return {name: value for word in due for name, value in _said(word, due[word], done[word]).items()}


def _said(word: str, due: int, done: int) -> dict[str, int]:
    whole = f"reports.{_PLURAL[word]}"
    return {f"{whole}_due": due, f"{whole}_reported": done, f"{whole}_missing": due - done}
