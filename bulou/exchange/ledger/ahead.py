"""A long file is understood by a process of its own, ahead of the one that takes its rows in.

Only where there is a second processor for it: on one alone the way between the two would be for nothing.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from bulou.lib.refusals import Refusal

if TYPE_CHECKING:
    from .files import Sheet
    from .reading import Reading, Row

# Bytes from which on a file is long, rows that travel together, and how many such lots make it ahead.
LONG, _TOGETHER, _AHEAD = 200_000, 500, 2


class ReaderGoneError(RuntimeError):
    """The reading process ended before its file did: killed, or out of memory."""


@dataclass
class _Reader:
    """A process that has opened its file, and waits to be told the facts of the day (`how` of `read.opened`)."""

    path: Path
    process: multiprocessing.process.BaseProcess
    way: Connection


@dataclass
class _Opened:
    """A short file, opened where it is taken in."""

    path: Path
    file: list[Sheet] | Refusal


_begun: list[_Reader | _Opened] = []


def begin(path: Path) -> Refusal | None:
    """Open a file already, a long one while here what takes it in is only being loaded; why it cannot be taken.

    `read_ahead` of the same path then goes on with it; without that its process ends with this one. What shows
    only within a long file, it will tell.
    """
    from .files import glance, open_ahead

    if not path.is_file() or not os.access(path, os.R_OK):
        return None  # every command says alike what is wrong with such a path
    try:
        glance(path)
    except Refusal as refusal:
        return refusal
    if _is_worth_it(path):
        _begun.append(_start(path))
        return None
    file = open_ahead(path)
    _begun.append(_Opened(path, file))
    return None if isinstance(file, list) else file


# What the reading process does to rows, the first of them at a position in the file, for whoever takes them in.
Spare = Callable[[Sequence["Row"], int], None]


def read_ahead(
    path: Path, meanwhile: Callable[[], object] = int, spare: Spare | None = None, **how: Any
) -> tuple[Reading, Iterator[Row]]:
    """As `read.opened`. Close the iterator where it is not read to its end.

    `meanwhile`: what is to be done here before the first row is there; `spare`: what the reading process does
    with its time while it is ahead (it goes there by its name, and knows no Django there).
    """
    begun = next((one for one in _begun if one.path == path), None)
    if begun is not None:
        _begun.remove(begun)
    elif _is_worth_it(path):
        begun = _start(path)
    if isinstance(begun, _Reader):
        return _taken_up(begun, meanwhile, spare, how)
    meanwhile()
    from .read import opened

    return opened(path, file=begun.file if begun else None, **how)


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


def _start(path: Path) -> _Reader:
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe()
    process = fork.Process(target=_read, args=(path, here, there), daemon=True)
    process.start()
    there.close()  # so that its end is seen when the reader ends
    return _Reader(path, process, here)


def _taken_up(
    reader: _Reader, meanwhile: Callable[[], object], spare: Spare | None, how: dict[str, Any]
) -> tuple[Reading, Iterator[Row]]:
    def gone() -> None:
        reader.process.kill()  # it has nothing to put in order, and may have come by an answer to SIGTERM of ours
        reader.process.join()

    def rows() -> Iterator[Row]:
        # What comes next is unpacked while what came last is on its way to the disk.
        with reader.way, ThreadPoolExecutor(1) as beside:
            try:
                coming = beside.submit(_received, reader.way)
                while piece := coming.result():
                    coming = beside.submit(_received, reader.way)
                    yield from piece
            finally:
                gone()  # then nobody waits for it any more

    try:
        with suppress(BrokenPipeError):  # it has ended: `_received` says so
            reader.way.send((how, spare))
        meanwhile()
        return _received(reader.way), rows()
    except BaseException:
        gone()
        reader.way.close()
        raise


def _received(here: Connection) -> Any:
    try:
        return here.recv()
    except EOFError as error:
        raise ReaderGoneError from error


def _read(path: Path, here: Connection, there: Connection) -> None:
    """In the process of its own. What was read waits there: the way between holds less than a piece."""
    here.close()  # so that this process ends when the one that takes the rows in was killed
    gc.freeze()  # what came along by the fork is not ours to put away: its own threads stayed behind
    gc.disable()  # it makes millions of objects, none of them in a circle
    from .files import open_ahead
    from .read import opened  # here: the process that forked this one has other things to load

    file = open_ahead(path)
    try:
        how, spare = there.recv()
    except EOFError:
        return
    waiting: SimpleQueue[Any] = SimpleQueue()
    sender = threading.Thread(target=_send, args=(waiting, there), daemon=True)
    sender.start()
    reading, rows = opened(path, file=file, **how)
    waiting.put(reading)
    at = 0
    while piece := list(islice(rows, _TOGETHER)):
        if spare is not None and waiting.qsize() >= _AHEAD:
            spare(piece, at)
        waiting.put(piece)
        at += len(piece)
    waiting.put(None)
    sender.join()


def _send(waiting: SimpleQueue[Any], there: Connection) -> None:
    while (told := waiting.get()) is not None:
        there.send(told)
    there.send(None)
