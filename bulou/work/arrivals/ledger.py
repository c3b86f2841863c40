"""What arrivals make of a line of a returnees' ledger: one arrival, told once however often it is told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Any
from uuid import UUID

from bulou.core.places.classes import origin_code
from bulou.core.records.kinds import Batch, Event, Incoming
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor
from bulou.core.tasks.models import Task
from bulou.core.tasks.write import dismiss, move
from bulou.exchange.brought import NOTHING, Brought, Line
from bulou.exchange.ledger.doubles import SAME_JOURNEY
from bulou.lib import clock, ids, sql
from bulou.work.arrivals.models import Arrival
from bulou.work.arrivals.rules import agree

_TRANSPORTS = (
    ("rail", ("火车", "高铁", "动车", "列车")), ("air", ("飞机", "航班", "航空")),
    ("coach", ("大巴", "客车", "汽车", "班车", "长途")),
    ("car", ("自驾", "私家车", "轿车", "出租", "顺风车", "网约车")),
    ("ship", ("轮船", "船")), ("foot", ("步行", "走路")),
)  # fmt: skip
_Known = tuple[date, str, UUID]


def brought(lines: list[Line]) -> list[Brought]:
    """One arrival for each line of returnees; one that is here already, or told otherwise, is named."""
    telling = [line for line in lines if line.kind == "returnees" and not line.only_measures]
    known = _arrivals({line.person for line in telling})
    return [
        _one(line, known.get(line.person, ()))
        if line.kind == "returnees" and not line.only_measures
        else NOTHING
        for line in lines
    ]


def _arrivals(persons: set[UUID]) -> dict[UUID, list[_Known]]:
    """What is known of these people's arrivals, in one query."""
    if not persons:
        return {}
    where, params = sql.among("person", persons)
    found = Arrival.objects.extra(where=[where], params=params).filter(replaced_by=None)
    by: dict[UUID, list[_Known]] = {}
    for person, day, origin, record in found.values_list("person", "day", "origin_code", "root"):
        by.setdefault(person, []).append((day, origin, record))
    return by


def _one(line: Line, known: Iterable[_Known]) -> Brought:
    said = line.date("return_date")
    origin = origin_code(line.values.get("from_place", ""))
    for day, code, record in known:
        if agree(origin, code) and (said is None or said == day):
            return Brought(event=True, known=record)
    for day, code, record in known:
        if said is None or said == day or (abs(said - day) <= SAME_JOURNEY and agree(origin, code)):
            return Brought(event=True, known=record, code="DUP_EVENT_DIFFERS")
    return Brought((_arrival(line, said, origin),), event=True)


def _arrival(line: Line, said: date | None, origin: str) -> Incoming:
    day = said or line.day
    # By the ledger's own day: a return may be told that lies before all rules.
    hour = time.fromisoformat(value("arrivals.ledger_time", line.place, line.day))
    at = min(clock.at(day, hour), clock.now())
    return Incoming(
        "arrivals.arrival", ids.derived("ledger", "arrivals.arrival", line.person, said or "", origin),
        line.place, at, _data(line),
    )  # fmt: skip


def _data(line: Line) -> dict[str, Any]:
    values = line.values
    return {
        "person": str(line.person),
        "from_place": values.get("from_place", "")[:100],
        "affected": values.get("affected_area_history"),
        "left_day": values.get("left_date"),
        "transport": _transport(values.get("transport", "")),
        "transport_no": values.get("transport_no", "")[:40],
        "fever": _complains(line, "fever"),
        "symptoms": _complains(line, "cough", "dry-cough", "breathlessness"),
        "note": values.get("note", "")[:500],
    }  # fmt: skip


def _complains(line: Line, *words: str) -> bool | None:
    """Whether one of these is complained of; None where nobody said."""
    return None if line.complaints is None else bool(set(words) & set(line.complaints))


def _transport(text: str) -> str:
    return next(
        (kind for kind, words in _TRANSPORTS if any(w in text for w in words)), "other" if text else ""
    )


def follow(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """Whoever was given a village is waited for there."""
    for event in events:
        if event.person is not None:
            move("arrivals.visit", event.person, event.place, event.at)


def undone(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """Whose arrival was taken back is not waited for any more."""
    gone = [str(record) for event in events for record in event.facts["records"]]
    waiting = Task.objects.filter(kind="arrivals.visit", slot__in=gone, done_at=None, withdrawn_at=None)
    dismiss(list(waiting.values_list("id", flat=True)), "import-undone")
