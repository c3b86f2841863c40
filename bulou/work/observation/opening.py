"""How observations begin, and what an arrival that was corrected changes about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from bulou.core.records.intake import take, take_items
from bulou.core.records.kinds import Batch, Event, Incoming, Item, Result, of_many
from bulou.core.records.rows import insert_values
from bulou.core.room import ask
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.core.tasks.lay import turns_of
from bulou.core.tasks.models import Task
from bulou.core.tasks.write import Expected, expect, expect_several, move, reinstate, restore, withdraw
from bulou.lib import clock, ids, sql
from bulou.work.observation import lodging, rules
from bulou.work.observation.duties import ASKED, READING, as_subjects
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


def write_all(said: Iterable[tuple[Actor, Incoming]]) -> list[Result]:
    """As `write`, for turns in the names of several."""
    house = cache(lambda by: replace(by, role=Role.SYSTEM))
    return take_items([Item(n, one, house(by)) for n, (by, one) in enumerate(said)])


@of_many
def on_arrival(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """Open an observation for whoever the rules want observed; a second arrival restarts the term."""
    wanted = {e.person: e for e in events if e.person is not None and e.facts["measure"] in OBSERVED}
    running = running_of(wanted)
    open_([e for person, e in wanted.items() if person not in running], by)
    for person, observation in running.items():
        event = wanted[person]
        first, last = term(event)
        if last > observation.until_day:
            restart(event.by or by, observation, first, last, "second-arrival", event.at)


def at_clinic(people: Collection[UUID]) -> dict[UUID, datetime]:
    """Who of these people is at the fever clinic now, and since when."""
    found: dict[UUID, datetime] = {}
    for answer in ask("at_clinic", people):
        found |= answer
    return found


def running_of(people: Collection[UUID]) -> dict[UUID, Observation]:
    return {o.person: o for o in Observation.objects.filter(person__in=list(people), closed_at=None)}


def profiles_of(people: Collection[UUID]) -> dict[UUID, str]:
    """The profile under which each of these people is observed now; for a whole batch of readings."""
    clause, params = sql.among("person", people)
    table = Observation._meta.db_table
    wanted = f"SELECT person, profile FROM {table} WHERE closed_at IS NULL AND {clause}"
    found = sql.rows(wanted, params, again=sql.few(people))
    return {sql.as_uuid(person): profile for person, profile in found}


@of_many
def on_decision(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """Who was sent to the clinic on arrival is decided anew: observed from now on, once for an arrival."""
    wanted = {e.person: e for e in events if e.person is not None and e.facts["measure"] in OBSERVED}
    sources = [event.facts["root"] for event in events]
    # What a correction to the clinic closed counts as never opened.
    known = set(
        Observation.objects.filter(Q(source__in=sources) & ~Q(outcome="error") | Q(id__in=map(_id, events)))
        .values_list("source", flat=True)
    )  # fmt: skip
    running = running_of(wanted)
    open_([e for p, e in wanted.items() if p not in running and e.facts["root"] not in known], by)


def term(event: Event) -> tuple[date, date]:
    """First and last day of the term that an arrival asks for, by the rules of the day on which it begins."""
    day = clock.day_of(event.facts.get("since") or event.at)
    days = event.facts.get("days") or value("observation.days", event.place, day, event.facts.get("profile"))
    words = value("observation.clock_starts", event.place, day, event.facts.get("profile"))
    return rules.term(rules.first_day(words, event.facts["told_days"], day), int(days))


def _id(event: Event) -> UUID:
    return ids.derived("observation", event.source)


def open_(events: list[Event], by: Actor) -> None:
    plans = []
    for event in events:
        first, last = term(event)
        assert event.person is not None
        plans.append(
            Observation(
                id=_id(event), person=event.person, place=event.place,
                measure=OBSERVED[event.facts["measure"]], profile=event.facts["profile"], origin=event.facts["origin"],
                source=event.facts.get("root") or event.source, opened_at=event.at, clock_from=first, until_day=last,
                owed_from=max(event.at, event.facts.get("known_at") or clock.now()),
            )
        )  # fmt: skip
    if not plans:
        return
    away = at_clinic([plan.person for plan in plans])
    for plan in plans:
        plan.away_from = away.get(plan.person)
    _store(plans)
    senders = [replace(event.by or by, role=Role.SYSTEM) for event in events]
    take_items(
        [
            Item(n, _opened(sender, plan), sender)
            for n, (plan, sender) in enumerate(zip(plans, senders, strict=True))
        ]
    )
    _bring_back(plans)
    expect_several(
        [
            ("observation.notice", _notices(plans)),
            (READING.kind, _readings(plans)),
            ("observation.release", map(_release, plans)),
        ]
    )


def _store(plans: list[Observation]) -> None:
    """Insert new observations: a whole ledger opens thousands, and bulk_create costs more than the database."""
    columns = [str(field.column) for field in Observation._meta.concrete_fields]
    insert_values(Observation, columns, [[getattr(plan, name) for name in columns] for plan in plans])


def _bring_back(plans: list[Observation]) -> None:
    """Turns that an earlier observation of the same people laid and took back are owed for the new one."""
    by_person = {plan.person: plan for plan in plans if plan.away_from is None}
    clause, params = sql.among("subject_id", by_person)
    any_laid = sql.rows(
        f"SELECT 1 FROM tasks_task WHERE {clause} AND kind = %s AND withdrawn_at IS NOT NULL LIMIT 1",
        [*params, READING.kind],
    )
    if not any_laid:
        return
    laid = Task.objects.extra(where=[clause], params=params).filter(
        kind=READING.kind, withdrawn_at__isnull=False
    )
    back = [task for task in laid if task.due_at > by_person[task.subject_id].owed_from]
    reinstate([task.id for task in back])
    for person in {task.subject_id for task in back}:
        move(READING.kind, person, by_person[person].place, by_person[person].owed_from)


def _opened(by: Actor, plan: Observation) -> Incoming:
    said = {"measure": plan.measure, "clock_from": plan.clock_from, "until_day": plan.until_day}
    return record(by, "observation.opened", plan, plan.opened_at, **said)


def expect_readings(plans: list[Observation]) -> None:
    """Lay the readings of these observations from when they are owed to the horizon."""
    expect(READING.kind, _readings(plans))


def _readings(plans: list[Observation]) -> Iterable[Expected]:
    plans = [plan for plan in plans if plan.away_from is None]
    if not plans:
        return ()
    now = clock.now()
    ahead = now + timedelta(hours=int(value("tasks.lay_ahead_hours", "", clock.day_of(now))))
    return turns_of(READING, as_subjects(plans), min(plan.owed_from for plan in plans), ahead)


def owe_again(plan: Observation, at: datetime) -> None:
    """Readings are owed again from a moment on, where the person is now; what was laid before comes back."""
    plan.owed_from = max(at, clock.now())
    plan.save(update_fields=["owed_from"])
    restore(READING.kind, [plan.person], plan.owed_from)
    subject = as_subjects([plan])[0]
    move(READING.kind, plan.person, subject.place, plan.owed_from)
    if plan.until_day >= clock.day_of(plan.owed_from):
        expect_readings([plan])


def expect_notice(plans: list[Observation], moved_at: datetime | None = None) -> None:
    """The notice and the seal are owed within hours of the opening, and again where somebody moves to."""
    expect("observation.notice", _notices(plans, moved_at))


def _notices(plans: list[Observation], moved_at: datetime | None = None) -> list[Expected]:
    acts = []
    for plan in plans:
        start = moved_at or plan.owed_from
        hours = value("observation.notice_hours", plan.place, clock.day_of(start), plan.profile)
        slot = f"{plan.id}/{plan.version}" if moved_at else str(plan.id)
        acts.append(
            Expected(
                plan.person, plan.place, moved_at or plan.opened_at, start + timedelta(hours=int(hours)),
                slot=slot, source=plan.id,
            )
        )  # fmt: skip
    return acts


def expect_release(plans: list[Observation]) -> None:
    expect("observation.release", [_release(plan) for plan in plans])


def _release(plan: Observation) -> Expected:
    """The proposal of the release: owed on the day after the last day; of who was known later, after that."""
    opens = plan.until_day + timedelta(days=1)
    day = max(opens, clock.day_of(plan.owed_from) + timedelta(days=1))
    due = time.fromisoformat(value("observation.release_due", plan.place, day, plan.profile))
    return Expected(
        plan.person,
        plan.place,
        clock.at(opens, time()),
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
    if clock.day_of(at) > plan.until_day:  # nobody was to be measured between the two terms
        plan.owed_from = max(plan.owed_from, at)
    lost = plan.state == "lost" and reason in ("exposed-again", "not-kept", "kept")  # that finds nobody
    state = "lost" if lost else "open"
    plan.clock_from, plan.until_day, plan.state, plan.version = first, last, state, plan.version + 1
    plan.save(update_fields=["clock_from", "until_day", "state", "version", "owed_from"])
    expect_readings([plan])
    expect_release([plan])


def close(by: Actor, plans: list[Observation], outcome: str, at: datetime, note: str = "") -> None:
    """End observations: nothing more is expected after the moment, beds are free, the records say so."""
    lodging.say(by, [(plan, plan.bed_id, "out") for plan in plans], at)
    write(by, [record(by, "observation.closed", plan, at, outcome=outcome, note=note) for plan in plans])
    people = [plan.person for plan in plans]
    for kind in (
        "observation.reading",
        "observation.notice",
        "observation.release",
        "observation.find",
        *ASKED,
    ):
        withdraw(kind, people, at, outcome)
    over = Observation.objects.filter(pk__in=[plan.pk for plan in plans])
    over.update(
        state="closed", outcome=outcome, closed_at=at, bed=None, away_from=None, version=F("version") + 1
    )
