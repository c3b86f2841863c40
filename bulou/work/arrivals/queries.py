"""Every list of arrivals that is read, scope first."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bulou.core.staff.actor import Actor, within
from bulou.work.arrivals.models import Arrival, Seen


def arrivals(actor: Actor) -> QuerySet[Arrival]:
    """Arrivals that count, in the actor's territory, newest first."""
    if not actor.sees_people:
        return Arrival.objects.none()
    return within(actor, Arrival.objects.filter(replaced_by=None)).order_by("-happened_at")


def timeline(person: UUID) -> list[dict[str, Any]]:
    """What arrivals know of a person, for the person's page (which has checked the scope)."""
    found: list[dict[str, Any]] = []
    for model in (Arrival, Seen):
        found += [{"kind": model.kind, "at": r.happened_at, "record": r} for r in model.objects.filter(person=person)]
    return found
