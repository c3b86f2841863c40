"""One piece of a ledger taken in, in one transaction: people, then what rooms make of each line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from bulou.core.people import actions as people
from bulou.core.places.codes import VILLAGE, level_of
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming, Result
from bulou.core.records.models import Entry
from bulou.core.room import ask
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor
from bulou.core.tasks.write import Expected, expect
from bulou.exchange.brought import Brought, Line
from bulou.exchange.ledger import codes as code_book
from bulou.exchange.ledger.complaints import complaints
from bulou.exchange.ledger.reading import Row
from bulou.exchange.models import ImportRow
from bulou.exchange.where import Surroundings
from bulou.exchange.who import Fate, new_person, settle
from bulou.lib import clock, ids, sql
from bulou.lib.refusals import Refusal

_MEASURE = "DUP_EVENT_NEW_MEASURE"
_TAKEN = frozenset({code_book.ACCEPTED, code_book.DUPLICATE})


@dataclass
class Course:
    """A file on its way in: who brings it where, and what its earlier lines came to."""

    kind: str
    place: str
    by: Actor
    around: Surroundings
    today: date
    form_day: date | None
    dry: bool
    county: str
    at: dict[tuple[str, int], int] = field(default_factory=dict)
    fates: dict[int, Fate] = field(default_factory=dict)
    here: set[UUID] = field(default_factory=set)
    told: dict[UUID, int] = field(default_factory=dict)

    def remember(self, fates: Sequence[Fate]) -> None:
        """The chunk has gone in: what its rows came to holds for later ones."""
        for fate in fates:
            self.fates[fate.at] = fate
            self.at[fate.row.sheet, fate.row.row] = fate.at
            if fate.person is not None and fate.verdict == code_book.ACCEPTED:
                if fate.fresh:
                    self.here.add(fate.person)
                self.told.setdefault(fate.person, fate.at)


def take_chunk(course: Course, rows: Sequence[tuple[int, Row]]) -> list[Fate]:
    """Work out what becomes of these rows and (unless it is a dry run) store it. In a transaction."""
    fates = [Fate(at, row, list(row.codes), words=dict(row.words or {})) for at, row in rows]
    by_at = {fate.at: fate for fate in fates}
    own = {(f.row.sheet, f.row.row): f.at for f in fates}

    def earlier(ref: tuple[str, int] | None) -> Fate | None:
        at = own.get(ref, course.at.get(ref)) if ref else None
        return by_at.get(at) or course.fates.get(at) if at is not None else None

    for fate in fates:
        _introduce(course, fate, earlier(fate.row.same_as))
    settle(fates, course.kind, course.by, course.place, course.here)
    for fate in fates:
        if fate.place and level_of(fate.place) >= VILLAGE and fate.person is not None:
            fate.unsay("PLACE_TO_ASSIGN")
    _told_twice(course, fates)
    if not course.dry:
        _enrol(course, fates)
    for fate in fates:
        _follow(fate, earlier(fate.row.same_as))
    _bring(course, fates)
    if not course.dry:
        _assign(course, fates)
    return fates


def _introduce(course: Course, fate: Fate, same: Fate | None) -> None:
    """The place of a row, and the person that it tells."""
    row = fate.row
    fate.same_as = same.at if same else None
    if row.verdict == code_book.SKIPPED:
        return
    found = course.around.find(row.values)
    fate.place = found or course.place
    if row.verdict != code_book.ACCEPTED:
        return
    named = bool(row.values.get("village") or row.values.get("address"))
    if not found and (named or not course.around.is_exact()):
        fate.say("PLACE_TO_ASSIGN", place=course.around.name)
    try:
        fate.new = new_person(row, fate.place, row.values.get("village", ""), course.today)
    except Refusal as refusal:
        fate.say("PERSON_REFUSED", why=refusal.message)


def _told_twice(course: Course, fates: list[Fate]) -> None:
    """Lines without a document that nothing tells apart: one person or two?"""
    if course.kind not in ("returnees", "roster"):
        return
    told: dict[UUID, int] = {}
    for fate in fates:
        if fate.new is None or fate.new.id is None or fate.verdict != code_book.ACCEPTED:
            continue
        before = told.get(fate.new.id, course.told.get(fate.new.id))
        if before is not None and fate.row.person_as is None:
            fate.say("DUP_NAME_PLACE")
            fate.same_as = before
        told.setdefault(fate.new.id, fate.at)


def _enrol(course: Course, fates: list[Fate]) -> None:
    going = [f for f in fates if f.new is not None and f.verdict == code_book.ACCEPTED]
    unknown = [
        f for f in going if course.kind != "readings" or f.person is None or (f.new and f.new.doc_number)
    ]
    answers = people.enrol([f.new for f in unknown if f.new], by=course.by)
    for fate, answer in zip(unknown, answers, strict=True):
        fate.person, fate.fresh = answer.id, answer.new


def _follow(fate: Fate, same: Fate | None) -> None:
    """A repeated line is the same person's; what repeats a held line waits with it."""
    if fate.verdict != code_book.DUPLICATE or same is None:
        return
    fate.person, fate.place = same.person, same.place or fate.place
    if same.verdict == code_book.HELD and _MEASURE in fate.codes:
        for code in same.codes:
            if code_book.CODES[code].verdict == code_book.HELD:
                fate.say(code, register=code in same.words.get("register", ()))


def _bring(course: Course, fates: list[Fate]) -> None:
    """Let the rooms make their records of each line, and take those in."""
    telling = [
        f for f in fates
        if (f.verdict == code_book.ACCEPTED or (f.verdict == code_book.DUPLICATE and _MEASURE in f.codes))
        and (f.person is not None or course.dry)
    ]  # fmt: skip
    lines = [_line(course, fate) for fate in telling]
    answers: list[list[Brought]] = ask("ledger", lines) if lines else []
    by_line = list(zip(*answers, strict=True)) if answers else [() for _ in lines]
    for fate, brought in zip(telling, by_line, strict=True):
        for one in brought:
            if one.code:
                fate.say(one.code, register=True)
    incoming: dict[UUID, tuple[Incoming, Fate]] = {}
    for fate, brought in zip(telling, by_line, strict=True):
        if fate.verdict in _TAKEN:
            fate.records = [record.id for one in brought for record in one.records]
            incoming |= {r.id: (r, fate) for one in brought for r in one.records if r.id not in incoming}
    known = _known(incoming) | _told_before(course, telling)
    _doubles(telling, by_line, known, course)
    if course.dry:
        return
    results = take([record for id_, (record, _fate) in incoming.items() if id_ not in known], course.by)
    for result in results:
        if result.status in ("held", "refused", "conflict"):
            _refused(incoming[result.id][1], result, incoming[result.id][0])


def _line(course: Course, fate: Fate) -> Line:
    row = fate.row
    day = date.fromisoformat(row.day) if row.day else course.form_day or course.today
    only = fate.verdict == code_book.DUPLICATE
    person = fate.person or ids.derived("nobody", fate.at)
    said = complaints(row.values.get("symptoms"))
    return Line(course.kind, person, fate.place, min(day, course.today), row.values, row.readings, said, only)


def _known(incoming: dict[UUID, Any]) -> set[UUID]:
    where, params = sql.among("id", list(incoming))
    found = Entry.objects.extra(where=[where], params=params).values_list("id", flat=True)
    return set(found) if incoming else set()


def _told_before(course: Course, fates: list[Fate]) -> set[UUID]:
    """Lines of which no room keeps an event: whether an earlier ledger told the same."""
    if course.kind not in ("roster", "passes"):
        return set()
    for fate in fates:
        said = sorted((k, str(v)) for k, v in fate.row.values.items()) if course.kind == "passes" else ""
        fate.event = ids.derived("ledger", course.kind, fate.person, fate.row.day if said else "", said)
    where, params = sql.among("event", [f.event for f in fates if f.event])
    return set(
        ImportRow.objects.extra(where=[where], params=params)
        .filter(verdict=code_book.ACCEPTED).values_list("event", flat=True)
    )  # fmt: skip


def _doubles(fates: list[Fate], answers: Any, known: set[UUID], course: Course) -> None:
    """Whoever tells nothing that was not here before is a duplicate, of the person who is here."""
    for fate, brought in zip(fates, answers, strict=True):
        if fate.verdict != code_book.ACCEPTED or (fate.fresh and not course.dry):
            continue
        fresh = [id_ for id_ in fate.records if id_ not in known]
        events = [one for one in brought if one.event]
        if events:
            again = all(one.known or {r.id for r in one.records} & known for one in events)
        elif fate.event is not None:
            again = fate.event in known
        else:
            again = bool(fate.records) and not fresh
        if again:
            fate.unsay("PLACE_TO_ASSIGN")
            fate.say(_MEASURE if fresh else "DUP_EXACT_EVENT", register=True)


def _refused(fate: Fate, result: Result, record: Incoming) -> None:
    """A record that would not go in: its line waits, unless the line's first record went in."""
    first = fate.records and fate.records[0] == record.id
    fate.say("RECORD_REFUSED" if first else "READING_REFUSED", why=result.message)
    fate.records = [id_ for id_ in fate.records if id_ != record.id]


def _assign(course: Course, fates: list[Fate]) -> None:
    """Whoever is taken in without a village is given one, within the time of the rules."""
    now = clock.now()
    waiting = [
        f for f in fates
        if f.person and f.verdict == code_book.ACCEPTED and "PLACE_TO_ASSIGN" in f.codes
        and level_of(f.place) < VILLAGE
    ]  # fmt: skip
    if waiting:
        hours = int(value("exchange.assign_hours", course.place, course.today))
        due = now + timedelta(hours=hours)
        expect(
            "exchange.assign",
            [
                Expected(f.person, f.place, now, due, detail=f.row.values.get("village", "")[:60])
                for f in waiting
                if f.person
            ],
        )
