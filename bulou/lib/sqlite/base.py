"""Django's SQLite backend, where the threads of one process take turns at writing.

Left to itself SQLite makes a second writer sleep and try again, ten times longer each time: eight
threads together write at half the pace of two, and the unlucky wait half a second. A lock that each
transaction holds from its BEGIN IMMEDIATE to its end wakes the next one at once. Writers of other
processes (the ticker, a command that takes in a long file) take turns by a locked file beside the
database (`turn`), for which they look every millisecond where SQLite would sleep for up to a tenth of a second.
"""

from __future__ import annotations

import os
import threading
import time
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import OperationalError
from django.db.backends.sqlite3 import base, operations

from bulou.lib import ids, sqlite
from bulou.lib.pace import begun, gives_way
from bulou.lib.sqlite.turn import Turn


class Cursor(base.SQLiteCursorWrapper):
    """A cursor that remembers how Django's %s is said to SQLite: statements are many words and few."""

    def convert_query(self, query: str, *, param_names: Any = None) -> str:
        return _said(query) if param_names is None else super().convert_query(query, param_names=param_names)


@lru_cache(4096)
def _said(query: str) -> str:
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class Operations(operations.DatabaseOperations):
    """Each list reads thousands of ids: they are made in our own way."""

    def convert_uuidfield_value(self, value: str | None, *_: Any) -> UUID | None:
        return None if value is None else ids.stored(value)


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection; its transaction holds the process's turn."""

    ops_class = Operations
    _turn = threading.Lock()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._mine = False
        self._among = Turn(str(self.settings_dict["NAME"]))

    def get_new_connection(self, conn_params: Any) -> Any:
        if not sqlite.may_begin and not os.path.exists(self.settings_dict["NAME"]):
            raise OperationalError("unable to open database file")
        # Beside the database that is opened: each process of a test run has another one than was named at first.
        self._among = Turn(str(conn_params["database"]))
        return super().get_new_connection(conn_params)

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=Cursor)

    def _start_transaction_under_autocommit(self) -> None:
        # Waits no longer than SQLite itself would; after that SQLite says in its own words what is wrong.
        patience = float(self.settings_dict["OPTIONS"].get("timeout", 5))
        if gives_way():
            self._among.give_way()
        self._mine = self._turn.acquire(timeout=patience)
        try:
            self._among.take(time.monotonic() + patience)
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs leave it out
            begun()
        except BaseException:
            self._done()
            raise

    def _done(self) -> None:
        self._among.give_back()
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
