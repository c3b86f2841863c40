"""The turn among the processes that write to one SQLite file: a lock on a file beside it."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress

_LOOK = 0.001  # seconds
# So long, at most, does long work let others go first: it must come to its end too.
_PATIENCE = 1.0


class Turn:
    """One connection's place in the queue of processes.

    Who waits for a turn says so by a second file (`-waits`), and long work does not begin a piece while
    somebody says so: left to chance, a reading would wait for one piece of a ledger after another.
    A database in memory has no other processes.
    """

    def __init__(self, database: str) -> None:
        self._base = "" if "memory" in database else database
        self._turn = self._waits = -1

    def give_way(self) -> None:
        """Return when nobody else waits for a turn, or they have had time enough."""
        until = time.monotonic() + _PATIENCE
        while (waits := self._open("-waits")) >= 0:
            alone = _lock(waits, fcntl.LOCK_EX)
            os.close(waits)  # which gives the lock back
            if alone or time.monotonic() > until:
                return
            time.sleep(_LOOK)

    def take(self, until: float) -> None:
        """Wait for the turn until a moment (monotonic seconds); after that SQLite's own lock decides."""
        self._turn, said = self._open("-turn"), False
        while self._turn >= 0 and not _lock(self._turn, fcntl.LOCK_EX):
            if self._waits < 0:
                self._waits = self._open("-waits")
            said = said or _lock(self._waits, fcntl.LOCK_SH)
            if time.monotonic() > until:
                break
            time.sleep(_LOOK)
        self._waits = _closed(self._waits)

    def give_back(self) -> None:
        self._turn, self._waits = _closed(self._turn), _closed(self._waits)

    def _open(self, which: str) -> int:
        """-1 where there can be no file (a full disk): processes then wait as SQLite does it."""
        if self._base:
            with suppress(OSError):
                return os.open(f"{self._base}{which}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return -1


def _lock(file: int, how: int) -> bool:
    """Whether the lock is ours now, or the file system knows no locks."""
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _closed(file: int) -> int:
    if file >= 0:
        os.close(file)
    return -1
