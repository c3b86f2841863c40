"""Every list of observations that is read, scope first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bulou.core.room import ask
from bulou.core.staff.actor import Actor, within
from bulou.core.tasks.models import OPEN, Task
from bulou.lib import clock
from bulou.work.observation import rules
from bulou.work.observation.models import (
    Breach, Closed, Contact, Moved, Notice, Observation, Opened, Reading, Restarted, Step,
)  # fmt: skip


def observations(actor: Actor) -> QuerySet[Observation]:
    """Observations in the actor's territory."""
    if not actor.sees_people:
        return Observation.objects.none()
    return within(actor, Observation.objects.all())


def running(actor: Actor) -> QuerySet[Observation]:
    return observations(actor).filter(closed_at=None)


def due_for_release(actor: Actor) -> QuerySet[Observation]:
    """Those whose term is over and who wait at some step."""
    return running(actor).filter(until_day__lt=clock.today()).order_by("until_day", "place", "id")


def gaps(plans: Sequence[Observation]) -> list[Task]:
    """Missed readings of these observations that nobody has explained."""
    found = Task.objects.filter(
        OPEN, kind="observation.reading", subject_id__in=[p.person for p in plans], due_at__lt=clock.now()
    )
    begun = {p.person: p.opened_at for p in plans}
    return [task for task in found if task.due_at >= begun[task.subject_id]]


def obstacles(plans: Sequence[Observation]) -> dict[UUID, list[str]]:
    """What stands against the release of each, as codes; a constant number of queries."""
    missing = Counter(task.subject_id for task in gaps(plans))
    people = [p.person for p in plans]
    cases = {person for answer in ask("open_cases", people) for person in answer}
    today = clock.today()
    return {
        p.id: rules.obstacles(
            rules.Standing(p.until_day, missing[p.person], p.person in cases, p.state == "lost"), today
        )
        for p in plans
    }


def last_change(plan: Observation) -> str:
    """The last thing that was done to an observation, in words: its record's title and time."""
    from bulou.core.records.kinds import kinds

    latest: Any = None
    for model in (Opened, Moved, Restarted, Step, Closed, Contact, Notice):
        row = model.objects.filter(observation=plan.id).order_by("-received_at").first()
        if row is not None and (latest is None or row.received_at > latest.received_at):
            latest = row
    if latest is None:
        return ""
    return f"{kinds()[latest.kind].title} {latest.received_at.astimezone(clock.zone()):%m-%d %H:%M}"


def timeline(person: UUID) -> list[dict[str, Any]]:
    """What observation knows of a person, for the person's page (which has checked the scope)."""
    found: list[dict[str, Any]] = []
    for model in (Opened, Closed, Moved, Restarted, Reading, Notice, Breach, Step, Contact):
        found += [{"kind": model.kind, "at": r.happened_at, "record": r} for r in model.objects.filter(person=person)]
    return found
