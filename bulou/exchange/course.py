"""A file on its way in, and what is known of its lines without the rooms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from bulou.core.people.persons import NewPerson
from bulou.core.room import ask
from bulou.core.staff.actor import Actor
from bulou.exchange.ledger import codes as code_book
from bulou.exchange.where import Surroundings
from bulou.exchange.who import Fate
from bulou.lib import ids

MEASURE = "DUP_EVENT_NEW_MEASURE"


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
    run: UUID | None = None
    untaken: bool = False  # no room takes ledgers of this kind yet
    at: dict[tuple[str, int], int] = field(default_factory=dict)
    fates: dict[int, Fate] = field(default_factory=dict)
    here: set[UUID] = field(default_factory=set)
    told: dict[UUID, int] = field(default_factory=dict)
    homes: dict[tuple[str, ...], UUID] = field(default_factory=dict)  # households of a roster, see `homes`
    heads: dict[tuple[str, ...], tuple[str, str]] = field(default_factory=dict)
    addresses: dict[tuple[str, str], str] = field(default_factory=dict)
    stand: dict[tuple[str, str], set[tuple[str, str]]] = field(default_factory=dict)
    units: dict[str, UUID | None] = field(default_factory=dict)  # of the register, by name, see `units`
    # Of a dry run: whoever would be new, and the records that would be told by now.
    newcomers: dict[UUID, NewPerson] = field(default_factory=dict)
    foretold: set[UUID] = field(default_factory=set)

    def remember(self, fates: Sequence[Fate]) -> None:
        """The chunk has gone in: what its rows came to holds for later ones."""
        for fate in fates:
            self.fates[fate.at] = fate
            self.at[fate.row.sheet, fate.row.row] = fate.at
            if fate.person is not None and fate.verdict == code_book.ACCEPTED:
                if fate.fresh:
                    self.here.add(fate.person)
                self.told.setdefault(fate.person, fate.at)


def is_taken(kind: str) -> bool:
    """Whether there is somewhere for the lines of such a ledger to go.

    Rooms name the further kinds that they take by `answers={"ledger_kinds": lambda: ("passes",)}`.
    """
    return kind != "passes" or any("passes" in kinds for kinds in ask("ledger_kinds"))


def has_something(fate: Fate) -> bool:
    """Whether rooms are asked about a line: it is taken in, or repeats one with something new."""
    return fate.verdict == code_book.ACCEPTED or (
        fate.verdict == code_book.DUPLICATE and MEASURE in fate.codes
    )


def event_of(course: Course, fate: Fate) -> UUID:
    """What a line tells where no room keeps a record of it: being on a register, passing a post."""
    said = sorted((k, str(v)) for k, v in fate.row.values.items()) if course.kind == "passes" else ""
    return ids.derived("ledger", course.kind, fate.person, fate.row.day if said else "", said)
