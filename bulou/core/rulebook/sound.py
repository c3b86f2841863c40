"""Is a whole rule file sound, in itself and beside the rules it would join. Pure: books in, findings out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from django.utils.translation import gettext, override

from bulou.core.rulebook import words
from bulou.core.rulebook.book import Book, Entry
from bulou.core.rulebook.check import check
from bulou.core.rulebook.known import Bounds, bounds_amiss, places_amiss, profiles_amiss, table_amiss
from bulou.core.rulebook.parse import Parsed
from bulou.core.rulebook.tables import Table
from bulou.core.rulebook.turns import turns_amiss
from bulou.core.rulebook.words import Finding

_FAR = 10  # times as much, or as little, is asked about: hours for days, degrees for tenths
# The complaints that a profile names, and what they are called.
_SYMPTOMS, _WORDS = frozenset({"symptoms.lay", "symptoms.clinical", "symptoms.alarm"}), "symptoms.words"


def examine(
    parsed: Parsed,
    beside: Book,
    words_of: Mapping[str, Collection[str]] | None = None,
    bounds: Bounds | None = None,
    is_place: Callable[[str], bool] | None = None,
    territory: str = "",
) -> list[Finding]:
    """What is wrong with a file: what it could not say, then each entry beside `beside`.

    `words_of`: for keys of rules, the words that alone may stand there. `bounds`: what their numbers may be.
    `is_place`: whether a code is that of a place; without it nobody asks. `territory`: of whoever asks.
    """
    found = [*parsed.findings, *profiles_amiss(parsed, beside)]
    if is_place is not None:
        found += places_amiss(parsed, beside, is_place, territory)
    if not parsed.entries and not found:
        found.append(Finding(words.EMPTY, "file"))
    after = beside.with_(parsed.entries)
    known = {entry.key: entry for entry in beside.entries}
    own = str(parsed.head.get("place") or "")
    for entry in parsed.entries:
        where = name(entry)
        if not entry.place.startswith(own):
            found.append(Finding(words.OUTSIDE, where, {"place": entry.place or "*", "own": own}))
        if entry.key not in known:
            found.append(Finding(words.NOBODY_READS, where))
        elif kind(known[entry.key]) != kind(entry):
            before = {"before": words.KINDS[kind(known[entry.key])], "after": words.KINDS[kind(entry)]}
            found.append(Finding(words.OTHER_KIND, where, before))
        else:
            before_it = [one for one in beside.entries if one.key == entry.key]
            amiss = bounds_amiss(where, entry, bounds or {}, after)
            found += amiss or _unlike(entry, before_it, beside)
            if isinstance(entry.value, Table):
                found += table_amiss(where, entry.value, [t for one in before_it if (t := one.table)])
            found += turns_amiss(where, entry.value, known[entry.key].value)
            if words_of and entry.key in words_of:
                found += _beyond(entry, words_of[entry.key])
        if entry.key in _SYMPTOMS and isinstance(entry.value, list):
            found += _wordless(entry, after)
        if isinstance(entry.value, Table):
            found += _named(entry, entry.value, after)
            found += check(entry.value, where)
    return found


def name(entry: Entry) -> str:
    """How a finding calls an entry: its key, with its place and profile when it has them."""
    return (
        entry.key
        + (f"@{entry.place}" if entry.place else "")
        + (f" ({entry.profile})" if entry.profile else "")
    )


def kind(entry: Entry) -> str:
    """The kind of what stands there: table, bool, int, str or list."""
    return "table" if isinstance(entry.value, Table) else type(entry.value).__name__


def _unlike(entry: Entry, before: list[Entry], beside: Book) -> list[Finding]:
    """Another unit than until now, less than nothing, a name where there were codes; far off."""
    where, value = name(entry), entry.value
    units = {one.unit for one in before if one.unit}
    if entry.unit and units and entry.unit not in units | _in_chinese(units):
        return [Finding(words.OTHER_UNIT, where, {"before": ", ".join(sorted(units)), "after": entry.unit})]
    if kind(entry) == "int":
        if value < 0 <= min(one.value for one in before):
            return [Finding(words.BELOW_NOTHING, where, {"value": value})]
        held = beside.find(entry.key, entry.place, entry.from_day, entry.profile or None)
        far = held is not None and 0 < min(held.value, value) * _FAR <= max(held.value, value)
        facts = {"before": held.value if held else "", "after": value, "unit": held.unit if held else ""}
        return [Finding(words.FAR_OFF, where, facts, note=True)] if far else []
    if kind(entry) == "list" and _all_codes(one for other in before for one in other.value):
        odd = [one for one in value if not _all_codes([one])]
        return [Finding(words.NO_CODE, where, {"value": one}) for one in odd]
    return []


def _in_chinese(units: Iterable[str]) -> set[str]:
    with override("zh-hans"):
        return {gettext(unit) for unit in units}


def _all_codes(values: Iterable[object]) -> bool:
    found = list(values)
    return bool(found) and all(isinstance(one, str) and one.isascii() and one.isdigit() for one in found)


def _beyond(entry: Entry, known: Collection[str]) -> list[Finding]:
    """Words that whoever reads the rule does not know."""
    said = entry.value if isinstance(entry.value, list) else [entry.value]
    facts = {"words": ", ".join(known)}
    return [Finding(words.NO_WORD, name(entry), {"value": one, **facts}) for one in said if one not in known]


def _wordless(entry: Entry, after: Book) -> list[Finding]:
    """Complaints that a form could only show by their code: no rule has words for them in both languages."""
    said = {
        one.get("word")
        for other in after.entries
        for one in (other.value if other.key == _WORDS and isinstance(other.value, list) else ())
        if isinstance(one, dict) and one.get("zh") and one.get("en")
    }
    wordless = [word for word in entry.value if word not in said]
    return [Finding(words.NO_WORDS, name(entry), {"symptom": word}) for word in wordless]


def _named(entry: Entry, table: Table, after: Book) -> list[Finding]:
    """Values that the outcomes name and that would not be in force where and when the table begins."""
    named = {
        str(row.then[outcome])
        for row in table.rows
        for outcome, domain in table.outcomes.items()
        if domain.kind == "key" and outcome in row.then
    }
    profile = entry.profile or None
    missing = sorted(key for key in named if after.find(key, entry.place, entry.from_day, profile) is None)
    return [Finding(words.NO_KEY, name(entry), {"key": key}) for key in missing]
