"""What was built on an arrival follows its correction: each record it said is replaced by a right one."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from bulou.core.records.kinds import Batch, Event, Incoming
from bulou.core.staff.actor import Actor
from bulou.core.tasks import write as tasks
from bulou.lib import ids
from bulou.work.observation import lodging
from bulou.work.observation.models import Closed, Moved, Observation, Opened, Restarted, Turn
from bulou.work.observation.opening import (
    OBSERVED,
    close,
    expect_readings,
    expect_release,
    on_arrival,
    term,
    write,
)

_SAID: tuple[tuple[type[Turn], tuple[str, ...]], ...] = (
    (Opened, ("measure", "clock_from", "until_day")),
    (Closed, ("outcome",)),
    (Moved, ("direction", "other")),
)


def on_correction(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """Follow corrected arrivals, also where the observation is over: its figures count by origin and place."""
    sources: dict[UUID, Event] = {event.facts["root"]: event for event in events}
    found = sorted(Observation.objects.filter(source__in=list(sources)), key=_never, reverse=True)
    theirs = [o for o in found if o.source and o.person == sources[o.source].facts["was"]]
    for gone in theirs:  # the arrival was somebody else's: these were never to be observed because of it
        if gone.closed_at is None:
            close(by, [gone], "error", gone.opened_at)
    plans = {o.source: o for o in found if o not in theirs}
    for root, event in sources.items():
        plan = plans.get(root)
        if plan is None or (_never(plan) and event.facts["measure"] in OBSERVED):
            on_arrival([event], by, batch)
            continue
        _follow(by, plan, event)
        if event.facts["measure"] not in OBSERVED and plan.closed_at is None:
            close(by, [plan], "error", event.at)


def _never(plan: Observation) -> bool:
    """Whether a correction closed it, at its opening, as never opened; what an office ends is over for good."""
    return plan.outcome == "error" and plan.closed_at == plan.opened_at


def _follow(by: Actor, plan: Observation, event: Event) -> None:
    first, last = term(event)
    before = plan.place
    moved = before != event.place and not Moved.objects.filter(observation=plan.id, replaced_by=None).exists()
    observed = event.facts["measure"] in OBSERVED
    changes: dict[str, Any] = {"origin": event.facts["origin"], "clock_from": first, "until_day": last}
    if observed:
        changes["measure"] = OBSERVED[event.facts["measure"]]
    if moved:
        changes["place"] = event.place
    _say_again(by, plan, changes, before)
    changes |= _started_again(plan, last)
    for name, new in changes.items():
        setattr(plan, name, new)
    plan.version += 1
    plan.save(update_fields=[*changes, "version"])
    if moved:
        tasks.move("observation.release", plan.person, plan.place, plan.opened_at)
        lodging.hand_over(plan, plan.opened_at)
    if plan.closed_at is None and observed:
        tasks.withdraw("observation.release", [plan.person], plan.opened_at, "corrected")
        expect_readings([plan])
        expect_release([plan])


def _started_again(plan: Observation, last: date) -> dict[str, Any]:
    """A term that was started again stands, whatever the arrival says now, unless that one ends later."""
    again = (
        Restarted.objects.filter(observation=plan.id, replaced_by=None).order_by("happened_at", "id").last()
    )
    if again is None or again.until_day <= last:
        return {}
    return {"clock_from": again.clock_from, "until_day": again.until_day}


def _say_again(by: Actor, plan: Observation, changes: dict[str, Any], before: str) -> None:
    """Replace each of the plan's records that counts and would now say otherwise."""
    again = []
    for model, fields in _SAID:
        for row in model._default_manager.filter(observation=plan.id, replaced_by=None):
            said = {name: getattr(row, name) for name in fields}
            new = {**said, **{name: v for name, v in changes.items() if name in said}}
            place = changes.get("place", row.place) if row.place == before else row.place
            if new != said or row.origin != changes["origin"] or place != row.place:
                again.append(_replacing(row, model, new, changes["origin"], place))
    write(by, again)


def _replacing(row: Turn, model: type[Turn], said: dict[str, Any], origin: str, place: str) -> Incoming:
    data = {"person": str(row.person), "observation": str(row.observation), "origin": origin}
    data |= {name: value if isinstance(value, str) else value.isoformat() for name, value in said.items()}
    key = ids.derived("again", row.id, origin, place, *sorted(data.items()))
    return Incoming(model.kind, key, place, row.happened_at, data, replaces=row.id)
