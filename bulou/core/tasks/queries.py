"""Every list of tasks that is read: within a place, and (with `by`) of whoever reads it their own work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Substr

from bulou.core.figures.queries import sums
from bulou.core.own import own, task_kinds
from bulou.core.staff.actor import Actor
from bulou.core.tasks.models import OPEN, Task
from bulou.core.tasks.state import State
from bulou.lib import clock, paging, sql

KEYS = ("place", "due_at", "id")


def in_state(state: State, now: datetime) -> Q:
    """The condition of a state at a moment (see `tasks.state`, which says the same of one row)."""
    not_done = Q(done_at=None) | Q(done_at__gt=now)
    live = Q(withdrawn_at=None)
    waiting = live & Q(excused_at=None) & not_done
    return {
        State.WITHDRAWN: Q(withdrawn_at__isnull=False),
        State.DONE: live & Q(done_at__lte=now) & Q(done_at__lte=F("due_at")),
        State.LATE: live & Q(done_at__lte=now, done_at__gt=F("due_at")),
        State.EXCUSED: live & Q(excused_at__isnull=False) & not_done,
        State.NOT_YET: waiting & Q(opens_at__gt=now),
        State.OPEN: waiting & Q(opens_at__lte=now, due_at__gte=now),
        State.MISSED: waiting & Q(due_at__lt=now),
        State.UNHEARD: Q(pk__in=[]),
    }[state]


def actionable(now: datetime) -> Q:
    """Open tasks, and missed ones that a record may still serve."""
    return OPEN & Q(opens_at__lte=now) & (Q(until_at=None) | Q(until_at__gt=now))


def tasks(
    place: str,
    kind: str = "",
    state: State | None = None,
    now: datetime | None = None,
    by: Actor | None = None,
) -> QuerySet[Task]:
    """Tasks in the subtree of a place; those actionable now unless a state is asked for."""
    now = now or clock.now()
    found = own(by, sql.subtree(Task.objects.all(), place))
    if kind:
        found = found.filter(kind=kind)
    return found.filter(actionable(now) if state is None else in_state(state, now))


def missed(
    place: str,
    at: datetime | None = None,
    kind: str = "",
    which: Q | None = None,
    size: int = 50,
    cursor: str | None = None,
    by: Actor | None = None,
    without: Collection[str] = (),
) -> paging.Page:
    """The missed at a moment, place by place: an index range, however many there are.

    `which`: only these of them (due since then, `rising.risen`). `without`: places of one level below it, whose
    own are left out.
    """
    at = at or clock.now()
    found = sql.outside(
        own(by, sql.subtree(Task.objects.filter(which or Q(), due_at__lt=at), place)), without
    )
    if kind:
        found = found.filter(kind=kind)
    page = paging.page(found.filter(OPEN), KEYS, size, cursor)
    if _is_now(at):
        return page
    # What was done late since was missed then: a second index range, merged with the first.
    late = paging.page(found.filter(_done_since(at)), KEYS, size, cursor)
    rows = sorted([*page.rows, *late.rows], key=lambda t: (t.place, t.due_at, t.id.hex))
    more = len(rows) > size or page.next or late.next
    rows = rows[:size]
    return paging.Page(
        rows, paging.encode([getattr(rows[-1], key) for key in KEYS]) if more and rows else None
    )


def _done_since(at: datetime) -> Q:
    """What was missed at a moment, and was done late after it."""
    return Q(done_at__gt=F("due_at")) & Q(done_at__gt=at, excused_at=None, withdrawn_at=None)


def _is_now(at: datetime) -> bool:
    """Whether what is open now is all that is missed then: nothing was done since."""
    return at >= clock.now() - timedelta(minutes=1)


def missed_now(
    place: str, by: Actor | None, kind: str = "", which: Q | None = None, without: Collection[str] = ()
) -> QuerySet[Task]:
    """All that is missed now and is an actor's own work, for a file. `which`, `without`: as for `missed`."""
    found = Task.objects.filter(which or Q(), OPEN, due_at__lt=clock.now())
    found = sql.outside(own(by, sql.subtree(found, place)), without)
    return found.filter(kind=kind) if kind else found


def missed_count(
    place: str,
    at: datetime | None = None,
    kind: str = "",
    down: int | None = None,
    by: Actor | None = None,
    which: Q | None = None,
) -> dict[str, int]:
    """How many are missed at a moment, by the child of `place` at level `down` (or under `place` itself).

    Whole days come from the tallies; only the day of the cut, and what `which` says, is counted from its rows.
    """
    at = at or clock.now()
    found = missed_which(place, at, which, down, by) if which else missed_kinds(place, at, down, by)[0]
    if by is not None:
        mine = task_kinds(by.role)
        found = {key: value for key, value in found.items() if key[1] in mine}
    return _of_kind(found, place, kind)


def _of_kind(found: dict[tuple[str, str], int], place: str, kind: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for (code, of), value in found.items():
        if not kind or of == kind:
            counts[code or place] = counts.get(code or place, 0) + value
    return {code: value for code, value in counts.items() if value}


def missed_kinds(
    place: str, at: datetime, down: int | None = None, by: Actor | None = None
) -> tuple[dict[tuple[str, str], int], dict[tuple[str, str], int]]:
    """How many are missed at a moment, and how many of those were due on its day, by (code, kind).

    As `missed_count` and `missed_of_day`, told apart by kind, in five queries. Without `down` the code is "".
    `by`: of whoever answers for a unit what is missed of its people, counted from the rows.
    """
    if by is not None and by.unit:
        return _of_unit(by, place, at, down)
    counts: dict[tuple[str, str], int] = {}
    signs = {"tasks.expected": 1, "tasks.done": -1, "tasks.late": -1, "tasks.excused": -1}
    for (code, name, kind), value in sums(list(signs), place, before=clock.day_of(at), down=down).items():
        key = (code if down else "", kind)
        counts[key] = counts.get(key, 0) + signs[name] * value
    today = missed_of_day(place, at, down)
    since = [] if _is_now(at) else _by_kind(*_since_where(at), place, down)
    for key, value in [*today.items(), *since]:
        counts[key] = counts.get(key, 0) + value
    return {key: value for key, value in counts.items() if value}, today


def missed_of_day(place: str, at: datetime, down: int | None = None) -> dict[tuple[str, str], int]:
    """How many of those missed at a moment were due on its day, by (code, kind): none of the days before is read."""
    found: Counter[tuple[str, str]] = Counter()
    for where in _day_wheres(at):
        found.update(dict(_by_kind(*where, place, down)))
    return dict(found)


def missed_which(
    place: str, at: datetime, which: Q, down: int | None, by: Actor | None
) -> dict[tuple[str, str], int]:
    """As `missed_kinds`, of those of an actor's own work that `which` says, counted from their rows: a day or two's."""
    found = own(by, sql.subtree(Task.objects.filter(which, due_at__lt=at), place)).order_by()
    found = found.annotate(part=Substr("place", 1, down) if down else Value(""))
    counts: Counter[tuple[str, str]] = Counter()
    # Two conditions that share no row, so that each finds its own partial index.
    for missed_so in (OPEN,) if _is_now(at) else (OPEN, _done_since(at)):
        for code, kind, count in found.filter(missed_so).values_list("part", "kind").annotate(Count("pk")):
            counts[code, kind] += count
    return dict(counts)


def _of_unit(
    by: Actor, place: str, at: datetime, down: int | None
) -> tuple[dict[tuple[str, str], int], dict[tuple[str, str], int]]:
    found = own(by, sql.subtree(Task.objects.filter(OPEN | _done_since(at), due_at__lt=at), place))
    every: Counter[tuple[str, str]] = Counter()
    today: Counter[tuple[str, str]] = Counter()
    for code, kind, day in found.order_by().values_list("place", "kind", "due_day"):
        key = (code[:down] if down else "", kind)
        every[key] += 1
        today[key] += day == clock.day_of(at)
    return dict(every), dict(today)


def _by_kind(
    where: str, params: Sequence[Any], place: str, down: int | None
) -> list[tuple[tuple[str, str], int]]:
    code = f"SUBSTR(place, 1, {int(down)})" if down else "''"
    # By when it was due: SQLite, told how values lie, would walk each day's tasks of the place instead.
    inside, within = sql.within(sql.unindexed("place"), place)
    statement = (
        f"SELECT {code} AS code, kind, COUNT(*) FROM tasks_task WHERE {where} AND {inside} GROUP BY 1, 2"
    )
    # Said again: knowing the values, PostgreSQL takes a third of all tasks for late, and walks every one.
    rows = sql.rows(statement, [*params, *within], again=True)
    return [((row[0], row[1]), int(row[2])) for row in rows]


def _day_wheres(at: datetime) -> list[tuple[str, list[Any]]]:
    """Due on the moment's day before it, and not done by then: never, or only afterwards.

    Two conditions that share no row, so that each finds its own partial index.
    """
    start, cut = sql.moment(clock.at(clock.day_of(at), datetime.min.time())), sql.moment(at)
    due, left = "due_at >= %s AND due_at < %s", "excused_at IS NULL AND withdrawn_at IS NULL"
    never = (f"{due} AND done_at IS NULL AND {left}", [start, cut])
    afterwards = (f"{due} AND done_at > due_at AND done_at > %s AND {left}", [start, cut, cut])
    return [never] if _is_now(at) else [never, afterwards]


def _since_where(at: datetime) -> tuple[str, list[Any]]:
    start = clock.at(clock.day_of(at), datetime.min.time())
    return (
        "done_at > due_at AND due_at < %s AND done_at > %s AND excused_at IS NULL AND withdrawn_at IS NULL",
        [sql.moment(start), sql.moment(at)],
    )
