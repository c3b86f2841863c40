"""Who was found at a door, or let in at a post, and came from elsewhere is an arrival at once, and told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from bulou.core.places.classes import origin_code
from bulou.core.records.intake import take
from bulou.core.records.kinds import Batch, Event, Incoming
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.exchange.ledger.doubles import SAME_JOURNEY
from bulou.lib import clock, ids
from bulou.work.arrivals.ledger import _arrivals, _Known
from bulou.work.arrivals.rules import agree

_TOLD = ("from_place", "transport", "transport_no", "itinerary", "contact", "fever", "symptoms")


def on_returnee(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """Enter those who have no arrival that this may be; whoever stood at their door has seen them."""
    known = _arrivals({event.person for event in events if event.person is not None})
    fresh, seen = [], []
    for event in events:
        if event.person is not None and not any(_same(event, one) for one in known.get(event.person, ())):
            data = {name: event.facts[name] for name in _TOLD} | {"person": str(event.person)}
            data["affected"] = event.facts.get("affected")
            key = ids.derived("arrivals.arrival", event.source)
            fresh.append(Incoming("arrivals.arrival", key, event.place, _at(event), data))
        if event.person is not None and event.facts["found"] == "here":
            at_home = {"person": str(event.person), "outcome": "at-home"}
            key = ids.derived("arrivals.seen", event.source)
            seen.append(Incoming("arrivals.seen", key, event.place, event.at, at_home))
    if fresh or seen:
        take([*fresh, *seen], replace(by, role=Role.SYSTEM))


def _same(event: Event, known: _Known) -> bool:
    day, origin, _record = known
    said = event.facts["arrived"]
    alike = agree(origin_code(event.facts["from_place"]), origin)
    return said == day or (alike and (said is None or abs(said - day) <= SAME_JOURNEY))


def _at(event: Event) -> datetime:
    """At the door the day of a return is told, not its hour; without a day, they are here now."""
    day = event.facts["arrived"]
    if day is None:
        return event.at
    hour = time.fromisoformat(value("arrivals.ledger_time", event.place, day))
    return min(clock.at(day, hour), event.at)
