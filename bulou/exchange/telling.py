"""What the rooms make of lines: their records, what was known before, and their taking in.

Whoever loads this loads all rooms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from bulou.core.people import actions as people
from bulou.core.places.codes import VILLAGE, level_of
from bulou.core.records import intake as records
from bulou.core.records.kinds import Incoming, Result, kinds
from bulou.core.records.wellformed import TOO_EARLY, before_all_rules
from bulou.core.room import ask
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor
from bulou.core.tasks.write import Expected, expect
from bulou.exchange.brought import Brought, Line
from bulou.exchange.course import MEASURE, Course, event_of, has_something
from bulou.exchange.ledger import codes as code_book
from bulou.exchange.ledger.complaints import complaints
from bulou.exchange.ledger.reading import Row
from bulou.exchange.models import ImportRow, ImportRun
from bulou.exchange.undoing import renamed
from bulou.exchange.who import Fate
from bulou.lib import clock, ids, sql
from bulou.lib.refusals import sentence

# Of a file that was looked at or taken back nothing was told.
_UNTOLD = (ImportRun.LOOKING, ImportRun.LOOKED, ImportRun.UNDONE)
_TAKEN = frozenset({code_book.ACCEPTED, code_book.DUPLICATE})
DOUBLE = "DUP_EXACT_EVENT"
_Take = Callable[[Sequence[Incoming], Actor], list[Result]]
_Owned = tuple[Incoming, Fate]  # a record, and the line that tells it first
# A line, the records that others tell first, the code of what it then is.
_Repeat = tuple[Fate, set[UUID], str]


def foresee(course: Course, known: list[Fate]) -> None:
    """Say of lines what the rooms know already of their people, who were here before. Nothing is written.

    What lines say of each other shows when they go in.
    """
    _ask(course, known, {f.at: _line(course, f) for f in known})


def try_out(course: Course, fates: list[Fate]) -> None:
    """Say of the lines of a dry run what `carry` would say, also of people who would be new. Nothing is kept.

    Rooms look up whom a record is about: so whoever would be new is entered, and that is taken back.
    """
    telling = [f for f in fates if f.person is not None and has_something(f)]
    if not telling:
        return
    with transaction.atomic():
        about = dict.fromkeys(f.person for f in telling if f.person in course.newcomers)
        people.enrol([course.newcomers[i] for i in about if i], by=course.by)
        lines = {f.at: _line(course, f) for f in telling}
        _make_ready(course, lines)
        _hand_in(course, telling, lines, records.foresee)
        transaction.set_rollback(True)


def _make_ready(course: Course, lines: dict[int, Line]) -> None:
    if course.kind == "passes" and lines:
        ask("ledger_ready", list(lines.values()), course.by)


def carry(course: Course, fates: list[Fate]) -> list[Fate]:
    """Let the rooms take in what lines tell; those lines whose verdict or records are others than foreseen.

    In a transaction.
    """
    telling = [f for f in fates if f.person is not None and has_something(f)]
    before = {f.at: list(f.codes) for f in telling}
    lines = {f.at: _line(course, f) for f in telling}
    _make_ready(course, lines)
    _hand_in(course, telling, lines, records.take)
    _assign(course, telling)
    return [f for f in telling if f.records or f.codes != before[f.at]]


def _hand_in(course: Course, telling: list[Fate], lines: dict[int, Line], take: _Take) -> None:
    """Have the rooms' records of these lines taken in.

    A line that repeats another of them does so only where that one went in: else it tells for itself.
    """
    while telling:
        incoming, repeating = _ask(course, telling, lines)
        results = take([record for record, _fate in incoming], course.by) if incoming else []
        _answered(incoming, results)
        there = {
            record.id for (record, _fate), result in zip(incoming, results, strict=True)
            if result.status in ("accepted", "duplicate")
        }  # fmt: skip
        if course.dry:
            course.foretold |= there
        telling = []
        for fate, firsts, code in repeating:
            if firsts <= there or code == MEASURE:  # the latter has told something of its own already
                _repeats(fate, code)
            else:
                telling.append(fate)


def _answered(incoming: list[_Owned], results: list[Result]) -> None:
    for (record, fate), result in zip(incoming, results, strict=True):
        if result.status == "duplicate":  # told meanwhile by another file
            fate.say(DOUBLE, register=True)
        elif result.status != "accepted":
            _refused(fate, result, record)
        elif result.code and record.copied:
            fate.say("RECORD_TOLD", why=result.message)


def _ask(course: Course, telling: list[Fate], lines: dict[int, Line]) -> tuple[list[_Owned], list[_Repeat]]:
    """The rooms' records of these lines that were not here before; lines get their codes and record ids.

    And those of the lines that tell again what others of them tell first.
    """
    telling = _in_our_time(telling, lines)
    answers: list[list[Brought]] = ask("ledger", [lines[f.at] for f in telling]) if telling else []
    by_line = list(zip(*answers, strict=True)) if answers else [() for _ in telling]
    for fate, brought in zip(telling, by_line, strict=True):
        for one in brought:
            if one.code:
                fate.say(one.code, register=True)
    owners: dict[UUID, _Owned] = {}
    for fate, brought in zip(telling, by_line, strict=True):
        fate.records = []
        if fate.verdict in _TAKEN:
            fate.records = [record.id for one in brought for record in one.records]
            for record in (record for one in brought for record in one.records):
                owners.setdefault(record.id, (record, fate))
    names, known = _again(owners, _known(owners))
    known |= (owners.keys() & course.foretold) | _told_before(course, telling)
    repeating = _doubles(telling, by_line, known, _Told(owners, names))
    for fate in telling:  # what others told first is not this line's to take back
        fate.records = [id_ for id_ in fate.records if id_ not in known and owners[id_][1] is fate]
    return [pair for id_, pair in owners.items() if id_ not in known], repeating


def _in_our_time(telling: list[Fate], lines: dict[int, Line]) -> list[Fate]:
    """Those of the lines that rooms can have rules for; whatever speaks of a day before all rules waits."""
    days = {at: {line.day, *_measured(line)} for at, line in lines.items()}
    early = before_all_rules(set().union(*days.values()))
    for fate in telling:
        if days[fate.at] & early:
            fate.say("RECORD_REFUSED", why=sentence(TOO_EARLY))
    return [f for f in telling if not days[f.at] & early]


def _measured(line: Line) -> Iterator[date]:
    return (date.fromisoformat(reading["day"]) for reading in line.readings if reading["day"])


@dataclass(frozen=True, slots=True)
class _Told:
    """The records of a piece with the lines that tell them first, and the new ids of those told anew."""

    owners: dict[UUID, _Owned]
    names: dict[UUID, UUID]


def _again(owners: dict[UUID, _Owned], known: set[UUID]) -> tuple[dict[UUID, UUID], set[UUID]]:
    """New ids for records that were taken back and are told again, and which of the records still hold."""
    names: dict[UUID, UUID] = {}
    there = known
    while there:
        fresh = renamed(there, lambda id_: kinds()[owners[id_][0].kind].model._meta.db_table)
        if not fresh:
            break
        tellers = {fate.at: fate for _record, fate in owners.values()}
        for old, new in fresh.items():
            record, fate = owners.pop(old)
            owners[new] = (replace(record, id=new), fate)
            names = {first: new if now == old else now for first, now in names.items()} | {old: new}
        for fate in tellers.values():
            fate.records = [fresh.get(id_, id_) for id_ in fate.records]
        there = _known(dict.fromkeys(fresh.values()))
        known = (known - fresh.keys()) | there
    return names, known


def _line(course: Course, fate: Fate) -> Line:
    row = fate.row
    said_at = datetime.fromisoformat(row.day) if row.day else None
    day = said_at.date() if said_at else course.form_day or course.today
    time = said_at.time() if said_at and "T" in str(row.day) else None
    only = fate.verdict == code_book.DUPLICATE
    person = fate.person or ids.derived("nobody", fate.at)
    said = complaints(row.values.get("symptoms"))
    return Line(
        course.kind, person, fate.place, min(day, course.today), row.values, row.readings, said, only, time,
        at=course.place, whither=_whither(course, row), people=_people(row),
        outward=row.also.get("direction", "")[:1] in ("出", "离"), done=row.also.get("done", ""),
    )  # fmt: skip


def _whither(course: Course, row: Row) -> str:
    said = row.also.get("whither")
    return course.around.find({"address": said}, {}) if said else ""


def _people(row: Row) -> int | None:
    """How many they were, themselves included."""
    for name, themselves in (("together", 0), ("besides", 1)):
        said = row.also.get(name, "").removesuffix("人")
        if said.isdecimal():
            return max(int(said) + themselves, 1)
    return None


def _known(incoming: dict[UUID, Any]) -> set[UUID]:
    where, params = sql.among("id", incoming)
    found = sql.rows(f"SELECT id FROM records_entry WHERE {where}", params) if incoming else []
    return {sql.as_uuid(id_) for (id_,) in found}


def _told_before(course: Course, fates: list[Fate]) -> set[UUID]:
    """Events of lines that an earlier ledger told, or an earlier line of this one."""
    if course.kind not in ("roster", "passes"):
        return set()
    for fate in fates:
        fate.event = event_of(course, fate)
    where, params = sql.among("event", [f.event for f in fates if f.event])
    earlier = ImportRow.objects.extra(where=[where], params=params).filter(verdict=code_book.ACCEPTED)
    untold = ImportRun.objects.filter(state__in=_UNTOLD)
    earlier = earlier.exclude(run__in=untold.values("id"))
    if course.run is not None:
        earlier = earlier.exclude(run=course.run)
    return set(earlier.values_list("event", flat=True))


def _doubles(fates: list[Fate], answers: Any, known: set[UUID], told: _Told) -> list[_Repeat]:
    """Whoever tells nothing that was not here before is a duplicate, of the person who is here.

    Those come back that would be one when what other lines tell first goes in.
    """
    repeating: list[_Repeat] = []
    for fate, brought in zip(fates, answers, strict=True):
        if fate.verdict != code_book.ACCEPTED:
            continue
        firsts = {id_ for id_ in fate.records if told.owners[id_][1] is not fate} - known
        code = DOUBLE if known.union(firsts).issuperset(fate.records) else MEASURE
        if _is_told(fate, brought, known, told):
            _repeats(fate, code)
        elif firsts and _is_told(fate, brought, known | firsts, told):
            repeating.append((fate, firsts, code))
    return repeating


def _is_told(fate: Fate, brought: Any, here: set[UUID], told: _Told) -> bool:
    """Whether what a line is about is among the records and events that are here."""
    if events := [one for one in brought if one.event]:
        return all(one.known or {told.names.get(r.id, r.id) for r in one.records} & here for one in events)
    if fate.event is not None:
        return fate.event in here
    return bool(fate.records) and here.issuperset(fate.records)


def _repeats(fate: Fate, code: str) -> None:
    fate.unsay("PLACE_TO_ASSIGN")
    fate.say(code, register=True)


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
    if not waiting:
        return
    hours = int(value("exchange.assign_hours", course.place, course.today))
    due = now + timedelta(hours=hours)
    acts = [
        Expected(f.person, f.place, now, due, detail=f.row.values.get("village", "")[:60])
        for f in waiting if f.person
    ]  # fmt: skip
    expect("exchange.assign", acts)
