"""Before a rule is put in force: is it sound, who would change measure, and what does that take.

Rooms take part through their name-plates (`Room.answers`):
- `"population"`: `fn(place, day, rules: Rules) -> Population | None`, the people a table decides over;
- `"terms"`: `fn(place, now: Rules, then: Rules) -> Statement | None`, a SELECT of `place` of those observed now
  whose days would count from another day;
- `"lasting"`: `fn(place, now: Rules, then: Rules) -> Lasting | None`, what other days of observation do;
- `"watch"`: `fn(day) -> Watch`, who is observed on that day and whose observation is over, for populations;
- `"capacities"`: `fn(place, day) -> dict[str, int]`, what there is (rooms, medics, masks, …); summed up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from bulou.core import room
from bulou.core.rulebook import store, words
from bulou.core.rulebook.as_sql import by_place, decode, span
from bulou.core.rulebook.book import Book, Entry
from bulou.core.rulebook.needs import needs_of
from bulou.core.rulebook.parse import Parsed, parse, read_file
from bulou.core.rulebook.sound import examine
from bulou.core.rulebook.tables import Row, Table
from bulou.core.rulebook.trials import Change, Findings, Lasting, Move, Population, Rules, Trial, Watch
from bulou.lib import clock, sql
from bulou.lib.refusals import Refusal

_CODE_LENGTHS = (2, 4, 6, 9, 12, 15)


__all__ = [
    "Change", "Findings", "Lasting", "Move", "Population", "Rules", "Trial", "Watch", "check_file", "moves_of", "try_",
]  # fmt: skip


def check_file(path: Path, beside: Book | None = None, place: str = "", territory: str = "") -> Findings:
    """Is a rule file (TOML or Excel) sound beside the rules that the house brings? Never raises for it.

    With a place: beside all that is in force there, orders too, as if what holds above it were said for it.
    With a territory, of whoever asks: places beyond it are none.
    """
    return _check(path, beside or (store.book() if place else store.base()), place, territory)[0]


def _check(path: Path, beside: Book, place: str = "", territory: str = "") -> tuple[Findings, Parsed]:
    content, unreadable = read_file(path)
    if unreadable:
        return Findings(path.name, unreadable), Parsed()
    parsed = parse(content, path.name, store.PROPOSED)
    if place:
        there = [replace(e, place=place) if place.startswith(e.place) else e for e in parsed.entries]
        parsed = replace(parsed, entries=there)
    found = examine(parsed, beside, store.words_of(), store.bounds(), store.is_place, territory)
    return Findings(path.name, found, parsed.entries), parsed


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
    moves: Counter[Move] = Counter()
    readings = [0, 0]
    populations = 0
    for people in room.ask("population", place, then.day, then):
        if people is not None:
            populations += 1
            found = moves_of(people, place, then, now)
            moves.update(found)
            for at, n in enumerate(_readings(people, found, now, then)):
                readings[at] += n
    turned = [(move, n) for move, n in sorted(moves.items()) if move.before != move.after]
    changes = [_change(move, n, then) for move, n in turned if not move.placed]
    placed = [_change(move, n, then) for move, n in turned if move.placed]
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for move, n in moves.items():
        before[move.before] += n
        after[move.stands] += n
    means = _means(place, then.day)
    needs = needs_of((now.book, then.book), place, then.day, (before, after), readings, means)
    terms = _terms(place, now, then)
    values = _values(now, then, place, check.entries)
    total = sum(moves.values())
    return Trial(
        place, then.day, check, total, changes, dict(before), dict(after), needs, values, populations, placed, terms,
        _lasting(place, now, then, means),
    )  # fmt: skip


def _change(move: Move, people: int, then: Rules) -> Change:
    row = _row(then, move.table, move.place, lambda row: row.name == move.row)
    return Change(*move[:5], people=people, zh=row.zh if row else "", en=row.en if row else "")


def moves_of(people: Population, place: str, rules: Rules, now: Rules | None = None) -> dict[Move, int]:
    """How many people make each move, in one statement over all of them.

    They are grouped by one whole number (child, measure, placed, row): three times as fast as by texts.
    """
    segments = _segments(people.table, place, rules)
    if not segments:
        return {}
    decided = by_place(segments, "p.place", {fact: f"p.{fact}" for fact in people.facts}, place)
    # A measure that only today's table knows is one that people are under.
    known_in = [*segments, *(_segments(people.table, place, now) if now else ())]
    measures = list(dict.fromkeys(w for _, table in known_in for w in _said(table, people.outcome)))
    known = " ".join(f"WHEN %s THEN {i}" for i in range(1, len(measures) + 1))
    inside, bounds = sql.within("p.place", place)
    rows, cut = span(len(segments)), next((n for n in _CODE_LENGTHS if n > len(place)), _CODE_LENGTHS[-1])
    # A 1 before the digits keeps their zeros, and a place that has no such child.
    placed = f"CASE WHEN p.{people.placed} THEN {rows} ELSE 0 END" if people.placed else "0"
    child = f"CAST('1' || substr(p.place, {len(place) + 1}, {cut - len(place)}) AS BIGINT)"
    found = sql.rows(
        f"SELECT k, COUNT(*) FROM (SELECT ({child} * {len(measures) + 1} + "
        f"CASE p.measure {known} ELSE 0 END) * {2 * rows} + {placed} + {decided.sql} + 1 AS k "
        f"FROM ({people.sql}) p WHERE {inside}) d GROUP BY k",
        [*measures, *decided.params, *people.params, *bounds],
    )
    moves: Counter[Move] = Counter()
    for number, n in found:
        rest, hit = divmod(int(number), rows)
        rest, by_staff = divmod(rest, 2)
        code, was = divmod(rest, len(measures) + 1)
        segment, row = decode(hit - 1)
        said = segments[segment][1].outcome(row)
        before, after = measures[was - 1] if was else "", said.outcome.get(people.outcome, "")
        moves[Move(place + str(code)[1:], people.table, before, after, said.name, bool(by_staff))] += int(n)
    return dict(moves)


def _said(table: Table, outcome: str) -> tuple[str, ...]:
    domain = table.outcomes.get(outcome)
    return domain.words if domain else ()


def _segments(key: str, place: str, rules: Rules) -> list[tuple[str, Table]]:
    found = rules.book.segments(key, place, rules.day, rules.profile)
    return [(prefix, entry.table) for prefix, entry in found if entry.table is not None]


def _readings(people: Population, moves: Mapping[Move, int], now: Rules, then: Rules) -> tuple[int, int]:
    """Checks a day: of those who are under a measure now by the rules in force, and by the proposal."""
    before = after = 0
    for move, n in moves.items():
        child, key = move.place, move.table

        def as_now(row: Row, was: str = move.before) -> bool:
            return row.then.get(people.outcome) == was

        def as_said(row: Row, name: str = move.row) -> bool:
            return row.name == name

        own = _row(now, key, child, as_now)
        new = _row(then, key, child, as_said if move.stands == move.after else as_now)
        before += n * _checks(people, move.before, own, now, child)
        after += n * _checks(people, move.stands, new or own, then, child)
    return before, after


def _row(rules: Rules, key: str, place: str, fits: Callable[[Row], bool]) -> Row | None:
    """The first row that fits, of the table in force at a place."""
    entry = rules.book.find(key, place, rules.day, rules.profile)
    table = entry.table if entry else None
    return next((row for row in table.rows if fits(row)), None) if table else None


def _checks(people: Population, measure: str, row: Row | None, rules: Rules, place: str) -> int:
    """How often a day somebody under a measure is checked, from the turns that the table's row names."""
    if not measure or row is None or (people.checked is not None and measure not in people.checked):
        return 0
    entry = rules.book.find(str(row.then.get("checks", "")), place, rules.day, rules.profile)
    return len(entry.value) if entry is not None and isinstance(entry.value, list) else 0


def _terms(place: str, now: Rules, then: Rules) -> dict[str, int]:
    """Whose days would count from another day: how many, by child of the place."""
    found: Counter[str] = Counter()
    cut = next((n for n in _CODE_LENGTHS if n > len(place)), _CODE_LENGTHS[-1])
    for said in room.ask("terms", place, now, then):
        if said is not None:
            text = f"SELECT substr(place, 1, {cut}), COUNT(*) FROM ({said.sql}) d GROUP BY 1 ORDER BY 1"
            found.update(dict(sql.rows(text, said.params)))
    return dict(found)


def _lasting(place: str, now: Rules, then: Rules, means: Mapping[str, int]) -> Lasting | None:
    """What other days of observation take, at the pace of now, beside what there is."""
    answers: Iterable[Lasting | None] = room.ask("lasting", place, now, then)
    for said in answers:
        if said is not None:
            books, sizes = (now.book, then.book), (said.before, said.after)
            return replace(said, needs=needs_of(books, place, then.day, sizes, said.readings, means))
    return None


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
                named = next((e for e in (entry, becomes, was) if e is not None and (e.zh or e.en)), entry)
                unit = entry.unit or (was.unit if was else "")
                line = {"key": entry.key, "place": where, "before": pair[0], "after": pair[1]}
                found.append({**line, "unit": unit, "zh": named.zh, "en": named.en})
    return [dict(line) for line in found]
