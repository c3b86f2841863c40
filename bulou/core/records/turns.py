"""Senders take turns at writing, and those who wait share a commit.

Several threads that each commit wait for each other on the disk; one thread that takes in whatever
has gathered costs one commit, and one round of statements, for all of them. PostgreSQL writes for
several at once, so there a sender of many writes for itself; it is few records that statements make dear.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, field

from bulou.core.records import apart
from bulou.core.records.intake import results
from bulou.core.records.kinds import Incoming, Item, Result
from bulou.core.staff.actor import Actor
from bulou.lib import sql

_FEW = 20
_MOST = 1000  # records in one commit, so that no transaction holds the database for long
# While several send, whoever writes next waits so long for as many as the last commit served: those have their
# answer and send the next record. Each would else find the pen free and pay for a commit of its own.
_LINGER, _LOOK = 0.002, 0.0002  # seconds


@dataclass
class _Turn:
    items: list[Item]
    settled: list[Item] = field(default_factory=list)
    fault: BaseException | None = None
    woken: threading.Event = field(default_factory=threading.Event)
    leads: bool = False  # woken to write for everybody who waits, not because it was served


@dataclass
class _Desk:
    """Who waits, whether somebody is writing, and how many the last commit served."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    waiting: deque[_Turn] = field(default_factory=deque)
    busy: bool = False
    served: int = 0


_desk = _Desk()


def take(incoming: list[Incoming], by: Actor) -> list[Result]:
    """Take records in, sharing a commit with whoever else waits. As `intake.take`."""
    items = [Item(position, came, by) for position, came in enumerate(incoming)]
    if sql.is_postgres() and len(items) > _FEW:
        return results(apart.take(items))
    turn = _Turn(items)
    with _desk.lock:
        _desk.waiting.append(turn)
        turn.leads = not _desk.busy
        _desk.busy = True
    if not turn.leads:
        turn.woken.wait()
    if turn.leads:
        try:
            _linger()
            _write(_gather())
        finally:
            _hand_on()
    if turn.fault is not None:
        raise turn.fault
    return results(turn.settled)  # here, because each sender asks in a language of their own


def _linger() -> None:
    until = time.monotonic() + _LINGER
    while len(_desk.waiting) < _desk.served and time.monotonic() < until:
        time.sleep(_LOOK)


def _hand_on() -> None:
    """Give the pen to whoever has waited longest."""
    with _desk.lock:
        _desk.busy = bool(_desk.waiting)
        if _desk.busy:
            _desk.waiting[0].leads = True
            _desk.waiting[0].woken.set()


def _gather() -> list[_Turn]:
    with _desk.lock:
        turns = [_desk.waiting.popleft()]
        size = len(turns[0].items)
        while _desk.waiting and size + len(_desk.waiting[0].items) <= _MOST:
            turns.append(_desk.waiting.popleft())
            size += len(turns[-1].items)
        _desk.served = len(turns)
        return turns


def _write(turns: list[_Turn]) -> None:
    try:
        _serve(turns)
    except BaseException as fault:
        if len(turns) == 1:
            turns[0].fault = fault
            turns[0].woken.set()
        else:  # one sender's fault must not become another's: each on its own
            for turn in turns:
                turn.items = [Item(i.position, i.came, i.by) for i in turn.items]
                _write([turn])


def _serve(turns: list[_Turn]) -> None:
    settled = iter(apart.take([item for turn in turns for item in turn.items]))
    for turn in turns:
        turn.settled = [next(settled) for _item in turn.items]
    for turn in turns:
        turn.woken.set()
