"""Who was found at a door, or let in at a post, and came from elsewhere is an arrival at once, and told once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Q

from bulou.core.people.keys import open_parts
from bulou.core.people.queries import resolve
from bulou.core.places.classes import origin_code
from bulou.core.records import families
from bulou.core.records.intake import take
from bulou.core.records.kinds import Batch, Event, Incoming, tell
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.exchange.ledger.doubles import SAME_JOURNEY
from bulou.lib import clock, ids
from bulou.work.arrivals import whose
from bulou.work.arrivals.ledger import _arrivals, _Known
from bulou.work.arrivals.models import Arrival, Seen
from bulou.work.arrivals.rules import agree, told_days

_TOLD = ("from_place", "transport", "transport_no", "itinerary", "contact", "fever", "symptoms")
_MODELS: tuple[type[Arrival | Seen], ...] = (Arrival, Seen)
_Row = Arrival | Seen


def on_returnee(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """Enter those who have no arrival that this may be; whoever stood at their door has seen them."""
    known = _arrivals({event.person for event in events if event.person is not None})
    fresh = []
    for event in events:
        if event.person is None:
            continue
        theirs = known.setdefault(event.person, [])
        if not any(_same(event, one) for one in theirs):
            arrival = _arrival(event)
            fresh.append(arrival)
            origin = origin_code(event.facts["from_place"])
            theirs.append((clock.day_of(arrival.happened_at), origin, arrival.id))
        if event.facts["found"] == "here":
            fresh.append(_seen(event))
    _take(fresh, by)


@dataclass(frozen=True)
class _Made:
    """What was entered on a word that is corrected now: the row that counts, and whether a person has said it since."""

    row: _Row
    touched: bool


def on_corrected(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """A door or a post tells of somebody otherwise, or that nobody came: what was entered on its word follows.

    What a person has corrected since stays as they said it.
    """
    made = {model.kind: _made(model, events) for model in _MODELS}
    told = open_parts([one.row.id for some in made.values() for one in some.values()])
    known = _arrivals({event.person for event in events if event.person is not None})
    coming: list[Incoming] = []
    gone: dict[_Row, Event] = {}
    for event in events:
        for kind, wanted in _wanted(event, made[Arrival.kind].get(event.source), known).items():
            ours = made[kind].get(event.source)
            if ours is None:
                coming += [wanted] if wanted else []
            elif wanted is None and not ours.touched:
                gone[ours.row] = event
            elif wanted is not None and not ours.touched and not _says(ours.row, told, wanted):
                coming.append(replace(wanted, replaces=ours.row.id))
    _withdraw(gone, by)
    _take(coming, by)


def _wanted(event: Event, ours: _Made | None, known: dict[UUID, list[_Known]]) -> dict[str, Incoming | None]:
    """What should be entered on a word as it is now; an arrival that another record tells is not."""
    if not event.facts["returned"] or event.person is None:
        return {model.kind: None for model in _MODELS}
    others = [one for one in known.get(event.person, ()) if ours is None or one[2] != ours.row.root]
    return {
        Arrival.kind: None if any(_same(event, one) for one in others) else _arrival(event),
        Seen.kind: _seen(event) if event.facts["found"] == "here" else None,
    }


def _made(model: type[_Row], events: Iterable[Event]) -> dict[UUID, _Made]:
    """What was entered on each of these words, by the event's source, whoever may have corrected it since."""
    of = {_id(model.kind, one): event.source for event in events for one in event.facts["told"]}
    whole = Q(id__in=of) | Q(root__in=of, replaces__isnull=False)
    return {
        of[row.root]: _Made(row, row.id not in of) for row in model.objects.filter(whole, replaced_by=None)
    }


def _says(row: _Row, told: dict[UUID, dict[str, Any]], wanted: Incoming) -> bool:
    """Whether a record says already what it should. What follows from the origin is not asked."""
    said = {**dict.fromkeys(_TOLD, ""), **told.get(row.id, {}), **vars(row), "person": str(row.person)}
    same = all(said[name] == new for name, new in wanted.data.items() if name != "affected")
    return same and (row.place, row.happened_at) == (wanted.place, wanted.happened_at)


def _withdraw(gone: dict[_Row, Event], by: Actor) -> None:
    """Nobody came, or was seen: these count no more, nobody waits for them, and the other rooms are told."""
    families.void({row.id: event.source for row, event in gone.items()}, [model.kind for model in _MODELS])
    rows = [row for row in gone if isinstance(row, Arrival)]
    roots = resolve({row.person for row in rows})
    whose.expect_nobody(rows, roots)
    tell(
        [
            Event(
                "arrival.corrected", None, row.place, row.happened_at, gone[row].source,
                {
                    "before": row.id, "origin": row.origin, "measure": "", "days": None,
                    "told_days": told_days(vars(row)), "profile": row.profile, "root": row.root,
                    "was": roots.get(row.person, row.person),
                },
            )
            for row in rows
        ],
        by,
    )  # fmt: skip


def _take(coming: list[Incoming], by: Actor) -> None:
    if coming:
        take(coming, replace(by, role=Role.SYSTEM))


def _id(kind: str, source: UUID) -> UUID:
    return ids.derived(kind, source)


def _arrival(event: Event) -> Incoming:
    data = {name: event.facts[name] for name in _TOLD} | {"person": str(event.person)}
    data["affected"] = event.facts.get("affected")
    return Incoming(Arrival.kind, _id(Arrival.kind, event.source), event.place, _at(event), data)


def _seen(event: Event) -> Incoming:
    at_home = {"person": str(event.person), "outcome": "at-home"}
    return Incoming(Seen.kind, _id(Seen.kind, event.source), event.place, event.at, at_home)


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
