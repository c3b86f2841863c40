"""Whose work a task or a record is: what a post is shown of them. One rule for the API, the desk and the phone.

A kind of task belongs to whoever owes it, whoever may write the record that closes it, and the offices
above, who oversee everything in their place. A kind of record belongs to its writers, to whoever owes it,
and to the same offices. Whoever sees no people is shown none of either; numbers are for everybody.
Whoever answers for a unit is shown what is about its people, wherever they live, and nothing about others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db.models import Q

from bulou.core.people.queries import visible
from bulou.core.records.kinds import kinds
from bulou.core.room import ask
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
    if by is None:
        return found
    found = tasks_of(by, found)
    return found if by.role in OVERSEERS else found.filter(kind__in=sorted(task_kinds(by.role)))


def tasks_of(by: Actor, found: QuerySet[M]) -> QuerySet[M]:
    """As `of_unit`, of tasks; without those of its people which a room says are asked of others."""
    found = of_unit(by, found)
    for others in ask("not_for_units") if by.unit else ():
        found = found.exclude(others)
    return found


def of_unit(by: Actor, found: QuerySet[M]) -> QuerySet[M]:
    """Of whoever answers for a unit those rows (`subject_type`, `subject_id`) that are about its people: doors are
    for those who go from one to the other. All rows for anybody else; none where it is not said for which unit."""
    if not by.unit:
        return found if by.sees_people or by.role not in SEES_PEOPLE else found.none()
    own_people = Q(subject_type="person", subject_id__in=visible(by).order_by().values("pk"))
    return found.filter(own_people | ~Q(subject_type__in=("person", "household", "unit")))
