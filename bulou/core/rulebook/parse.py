"""From a rule file's content to entries, and what is wrong with it. Pure: plain values in and out.

A file holds `[[value]]` and `[[table]]`, each with key, from, source and perhaps to, place, profile; what
stands in `[order]` or `[profile]` holds for all of them. docs/rules.md tells the whole of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from bulou.core.rulebook import words
from bulou.core.rulebook.book import Entry
from bulou.core.rulebook.conditions import read_condition
from bulou.core.rulebook.tables import Domain, Row, Table
from bulou.core.rulebook.words import Finding

WORD = re.compile(r"[a-z0-9][a-z0-9._-]*")
_CODE = re.compile(r"\d{0,15}")
_HEAD = {"place", "profile", "from", "to", "source", "zh", "en", "id", "number"}
_COMMON = {"key", "place", "profile", "from", "to", "source", "zh", "en"}
_VALUE = _COMMON | {"value", "unit"}
_TABLE = _COMMON | {"facts", "outcomes", "row"}
_ROW = {"name", "when", "then", "source", "zh", "en", "over"}
_TOP = {"order", "profile", "value", "table"}


@dataclass
class Parsed:
    """What a file says: its head, its entries, and what is wrong with the rest."""

    head: dict[str, Any] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    names_profile: bool = False  # `[profile]` with an id: the file of an outbreak, perhaps a new one

    def wrong(self, where: str, name: str, value: Any, expected: object) -> None:
        shown = json.dumps(value, ensure_ascii=False, default=str)
        self.findings.append(
            Finding(words.WRONG, where, {"field": name, "value": shown, "expected": expected})
        )

    def missing(self, where: str, name: str) -> None:
        self.findings.append(Finding(words.MISSING, where, {"field": name}))

    def stray(self, where: str, given: Mapping[str, Any], known: set[str]) -> None:
        for name in sorted(set(given) - known):
            self.findings.append(Finding(words.STRAY, where, {"field": name}))


def parse(content: Mapping[str, Any], origin: str = "", layer: int = 0, order: str = "") -> Parsed:
    """Read the content of a file or of an order. Never raises for what stands in it."""
    out = Parsed()
    out.head = _head(out, content)
    out.stray(origin or "file", content, _TOP)
    for kind, read in (("value", _value), ("table", _table)):
        items = content.get(kind, [])
        if not isinstance(items, list):
            out.wrong(origin or "file", kind, items, f"[[{kind}]]")
            continue
        for item in items:
            if not isinstance(item, Mapping):
                out.wrong(origin or "file", kind, item, f"[[{kind}]]")
                continue
            entry = _entry(out, {**out.head, **item}, item, read)
            if entry is not None:
                out.entries.append(replace(entry, layer=layer, order=order, origin=origin))
    _twice(out)
    return out


def _head(out: Parsed, content: Mapping[str, Any]) -> dict[str, Any]:
    """The defaults of a file: `[order]`, and `[profile]`, whose id is the profile of all that follows."""
    head: dict[str, Any] = {}
    for name in ("order", "profile"):
        given = content.get(name, {})
        if not isinstance(given, Mapping):
            out.wrong("file", name, given, f"[{name}]")
            continue
        out.stray(f"[{name}]", given, _HEAD)
        head |= {k: v for k, v in given.items() if k in {"place", "profile", "from", "to", "source"}}
        if name == "profile" and "id" in given:
            head["profile"], out.names_profile = given["id"], True
        if name == "order" and "source" not in given and "number" in given:
            head["source"] = given["number"]
    return head


def read_day(value: Any) -> date | None:
    """A day from TOML or from its ISO text; None when it is none."""
    if isinstance(value, datetime):
        return None
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _entry(out: Parsed, given: dict[str, Any], own: Mapping[str, Any], read: Any) -> Entry | None:
    """One [[value]] or [[table]]; None, with findings, when it cannot be understood."""
    before = len(out.findings)
    key = given.get("key")
    where = str(key or "?")
    if given.get("place"):
        where += f"@{given['place']}"
    if not isinstance(key, str) or not WORD.fullmatch(key):
        out.wrong(where, "key", key, "room.name") if key else out.missing(where, "key")
    place, profile = given.get("place", ""), given.get("profile", "")
    if not isinstance(place, str) or not _CODE.fullmatch(place):
        out.wrong(where, "place", place, '"141031"')
    if not isinstance(profile, str) or (profile and not WORD.fullmatch(profile)):
        out.wrong(where, "profile", profile, '"covid19-2020"')
    days = {name: read_day(given[name]) for name in ("from", "to") if name in given}
    for name, day in days.items():
        if day is None:
            out.wrong(where, name, given[name], "2020-02-12")
    if "from" not in given:
        out.missing(where, "from")
    start, end = days.get("from"), days.get("to")
    if start and end and end < start:
        out.wrong(where, "to", end, f"≥ {start}")
    _need_source(out, where, given)
    said = read(out, where, given, own)
    if len(out.findings) > before or start is None:
        return None
    if isinstance(said, Table):
        said = replace(said, place=place, profile=profile)
    unit, zh, en = (str(own.get(name, "")) for name in ("unit", "zh", "en"))
    return Entry(str(key), said, start, str(given["source"]), place, profile, end, unit, zh, en)


def _need_source(out: Parsed, where: str, given: Mapping[str, Any]) -> None:
    source = given.get("source")
    if source is None:
        out.missing(where, "source")
    elif not isinstance(source, str) or not source.strip():
        out.wrong(where, "source", source, words.A_SOURCE)


def _value(out: Parsed, where: str, given: dict[str, Any], own: Mapping[str, Any]) -> Any:
    out.stray(where, own, _VALUE)
    if "value" not in given:
        out.missing(where, "value")
        return None
    if not _plain(given["value"]):
        out.wrong(where, "value", given["value"], words.A_VALUE)
    return given["value"]


def _plain(value: Any, depth: int = 0) -> bool:
    if isinstance(value, bool | int | str):
        return True
    if depth > 2:
        return False
    if isinstance(value, list):
        return all(_plain(v, depth + 1) for v in value)
    return isinstance(value, Mapping) and depth > 0 and all(_plain(v, depth + 1) for v in value.values())


def _table(out: Parsed, where: str, given: dict[str, Any], own: Mapping[str, Any]) -> Table | None:
    out.stray(where, own, _TABLE)
    facts = _domains(out, where, "facts", given, {"bool", "int"})
    outcomes = _domains(out, where, "outcomes", given, {"bool", "int", "key"})
    lines = given.get("row")
    if not isinstance(lines, list) or not lines or not all(isinstance(line, Mapping) for line in lines):
        out.missing(where, "[[table.row]]")
        return None
    rows = [_row(out, f"{where} row {i}", i, line, given, facts, outcomes) for i, line in enumerate(lines, 1)]
    names = [row.name for row in rows]
    for row in rows:
        if names.count(row.name) > 1:
            out.wrong(where, "name", row.name, words.A_NAME)
        for other in sorted(row.over - {"*"} - set(names)):
            out.wrong(f"{where} {row.name}", "over", other, " / ".join(names))
    return Table(
        str(given.get("key")), facts, outcomes, tuple(rows), str(own.get("zh", "")), str(own.get("en", ""))
    )


def _domains(
    out: Parsed, where: str, name: str, given: Mapping[str, Any], kinds: set[str]
) -> dict[str, Domain]:
    declared = given.get(name)
    if not isinstance(declared, Mapping) or not declared:
        out.missing(where, name)
        return {}
    found: dict[str, Domain] = {}
    for fact, domain in declared.items():
        if isinstance(domain, str) and domain in kinds:
            found[fact] = Domain(domain)
        elif (
            isinstance(domain, list)
            and domain
            and all(isinstance(w, str) and WORD.fullmatch(w) for w in domain)
        ):
            found[fact] = Domain("words", tuple(w for w in domain if w != "unknown"))
        else:
            out.wrong(where, f"{name}.{fact}", domain, " / ".join([*sorted(kinds), '["word", …]']))
    return found


def _row(
    out: Parsed, where: str, index: int, line: Mapping[str, Any], given: Mapping[str, Any],
    facts: Mapping[str, Domain], outcomes: Mapping[str, Domain],
) -> Row:  # fmt: skip
    out.stray(where, line, _ROW)
    _need_source(out, where, {"source": line.get("source", given.get("source"))})
    when: dict[str, Any] = line.get("when", {})
    then: dict[str, Any] = line.get("then", {})
    if not isinstance(when, Mapping) or not isinstance(then, Mapping):
        out.wrong(where, "when, then", [when, then], "{ fact = … }")
        when, then = {}, {}
    tests = {}
    for fact, condition in when.items():
        if fact not in facts:
            out.findings.append(Finding(words.FACT, where, {"field": fact}))
            continue
        test = read_condition(facts[fact], condition)
        if test is None:
            out.wrong(where, fact, condition, _expected(facts[fact]))
        else:
            tests[fact] = test
    over = line.get("over", [])
    said = frozenset([over] if isinstance(over, str) else [str(name) for name in over])
    name = str(line.get("name", index))
    _outcome(out, where, then, outcomes)
    source = str(line.get("source", given.get("source", "")))
    return Row(name, tests, dict(then), source, str(line.get("zh", "")), str(line.get("en", "")), said)


def _expected(domain: Domain) -> str:
    shown = {"bool": "true / false / unknown", "int": '">=373", "<373", 373, unknown'}
    return shown.get(domain.kind) or " / ".join([*domain.words, "unknown"])


def _outcome(out: Parsed, where: str, then: Mapping[str, Any], outcomes: Mapping[str, Domain]) -> None:
    """Every row says every outcome, or somebody would read one that is not there."""
    for name, value in then.items():
        if name not in outcomes:
            out.findings.append(Finding(words.RESULT, where, {"field": name}))
        elif outcomes[name].read(value) is None or (
            outcomes[name].kind == "bool" and not isinstance(value, bool)
        ):
            out.wrong(where, name, value, " / ".join(outcomes[name].words) or outcomes[name].kind)
    for name in outcomes:
        if name not in then:
            out.missing(where, f"then.{name}")


def _twice(out: Parsed) -> None:
    seen = set()
    for entry in out.entries:
        identity = (entry.key, entry.place, entry.profile, entry.from_day)
        if identity in seen:
            out.findings.append(Finding(words.TWICE, entry.key + (f"@{entry.place}" if entry.place else "")))
        seen.add(identity)


def read_file(path: Path) -> tuple[dict[str, Any], list[Finding]]:
    """The content of a TOML file or an Excel table as plain values; a finding when it is neither.

    Raises OSError where there is no such file.
    """
    import tomllib

    from bulou.core.rulebook.excel import read_excel

    try:
        if path.suffix.lower() in {".xlsx", ".xlsm", ".xls", ".ods"}:
            return read_excel(path), []
        return tomllib.loads(path.read_text(encoding="utf-8-sig")), []
    except tomllib.TOMLDecodeError as error:
        return {}, [Finding(words.UNREADABLE, path.name, {"reason": _no_toml(str(error))})]
    except ValueError as error:
        return {}, [Finding(words.UNREADABLE, path.name, {"reason": str(error)})]


def _no_toml(said: str) -> str:
    """What Python says of a file that is no TOML, in the reader's language: the line, and whether it is a date."""
    at = re.search(r"at line (\d+)", said)
    if at is None:
        return _("it ends in the middle of a line")
    text = _("in line %(line)s there is a date or a time that does not exist (a date is 2020-02-12)")
    other = _("line %(line)s is not written as TOML is")
    return (text if "date" in said else other) % {"line": at[1]}
