"""Work cut into pieces that each hold the database for a moment, however fast the machine is."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from django.db import connection

from bulou.lib import sql

T = TypeVar("T")
# Seconds that a piece may hold the database, and the pause in which whoever waits gets their turn.
MOMENT, PAUSE = 0.04, 0.004
# PostgreSQL lets others write beside it: there a piece locks little, and only at its end.
_BESIDE_OTHERS = 0.25
_MOST = 2000
# Seconds after which what was written is brought to its place in the file, while nobody has to wait for it.
_TIDY = 0.5


@dataclass
class _Held:
    """A piece at work: since when (perf_counter) it holds the database."""

    since: float
    took: float = 0.0


_held: ContextVar[_Held | None] = ContextVar("bulou_piece", default=None)


def gives_way() -> bool:
    """Whether what is about to write is a piece of something long: it lets others go first."""
    return _held.get() is not None


def begun() -> None:
    """The database is ours from now on; what was spent waiting for it says nothing about the piece."""
    piece = _held.get()
    if piece is not None:
        piece.since = time.perf_counter()


@contextmanager
def piece() -> Iterator[_Held]:
    """Around a transaction that is a piece of something long.

    Objects in circles are looked for between pieces: after a long file that takes as long as two pieces.
    """
    held = _Held(time.perf_counter())
    mark = _held.set(held)
    looked_for = gc.isenabled()
    gc.disable()
    try:
        yield held
    finally:
        _held.reset(mark)
        held.took = time.perf_counter() - held.since
        if looked_for:
            gc.enable()


def pause(spent: float = 0.0) -> None:
    """Between two pieces, for whoever waits; `spent`: seconds since the last one. Within a transaction nobody can."""
    if not connection.in_atomic_block:
        time.sleep(max(0.0, PAUSE - spent))


class Pace(Generic[T]):
    """The pieces of something long, in order; each as long as the speed of the last one lets it be.

    `least`: what a piece costs whatever its length makes shorter ones a waste.
    """

    def __init__(self, whole: Iterable[T], first: int, least: int) -> None:
        self._rest = iter(whole)
        self._size, self._least = max(1, first), least
        self._took = self._over = 0.0
        self._tidied = time.perf_counter()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Around what holds the database: by this the next piece is measured.

        Whoever waits has the time since the last piece, in which the next one may be thought out, for their turn.
        """
        if self._over:
            pause(time.perf_counter() - self._over)
        with piece() as held:
            yield
        self._took, self._over = held.took, time.perf_counter()

    def _tidy(self) -> None:
        if self._over - self._tidied > _TIDY and not connection.in_atomic_block:
            sql.write_back()
            self._tidied = time.perf_counter()

    def __iter__(self) -> Iterator[Sequence[T]]:
        while some := list(islice(self._rest, self._size)):
            if self._took:
                self._tidy()
            self._took = 0.0
            yield some
            if self._took:
                wanted = int(len(some) * _moment() / self._took)
                # Not more than twice as long at once: one lucky piece says little about the next.
                self._size = max(min(wanted, _MOST, 2 * self._size), self._least)


def _moment() -> float:
    return _BESIDE_OTHERS if sql.is_postgres() else MOMENT


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the search for objects in circles: a long file makes millions, none of them in one.

    It would walk through all of them again and again, a fifth of the whole time.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if was:
            gc.enable()


def collected() -> None:
    """From here on, within `uncollected`, the search goes on, but past all that is there by now."""
    gc.freeze()
    gc.enable()
