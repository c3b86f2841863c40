"""`missed` and `board`: a county of 1,000,000 people, ten weeks of readings, read from tallies."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction

from bulou.bench import everything
from bulou.config.bench import result
from bulou.core.figures.cells import week_of
from bulou.core.figures.figure import figures
from bulou.core.figures.queries import Asked, read
from bulou.core.figures.recount import recount
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.core.tasks import queries, rising
from bulou.lib import clock, ids, sql

COUNTY = "990101"
TOWNSHIPS, VILLAGES, GRIDS = 15, 12, 17  # some 3,000 grids of some 330 people: 1,000,000
OBSERVED_AT_ONCE, WEEKS = 6000, 10
MISSED_GOAL, BOARD_GOAL = 50, 100  # ms
_TIMES = 7
_NO_SLOWER = 1.2  # week ten against week one: two medians of the same question differ by so much anyway
_TASK = (
    "id", "kind", "subject_type", "subject_id", "slot", "place", "role", "opens_at", "due_at", "due_day", "until_at",
    "done_at", "done_by", "reason", "detail",
)  # fmt: skip
_TASK_TYPES = (
    "uuid", "text", "text", "uuid", "text", "text", "text", "timestamptz", "timestamptz", "date", "timestamptz",
    "timestamptz", "uuid", "text", "text",
)  # fmt: skip
_READING = (
    "id", "place", "day", "happened_at", "received_at", "device", "root", "person", "tenths", "fever", "symptoms",
)  # fmt: skip
_READING_TYPES = (
    "uuid",
    "text",
    "date",
    "timestamptz",
    "timestamptz",
    "text",
    "uuid",
    "uuid",
    "smallint",
    "boolean",
    "text",
)
# Of whom it is asked what rose to them: of the county, and of one of its villages.
_HEARERS = (
    Actor(0, 0, Role.COUNTY_OFFICE, COUNTY, ""),
    Actor(0, 0, Role.VILLAGE_CADRE, f"{COUNTY}101201", ""),
)


def grids() -> list[str]:
    return [
        f"{COUNTY}{101 + t:03}{201 + v:03}{101 + g:03}"
        for t in range(TOWNSHIPS) for v in range(VILLAGES) for g in range(GRIDS)
    ]  # fmt: skip


def missed() -> Iterator[dict[str, Any]]:
    """The missed of the county: first page and count, in week ten; and in week one for comparison."""
    end = clock.now()
    _lay(end - timedelta(weeks=1), end)
    limit = _median(lambda: sql.rows("SELECT * FROM tasks_task LIMIT 50"))
    first = _median(_ask)
    yield result("missed-week-one", first, "ms", limit, None, True)
    _lay(end - timedelta(weeks=WEEKS), end - timedelta(weeks=1))
    tenth = _median(_ask)
    yield result("missed", tenth, "ms", limit, MISSED_GOAL, tenth <= MISSED_GOAL)
    yield result("missed-week-ten", tenth, "ms", first, _NO_SLOWER * first, tenth <= _NO_SLOWER * first)
    for by in _HEARERS:
        risen = _median(partial(_ask_risen, by))
        yield result(f"missed-risen-{by.role}", risen, "ms", limit, MISSED_GOAL, risen <= MISSED_GOAL)


def _ask() -> Any:
    return queries.missed(COUNTY, size=50).rows, queries.missed_count(COUNTY)


def _ask_risen(by: Actor) -> Any:
    now = clock.now()
    which = rising.risen(by, now)
    return (
        queries.missed(by.place, now, which=which, by=by).rows,
        queries.missed_count(by.place, now, by=by, which=which),
    )


def board() -> Iterator[dict[str, Any]]:
    """All figures of all children of the county, with ten weeks of history; now, and as of a month ago."""
    end = clock.now()
    everything.lay(grids(), end - timedelta(weeks=WEEKS), end, without=frozenset({"observation.reading"}))
    _lay(end - timedelta(weeks=WEEKS), end)
    ours = _median(lambda: read(None, Asked(COUNTY, 9)))
    limit = _median(lambda: sql.rows("SELECT COUNT(*), SUM(value) FROM figures_running"))
    yield result("board", ours, "ms", limit, BOARD_GOAL, ours <= BOARD_GOAL)
    before = end - timedelta(days=30)
    back = _median(lambda: read(None, Asked(COUNTY, 9, before)))
    yield result("board-month-ago", back, "ms", limit, None, True)


def _median(work: Callable[[], Any]) -> float:
    """Milliseconds, the median of some runs after a first one."""
    work()
    took = []
    for _ in range(_TIMES):
        start = time.perf_counter()
        work()
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took)


def _lay(start: datetime, end: datetime) -> None:
    """Lay tasks and readings by SQL, and their tallies by the figures' own SQL; a recount must agree."""
    places = grids()
    day, serial = start, 0
    while day < end:
        tasks, readings = [], []
        for n in range(OBSERVED_AT_ONCE):
            place = places[(n * 37 + day.toordinal() // 14 * 11) % len(places)]
            person = ids.derived("bench", n, day.toordinal() // 14)
            for slot, hour in (("am", 5), ("pm", 12)):
                serial += 1
                tasks.append(_task(person, place, day, slot, hour, serial % 33 != 0))
                if serial % 33:
                    readings.append(_reading(person, place, day, hour, 381 if serial % 997 == 0 else 365))
        with transaction.atomic():
            sql.insert("tasks_task", _TASK, tasks, _TASK_TYPES)
            sql.insert("observation_reading", _READING, readings, _READING_TYPES)
        day += timedelta(days=1)
    with transaction.atomic():
        _tally()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    differences = recount(COUNTY)
    if differences:
        raise RuntimeError(f"{len(differences)} cells differ from their records: {differences[0]}")


def _task(person: Any, place: str, day: datetime, slot: str, hour: int, done: bool) -> tuple[Any, ...]:
    opens = day.replace(hour=hour, minute=0, second=0, microsecond=0)
    due = opens + timedelta(hours=7)
    named = f"{opens.date().isoformat()}/{slot}"
    return (
        sql.uid(ids.new()), "observation.reading", "person", sql.uid(person), named, place, "village-doctor",
        sql.moment(opens), sql.moment(due), opens.date().isoformat(), sql.moment(due + timedelta(hours=5)),
        sql.moment(opens + timedelta(hours=2)) if done else None, sql.uid(ids.new()) if done else None, "", "",
    )  # fmt: skip


def _reading(person: Any, place: str, day: datetime, hour: int, tenths: int) -> tuple[Any, ...]:
    at = day.replace(hour=hour + 2, minute=0, second=0, microsecond=0)
    id_ = sql.uid(ids.new())
    return (
        id_, place, at.date().isoformat(), sql.moment(at), sql.moment(at), "", id_, sql.uid(person), tenths,
        tenths > 372, "",
    )  # fmt: skip


def _tally() -> None:
    """Fill the cells by the figures' own SQL over all rows, in the order of days as in life."""
    sql.run("DELETE FROM figures_cell")
    sql.run("DELETE FROM figures_week")
    sql.run("DELETE FROM figures_running")
    for figure in figures().values():
        sql.run(
            f"INSERT INTO figures_cell (place, figure, dim, day, value) SELECT place, '{figure.name}', {figure.dim},"
            f" {figure.day}, {figure.total} FROM {figure.table} WHERE {figure.condition} GROUP BY 1, 3, 4 ORDER BY 4, 1"
        )
    days = [row[0] for row in sql.rows("SELECT DISTINCT day FROM figures_cell")]
    for monday in sorted(
        {week_of(day if isinstance(day, date) else date.fromisoformat(day)) for day in days}
    ):
        sql.run(
            "INSERT INTO figures_week (place, figure, dim, week, value) SELECT place, figure, dim, %s, SUM(value)"
            " FROM figures_cell WHERE day >= %s AND day < %s GROUP BY 1, 2, 3",
            [sql.day(monday)] * 2 + [sql.day(monday + timedelta(days=7))],
        )
    sql.run(
        "INSERT INTO figures_running (place, figure, dim, value)"
        " SELECT place, figure, dim, SUM(value) FROM figures_cell GROUP BY 1, 2, 3"
    )
