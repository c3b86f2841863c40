"""The pieces in which a file goes in, each a transaction of its own, tried again where the database throws it back.

First every line is settled; then the rooms follow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import OperationalError

from bulou.core.audit import note, verb
from bulou.core.figures import cells
from bulou.core.places.origins import parse_origin
from bulou.core.records.kinds import kinds
from bulou.core.staff.actor import Actor
from bulou.core.tasks.duties import duties
from bulou.exchange import keep
from bulou.exchange.chunk import enter, known, look
from bulou.exchange.course import Course
from bulou.exchange.ledger.reading import Row
from bulou.exchange.models import ImportRun
from bulou.exchange.who import Fate
from bulou.lib.pace import Pace

T = TypeVar("T")
_TRIES = 4  # PostgreSQL may choose a piece to break a deadlock


@cache
def load_rooms() -> None:
    """Before rooms have a say, within no piece: it takes as long as to settle thousands of lines."""
    from bulou.exchange import telling as _telling  # noqa: F401 - to have it loaded

    duties(), kinds(), parse_origin("北京")


def settle_piece(
    course: Course, piece: Sequence[tuple[int, Row]], run: ImportRun, pace: Pace[Any]
) -> list[Fate]:
    """Whom these rows (with their positions in the file) speak of, entered and kept.

    Raises OperationalError where the database threw the piece back again and again.
    """

    def once() -> list[Fate]:
        fates = look(course, piece)
        if known(fates):
            load_rooms()
        with pace.held():
            return _take(course, fates, run, by=course.by)

    return _persistently(once)


def follow_piece(course: Course, piece: Sequence[Fate], run: ImportRun, pace: Pace[Any]) -> list[Fate]:
    """Let the rooms take in what settled lines tell; those lines of which there is something else to say now.

    Raises OperationalError as `settle_piece`.
    """

    def once() -> list[Fate]:
        fates = [fate.again() for fate in piece]
        with pace.held():
            return _carry(course, fates, run, by=course.by)

    return _persistently(once)


def _persistently(work: Callable[[], T]) -> T:
    """A piece that the database threw back is tried again."""
    for attempt in range(_TRIES):
        try:
            return work()
        except OperationalError as error:
            if "deadlock" not in str(error) or attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


@verb("exchange.take")
def _take(course: Course, fates: list[Fate], run: ImportRun, by: Actor) -> list[Fate]:
    keep.lock(course.county)
    enter(course, fates)
    keep.rows(run.id, fates)
    note(subject_type="import", subject_id=run.id, place=run.place, count=len(fates))
    return fates


@verb("exchange.carry")
def _carry(course: Course, fates: list[Fate], run: ImportRun, by: Actor) -> list[Fate]:
    from bulou.exchange.telling import carry  # by `load_rooms`

    keep.lock(course.county)
    with cells.gathered():  # added last: from then to the commit nobody else can count for the same places
        changed = carry(course, fates)
        keep.change(run.id, changed)
    note(subject_type="import", subject_id=run.id, place=run.place, count=len(fates))
    return changed
