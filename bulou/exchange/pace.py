"""Work cut into pieces that each hold the database for a moment, however fast the machine is."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Generic, TypeVar

from bulou.lib import sql

T = TypeVar("T")
# Seconds that a piece may hold the database, and the pause in which whoever waits gets their turn.
MOMENT, PAUSE = 0.07, 0.004
# PostgreSQL lets others write beside it: there a piece locks little, and only at its end.
_BESIDE_OTHERS = 0.25
_MOST = 2000


class Pace(Generic[T]):
    """The pieces of something long, in order; each as long as the speed of the last one lets it be.

    `least`: what a piece costs whatever its length makes shorter ones a waste.
    """

    def __init__(self, whole: Iterable[T], first: int, least: int) -> None:
        self._rest = iter(whole)
        self._size, self._least = max(1, first), least
        self._took = self._over = 0.0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Around what holds the database: by this the next piece is measured."""
        start = time.perf_counter()
        yield
        self._over = time.perf_counter()
        self._took = self._over - start

    def __iter__(self) -> Iterator[Sequence[T]]:
        while piece := list(islice(self._rest, self._size)):
            if self._took:
                time.sleep(max(0.0, PAUSE + self._over - time.perf_counter()))
            self._took = 0.0
            yield piece
            if self._took:
                wanted = int(len(piece) * _moment() / self._took)
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
