"""One piece of a ledger: whom its lines speak of and where, and what is known of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from bulou.core.people import actions as people
from bulou.core.places.codes import VILLAGE, level_of
from bulou.exchange import homes, units
from bulou.exchange.course import MEASURE, Course, event_of, has_something
from bulou.exchange.ledger import codes as code_book
from bulou.exchange.ledger.reading import Row
from bulou.exchange.who import Fate, new_person, settle
from bulou.lib import ids
from bulou.lib.refusals import Refusal


def look(course: Course, rows: Sequence[tuple[int, Row]]) -> list[Fate]:
    """Work out whom these rows speak of and where. Nothing is written, so it needs no transaction."""
    fates = [Fate(at, row, list(row.codes), words=dict(row.words or {})) for at, row in rows]
    earlier = _earlier(course, fates)
    for fate in fates:
        introduce(course, fate, earlier(fate.row.same_as))
    settle(fates, course.kind, course.by, course.place, course.here)
    for fate in fates:
        if fate.place and fate.person is not None and level_of(fate.place) >= VILLAGE:
            fate.unsay("PLACE_TO_ASSIGN")
    _told_twice(course, fates)
    return fates


def enter(course: Course, fates: list[Fate]) -> None:
    """Enter the people and say what is known of each line; in a dry run as if they were. In a transaction."""
    (_expect if course.dry else _enrol)(course, fates)
    earlier = _earlier(course, fates)
    for fate in fates:
        _follow(fate, earlier(fate.row.same_as))
    if course.dry:
        from bulou.exchange.telling import try_out  # it loads the rooms

        for fate in fates:
            fate.fresh = fate.person in course.newcomers
        try_out(course, fates)
    else:
        _foresee(course, fates)


def known(fates: Sequence[Fate]) -> list[Fate]:
    """Lines of which the rooms may say something before they take them in: of somebody new they know nothing."""
    return [f for f in fates if f.person is not None and not f.fresh and has_something(f)]


def _foresee(course: Course, fates: list[Fate]) -> None:
    if here := known(fates):
        from bulou.exchange.telling import foresee  # it loads the rooms, which few files need so soon

        foresee(course, here)
    if course.kind in ("roster", "passes"):
        for fate in fates:
            if fate.fresh and has_something(fate):
                fate.event = event_of(course, fate)


def _earlier(course: Course, fates: list[Fate]) -> Callable[[tuple[str, int] | None], Fate | None]:
    """Finds what became of a line of this piece or an earlier one, by sheet and row."""
    own = {(f.row.sheet, f.row.row): f for f in fates}

    def find(ref: tuple[str, int] | None) -> Fate | None:
        if ref is None:
            return None
        return own.get(ref) or course.fates.get(course.at.get(ref, -1))

    return find


def introduce(course: Course, fate: Fate, same: Fate | None) -> None:
    """The place of a row, and the person that it tells."""
    row = fate.row
    fate.same_as = same.at if same else None
    if row.verdict == code_book.SKIPPED:
        return
    found = course.around.find(row.values, row.also)
    fate.place = found or course.place
    if course.untaken and fate.verdict != code_book.HELD:
        fate.say("KIND_NOT_TAKEN")
    if row.verdict != code_book.ACCEPTED:
        return
    if not found and not course.around.is_here(row.values):
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


def _going(course: Course, fates: list[Fate]) -> tuple[list[Fate], list[Fate]]:
    """Those who go in, and those of them who are entered or found again by what their line tells."""
    going = [f for f in fates if f.new is not None and f.verdict == code_book.ACCEPTED]
    return going, [
        f for f in going if course.kind != "readings" or f.person is None or (f.new and f.new.doc_number)
    ]


def _expect(course: Course, fates: list[Fate]) -> None:
    """Give whoever would be new an id: the same one for each line that tells their document, or the same of them."""
    for fate in _going(course, fates)[1]:
        if fate.person is None and (new := fate.new) is not None:
            fate.person = new.id or ids.derived("expected", new.doc_kind, new.doc_number)
            fate.fresh = True
            course.newcomers.setdefault(fate.person, replace(new, id=fate.person))


def _enrol(course: Course, fates: list[Fate]) -> None:
    going, unknown = _going(course, fates)
    units.belong(course, going)
    made = homes.house(course, fates, going) if course.kind == "roster" else {}
    answers = people.enrol([f.told or f.new for f in unknown if f.new], by=course.by)
    for fate, answer in zip(unknown, answers, strict=True):
        fate.person, fate.fresh, fate.key = answer.id, answer.new, answer.key
    homes.found(going, made, course.by)


def _follow(fate: Fate, same: Fate | None) -> None:
    """A repeated line is the same person's; what repeats a held line waits with it."""
    if fate.verdict != code_book.DUPLICATE or same is None:
        return
    fate.person, fate.place = same.person, same.place or fate.place
    if same.verdict == code_book.HELD and MEASURE in fate.codes:
        for code in same.codes:
            if code_book.CODES[code].verdict == code_book.HELD:
                fate.say(code, register=code in same.words.get("register", ()))
