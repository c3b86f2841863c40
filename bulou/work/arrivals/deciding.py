"""Deciding again about whoever was sent to the fever clinic on arrival, once it has excluded the suspicion."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from bulou.core.people.merging import members
from bulou.core.people.queries import resolve
from bulou.core.records.kinds import Batch, Event, tell
from bulou.core.room import ask
from bulou.core.rulebook import outcome
from bulou.core.staff.actor import Actor
from bulou.lib import clock, sql
from bulou.work.arrivals import rules
from bulou.work.arrivals.models import Arrival


def on_outcome(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """Excluded: the rules decide anew about their latest arrival, and the other rooms are told."""
    back = [e.person for e in events if e.person is not None and e.facts["outcome"] == "excluded"]
    tell(_decided(_latest(back)), by)


def already_cleared(arrivals: Collection[UUID], batch: Batch) -> None:
    """An arrival that is told only after the clinic has excluded the suspicion is decided at once."""
    if arrivals:
        batch.events += _decided(Arrival.objects.filter(id__in=arrivals))


def anew(arrivals: Iterable[Arrival]) -> dict[UUID, dict[str, Any]]:
    """What the rules say now of those who were sent to the clinic and are excluded since: facts by arrival.

    `since` is when the clinic said so. The facts of the arrival hold but for fever and complaints.
    """
    sent = [row for row in arrivals if row.measure == rules.CLINIC]
    if not sent:
        return {}
    roots = resolve({row.person for row in sent})
    cleared: dict[UUID, datetime] = {}
    for answer in ask("cleared", set(roots.values())):
        cleared |= answer
    found = {}
    for row in sent:
        since = cleared.get(roots[row.person])
        if since is not None and since >= row.happened_at:
            known = {**vars(row), "fever": False, "symptoms": False}
            day = clock.day_of(since)
            said = outcome(
                "arrivals.measure", row.place, day, rules.facts(known), row.profile or None
            ).outcome
            found[row.id] = {"measure": said["measure"], "days": said.get("days"), "since": since}
    return found


def _latest(people: Collection[UUID]) -> list[Arrival]:
    """The latest arrival of each of these people that counts, whatever id it was told under."""
    ids = members(people)
    clause, params = sql.among("person", ids)
    rows = Arrival.objects.extra(where=[clause], params=params).filter(replaced_by=None, again=False)
    latest = {ids[row.person]: row for row in rows.order_by("happened_at", "id")}
    return list(latest.values())


def _decided(arrivals: Iterable[Arrival]) -> list[Event]:
    rows = list(arrivals)
    said, roots = anew(rows), resolve({row.person for row in rows})
    return [
        Event(
            "arrival.decided", roots[row.person], row.place, said[row.id]["since"], row.id,
            {
                "origin": row.origin, "told_days": rules.told_days(vars(row)), "profile": row.profile,
                "root": row.root, "known_at": clock.now(), **said[row.id],
            },
        )
        for row in rows if row.id in said
    ]  # fmt: skip
