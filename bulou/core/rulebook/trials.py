"""What a trial of rules asks the rooms for, and what it answers. Plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from bulou.core.rulebook.as_sql import Statement
from bulou.core.rulebook.book import Book, Entry
from bulou.core.rulebook.needs import Need
from bulou.core.rulebook.words import Finding


@dataclass(frozen=True)
class Rules:
    """The rules as they would be, for a room that works out facts from them (its affected areas, …)."""

    book: Book
    day: date
    profile: str | None = None

    def value(self, key: str, place: str) -> Any:
        return self.book.value(key, place, self.day, self.profile)


@dataclass(frozen=True)
class Population:
    """People a table decides over, as one SELECT: a row each, with columns `place`, `measure` (what they
    are under now, '' for nothing) and one for each of `facts` (boolean, integer or text, NULL unknown).

    `table`: the key of the table; `outcome`: which of its outcomes `measure` is compared with; `checked`: the
    measures under which somebody is checked each day (None: under any); `placed`: the column (boolean) that says
    that staff chose the measure and not the rules, "" where there is no such thing.
    """

    table: str
    sql: str
    params: list[Any]
    facts: tuple[str, ...]
    outcome: str = "measure"
    checked: tuple[str, ...] | None = None
    placed: str = ""


@dataclass(frozen=True)
class Watch:
    """Two SELECTs: of people under a measure now (`person`, `measure`), and of what is over (`person`, `source`)."""

    running: Statement
    over: Statement


@dataclass(frozen=True)
class Findings:
    """What a check found. Sound when there is nothing to mend; notes do not count."""

    file: str
    findings: list[Finding]
    entries: list[Entry] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return all(finding.note for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "sound": self.sound,
            "rules": len(self.entries),
            "findings": [finding.as_json() for finding in self.findings],
        }


class Move(NamedTuple):
    """From the measure that people of a child place are under to what `row` of a table says of them.

    `placed`: staff chose what they are under, so an order does not change it.
    """

    place: str
    table: str
    before: str
    after: str
    row: str
    placed: bool = False

    @property
    def stands(self) -> str:
        """What they are under once the order is in force."""
        return self.before if self.placed else self.after


@dataclass(frozen=True)
class Change:
    """So many people of a place would change from one measure to another; `row` decides it, in words `zh`, `en`."""

    place: str
    table: str
    before: str
    after: str
    row: str
    people: int
    zh: str = ""
    en: str = ""


@dataclass(frozen=True)
class Lasting:
    """What other days of observation do. Who is observed now (`running`, the last until `until`) keeps the end.

    `begun` observations in the last `window` days are the pace. At that pace so many are observed at once, by
    measure, by the days of now (`before`) and, once these have filled up on `full`, by the new ones (`after`);
    `readings`: of those a day, before and after. `needs`: the same beside what there is.
    """

    running: int
    until: date | None
    begun: int
    window: int
    full: date
    before: dict[str, int]
    after: dict[str, int]
    readings: tuple[int, int]
    needs: list[Need] = field(default_factory=list)

    @property
    def at_once(self) -> tuple[int, int]:
        return sum(self.before.values()), sum(self.after.values())

    def as_json(self) -> dict[str, Any]:
        own = {"running": self.running, "until": self.until.isoformat() if self.until else None}
        pace = {"begun": self.begun, "window": self.window, "full": self.full.isoformat()}
        sizes = {"before": self.before, "after": self.after}
        return {**own, **pace, **sizes, "needs": [need.as_json() for need in self.needs]}


@dataclass(frozen=True)
class Trial:
    """What a file would do: who changes, the people under each measure, needs beside means.

    `terms`: of how many observed now the days would count from another day, by place. `placed`: who stays
    under what staff chose for them, though the rules would say otherwise; no change of the file's making.
    `lasting`: what other days of observation take, None where they stay.
    """

    place: str
    day: date
    check: Findings
    people: int
    changes: list[Change]
    before: dict[str, int]
    after: dict[str, int]
    needs: list[Need]
    values: list[dict[str, Any]]
    populations: int = 0
    placed: list[Change] = field(default_factory=list)
    terms: dict[str, int] = field(default_factory=dict)
    lasting: Lasting | None = None

    @property
    def changed(self) -> int:
        return sum(change.people for change in self.changes)

    @property
    def short(self) -> list[Need]:
        later = self.lasting.needs if self.lasting else []
        return [need for need in (*self.needs, *later) if need.short]

    def as_json(self) -> dict[str, Any]:
        return {
            "place": self.place,
            "day": self.day.isoformat(),
            "check": self.check.as_json(),
            "populations": self.populations,
            "people": self.people,
            "changed": self.changed,
            "changes": [vars(change) for change in self.changes],
            "placed": [vars(change) for change in self.placed],
            "terms": [{"place": place, "people": people} for place, people in self.terms.items()],
            "before": self.before,
            "after": self.after,
            "needs": [need.as_json() for need in self.needs],
            "values": self.values,
            "lasting": self.lasting.as_json() if self.lasting else None,
        }
