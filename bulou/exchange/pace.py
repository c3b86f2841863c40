"""Work cut into pieces that each take a moment, however fast the machine is."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
# Seconds that one piece may hold the database, and the pause in which whoever waits gets their turn.
MOMENT, PAUSE = 0.05, 0.002
_LEAST, _MOST = 10, 2000


class Pace(Generic[T]):
    """The pieces of a sequence, in order; each as long as the last one's speed lets it be."""

    def __init__(self, whole: Sequence[T], first: int) -> None:
        self._whole = whole
        self._size = max(1, first)

    def __iter__(self) -> Iterator[Sequence[T]]:
        at = 0
        while at < len(self._whole):
            piece = self._whole[at : at + self._size]
            start = time.perf_counter()
            yield piece
            took = time.perf_counter() - start
            at += len(piece)
            # Not more than twice as long at once: one lucky piece says little about the next.
            wanted = int(len(piece) * MOMENT / max(took, 1e-4))
            self._size = min(max(wanted, _LEAST), _MOST, 2 * self._size)
            if at < len(self._whole):
                time.sleep(PAUSE)
