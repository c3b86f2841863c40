"""What the clinic says changes the observation: paused while there, over when confirmed, on when excluded."""

from __future__ import annotations

from bulou.core.records.kinds import Batch, Event
from bulou.core.staff.actor import Actor
from bulou.core.tasks.write import restore, withdraw
from bulou.work.observation.models import Observation
from bulou.work.observation.opening import close


def on_received(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """At the clinic nobody takes the temperature at home: those readings are not owed meanwhile."""
    for event in events:
        if event.person is not None:
            withdraw("observation.reading", [event.person], event.at, "clinic")


def on_outcome(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """Confirmed: handed to the clinic for good. Excluded: home again, the readings are owed again."""
    for event in events:
        if event.person is None:
            continue
        plan = Observation.objects.filter(person=event.person, closed_at=None).first()
        if plan is None:
            continue
        if event.facts["outcome"] == "confirmed":
            close(by, [plan], "to-clinic", event.at)
        elif event.facts["outcome"] == "excluded":
            restore("observation.reading", [event.person], event.at)
