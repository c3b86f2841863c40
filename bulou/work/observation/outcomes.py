"""What the clinic says changes the observation: paused while there, over when confirmed, on when excluded."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from bulou.core.records.kinds import Batch, Event
from bulou.core.staff.actor import Actor
from bulou.core.tasks.write import withdraw
from bulou.work.observation.models import Observation
from bulou.work.observation.opening import (
    at_clinic,
    close,
    expect_release,
    owe_again,
    record,
    running_of,
    write,
)


def on_case(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """Received or sent back: at the clinic nobody takes the temperature at home."""
    for event in events:
        if event.person is not None:
            follow([event.person], event.at)


def on_outcome(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """Confirmed: handed to the clinic for good. Excluded: the observation goes on, also after a confirmation."""
    for event in events:
        if event.person is None:
            continue
        plan = running_of([event.person]).get(event.person)
        if plan is not None and event.facts["outcome"] == "confirmed":
            close(by, [plan], "to-clinic", event.at)
            continue
        if plan is None and event.facts["outcome"] == "excluded":
            _go_on(by, event.person, event.at)
        follow([event.person], event.at)


def follow(people: Collection[UUID], at: datetime) -> None:
    """Pause the observation of whoever is at the clinic now, and let the others' go on: each once.

    Asked anew rather than told, because what the clinic records may come in any order.
    """
    away = at_clinic(people)
    for person, plan in running_of(people).items():
        since = away.get(person)
        if since is not None and plan.away_from is None:
            withdraw("observation.reading", [person], since, "clinic")
        elif since is None and plan.away_from is not None:
            plan.away_from = None
            owe_again(plan, at)
        plan.away_from = since
        plan.save(update_fields=["away_from"])


def _go_on(by: Actor, person: UUID, at: datetime) -> None:
    """A confirmation was taken back: what it closed goes on, with the term that it had."""
    last = Observation.objects.filter(person=person).order_by("-closed_at").first()
    if last is None or last.outcome != "to-clinic":
        return
    write(by, [record(by, "observation.handed", last, at, direction="in", reason="excluded")])
    reopen(last, at)


def reopen(plan: Observation, at: datetime) -> None:
    """Let a closed observation be under way again: its readings and its release are owed from a moment on."""
    plan.state, plan.outcome, plan.closed_at, plan.version = "open", "", None, plan.version + 1
    plan.save(update_fields=["state", "outcome", "closed_at", "version"])
    owe_again(plan, at)
    expect_release([plan])
