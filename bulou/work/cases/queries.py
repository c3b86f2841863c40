"""Every list of cases that is read, scope first."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from bulou.core.cards import Mark
from bulou.core.people.queries import others
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.roles import CLINIC, OFFICE, VILLAGE, Role
from bulou.core.tasks.models import OPEN, Task
from bulou.work.cases import rules
from bulou.work.cases.following import MODELS
from bulou.work.cases.models import Case

# Those whose work it is: where the person lives, on the way up, and at the clinic.
READERS = VILLAGE | OFFICE | CLINIC | {Role.SYSTEM}
OPEN_CASE = Q(closed_at=None)
# What a case waits for, as words over a list.
WAITING: dict[str, Q] = {
    "on-the-way": Q(closed_at=None, received_at=None, outcome=""),
    "outcome": Q(closed_at=None) & (Q(received_at__isnull=False) | ~Q(outcome="")),
    "back": Q(outcome="excluded", received_at__isnull=False, returned_at=None),
    "all": Q(),
}


def cases(actor: Actor) -> QuerySet[Case]:
    """The cases in the actor's territory, where they are the actor's work."""
    if actor.role not in READERS:
        return Case.objects.none()
    return within(actor, Case.objects.all())


def marks(by: Actor, _place: str) -> list[Mark]:
    """For lists of households: whoever waits for the clinic's word, told to those whose work it is."""
    return [Mark("fever", _("Fever or suspicion"), "fever", cases(by).filter(OPEN_CASE), key=True)]


def counts(found: QuerySet[Case]) -> dict[str, int]:
    """How many of some cases wait for what; one query."""
    each = [Count("pk", filter=wanted) if wanted else Count("pk") for wanted in WAITING.values()]
    counted = found.aggregate(**{f"n{place}": count for place, count in enumerate(each)})
    return dict(zip(WAITING, counted.values(), strict=True))


def owed(found: Collection[Case]) -> dict[UUID, Task]:
    """What the clinic owes each of these cases first; one query."""
    kinds = (rules.RECEIVE, rules.RESULT, rules.SETTLE)
    people = [case.person for case in found]
    open_tasks = Task.objects.filter(OPEN, subject_id__in=people, kind__in=kinds).order_by("-due_at")
    return {task.source: task for task in open_tasks if task.source is not None}


def history(case: Case) -> list[dict[str, Any]]:
    """All that was recorded of the person of a case, newest first, as `timeline`; also before two were one."""
    told = [entry for one in others(case.person) for entry in timeline(one)]
    return sorted(told, key=lambda entry: entry["at"], reverse=True)


def timeline(person: UUID) -> list[dict[str, Any]]:
    """What cases know of a person, for the person's page (which has checked the scope)."""
    found: list[dict[str, Any]] = []
    for model in MODELS:
        rows = model._default_manager.filter(person=person)
        found += [{"kind": model.kind, "at": row.happened_at, "record": row} for row in rows]
    return found


def at_clinic(people: Collection[UUID]) -> dict[UUID, datetime]:
    """Those of these people who are at the clinic now, neither sent back nor with a final word; since when."""
    found = Case.objects.filter(person__in=people, closed_at=None, returned_at=None)
    return {p: at for p, at in found.values_list("person", "received_at") if at is not None}


def cleared(people: Collection[UUID]) -> dict[UUID, datetime]:
    """When the clinic last excluded a suspicion of each of these people."""
    found = Case.objects.filter(person__in=people, outcome="excluded").order_by("outcome_at")
    return {p: at for p, at in found.values_list("person", "outcome_at") if at is not None}


def open_cases(people: Collection[UUID]) -> set[UUID]:
    """Those of these people whose outcome is not known yet."""
    return set(Case.objects.filter(person__in=people, closed_at=None).values_list("person", flat=True))
