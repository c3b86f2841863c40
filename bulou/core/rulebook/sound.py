"""Is a whole rule file sound, in itself and beside the rules it would join. Pure: books in, findings out."""

from __future__ import annotations

from bulou.core.rulebook import words
from bulou.core.rulebook.book import Book, Entry
from bulou.core.rulebook.check import check
from bulou.core.rulebook.parse import Parsed
from bulou.core.rulebook.tables import Table
from bulou.core.rulebook.words import Finding

# The complaints that a profile names, and what they are called.
_SYMPTOMS, _WORDS = frozenset({"symptoms.lay", "symptoms.clinical", "symptoms.alarm"}), "symptoms.words"


def examine(parsed: Parsed, beside: Book) -> list[Finding]:
    """What is wrong with a file: what it could not say, then each entry beside `beside`."""
    found = list(parsed.findings)
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
