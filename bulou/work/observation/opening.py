"""How observations begin, and what an arrival that was corrected changes about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F

from bulou.core.records.intake import take, take_items
from bulou.core.records.kinds import Batch, Event, Incoming, Item, Result, of_many
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.core.tasks.lay import lay_for
from bulou.core.tasks.write import Expected, expect, withdraw
from bulou.lib import clock, ids
from bulou.work.observation import rules
from bulou.work.observation.duties import READING, as_subjects
from bulou.work.observation.models import Observation

OBSERVED = {"home": "home", "central": "central", "held": "home"}  # who is held is observed meanwhile


def record(by: Actor, kind: str, observation: Observation, at: datetime, **data: Any) -> Incoming:
    """A turn of an observation as a record; its id follows from what it says, so that it is said once."""
    said = {
        "person": str(observation.person),
        "observation": str(observation.id),
        "origin": observation.origin,
    }
    clean = {name: v.isoformat() if isinstance(v, date) else v for name, v in data.items()}
    place = clean.pop("place", observation.place)
    key = ids.derived(
        kind, observation.id, observation.version, at.isoformat(), place, *sorted(clean.items())
    )
    return Incoming(kind, key, place, at, {**said, **clean})


def write(by: Actor, records: list[Incoming]) -> list[Result]:
    """Take in what this room says of its own plans, in the name of whoever acted."""
    return take(records, replace(by, role=Role.SYSTEM))


@of_many
def on_arrival(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """Open an observation for whoever the rules want observed; a second arrival restarts the term."""
    wanted = {e.person: e for e in events if e.person is not None and e.facts["measure"] in OBSERVED}
    running = {o.person: o for o in Observation.objects.filter(person__in=list(wanted), closed_at=None)}
    open_([e for person, e in wanted.items() if person not in running], by)
    for person, observation in running.items():
        event = wanted[person]
        first, last = term(event)
        if last > observation.until_day:
            restart(event.by or by, observation, first, last, "second-arrival", event.at)


def term(event: Event) -> tuple[date, date]:
    day = clock.day_of(event.at)
    days = event.facts.get("days") or value("observation.days", event.place, day, event.facts.get("profile"))
    return rules.term(event.facts.get("left_day"), day, int(days))


def open_(events: list[Event], by: Actor) -> None:
    plans = []
    for event in events:
        first, last = term(event)
        assert event.person is not None
        plans.append(
            Observation(
                id=ids.derived("observation", event.source), person=event.person, place=event.place,
                measure=OBSERVED[event.facts["measure"]], profile=event.facts["profile"], origin=event.facts["origin"],
                source=event.facts.get("root") or event.source, opened_at=event.at, clock_from=first, until_day=last,
            )
        )  # fmt: skip
    if not plans:
        return
    Observation.objects.bulk_create(plans, batch_size=500)
    senders = [replace(event.by or by, role=Role.SYSTEM) for event in events]
    take_items(
        [
            Item(n, _opened(sender, plan), sender)
            for n, (plan, sender) in enumerate(zip(plans, senders, strict=True))
        ]
    )
    expect_notice(plans)
    expect_readings(plans)
    expect_release(plans)


def _opened(by: Actor, plan: Observation) -> Incoming:
    said = {"measure": plan.measure, "clock_from": plan.clock_from, "until_day": plan.until_day}
    return record(by, "observation.opened", plan, plan.opened_at, **said)


def expect_readings(plans: list[Observation]) -> None:
    """Lay the readings of these observations from their beginning to the horizon."""
    now = clock.now()
    ahead = now + timedelta(hours=int(value("tasks.lay_ahead_hours", "", clock.day_of(now))))
    start = min(plan.opened_at for plan in plans)
    lay_for(READING, as_subjects(plans), start, ahead)


def expect_notice(plans: list[Observation], moved_at: datetime | None = None) -> None:
    """The notice and the seal are owed within hours of the opening, and again where somebody moves to."""
    acts = []
    for plan in plans:
        start = moved_at or plan.opened_at
        hours = value("observation.notice_hours", plan.place, clock.day_of(start), plan.profile)
        slot = f"{plan.id}/{plan.version}" if moved_at else str(plan.id)
        acts.append(
            Expected(
                plan.person, plan.place, start, start + timedelta(hours=int(hours)), slot=slot, source=plan.id
            )
        )
    expect("observation.notice", acts)


def expect_release(plans: list[Observation]) -> None:
    expect("observation.release", [_release(plan) for plan in plans])


def _release(plan: Observation) -> Expected:
    """The proposal of the release: owed on the day after the last day."""
    day = plan.until_day + timedelta(days=1)
    due = time.fromisoformat(value("observation.release_due", plan.place, day, plan.profile))
    return Expected(
        plan.person,
        plan.place,
        clock.at(day, time()),
        clock.at(day, due),
        slot=f"{plan.id}/{plan.until_day}/{plan.version}",
        source=plan.id,
    )


def restart(
    by: Actor, plan: Observation, first: date, last: date, reason: str, at: datetime, note: str = ""
) -> None:
    """The term counts anew; the readings go on, the release is owed later."""
    write(
        by,
        [
            record(
                by,
                "observation.restarted",
                plan,
                at,
                clock_from=first,
                until_day=last,
                reason=reason,
                note=note,
            )
        ],
    )
    withdraw("observation.release", [plan.person], at, "restarted")
    plan.clock_from, plan.until_day, plan.state, plan.version = first, last, "open", plan.version + 1
    plan.save(update_fields=["clock_from", "until_day", "state", "version"])
    expect_readings([plan])
    expect_release([plan])


def close(by: Actor, plans: list[Observation], outcome: str, at: datetime, note: str = "") -> None:
    """End observations: nothing more is expected after the moment, beds are free, the records say so."""
    write(by, [record(by, "observation.closed", plan, at, outcome=outcome, note=note) for plan in plans])
    people = [plan.person for plan in plans]
    for kind in ("observation.reading", "observation.notice", "observation.release"):
        withdraw(kind, people, at, outcome)
    over = Observation.objects.filter(pk__in=[plan.pk for plan in plans])
    over.update(state="closed", outcome=outcome, closed_at=at, bed=None, version=F("version") + 1)
