"""SQLite has one writer at a time: here senders take turns, and those who wait share a commit.

Several threads that each commit wait for each other on the disk; one thread that takes in whatever
has gathered while the last commit was written costs one commit for all of them. PostgreSQL does this
itself, so there each sender writes for itself.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field

from bulou.core.records import apart
from bulou.core.records.intake import results
from bulou.core.records.kinds import Incoming, Item, Result
from bulou.core.staff.actor import Actor
from bulou.lib import sql

_MOST = 1000  # records in one commit, so that no transaction holds the database for long


@dataclass
class _Turn:
    items: list[Item]
    settled: list[Item] = field(default_factory=list)
    fault: BaseException | None = None
    done: threading.Event = field(default_factory=threading.Event)


_waiting: deque[_Turn] = deque()
_lock = threading.Lock()
_writing = threading.Lock()


def take(incoming: list[Incoming], by: Actor) -> list[Result]:
    """Take records in, sharing a commit with whoever else waits. As `intake.take`."""
    items = [Item(position, came, by) for position, came in enumerate(incoming)]
    if sql.is_postgres():
        return results(apart.take(items))
    turn = _Turn(items)
    with _lock:
        _waiting.append(turn)
    # Whoever gets the pen writes for everybody who waits; the others find themselves served.
    with _writing:
        if not turn.done.is_set():
            _write(_gather())
            while not turn.done.is_set():
                _write(_gather())
    if turn.fault is not None:
        raise turn.fault
    return results(turn.settled)  # here, because each sender asks in a language of their own


def _gather() -> list[_Turn]:
    with _lock:
        turns = [_waiting.popleft()]
        size = len(turns[0].items)
        while _waiting and size + len(_waiting[0].items) <= _MOST:
            turns.append(_waiting.popleft())
            size += len(turns[-1].items)
        return turns


def _write(turns: list[_Turn]) -> None:
    try:
        _serve(turns)
    except BaseException as fault:
        if len(turns) == 1:
            turns[0].fault = fault
            turns[0].done.set()
        else:  # one sender's fault must not become another's: each on its own
            for turn in turns:
                turn.items = [Item(i.position, i.came, i.by) for i in turn.items]
                _write([turn])


def _serve(turns: list[_Turn]) -> None:
    settled = iter(apart.take([item for turn in turns for item in turn.items]))
    for turn in turns:
        turn.settled = [next(settled) for _item in turn.items]
    for turn in turns:
        turn.done.set()
