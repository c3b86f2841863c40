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
    """Report once for each record that says so; for a corrected one, correct what was reported."""
    if not said:
        return
    roots = [root for event, root, _reason, _tenths in said if event.source != root]
    held = {r.source: r for r in Reported.objects.filter(source__in=roots, replaced_by=None)}
    withdrawn = _withdrawn([(event.person, root) for event, root, *_rest in said if event.person])
    incoming = []
    for event, root, reason, tenths in said:
        assert event.person is not None
        earlier = None if event.facts.get("was") else held.get(root)
        taken_back = withdrawn.get((event.person, root))
        data = {"person": str(event.person), "reason": reason, "tenths": tenths, "source": str(root)}
        at, key = event.at, ids.derived(rules.REPORTED, event.source)
        if taken_back and taken_back >= at:
            # Taken back and then said again, or not known to whoever took it back: a case from now on.
            at = max(clock.now(), taken_back + _MOMENT)
            key = ids.derived(rules.REPORTED, event.source, taken_back.isoformat())
        replaces = earlier.id if earlier else None
        incoming.append(Incoming(rules.REPORTED, key, event.place, at, data, replaces=replaces))
    _write(by, incoming)


def _withdrawn(said: list[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], datetime]:
    """When what each of these sources says of a person was last withdrawn: by somebody, or as none after all.

    That another record was none says nothing of this one, whichever came in first.
    """
    people = {person for person, _root in said}
    taken = Outcome.objects.filter(person__in=people, outcome=rules.WITHDRAWN, replaced_by=None)
    rows = list(taken.order_by("happened_at").values_list("person", "source", "happened_at"))
    return {
        (person, root): at
        for person, root in said
        for who, of, at in rows
        if who == person and of in (None, root)
    }


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
