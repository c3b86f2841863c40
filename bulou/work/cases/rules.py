"""How the records of one person make cases: plain values in and out; no ORM, no clock.

Whatever the order in which records came in, the cases are those of the order in which things happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

REPORTED, RECEIVED, OUTCOME, RETURNED = "cases.reported", "cases.received", "cases.outcome", "cases.returned"
MOVED, OUT = "cases.moved", "out"
SUSPECTED, WITHDRAWN, FINAL = "suspected", "withdrawn", frozenset({"confirmed", "excluded"})
RECEIVE, RESULT, SETTLE = "cases.receive", "cases.result", "cases.settle"
_RANK = {REPORTED: 0, RECEIVED: 1, OUTCOME: 2, RETURNED: 3, MOVED: 4}  # of what happened in the same moment


@dataclass(slots=True)
class Turn:
    """A record as it counts. `place` (but of a move) and the last five are worked out anew.

    `known_at`: when somebody could first know of it, where that was later than it happened; `source`: the
    record of another room that it rests on, or that was none after all (of a withdrawal).
    """

    id: UUID
    root: UUID
    person: UUID
    kind: str
    at: datetime
    place: str
    reason: str = ""
    tenths: int | None = None
    outcome: str = ""
    known_at: datetime | None = None
    source: UUID | None = None
    direction: str = ""
    other: str = ""
    opens: bool = False
    first: bool = False
    before: str = ""
    closes: bool = False
    goes: bool = False

    @property
    def order(self) -> tuple[datetime, int, bool, int]:
        return self.at, _RANK[self.kind], self.direction != OUT, self.root.int


@dataclass(slots=True)
class Episode:
    """One case: its turns, and how it stands after them.

    `done_by`: for each duty of the clinic that a turn fulfilled, the id that the person had in it; `owed_at`: where
    the case was when it fell due to the clinic. There it stays when the case goes along with its place.
    """

    id: UUID
    place: str
    reason: str
    opened_at: datetime
    tenths: int | None = None
    known_at: datetime | None = None
    received_at: datetime | None = None
    received: UUID | None = None
    suspected_at: datetime | None = None
    suspected: UUID | None = None
    outcome: str = ""
    outcome_at: datetime | None = None
    returned_at: datetime | None = None
    closed_at: datetime | None = None
    done_by: dict[str, UUID] = field(default_factory=dict)
    owed_at: dict[str, str] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)


def episodes(turns: Iterable[Turn]) -> list[Episode]:
    """The cases that one person's records make, in order; each turn says then what it did.

    A withdrawal does nothing once the person is at the clinic, nor, where the house makes it because a record
    was none, to a case that rests on something else too, whenever that comes to be known: then that report was none.
    A final outcome after a final one corrects it; a suspicion after one begins a new case.
    """
    left = sorted(turns, key=lambda t: t.order)
    while True:
        found = _drawn(left)
        none = {turn.id for case in found for turn in _none(case)}
        if not none:
            return found
        for turn in left:
            turn.opens = turn.opens and turn.id not in none
        left = [turn for turn in left if turn.id not in none]


def _drawn(turns: list[Turn]) -> list[Episode]:
    found: list[Episode] = []
    for turn in turns:
        turn.opens, turn.first, turn.before, turn.closes, turn.goes = False, False, "", False, False
        last = found[-1] if found else None
        if turn.kind == MOVED:
            _go(turn, last)
            continue
        if _begins(turn, last):
            reason = turn.reason or _UNANNOUNCED[turn.kind]
            last = Episode(turn.root, turn.place, reason, turn.at, turn.tenths, turn.known_at)
            last.owed_at[RECEIVE] = last.place
            found.append(last)
            turn.opens = True
        if last is not None:
            turn.place = last.place
            last.turns.append(turn)
            _apply(turn, last)
    return found


def _go(turn: Turn, case: Episode | None) -> None:
    """A case that was at that place then, open or not back yet, goes along; what is closed stays where it was."""
    was = turn.place if turn.direction == OUT else turn.other
    if case is None or case.place != was:
        return
    back = case.outcome == "excluded" and case.received_at is not None and case.returned_at is None
    if case.closed_at is None:
        turn.goes, turn.before = True, case.outcome or "open"
    if turn.direction != OUT and (case.closed_at is None or back):
        case.place = turn.place


def _none(case: Episode) -> Iterator[Turn]:
    """Reports that turned out to be none before the clinic began, of a case that rests on others too."""
    for end, taking in enumerate(case.turns):
        before = case.turns[:end]
        if taking.closes or any(
            said.kind == RECEIVED or said.outcome not in ("", WITHDRAWN) for said in before
        ):
            return
        if taking.outcome == WITHDRAWN and taking.source is not None:
            yield from (s for s in before if s.kind == REPORTED and s.source == taking.source)


_UNANNOUNCED = {RECEIVED: "came", OUTCOME: "found"}


def _begins(turn: Turn, last: Episode | None) -> bool:
    if turn.kind == RETURNED or turn.outcome == WITHDRAWN:
        return False
    if last is None:
        return True
    revises = turn.outcome in FINAL and last.outcome != WITHDRAWN
    return last.closed_at is not None and not revises


def _apply(turn: Turn, case: Episode) -> None:
    if turn.kind == RECEIVED and case.received_at is None:
        case.received_at, case.received, turn.first = turn.at, turn.root, True
        case.done_by[RECEIVE], case.owed_at[RESULT] = turn.person, case.place
    elif turn.kind == RETURNED and case.returned_at is None:
        case.returned_at, turn.first = turn.at, True
    elif turn.kind == REPORTED and turn.tenths is not None:
        case.tenths = max(turn.tenths, case.tenths or 0)
    elif turn.outcome and (turn.outcome != WITHDRAWN or _takes_back(turn, case)):
        turn.before, case.outcome, case.outcome_at = case.outcome, turn.outcome, turn.at
        case.done_by.setdefault(RESULT, turn.person)
        if turn.outcome == SUSPECTED:
            case.owed_at.setdefault(SETTLE, case.place)
            case.suspected_at, case.suspected = case.suspected_at or turn.at, case.suspected or turn.root
        elif case.closed_at is None:
            turn.closes, case.closed_at = True, turn.at
            case.done_by[SETTLE] = turn.person


def _takes_back(turn: Turn, case: Episode) -> bool:
    """Whether a withdrawal ends it: nobody at the clinic has had anything to do with it, nor is it said otherwise."""
    untouched = case.closed_at is None and case.received_at is None and not case.outcome
    rests_on = {said.source for said in case.turns if said.kind == REPORTED}
    return untouched and (turn.source is None or rests_on == {turn.source})


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that runs for the clinic: which duty, where, from what record, since when, until when owed.

    `known_at`: the hours count from then, where nobody could know of it before.
    """

    duty: str
    place: str
    slot: UUID
    since: datetime
    over_at: datetime | None = None
    known_at: datetime | None = None


def clocks(case: Episode) -> list[Clock]:
    """What the clinic owes a case: to receive, a word within hours, a final one after a suspicion.

    Whoever is never received is not owed any more when the case is over; a report that was withdrawn never
    was to be.
    """
    over = None if case.received_at else case.closed_at
    over = case.opened_at if case.outcome == WITHDRAWN else over
    running = [Clock(RECEIVE, case.owed_at[RECEIVE], case.id, case.opened_at, over, case.known_at)]
    if case.received_at and case.received and not (case.outcome_at and case.outcome_at < case.received_at):
        running.append(Clock(RESULT, case.owed_at[RESULT], case.received, case.received_at))
    if case.suspected_at and case.suspected:
        running.append(Clock(SETTLE, case.owed_at[SETTLE], case.suspected, case.suspected_at))
    return running
