"""A long file is understood by a process of its own, ahead of the one that takes its rows in.

Only where there is a second processor for it: on one alone the way between the two would be for nothing.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from .read import opened
from .reading import Reading, Row

# Bytes from which on a file is long, and rows that travel together.
LONG, _TOGETHER = 200_000, 500


class ReaderGoneError(RuntimeError):
    """The reading process ended before its file did: killed, or out of memory."""


def read_ahead(path: Path, **how: Any) -> tuple[Reading, Iterator[Row]]:
    """As `read.opened`. Close the iterator where it is not read to its end."""
    return _apart(path, how) if _is_worth_it(path) else opened(path, **how)


def _is_worth_it(path: Path) -> bool:
    """A process is made by a fork, which is safe only from a process without threads."""
    try:
        size = path.stat().st_size
    except OSError:
        return False
    return (
        size >= LONG
        and threading.active_count() == 1
        and "fork" in multiprocessing.get_all_start_methods()
        and len(os.sched_getaffinity(0)) > 1
    )


def _apart(path: Path, how: dict[str, Any]) -> tuple[Reading, Iterator[Row]]:
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe(duplex=False)
    reader = fork.Process(target=_read, args=(path, how, here, there), daemon=True)
    reader.start()
    there.close()  # so that its end is seen when the reader ends
    reading: Reading = _received(here)

    def rows() -> Iterator[Row]:
        try:
            while piece := _received(here):
                yield from piece
        finally:
            reader.kill()  # it has nothing to put in order, and may have come by an answer to SIGTERM of ours
            reader.join()
            here.close()

    return reading, rows()


def _received(here: Connection) -> Any:
    try:
        return here.recv()
    except EOFError as error:
        raise ReaderGoneError from error


def _read(path: Path, how: dict[str, Any], here: Connection, there: Connection) -> None:
    """In the process of its own. What was read waits there: the way between holds less than a piece."""
    here.close()  # so that this process ends when the one that takes the rows in was killed
    waiting: SimpleQueue[Any] = SimpleQueue()
    sender = threading.Thread(target=_send, args=(waiting, there), daemon=True)
    sender.start()
    reading, rows = opened(path, **how)
    waiting.put(reading)
    while piece := list(islice(rows, _TOGETHER)):
        waiting.put(piece)
    waiting.put(None)
    sender.join()


def _send(waiting: SimpleQueue[Any], there: Connection) -> None:
    while (told := waiting.get()) is not None:
        there.send(told)
    there.send(None)
