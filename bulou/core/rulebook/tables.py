"""Decision tables: ordered rows of conditions and outcomes; the first row that hits decides.

Plain values in and out: no ORM, no clock. A fact that is absent, None, "unknown" or outside its domain
is unknown, and unknown hits only a condition that names it: unknown is never false.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

UNKNOWN = "unknown"
Scalar = bool | int | str


@dataclass(frozen=True, slots=True)
class Domain:
    """What a fact or an outcome may be: `bool`, `int`, `words` (one of them) or `key` (names a value)."""

    kind: str
    words: tuple[str, ...] = ()

    def read(self, value: Any) -> Scalar | None:
        """The value when it lies in the domain, else None (unknown). Booleans may come as 0 and 1."""
        if self.kind == "bool":
            return bool(value) if isinstance(value, int) and value in (0, 1) else None
        if self.kind == "int":
            return value if isinstance(value, int) and not isinstance(value, bool) else None
        if self.kind == "words":
            return value if isinstance(value, str) and value in self.words else None
        return value if isinstance(value, str) and value else None


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on one fact: one of `values`, or `low <= fact < high`, or (when `unknown`) unknown."""

    values: frozenset[Scalar] = frozenset()
    low: int | None = None
    high: int | None = None
    unknown: bool = False

    @property
    def ranged(self) -> bool:
        return self.low is not None or self.high is not None

    def hits(self, value: Scalar | None) -> bool:
        if value is None:
            return self.unknown
        if value in self.values:
            return True
        if not self.ranged or not isinstance(value, int):
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value < self.high)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table. `over`: names of later rows ("*" all) that it wins over by intention."""

    name: str
    when: Mapping[str, Condition]
    then: Mapping[str, Scalar]
    source: str
    zh: str = ""
    en: str = ""
    over: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a table says: the row's index (None: no row hit), its name, its outcome, its source."""

    row: int | None
    name: str
    outcome: dict[str, Any]
    source: str

    def __getitem__(self, name: str) -> Any:
        return self.outcome[name]

    def __bool__(self) -> bool:
        return self.row is not None


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table with the domains of its facts and of its outcomes."""

    key: str
    facts: Mapping[str, Domain]
    outcomes: Mapping[str, Domain]
    rows: tuple[Row, ...]
    zh: str = ""
    en: str = ""
    place: str = field(default="")
    profile: str = field(default="")

    def decide(self, facts: Mapping[str, Any]) -> Outcome:
        """The first row that hits. Facts the table does not declare are not looked at; never raises."""
        known = {name: domain.read(facts.get(name)) for name, domain in self.facts.items()}
        for index, row in enumerate(self.rows):
            if all(test.hits(known[name]) for name, test in row.when.items()):
                return self.outcome(index)
        return self.outcome(None)

    def outcome(self, index: int | None) -> Outcome:
        """The outcome of a row by its index, as a statement in the database gives it."""
        if index is None or index < 0:
            return Outcome(None, "", {}, "")
        row = self.rows[index]
        return Outcome(index, row.name, dict(row.then), row.source)
