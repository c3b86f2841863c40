"""Is what a rule file names there, and can it be: profiles, places, facts, words, bounds. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from bulou.core.rulebook import words
from bulou.core.rulebook.book import PROFILE_KEY, Book, Entry
from bulou.core.rulebook.parse import Parsed
from bulou.core.rulebook.tables import Table
from bulou.core.rulebook.words import Finding

# For a key of a rule the least that it may be (of a list: the fewest in it), or the key of the rule that says
# between what and what it lies.
Bounds = Mapping[str, int | str]
_SHOWN = "also"  # an outcome that is only shown to people: any word will do


def profiles_amiss(parsed: Parsed, beside: Book) -> list[Finding]:
    """Profiles that no rule is of, and what an outbreak that is named here for the first time says nothing of."""
    there = {entry.profile for entry in beside.entries} - {""}
    ruled = {str(e.value): e for e in parsed.entries if e.key == PROFILE_KEY}
    own = {str(parsed.head["profile"])} if parsed.names_profile else set()
    found = []
    spoken_of: dict[str, Entry] = {}
    for entry in parsed.entries:
        spoken_of.setdefault(entry.profile, entry)
    for profile, entry in spoken_of.items():
        if profile and profile not in there | own | ruled.keys():
            found.append(_no_profile(f"{entry.key} ({profile})", profile, there))
    for profile, entry in ruled.items():
        if profile not in there | spoken_of.keys():
            found.append(_no_profile(entry.key, profile, there))
    if parsed.findings:
        return found  # what could not be read may be what is wanting
    begun = {**{profile: spoken_of.get(profile) for profile in own}, **ruled}
    for profile, first in begun.items():
        if first is not None and profile not in there and profile in spoken_of:
            found += _wanting(profile, first, parsed, beside)
    return found


def _no_profile(where: str, profile: str, there: Collection[str]) -> Finding:
    return Finding(words.NO_PROFILE, where, {"profile": profile, "known": ", ".join(sorted(there))})


def _wanting(profile: str, first: Entry, parsed: Parsed, beside: Book) -> Iterator[Finding]:
    """What each outbreak that is known says for itself, and this one does not."""
    by_profile: dict[str, set[str]] = {}
    for entry in beside.entries:
        if entry.profile:
            by_profile.setdefault(entry.profile, set()).add(entry.key)
    after = beside.with_(parsed.entries)
    for key in sorted(set.intersection(*by_profile.values()) if by_profile else ()):
        if after.find(key, first.place, first.from_day, profile) is None:
            yield Finding(words.LACKING, profile, {"key": key})


def places_amiss(
    parsed: Parsed, beside: Book, is_place: Callable[[str], bool], territory: str = ""
) -> list[Finding]:
    """Places that are none here; of those that rules speak of already nothing is said.

    For whoever asks from a territory, places beyond it are none either, whether they are there or not.
    """
    spoken_of = {entry.place for entry in beside.entries}
    named = sorted({entry.place for entry in parsed.entries} - {""})
    return [
        Finding(words.NO_PLACE, place)
        for place in named
        if not place.startswith(territory) or not (place in spoken_of or is_place(place))
    ]


def bounds_amiss(where: str, entry: Entry, bounds: Bounds, after: Book) -> list[Finding]:
    """Less than can be, or beyond what the rule allows that bounds it."""
    bound, value = bounds.get(entry.key), entry.value
    if isinstance(value, list):
        empty = isinstance(bound, int) and len(value) < bound
        return [Finding(words.NOTHING_LISTED, where)] if empty else []
    if bound is None or not isinstance(value, int):
        return []
    if isinstance(bound, int):
        facts = {"value": value, "least": bound}
        return [Finding(words.TOO_LITTLE, where, facts)] if value < bound else []
    held = after.find(bound, entry.place, entry.from_day, entry.profile or None)
    if held is None or not isinstance(held.value, list) or held.value[0] <= value <= held.value[-1]:
        return []
    facts = {"value": value, "low": held.value[0], "high": held.value[-1]}
    return [Finding(words.OUT_OF_RANGE, where, facts)]


def table_amiss(where: str, table: Table, known: Iterable[Table]) -> list[Finding]:
    """Facts in rows that nobody will ever know, and outcomes that nobody acts on."""
    facts: set[str] = set()
    said: dict[str, set[str]] = {}
    for one in known:
        facts |= one.facts.keys()
        for name, domain in one.outcomes.items():
            said.setdefault(name, set()).update(domain.words)
    found = [
        Finding(words.NO_FACT, f"{where} {row.name}", {"field": fact, "known": ", ".join(sorted(facts))})
        for row in table.rows
        for fact in row.when
        if fact not in facts
    ]
    for row in table.rows:
        for name, value in row.then.items():
            able = said.get(name)
            if able and name != _SHOWN and value not in able:
                facts_said = {"value": value, "words": ", ".join(sorted(able))}
                found.append(Finding(words.NO_WORD, f"{where} {row.name}", facts_said))
    return found
