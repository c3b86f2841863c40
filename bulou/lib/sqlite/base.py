"""Django's SQLite backend, where the threads of one process take turns at writing.

Left to itself SQLite makes a second writer sleep and try again, ten times longer each time: eight
threads together write at half the pace of two, and the unlucky wait half a second. A lock that each
transaction holds from its BEGIN IMMEDIATE to its end wakes the next one at once. Writers of other
processes (the ticker, a command) still wait as SQLite does it.
"""

from __future__ import annotations

import threading
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection; its transaction holds the process's turn."""

    _turn = threading.Lock()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._mine = False

    def _start_transaction_under_autocommit(self) -> None:
        # Waits no longer than SQLite itself would; after that SQLite says in its own words what is wrong.
        patience = float(self.settings_dict["OPTIONS"].get("timeout", 5))
        self._mine = self._turn.acquire(timeout=patience)
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs leave it out
        except BaseException:
            self._done()
            raise

    def _done(self) -> None:
        if self._mine:
            self._mine = False
            self._turn.release()

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]  # the stubs leave it out
        self._done()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # the stubs leave it out
        finally:
            self._done()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # the stubs leave it out
        finally:
            self._done()
