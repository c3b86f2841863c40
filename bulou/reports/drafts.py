"""A report before it is sent: counted from the tallies, with those below who have not reported by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bulou.core.places import queries as places
from bulou.core.places import refused
from bulou.core.staff.actor import Actor
from bulou.core.tasks.duties import Slot
from bulou.lib import clock
from bulou.lib.refusals import Refusal
from bulou.reports import forms, numbers, turns
from bulou.reports.models import Sent

Figures = dict[str, int]
Below = Mapping[str, "list[Child]"]  # place → those right below


@dataclass(frozen=True)
class Child:
    """A place right below: its turn, its report as it is now (None: none), and how that stands."""

    code: str
    name: str
    slot: Slot
    report: Sent | None
    state: str  # sent, late, missed, open, not-yet


@dataclass(frozen=True)
class Line:
    """A number of the draft; `below` is what the reports from below add up to, None where none came."""

    name: str
    title: Any
    value: int | None
    typed: bool = False
    below: int | None = None

    @property
    def apart(self) -> int | None:
        """By how much the records say more than the reports from below."""
        return None if self.below is None or self.value is None else self.value - self.below


@dataclass(frozen=True)
class Draft:
    """What would be sent now for a turn. `as_of`: now, or when the turn was due if that has passed."""

    place: str
    form: str
    slot: Slot
    as_of: datetime
    late: bool
    lines: list[Line] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)

    @property
    def missing(self) -> list[Child]:
        return [child for child in self.children if child.report is None]

    @property
    def figures(self) -> Figures:
        return {line.name: line.value for line in self.lines if line.value is not None}


def draft(actor: Actor, place: str, form: str, slot: str, now: datetime | None = None) -> Draft:
    """The draft of a place's report. Refuses place-unknown, report-turn-unknown."""
    if not actor.reaches(place):
        raise Refusal(refused.UNKNOWN)
    turn = turns.turn(place, slot)
    if turn is None or form != turns.DAILY:
        raise Refusal("report-turn-unknown")
    now = now or clock.now()
    as_of = min(now, turn.due_at)
    below = children(place, turn, now)
    asked, values = forms.asked([place], slot, as_of)
    counted = count(asked, values, {place: below}, now)[place]
    sums = added([child.report for child in below if child.report])
    lines = [
        Line(
            e.name,
            e.title,
            sums.get(e.name, 0) if e.summed else counted.get(e.name),
            e.typed,
            sums.get(e.name),
        )
        for e in asked[place]
    ]
    return Draft(place, form, turn, as_of, now > turn.due_at, lines, below)


def count(
    asked: Mapping[str, Sequence[forms.Entry]], values: numbers.Values, below: Below, cut: datetime
) -> dict[str, Figures]:
    """The numbers that the system knows, of forms and what was read for them (`forms.asked`).

    Who has reported is counted of those `below` and those under them, as lists beside the report name them.
    """
    known = {code: [e.name for e in asked[code] if not e.name.startswith(forms.TYPED)] for code in below}
    every = dict(values)
    if numbers.TURNOUT.keys() & {name for mine in known.values() for name in mine}:
        for code, found in turned_out(below, cut).items():
            every[code] = values[code] | numbers.turnout((o.code, o.report is not None) for o in found)
    return {code: {name: every[code].get(name, 0) for name in mine} for code, mine in known.items()}


def turned_out(below: Below, cut: datetime) -> Below:
    """All who owe a report under some places: those right below, and those right below them."""
    under = children_of({one.code: one.slot for mine in below.values() for one in mine}, cut, cut)
    return {
        place: [*mine, *(deeper for one in mine for deeper in under[one.code])]
        for place, mine in below.items()
    }


def added(reports: Sequence[Sent]) -> Figures:
    """What some reports add up to, by name."""
    sums: Figures = defaultdict(int)
    for report in reports:
        for name, value in report.figures.items():
            sums[name] += value
    return dict(sums)


def sums_from_below(place: str, slot: str, reports: Sequence[Sent]) -> Figures:
    """The typed numbers of the places below, for the place above: nobody types them again."""
    below = added(reports)
    return {e.name: below.get(e.name, 0) for e in forms.lines(place, slot) if e.summed}


def children(place: str, slot: Slot, now: datetime) -> list[Child]:
    """Those right below who owe a report for this turn, the missing first."""
    return children_of({place: slot}, now, now)[place]


def children_of(slots: Mapping[str, Slot], now: datetime, cut: datetime) -> dict[str, list[Child]]:
    """As `children`, of several places, each with its turn; with the reports of before `cut`."""
    below = turns.below(slots)
    owed = {code: one for mine in below.values() for code, one in mine.items()}
    if not owed:
        return {place: [] for place in slots}
    reports = Sent.objects.filter(
        place__in=owed, slot__in={one.name for one in owed.values()}, replaced_by=None, happened_at__lte=cut
    )
    came = {(report.place, report.slot): report for report in reports}
    named = places.names(owed)

    def child(code: str, one: Slot) -> Child:
        report = came.get((code, one.name))
        return Child(code, named.get(code, code), one, report, _state(one, report, now))

    return {
        place: sorted((child(*pair) for pair in mine.items()), key=lambda c: (c.report is not None, c.code))
        for place, mine in below.items()
    }


def _state(slot: Slot, report: Sent | None, now: datetime) -> str:
    if report is not None:
        return "revised" if report.revision else "late" if report.late else "sent"
    if now > slot.due_at:
        return "missed"
    return "open" if now >= slot.opens_at else "not-yet"
