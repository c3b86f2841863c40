"""How the house reports by itself: on a fever, on an arrival bound for the clinic; and takes it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bulou.core.records import families
from bulou.core.records.intake import take
from bulou.core.records.kinds import Batch, Event, Incoming
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.lib import clock, ids
from bulou.work.cases import rules
from bulou.work.cases.following import draw
from bulou.work.cases.models import Case, Outcome, Reported

_MOMENT = timedelta(microseconds=1)
CLINIC = "clinic"  # the measure that leads here


def on_fever(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """A fever, or a complaint that the rules name, is reported at once."""
    said = [(e, "fever" if e.facts["fever"] else "symptoms", e.facts["tenths"]) for e in events]
    _report(by, [(e, e.facts["root"], reason, tenths) for e, reason, tenths in said])


def on_arrival(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """Somebody who is to go to the clinic on arrival."""
    _report(by, [(e, e.source, "arrival", None) for e in events if e.facts["measure"] == CLINIC])


def on_arrival_corrected(events: list[Event], by: Actor, batch: Batch | None) -> None:
    _take_back([replace(e, person=e.facts["was"]) for e in events if e.facts["was"]], by)
    _report(by, [(e, e.facts["root"], "arrival", None) for e in events if e.facts["measure"] == CLINIC])
    _take_back([e for e in events if e.facts["measure"] != CLINIC], by)


def on_reading_corrected(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """No fever any more: a case that rests on this reading alone is withdrawn."""
    _take_back([e for e in events if not e.facts["fever"]], by)


def _report(by: Actor, said: list[tuple[Event, UUID, str, int | None]]) -> None:
    """Report once for each record that says so; for a corrected one, correct what was reported.

    What the house took back because that record was none for a while, it did not take back.
    """
    if not said:
        return
    held = _reported([root for event, root, _reason, _tenths in said if event.source != root])
    _restore([(event, root) for event, root, *_rest in said])
    withdrawn = _withdrawn({event.person for event, *_rest in said if event.person})
    incoming = []
    for event, root, reason, tenths in said:
        assert event.person is not None
        earlier = None if event.facts.get("was") else held.get(root)
        taken_back = withdrawn.get(event.person)
        data = {"person": str(event.person), "reason": reason, "tenths": tenths, "source": str(root)}
        at, key = event.at, ids.derived(rules.REPORTED, event.source)
        if (event.facts.get("known_at") or at) > at:
            key = ids.derived(rules.REPORTED, event.source, "known")  # told of later, as in a ledger
        if taken_back and taken_back >= at:
            # Taken back and then said again, or not known to whoever took it back: a case from now on.
            at = max(clock.now(), taken_back + _MOMENT)
            key = ids.derived(rules.REPORTED, event.source, taken_back.isoformat())
        replaces = earlier.id if earlier else None
        incoming.append(Incoming(rules.REPORTED, key, event.place, at, data, replaces=replaces))
    _write(by, incoming)


def _reported(roots: list[UUID]) -> dict[UUID | None, Reported]:
    """What was last reported of each of these records, be it that it was none meanwhile."""
    rows = list(Reported.objects.filter(source__in=roots))
    corrected = {row.replaces for row in rows}
    return {row.source: row for row in rows if row.id not in corrected}


def _restore(said: list[tuple[Event, UUID]]) -> None:
    """Withdrawals that the house made because these records were none count no more: they are again."""
    by: dict[tuple[UUID | None, UUID | None], UUID] = {
        (event.person, root): event.source for event, root in said
    }
    mine = Outcome.objects.filter(source__in=[root for _e, root in said], replaced_by=None)
    found = {one.id: by[one.person, one.source] for one in mine if (one.person, one.source) in by}
    if families.void(found, [rules.OUTCOME]):
        draw([event.person for event, _root in said if event.person])


def _withdrawn(people: set[UUID]) -> dict[UUID, datetime]:
    """When somebody last withdrew what was reported of each of these people."""
    taken = Outcome.objects.filter(person__in=people, outcome=rules.WITHDRAWN, source=None, replaced_by=None)
    return dict(taken.order_by("happened_at").values_list("person", "happened_at"))


def _take_back(events: list[Event], by: Actor) -> None:
    """Withdraw cases that nobody has received and that rest on these records alone; of others, these reports."""
    people = [event.person for event in events if event.person is not None]
    waiting = Case.objects.filter(person__in=people, closed_at=None, received_at=None, outcome="")
    cases = {case.person: case for case in waiting}
    rest_on: dict[Any, dict[UUID | None, UUID]] = {person: {} for person in cases}
    for report in Reported.objects.filter(person__in=list(cases), replaced_by=None):
        if report.happened_at >= cases[report.person].opened_at:
            rest_on[report.person][report.source] = report.id
    now, withdrawn = clock.now(), []
    none: dict[UUID, UUID] = {}  # a report that was none: what says so
    for event in events:
        reports, root = rest_on.get(event.person, {}), event.facts["root"]
        if set(reports) == {root}:
            withdrawn.append(_withdrawal(event, now))
        elif root in reports:
            none[reports.pop(root)] = event.source
    if none:
        families.void(none, [rules.REPORTED])
        draw(people)
    _write(by, withdrawn)


def _withdrawal(event: Event, now: datetime) -> Incoming:
    key = ids.derived("case-withdrawn", event.source)
    data = {"person": str(event.person), "outcome": rules.WITHDRAWN, "source": str(event.facts["root"])}
    return Incoming(rules.OUTCOME, key, event.place, max(now, event.at), data)


def _write(by: Actor, incoming: list[Incoming]) -> None:
    """The house's own records, in the name of whoever caused them."""
    if incoming:
        take(incoming, replace(by, role=Role.SYSTEM))
