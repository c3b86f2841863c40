"""What observation makes of a line of a ledger: the temperatures in it, at the time of their turn."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from bulou.core.records.kinds import Batch, Event, Incoming, tell
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor
from bulou.core.tasks.duties import slots_of
from bulou.core.tasks.write import withdraw
from bulou.exchange.brought import NOTHING, Brought, Line
from bulou.lib import clock, degrees, ids
from bulou.work.observation import actions, symptoms
from bulou.work.observation.models import Observation, Reading
from bulou.work.observation.opening import close

_COLUMNS = ("temp_am", "temp_pm", "temperature")
_SAID = {"temp_am": "am", "temp_pm": "pm"}


def brought(lines: list[Line]) -> list[Brought]:
    """A reading for each temperature of a line, and for complaints where there is no temperature.

    What was measured on the way past a post is told by whoever keeps the passes.
    """
    turns = _Turns()
    told = [() if line.kind == "passes" else tuple(_readings(line, turns)) for line in lines]
    return [Brought(records) if records else NOTHING for records in told]


class _Turns:
    """The moments of a batch's readings: places and days are few, so each turn is looked up once."""

    def __init__(self) -> None:
        self.now = clock.now()
        self._known: dict[tuple[str, date, str], datetime] = {}

    def moment(self, place: str, day: date, column: str) -> datetime:
        """When it was taken: a ledger gives no hour, so the middle of the turn that its column names
        by the rules; where that is still to come, now.
        """
        key = (place, day, column)
        if key not in self._known:
            slots = slots_of(value("observation.turns", place, day), day)
            slot = next((s for s in slots if s.name.endswith(f"/{_SAID.get(column, '')}")), slots[0])
            self._known[key] = min(slot.opens_at + (slot.due_at - slot.opens_at) / 2, self.now)
        return self._known[key]


def _readings(line: Line, turns: _Turns) -> list[Incoming]:
    # Where days stand side by side each number has its own day: none of them is the line's.
    taken: list[tuple[date, str, int | None]] = [
        (
            date.fromisoformat(reading["day"]) if reading["day"] else line.day, reading["slot"],
            degrees.tenths(reading["temperature"]),
        )
        for reading in line.readings
    ]  # fmt: skip
    told = {reading["slot"] for reading in line.readings}
    taken = [
        (line.day, column, degrees.tenths(line.values[column]))
        for column in _COLUMNS
        if column in line.values and column not in told
    ] + taken
    if not taken and line.complaints and line.kind == "readings":
        taken.append((line.day, "temperature", None))
    taken = list(dict.fromkeys(taken))
    # Complaints are of the sheet's last temperature; said of each they would be counted twice.
    return [_reading(line, *one, turns, last=n == len(taken)) for n, one in enumerate(taken, 1)]


def _reading(
    line: Line, day: date, column: str, tenths: int | None, turns: _Turns, *, last: bool
) -> Incoming:
    data: dict[str, Any] = {"person": str(line.person), "tenths": tenths}
    if last and line.complaints:
        # What the rules do not name is a complaint all the same; the cell's own text is kept with the line.
        known = symptoms.permitted(line.place, day)
        words = (word if word in known else symptoms.OTHER for word in line.complaints)
        data["symptoms"] = list(dict.fromkeys(words))
    key = ids.derived("ledger", "observation.reading", line.person, day, column, tenths)
    at = turns.moment(line.place, day, column)
    return Incoming("observation.reading", key, line.place, at, data, copied=True)


def follow(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """Whoever was given a village is observed there."""
    places = {event.person: event.place for event in events}
    for plan in Observation.objects.filter(person__in=list(places), closed_at=None):
        if plan.place != places[plan.person]:
            actions.move(by, plan.id, places[plan.person])


def undone(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """An observation that came from an arrival which was taken back was opened in error; a fever is none."""
    gone = [record for event in events for record in event.facts["records"]]
    no_more = [
        Event(
            "reading.corrected", r.person, r.place, r.happened_at, r.id, {"fever": False, "root": r.root}, by
        )
        for r in Reading.objects.filter(id__in=gone)
    ]
    tell(no_more, by)
    plans = list(Observation.objects.filter(source__in=gone, closed_at=None))
    if not plans:
        return
    close(by, plans, "error", events[0].at)
    for plan in plans:
        for kind in ("observation.reading", "observation.notice"):
            withdraw(kind, [plan.person], plan.opened_at, "import-undone")
