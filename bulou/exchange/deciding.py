"""Lines that wait are decided: taken in, the same person, another person, corrected, or left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from bulou.core.audit import note, verb
from bulou.core.people.models import Person
from bulou.core.people.queries import PERSON_UNKNOWN
from bulou.core.places.refused import UNKNOWN
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import FILE_TAKERS
from bulou.exchange import homes, keep, namesakes
from bulou.exchange.chunk import enter, introduce
from bulou.exchange.course import Course, is_taken
from bulou.exchange.ledger import codes as code_book
from bulou.exchange.ledger.again import Again, corrected
from bulou.exchange.ledger.cells import Context
from bulou.exchange.ledger.reading import Row
from bulou.exchange.models import ImportRow, ImportRun
from bulou.exchange.telling import carry
from bulou.exchange.where import Surroundings, county_of
from bulou.exchange.who import BY_NAME, Fate, settle
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal, declare

TAKE, SAME, OTHER, LEAVE, CORRECT = "take", "same", "other", "leave", "correct"
WAYS: Final = {
    TAKE: _("Take in without what cannot be read"),
    SAME: _("The same person"),
    OTHER: _("Another person"),
    LEAVE: _("Leave out"),
}
# Why a line cannot be decided in a way: nobody is there to be the same as, several may be, the line is not of the kind.
NOBODY, SEVERAL, UNFIT = NOT_SO = ("nobody", "several", "not-so")
declare("decide-way", _("Choose what shall become of the lines."))
declare("decide-running", _("The file is still being taken in. Decide when that is done."))
WAITING: Final = (code_book.HELD, code_book.REFUSED)
# Doubts about who it is, as against cells that cannot be read.
WHO: Final = frozenset({
    "DUP_EVENT_DIFFERS", "DUP_ID_NAME_DIFF", "DUP_ID_OTHER_PERSON", "DUP_NAME_PHONE", "DUP_NAME_PLACE",
    "DUP_NAME_BIRTH", "DUP_NAME_REGISTER", "PHONE_CHANGED",
})  # fmt: skip
# Without these nothing can be entered; only a correction helps.
_NEEDED: Final = frozenset(
    {"ROW_UNCLEAR", "PERSON_NOT_FOUND", "PERSON_SEVERAL", "PERSON_ELSEWHERE", "KIND_NOT_TAKEN", "READING_DAY"}
)
# The words of remarks that stay with a line that is decided, and whom its doubts are about.
_STILL_SAID: Final = ("who", "columns", "cells", "heads", "counted")
_THEIR_NUMBER: Final = frozenset({"DUP_ID_NAME_DIFF", "DUP_ID_OTHER_PERSON"})


def ways(codes: Collection[str]) -> tuple[str, ...]:
    """What may be decided about a line with these codes, apart from correcting it."""
    if any(code in _NEEDED or code.startswith("NAME_") for code in _weighty(codes)):
        return (LEAVE,)
    return (SAME, OTHER, LEAVE) if WHO & set(codes) else (TAKE, LEAVE)


def _weighty(codes: Collection[str]) -> list[str]:
    return [c for c in codes if c in code_book.CODES and code_book.CODES[c].verdict in WAITING]


@verb("exchange.decide", roles=FILE_TAKERS)
def decide(run: ImportRun, lines: Collection[int], way: str, by: Actor) -> dict[str, int]:
    """Decide lines (by position) in one way; how many came to which verdict, and those that cannot, by why (NOT_SO).

    Raises Refusal: decide-way, decide-running.
    """
    if way not in WAYS:
        raise Refusal("decide-way")
    found = _waiting(run, lines, by)
    fit = [
        (row, said) for row, said in found
        # Of several likely people one has to be chosen, line by line.
        if way in ways(row.codes.split()) and not (way == SAME and namesakes.several(said))
    ]  # fmt: skip
    if way == LEAVE:
        told = _written(run, [_left(row, said) for row, said in fit], way, by)
    elif way == SAME:
        told = _the_same(run, [_fate(row, said, way) for row, said in fit], by)
    else:
        told = _written(run, _again(run, [_fate(row, said, way) for row, said in fit], way, by), way, by)
    some = sum(way == SAME and bool(namesakes.several(said)) for _row, said in found)
    return told | ({SEVERAL: some} if some else {}) | {UNFIT: len(found) - len(fit) - some}


def _the_same(run: ImportRun, fates: list[Fate], by: Actor) -> dict[str, int]:
    """Those whose other one is somebody by now, then those who repeat them; the rest go on waiting."""
    told: Counter[str] = Counter()
    while fates:
        them = _them(run, fates)
        ready = [fate for fate in fates if fate.at in them]
        if not ready:
            break
        told.update(_written(run, _again(run, ready, SAME, by), SAME, by))
        fates = [fate for fate in fates if fate.at not in them]
    return dict(told) | ({NOBODY: len(fates)} if fates else {})


@verb("exchange.choose", roles=FILE_TAKERS)
def choose(run: ImportRun, line: int, person: UUID, by: Actor) -> dict[str, int]:
    """Say whom a line means that names somebody who is here several times.

    Raises Refusal: person-unknown for anybody else than one of those.
    """
    fates = []
    for row, said in _waiting(run, [line], by):
        meant = namesakes.meant(row.codes.split(), said, run, by)
        if meant is None or not meant.filter(pk=person):
            raise Refusal(PERSON_UNKNOWN)
        fate = _fate(row, said, SAME)
        fate.same_as = None
        fate.words["who"] = str(person)
        fates.append(fate)
    return _written(run, _again(run, fates, SAME, by), SAME, by)


@verb("exchange.correct", roles=FILE_TAKERS)
def correct(run: ImportRun, line: int, said: Mapping[str, str], by: Actor) -> dict[str, int]:
    """Take one line again with these fields as somebody wrote them now (field → text)."""
    found = _waiting(run, [line], by)
    today = clock.today()
    fever = int(value("fever.tenths", run.place, today))
    context = Context(run.form_day, run.form_day or today, today, fever)
    fates = []
    for row, told in found:
        again = corrected(
            Again(
                told.get("values", {}),
                row.codes.split(),
                told.get("readings", []),
                told.get("words", {}).get("counted", ()),
            ),
            said,
            context,
        )
        fate = _fate(row, told | {"values": again.values, "readings": again.readings}, CORRECT)
        fate.words["before"] = _before(row, told)
        fate.codes, fate.settled = again.codes, frozenset()
        fate.row.codes, fate.row.verdict = list(again.codes), code_book.verdict(again.codes)
        fates.append(fate)
    return _written(run, _again(run, fates, CORRECT, by), CORRECT, by)


def _waiting(run: ImportRun, lines: Collection[int], by: Actor) -> list[tuple[ImportRow, dict[str, Any]]]:
    if not by.reaches(run.place):
        raise Refusal(UNKNOWN)
    if run.state != ImportRun.DONE:
        raise Refusal("decide-running")
    rows = ImportRow.objects.select_for_update().filter(run=run.id, at__in=list(lines), verdict__in=WAITING)
    return keep.opened(rows.order_by("at"))


def _fate(row: ImportRow, said: dict[str, Any], way: str) -> Fate:
    """The line again, its doubts decided."""
    codes = row.codes.split()
    weighty = set(_weighty(codes))
    left = [c for c in codes if c not in weighty and c != "DECIDED"]
    again = Row(
        row.sheet, row.number, [*left, "DECIDED"], said.get("raw", []), values=dict(said.get("values", {})),
        verdict=code_book.ACCEPTED, day=said.get("day"), readings=list(said.get("readings", [])),
        relation=said.get("relation", ""), unit=said.get("unit", ""), also=dict(said.get("also", {})),
    )  # fmt: skip
    if way == OTHER and weighty & _THEIR_NUMBER:
        # The number is somebody else's, and so is what it says.
        for field in ("id_number", "doc_number", "doc_kind", "sex", "birth_date"):
            again.values.pop(field, None)
    fate = Fate(row.at, again, list(again.codes), settled=frozenset(weighty | WHO))
    fate.same_as = row.same_as
    fate.words |= {name: word for name, word in said.get("words", {}).items() if name in _STILL_SAID}
    fate.words["before"] = _before(row, said)
    return fate


def _before(row: ImportRow, said: dict[str, Any]) -> dict[str, Any]:
    """How the line waits, in case that the decision is taken back (`retracting`)."""
    words = {name: word for name, word in said.get("words", {}).items() if name != "before"}
    kept = {"values": said.get("values", {}), "readings": said.get("readings", []), "words": words}
    return {"codes": row.codes.split(), "place": row.place, **kept}


def _left(row: ImportRow, said: dict[str, Any]) -> Fate:
    fate = _fate(row, said, LEAVE)
    fate.row.verdict = code_book.SKIPPED
    fate.codes = [*row.codes.split(), "LEFT_OUT"]
    fate.words = {**said.get("words", {}), "before": fate.words["before"]}
    fate.place = row.place
    return fate


def _again(run: ImportRun, fates: list[Fate], way: str, by: Actor) -> list[Fate]:
    """The way of a ledger, for these lines."""
    county = county_of(run.place)
    course = Course(
        run.kind, run.place, by, Surroundings(run.place, by), clock.today(), run.form_day, False, county, run.id,
        not is_taken(run.kind),
    )  # fmt: skip
    keep.lock(county)
    them = _them(run, fates) if way == SAME else {}
    lives = dict(Person.objects.filter(pk__in=them.values()).values_list("pk", "place"))
    for fate in fates:
        before, who = fate.same_as, them.get(fate.at)
        introduce(course, fate, None)
        fate.same_as = before
        if way == SAME:
            fate.person, fate.new = who, None
            if who is not None and course.kind in BY_NAME:
                fate.place = lives[who]  # of a reading no more is known than whose it is
            if who is None:
                fate.settled = frozenset()
                fate.say("PERSON_NOT_FOUND")
        elif way == OTHER and fate.new is not None and not fate.new.doc_number:
            fate.new = replace(fate.new, id=ids.derived("ledger", "decided", run.id, fate.at))
    settle(fates, course.kind, by, course.place, course.here)
    if course.kind == "roster":
        homes.recall(course, fates)
    enter(course, fates)
    carry(course, fates)
    return fates


def _them(run: ImportRun, fates: list[Fate]) -> dict[int, UUID]:
    """Who the other one is: the person of the line that is repeated, or whom the register has."""
    others = dict(
        ImportRow.objects.filter(run=run.id, at__in=[f.same_as for f in fates if f.same_as is not None])
        .exclude(person=None).values_list("at", "person")
    )  # fmt: skip
    found: dict[int, UUID] = {}
    for fate in fates:
        other = others.get(fate.same_as) if fate.same_as is not None else None
        if other is not None:
            found[fate.at] = other
        elif who := fate.words.get("who"):
            found[fate.at] = UUID(who)
    return found


def _written(run: ImportRun, fates: list[Fate], way: str, by: Actor) -> dict[str, int]:
    keep.change(run.id, fates)
    decided = [fate.at for fate in fates if fate.verdict not in WAITING]
    ImportRow.objects.filter(run=run.id, at__in=decided).update(
        decision=way, decided_by=by.account or None, decided_at=clock.now()
    )
    recount(run)
    note(subject_type="import", subject_id=run.id, place=run.place, count=len(fates), way=way)
    told: dict[str, int] = {}
    for fate in fates:
        told[fate.verdict] = told.get(fate.verdict, 0) + 1
    return told


def recount(run: ImportRun) -> None:
    """How many lines there are of each verdict, now that some have another."""
    counted = ImportRow.objects.filter(run=run.id).values_list("verdict").annotate(n=Count("id")).order_by()
    fresh = dict.fromkeys(run.counts, 0) | dict(counted)
    run.counts = fresh | {"rows": sum(n for verdict, n in fresh.items() if verdict != "rows")}
    run.save(update_fields=["counts"])
