"""The state of a task, worked out from its row and now. Plain values in and out."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol


class State(StrEnum):
    NOT_YET = "not-yet"
    OPEN = "open"
    DONE = "done"
    LATE = "done-late"
    MISSED = "missed"
    UNHEARD = "unheard"
    EXCUSED = "excused"
    WITHDRAWN = "withdrawn"


class Row(Protocol):
    opens_at: datetime
    due_at: datetime
    done_at: datetime | None
    excused_at: datetime | None
    withdrawn_at: datetime | None


def state(task: Row, at: datetime, heard_at: datetime | None = None) -> State:
    """The state at a moment, with what is known today.

    `heard_at` is when the phone that should have recorded it was last heard; when that was before
    the deadline, what looks missed may lie on the phone: unheard. None: no phone is waited for.
    """
    if task.withdrawn_at is not None:
        return State.WITHDRAWN
    if task.done_at is not None and task.done_at <= at:
        return State.DONE if task.done_at <= task.due_at else State.LATE
    if task.excused_at is not None:
        return State.EXCUSED
    if at < task.opens_at:
        return State.NOT_YET
    if at <= task.due_at:
        return State.OPEN
    if heard_at is not None and heard_at < task.due_at:
        return State.UNHEARD
    return State.MISSED
