"""What a ledger and a room say to each other about one line. Plain values, no database.

A room that takes records from ledgers names a function in its name-plate,
`answers={"ledger": fn}` with `fn(lines: list[Line]) -> list[Brought]`, one answer for each line in order. What
its records need and is not there yet, it makes in `answers={"ledger_ready": fn(lines, by)}`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from typing import Any
from uuid import UUID

from bulou.core.records.kinds import Incoming


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a ledger whose person and place are known.

    `kind` of the ledger: returnees, roster, readings or passes; `values` by canonical field (dates as ISO
    8601, temperatures in °C); `readings` of a sheet with several days: {"day", "slot", "temperature"};
    `day` the line's own day or the form's. `complaints`: words of the rules, () for none, None for unsaid.
    `only_measures`: the event was told by an earlier line, only what was measured is new.
    `time`: when on that day, where the line says so. `at`: the place that the ledger was taken in at.
    `whither`: the code of the village that a line says they go to; `people`: how many they were, where it says so;
    `outward`: it says that they went out; `done`: what was done with them there, as it is written.
    """

    kind: str
    person: UUID
    place: str
    day: date
    values: dict[str, Any]
    readings: list[dict[str, Any]] = field(default_factory=list)
    complaints: tuple[str, ...] | None = None
    only_measures: bool = False
    time: time | None = None
    at: str = ""
    whither: str = ""
    people: int | None = None
    outward: bool = False
    done: str = ""

    def date(self, name: str) -> date | None:
        """A value that is a day."""
        return date.fromisoformat(text) if (text := self.values.get(name)) else None


@dataclass(frozen=True, slots=True)
class Brought:
    """What a room makes of a line: records (their ids derived from what they say, never from the file).

    `event`: this line tells of an event of the room; `known` is then the record that told it before, and
    `code` what a person must decide about it (a code of ledgers).
    """

    records: tuple[Incoming, ...] = ()
    event: bool = False
    known: UUID | None = None
    code: str = ""


NOTHING = Brought()
