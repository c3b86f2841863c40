"""Before a rule is put in force: is it sound, who would change measure, and what does that take.

Rooms take part through their name-plates (`Room.answers`):
- `"population"`: `fn(place, day, rules: Rules) -> Population | None`, the people a table decides over;
- `"capacities"`: `fn(place, day) -> dict[str, int]`, what there is (rooms, medics, masks, …); summed up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from bulou.core import room
from bulou.core.rulebook import store, words
from bulou.core.rulebook.as_sql import by_place, decode, span
from bulou.core.rulebook.book import Book, Entry
from bulou.core.rulebook.needs import Need, needs_of
from bulou.core.rulebook.parse import Parsed, parse, read_file
from bulou.core.rulebook.sound import examine
from bulou.core.rulebook.tables import Table
from bulou.core.rulebook.words import Finding
from bulou.lib import clock, sql
from bulou.lib.refusals import Refusal

_CODE_LENGTHS = (2, 4, 6, 9, 12, 15)


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

    `table`: the key of the table; `outcome`: which of its outcomes `measure` is compared with.
    """

    table: str
    sql: str
    params: list[Any]
    facts: tuple[str, ...]
    outcome: str = "measure"


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


@dataclass(frozen=True)
class Change:
    """So many people of a place would change from one measure to another; `row` decides it."""

    place: str
    table: str
    before: str
    after: str
    row: str
    people: int


@dataclass(frozen=True)
class Trial:
    """What a file would do: who changes, the people under each measure, needs beside means."""

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

    @property
    def changed(self) -> int:
        return sum(change.people for change in self.changes)

    @property
    def short(self) -> list[Need]:
        return [need for need in self.needs if need.short]

    def as_json(self) -> dict[str, Any]:
        return {
            "place": self.place,
            "day": self.day.isoformat(),
            "check": self.check.as_json(),
            "populations": self.populations,
            "people": self.people,
            "changed": self.changed,
            "changes": [vars(change) for change in self.changes],
            "before": self.before,
            "after": self.after,
            "needs": [need.as_json() for need in self.needs],
            "values": self.values,
        }


def check_file(path: Path, beside: Book | None = None, place: str = "") -> Findings:
    """Is a rule file (TOML or Excel) sound beside the rules that the house brings? Never raises for it.

    With a place: beside all that is in force there, orders too, as if what holds above it were said for it.
    """
    return _check(path, beside or (store.book() if place else store.base()), place)[0]


def _check(path: Path, beside: Book, place: str = "") -> tuple[Findings, Parsed]:
    content, unreadable = read_file(path)
    if unreadable:
        return Findings(path.name, unreadable), Parsed()
    parsed = parse(content, path.name, store.PROPOSED)
    if place:
        there = [replace(e, place=place) if place.startswith(e.place) else e for e in parsed.entries]
        parsed = replace(parsed, entries=there)
    return Findings(path.name, examine(parsed, beside), parsed.entries), parsed


def try_(path: Path, place: str = "", day: date | None = None) -> Trial:
    """What a rule file would do at a place (its own when none is given) on a day.

    `day`: the first on which all of the file holds, but not before today. One statement for each population.
    Refuses a file that cannot be read at all (`rule-file-unreadable`).
    """
    now = store.book()
    check, parsed = _check(path, now)
    _refuse_unreadable(check)
    where = place or str(parsed.head.get("place") or "")
    on = day or max([clock.today(), *(entry.from_day for entry in parsed.entries)])
    profile = str(parsed.head.get("profile") or "") or None
    return _weigh(check, where, Rules(now, on, profile), Rules(now.with_(parsed.entries), on, profile))


def _refuse_unreadable(check: Findings) -> None:
    for finding in check.findings:
        if finding.code == words.UNREADABLE:
            raise Refusal(words.UNREADABLE, **finding.words)


def _weigh(check: Findings, place: str, now: Rules, then: Rules) -> Trial:
    moves: Counter[tuple[str, str, str, str, str]] = Counter()
    turns: dict[str, int] = {}
    populations = 0
    for people in room.ask("population", place, then.day, then):
        if people is not None:
            populations += 1
            moves.update(moves_of(people, place, then))
            turns |= _turns(people, place, then)
    changes = [Change(*key, people=n) for key, n in sorted(moves.items()) if key[2] != key[3]]
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for (_child, _table, was, becomes, _row), n in moves.items():
        before[was] += n
        after[becomes] += n
    needs = needs_of(then.book, place, then.day, before, after, turns, _means(place, then.day))
    values = _values(now, then, place, check.entries)
    total = sum(moves.values())
    return Trial(
        place, then.day, check, total, changes, dict(before), dict(after), needs, values, populations
    )


def moves_of(people: Population, place: str, rules: Rules) -> dict[tuple[str, str, str, str, str], int]:
    """(child place, table, measure before, after, row) → people, in one statement over all of them.

    They are grouped by one whole number (child, measure, row): three times as fast as by three texts.
    """
    segments = _segments(people.table, place, rules)
    if not segments:
        return {}
    decided = by_place(segments, "p.place", {fact: f"p.{fact}" for fact in people.facts}, place)
    measures = list(dict.fromkeys(w for _, table in segments for w in table.outcomes[people.outcome].words))
    known = " ".join(f"WHEN %s THEN {i}" for i in range(1, len(measures) + 1))
    inside, bounds = sql.within("p.place", place)
    rows, cut = span(len(segments)), next((n for n in _CODE_LENGTHS if n > len(place)), _CODE_LENGTHS[-1])
    # A 1 before the digits keeps their zeros, and a place that has no such child.
    child = f"CAST('1' || substr(p.place, {len(place) + 1}, {cut - len(place)}) AS BIGINT)"
    found = sql.rows(
        f"SELECT k, COUNT(*) FROM (SELECT ({child} * {len(measures) + 1} + "
        f"CASE p.measure {known} ELSE 0 END) * {rows} + {decided.sql} + 1 AS k "
        f"FROM ({people.sql}) p WHERE {inside}) d GROUP BY k",
        [*measures, *decided.params, *people.params, *bounds],
    )
    moves: Counter[tuple[str, str, str, str, str]] = Counter()
    for number, n in found:
        rest, hit = divmod(int(number), rows)
        code, was = divmod(rest, len(measures) + 1)
        segment, row = decode(hit - 1)
        said = segments[segment][1].outcome(row)
        key = (
            place + str(code)[1:],
            people.table,
            measures[was - 1] if was else "",
            said.outcome.get(people.outcome, ""),
        )
        moves[(*key, said.name)] += int(n)
    return dict(moves)


def _segments(key: str, place: str, rules: Rules) -> list[tuple[str, Table]]:
    found = rules.book.segments(key, place, rules.day, rules.profile)
    return [(prefix, entry.table) for prefix, entry in found if entry.table is not None]


def _turns(people: Population, place: str, rules: Rules) -> dict[str, int]:
    """Checks a day for each measure, from the turns that the table's rows name."""
    found: dict[str, int] = {}
    for prefix, table in reversed(_segments(people.table, place, rules)):
        for row in table.rows:
            key = row.then.get("checks")
            entry = rules.book.find(str(key), prefix or place, rules.day, rules.profile) if key else None
            if entry is not None and isinstance(entry.value, list):
                found[str(row.then[people.outcome])] = len(entry.value)
    return found


def _means(place: str, day: date) -> dict[str, int]:
    means: Counter[str] = Counter()
    for answer in room.ask("capacities", place, day):
        means.update(answer)
    return dict(means)


def _values(now: Rules, then: Rules, place: str, entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """The values that would change, before and after, where each is written for."""
    found: list[Mapping[str, Any]] = []
    for entry in entries:
        if entry.table is None:
            where = entry.place or place
            was = now.book.find(entry.key, where, then.day, entry.profile or then.profile)
            becomes = then.book.find(entry.key, where, then.day, entry.profile or then.profile)
            pair = (was.value if was else None, becomes.value if becomes else None)
            if pair[0] != pair[1]:
                found.append({"key": entry.key, "place": where, "before": pair[0], "after": pair[1]})
    return [dict(line) for line in found]
