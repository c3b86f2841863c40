"""Complaints: which ones the rules know, and what they are called. Both stand in the profiles, not in code."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django.utils.translation import get_language

from bulou.core.rulebook import book, value

OTHER = "other"
LAY, CLINICAL, ALARM, WORDS = "symptoms.lay", "symptoms.clinical", "symptoms.alarm", "symptoms.words"


def permitted(place: str, day: date, profile: str | None = None) -> list[str]:
    """The complaints that may be said of somebody at a place: what its rules name, and `other`."""
    named = [word for key in (LAY, CLINICAL, ALARM) for word in value(key, place, day, profile)]
    return list(dict.fromkeys([*named, OTHER]))


def title(word: str) -> str:
    """A complaint in the reader's language, as the rules call it; its code where no rule has words for it."""
    chinese, english = _words(book().stamp).get(word, (word, word))
    return chinese if str(get_language() or "").startswith("zh") else english


def titles(words: Iterable[str]) -> list[str]:
    return [title(word) for word in words if word]


@lru_cache(maxsize=4)
def _words(stamp: str) -> dict[str, tuple[str, str]]:
    """Every complaint that some rule has words for: an old reading is told by the words of its own time."""
    found: dict[str, tuple[str, str]] = {}
    for entry in book().entries:
        for one in entry.value if entry.key == WORDS else ():
            if isinstance(one, dict) and one.get("word"):
                found[one["word"]] = (_or(one, "zh"), _or(one, "en"))
    return found


def _or(one: dict[str, str], language: str) -> str:
    return str(one.get(language) or one["word"])
