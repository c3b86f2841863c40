"""Senders hand in, one thread writes, and those who wait share a commit.

Several threads that each commit wait for each other on the disk; one thread that takes in whatever
has gathered costs one commit, and one round of statements, for all of them. PostgreSQL writes for
several at once, so there a sender of many writes for itself; it is few records that statements make dear.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from dataclasses import dataclass, field

from django.db import close_old_connections, connection

from bulou.core.records import apart
from bulou.core.records.intake import results
from bulou.core.records.kinds import Incoming, Item, Result
from bulou.core.staff.actor import Actor
from bulou.lib import sql

_FEW = 20
_MOST = 1000  # records in one commit, so that no transaction holds the database for long
# While several send, the writer waits so long for those whom the last commit served and those who came meanwhile:
# they have their answer and send the next record. Without it they divide into two halves, each at the price of all.
_LINGER = 0.005  # seconds


@dataclass
class _Turn:
    items: list[Item]
    settled: list[Item] = field(default_factory=list)
    fault: BaseException | None = None
    served: threading.Event = field(default_factory=threading.Event)


class _Desk:
    """Where senders hand in, and the one thread that writes for them.

    One, because a connection knows the pages that it wrote itself; another reads them anew after each commit.
    """

    def __init__(self) -> None:
        self.open()

    def open(self) -> None:
        """With nobody waiting and no writer yet: so it is in a child process as well, where no thread came along."""
        self._came = threading.Condition()
        self._waiting: deque[_Turn] = deque()
        self._enough = 1  # so many waiting wake the writer
        self._served = 0  # with the last commit
        self._writer: threading.Thread | None = None

    def hand_in(self, turn: _Turn) -> None:
        """Return when the turn is settled, or its fault is known."""
        with self._came:
            self._waiting.append(turn)
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, name="records", daemon=True)
                self._writer.start()
            elif len(self._waiting) >= self._enough:
                self._came.notify()
        turn.served.wait()

    def _write(self) -> None:
        while True:
            turns = self._gather()
            _write(turns)

    def _gather(self) -> list[_Turn]:
        """Whoever waits, when there are as many as are sending now or nobody has come for long enough."""
        with self._came:
            self._await(self._served + len(self._waiting), _LINGER)
            self._await(1)
            turns = [self._waiting.popleft()]
            size = len(turns[0].items)
            while self._waiting and size + len(self._waiting[0].items) <= _MOST:
                turns.append(self._waiting.popleft())
                size += len(turns[-1].items)
            self._served = len(turns)
            return turns

    def _await(self, enough: int, seconds: float | None = None) -> None:
        self._enough = enough
        self._came.wait_for(lambda: len(self._waiting) >= enough, seconds)


_desk = _Desk()
os.register_at_fork(after_in_child=_desk.open)


def take(incoming: list[Incoming], by: Actor) -> list[Result]:
    """Take records in, sharing a commit with whoever else waits. As `intake.take`."""
    items = [Item(position, came, by) for position, came in enumerate(incoming)]
    # Within a transaction (a test's) another connection would wait for what only its own thread can end.
    if connection.in_atomic_block or (sql.is_postgres() and len(items) > _FEW):
        return results(apart.take(items))
    turn = _Turn(items)
    _desk.hand_in(turn)
    if turn.fault is not None:
        raise turn.fault
    return results(turn.settled)  # here, because each sender asks in a language of their own


def _write(turns: list[_Turn]) -> None:
    try:
        close_old_connections()  # as a request does: the database may have been away
        _serve(turns)
    except BaseException as fault:
        if len(turns) == 1:
            turns[0].fault = fault
            turns[0].served.set()
        else:  # one sender's fault must not become another's: each on its own
            for turn in turns:
                turn.items = [Item(i.position, i.came, i.by) for i in turn.items]
                _write([turn])


def _serve(turns: list[_Turn]) -> None:
    settled = iter(apart.take([item for turn in turns for item in turn.items]))
    for turn in turns:
        turn.settled = [next(settled) for _item in turn.items]
    for turn in turns:
        turn.served.set()
