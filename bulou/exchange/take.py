"""A clerk's file into the house: read, matched, taken in chunk by chunk, each row accounted for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import OperationalError, ProgrammingError, transaction
from django.utils.translation import gettext_lazy as _

from bulou.core.audit import note, verb
from bulou.core.people.names import reading as pinyin_of
from bulou.core.places import queries as places
from bulou.core.places.refused import UNKNOWN
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import FILE_TAKERS, Role
from bulou.exchange import keep, mapping
from bulou.exchange.beforehand import prepare
from bulou.exchange.chunk import enter, look
from bulou.exchange.course import Course, is_taken
from bulou.exchange.homes import heads_first
from bulou.exchange.ledger.ahead import read_ahead
from bulou.exchange.ledger.reading import Reading, Row
from bulou.exchange.models import ImportRun
from bulou.exchange.pieces import follow_piece, load_rooms, settle_piece
from bulou.exchange.where import Surroundings, county_of
from bulou.exchange.who import Fate
from bulou.lib import clock, ids, secret
from bulou.lib.pace import Pace, collected, uncollected
from bulou.lib.refusals import Refusal, declare

NOT_READY = declare(
    "database-not-ready",
    _("The database has no tables yet. Start `bulou serve` or `bulou demo` once; it sets them up."),
)
# Rows in the first transaction; the next ones hold as many as go in a moment, so that others get their turn.
CHUNK = 400
_BEHIND = 12  # of those whose duties follow, which cost many times as much
Progress = Callable[[int, int], None]


@dataclass
class Taken:
    """What became of a file. `run` is None for a dry run; `fates` go by position in the file."""

    reading: Reading
    run: UUID | None = None
    fates: dict[int, Fate] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        return self.reading.counts

    @property
    def waits(self) -> bool:
        """Whether there is something for a person to look at."""
        return self.reading.verdict == "refused" or self.counts["held"] + self.counts["refused"] > 0

    def to_json(self) -> dict[str, Any]:
        """As `bulou import --json` prints it: every physical row once, with the person it came to."""
        out = self.reading.to_json()
        for at, row in enumerate(out["rows"]):
            fate = self.fates[at]
            someone = fate.person if self.run or not fate.fresh else None  # of a dry run: would be new
            if someone is not None and fate.verdict in ("accepted", "duplicate"):
                row["person"] = str(fate.person)
            if fate.verdict == "duplicate" and fate.same_as is None and someone is not None:
                row["same_as"] = str(fate.person)  # no row of this file: the person who is here already
            if fate.place:
                row["place"] = fate.place
        return out | ({"run": str(self.run)} if self.run else {})


def take_ledger(
    path: Path, place: str, by: Actor, *, kind: str = "auto", dry_run: bool = False, name: str = "",
    run: ImportRun | None = None, progress: Progress | None = None,
) -> Taken:  # fmt: skip
    """Take a file in at a place; in a dry run only say what would become of each row.

    `name`: what the clerk called the file (default: the path's); `run`: one that was looked at before.
    Raises Refusal: place-unknown (also for one outside of the actor's territory), not-allowed, rule-unknown,
    database-not-ready. What is wrong in the file raises nothing; see `Taken.reading`.
    """
    fever = be_ready(place, by)
    with uncollected():
        return _take(path, place, by, fever, kind, dry_run, name, run, progress)


def _take(
    path: Path, place: str, by: Actor, fever: int, kind: str, dry_run: bool, name: str, run: ImportRun | None,
    progress: Progress | None,
) -> Taken:  # fmt: skip
    today, new = clock.today(), ids.new()
    reading, rows = read_ahead(
        path, partial(pinyin_of, "王"), None if dry_run else partial(prepare, run=run.id if run else new),
        today=today, fever_tenths=fever, kind=kind, said=mapping.said(county_of(place)),
        late_days=int(value("exchange.form_late_days", place, today)),
    )  # fmt: skip
    reading.file = name or reading.file
    taken = Taken(reading)
    if dry_run:
        run = None
    else:
        run = run or ImportRun(id=new, digest=digest(path), place=place, file=reading.file[:200])
        _begin(run, reading, by)
        taken.run = run.id
    if reading.verdict == "refused":
        if run is not None:
            _end(run, ImportRun.REFUSED, reading)
        return taken
    course = Course(
        reading.kind, place, by, Surroundings(place, by), today, reading.form_date, dry_run, county_of(place),
        taken.run, not is_taken(reading.kind),
    )  # fmt: skip
    try:
        _take_all(course, taken, rows, run, progress)
    except BaseException:
        if run is not None:
            _end(run, ImportRun.STOPPED, reading)
        raise
    if run is not None:
        _end(run, ImportRun.DONE, reading)
    return taken


def be_ready(place: str, by: Actor) -> int:
    """Check place, role and house; the fever line there today, in tenths of a degree. Raises Refusal."""
    if by.role not in FILE_TAKERS and by.role is not Role.SYSTEM:
        raise Refusal("not-allowed")
    try:
        known = places.is_code(place) and by.reaches(place) and places.get(place) is not None
        if not known:
            raise Refusal(UNKNOWN)
        fever = int(value("fever.tenths", place, clock.today()))
        secret.key("people")  # made now where there is none yet: two processes will ask for it
    except (OperationalError, ProgrammingError) as error:
        raise Refusal(NOT_READY) from error
    return fever


def digest(path: Path) -> str:
    """Of a file's content; "" where it cannot be read."""
    with suppress(OSError), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
    return ""


@verb("exchange.begin")
def _begin(run: ImportRun, reading: Reading, by: Actor) -> None:
    run.state, run.at, run.account = ImportRun.TAKING, clock.now(), by.account or None
    run.kind, run.form_day, run.code = reading.kind, reading.form_date, reading.code or ""
    run.tables = [table.to_json() for table in reading.tables]
    run.save()
    note(subject_type="import", subject_id=run.id, place=run.place, count=reading.size, digest=run.digest)


def _end(run: ImportRun, state: str, reading: Reading) -> None:
    run.state, run.ended_at, run.counts = state, clock.now(), reading.counts
    with transaction.atomic():
        keep.alone(run)
        run.save()
        if state == ImportRun.DONE:
            keep.supersede(run)


def _take_all(
    course: Course, taken: Taken, rows: Iterator[Row], run: ImportRun | None, progress: Progress | None
) -> None:
    """First whom each line speaks of and its verdict, for all lines; then what the rooms make of them.

    The clerk soon knows where every line stands; the duties that follow are laid behind. `run`: None in a dry run,
    in which the rooms say at once what they would make of each.
    """
    size = taken.reading.size
    whole = size if course.dry else 2 * size

    def settled(fates: list[Fate]) -> None:
        for fate in fates:
            _tell(taken, fate)

    def told(done: int) -> None:
        if progress:
            progress(done * size // whole if whole else 0, size)

    if course.kind == "roster" and not course.dry:
        rows = heads_first(course, rows)
    pace = Pace(enumerate(rows), CHUNK, least=100)
    for piece in pace:
        taken.reading.rows.extend(row for _at, row in piece)
        if run is None:
            fates = look(course, piece)
            load_rooms()
            with pace.held():
                enter(course, fates)
        else:
            fates = settle_piece(course, piece, run, pace)
        course.remember(fates)
        settled(fates)
        told(len(taken.fates))
    if run is None:
        return
    run.settled_at, run.counts = clock.now(), taken.counts
    run.save(update_fields=["settled_at", "counts"])
    load_rooms()
    collected()
    waiting = _by_place(fate for fate in taken.fates.values() if fate.person is not None)
    # Fewer cost the processor more than they spare those who wait: the statements of a piece are half of it.
    behind = Pace(waiting, _BEHIND, least=_BEHIND)
    done = 0
    for some in behind:
        settled(follow_piece(course, some, run, behind))
        done += len(some)
        told(size + done * size // len(waiting))


def _by_place(fates: Iterable[Fate]) -> list[Fate]:
    """Place after place, where each person is named first: a piece then moves few tallies.

    What is told of one person stays in the order of the file.
    """
    waiting = list(fates)
    first: dict[UUID | None, str] = {}
    for fate in waiting:
        first.setdefault(fate.person, fate.place)
    return sorted(waiting, key=lambda fate: first[fate.person])


def _tell(taken: Taken, fate: Fate) -> None:
    """Write into the reading what became of a row."""
    row, rows = fate.row, taken.reading.rows
    row.codes, row.verdict, row.words = fate.codes, fate.verdict, fate.words
    taken.fates[fate.at] = fate
    if fate.same_as is not None and row.same_as is None:
        other = rows[fate.same_as]
        row.same_as = (other.sheet, other.row)
