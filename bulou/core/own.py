"""Whose work a task or a record is: what a post is shown of them. One rule for the API, the desk and the phone.

A kind of task belongs to whoever owes it, whoever may write the record that closes it, and the offices
above, who oversee everything in their place. A kind of record belongs to its writers, to whoever owes it,
and to the same offices. Whoever sees no people is shown none of either; numbers are for everybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from bulou.core.records.kinds import kinds
from bulou.core.staff.roles import OFFICE, SEES_PEOPLE, Role
from bulou.core.tasks.duties import duties

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

    from bulou.core.staff.actor import Actor
    from bulou.core.tasks.duties import Duty

    M = TypeVar("M", bound=Model)

OVERSEERS = OFFICE | {Role.SYSTEM}
_MAY = SEES_PEOPLE | {Role.SYSTEM}


def _writers(record_kind: str) -> frozenset[str]:
    known = kinds().get(record_kind)
    return frozenset(known.writers) if known else frozenset()


def sees_duty(role: str, duty: Duty) -> bool:
    """Whether the tasks of a duty are a role's own work."""
    return role in _MAY and (role in OVERSEERS or role == duty.role or role in _writers(duty.done_by))


def task_kinds(role: str) -> frozenset[str]:
    """The kinds of tasks that a role is shown, within its place."""
    return frozenset(kind for kind, duty in duties().items() if sees_duty(role, duty))


def record_kinds(role: str) -> frozenset[str]:
    """The kinds of records that a role is shown, within its place."""
    if role not in _MAY:
        return frozenset()
    if role in OVERSEERS:
        return frozenset(kinds())
    owed = {duty.done_by for duty in duties().values() if duty.role == role}
    return frozenset(kind for kind in kinds() if kind in owed or role in _writers(kind))


def own(by: Actor | None, found: QuerySet[M]) -> QuerySet[M]:
    """Those of some tasks that are an actor's own work; all of them for the house itself (None)."""
    if by is None or by.role in OVERSEERS:
        return found
    return found.filter(kind__in=sorted(task_kinds(by.role)))
