"""Somebody observed in one place is reported in another: both places are asked where they are, by name.

Whoever answers that they are in the other place hands the observation over; that they are here still, or not
there, leaves it where it is. One answer is enough for both.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from bulou.core.places import queries as places
from bulou.core.records.kinds import Batch, Event, of_many
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.core.tasks.models import OPEN, Task
from bulou.core.tasks.write import Expected, dismiss, expect_several
from bulou.lib import clock, sql
from bulou.work.observation import following, ledger, lodging, opening
from bulou.work.observation.duties import ASKED, ELSEWHERE, HERE
from bulou.work.observation.models import Observation, Whereabouts
from bulou.work.observation.moving import COUNTY, VILLAGE, carry
from bulou.work.observation.opening import running_of


@of_many
def on_arrival(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """Observations begin or begin again; and who is observed elsewhere already is asked about."""
    opening.on_arrival(events, by, batch)
    _ask({e.source: e for e in events}, clock.now())


def on_correction(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """An arrival that was of another place is asked about there, and no more where it was not, or was nobody's."""
    following.on_correction(events, by, batch)
    slots = {_slot(event.facts["root"], event.place) for event in events if event.person is not None}
    gone = [pk for pk, slot in _of({event.facts["root"] for event in events}) if slot not in slots]
    dismiss(gone, "corrected")
    _ask({event.facts["root"]: event for event in events}, clock.now())


def on_undone(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """A file that told the arrival was taken back: nobody is asked on its word."""
    ledger.undone(events, by, batch)
    gone = [pk for pk, _slot in _of({record for event in events for record in event.facts["records"]})]
    dismiss(gone, "import-undone")


def _slot(root: UUID, place: str) -> str:
    return f"{root}/{place}"


def _of(roots: Collection[UUID]) -> list[tuple[UUID, str]]:
    """What is still asked because of these arrivals."""
    asked = Task.objects.filter(OPEN, kind__in=ASKED).values_list("id", "slot")
    return [(pk, slot) for pk, slot in asked if UUID(slot.partition("/")[0]) in roots]


def _ask(events: dict[UUID, Event], now: Any) -> None:
    """Ask both places; `events` by the root of the arrival."""
    running = running_of({e.person for e in events.values() if e.person is not None})
    far = [
        (root, event, plan)
        for root, event in events.items()
        if (plan := running.get(event.person)) is not None  # type: ignore[arg-type] # nobody is nobody's
        and plan.source != root
        and clock.day_of(event.at) >= clock.day_of(plan.opened_at)
        and not _within(event.place, plan)
    ]
    if not far:
        return
    both = {code for _root, event, plan in far for code in (event.place, plan.place)}
    counties = {code[:COUNTY] for code in both}
    named = places.described(both, below=counties.pop() if len(counties) == 1 else "")
    asked = []
    for root, event, plan in far:
        hours = int(
            value("observation.whereabouts_within_hours", plan.place, clock.day_of(now), plan.profile or None)
        )
        for kind, here, there in (
            (ELSEWHERE.kind, plan.place, event.place), (HERE.kind, event.place, plan.place),
        ):  # fmt: skip
            due = now + timedelta(hours=hours)
            slot, told = _slot(root, event.place), named.get(there, there)[:60]
            asked.append(
                (kind, [Expected(plan.person, here, now, due, slot=slot, source=plan.id, detail=told)])
            )
    expect_several(asked)


def _within(place: str, plan: Observation) -> bool:
    """Whether a place is the observation's own village, one that may be it, or the site where they lie."""
    own = {plan.place[:VILLAGE], lodging.where(plan)[:VILLAGE]}
    return any(place.startswith(code) or code.startswith(place) for code in own)


def stored(batch: Batch) -> None:
    """Whoever is where they were reported takes the observation along, whichever of the two places says so.

    Of several answers the last counts, however late the others come in.
    """
    for item in batch.items:
        person = item.row["person"]
        plan = running_of([person]).get(person)
        asked = Task.objects.filter(kind=HERE.kind, done_by=item.id).order_by("opens_at").last()
        last = (
            Whereabouts.objects.filter(person=person, replaced_by=None).order_by("happened_at", "id").last()
        )
        if plan is None or asked is None or last is None or last.id != item.id or _within(asked.place, plan):
            continue
        if item.row["here"] is not _within(item.row["place"], plan):
            carry(replace(item.by, role=Role.SYSTEM, place=""), plan, asked.place, item.came.happened_at)


def staying(people: Collection[UUID]) -> dict[UUID, str]:
    """For the intake: where people are who are not at home, in the bed of a site or where they were reported."""
    clause, params = sql.among("subject_id", people)
    asked = Task.objects.filter(OPEN, kind=HERE.kind).extra(where=[clause], params=params)
    return dict(asked.values_list("subject_id", "place")) | lodging.staying(people)
