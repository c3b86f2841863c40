"""Complaints: which ones the rules know, and what they are called. Both stand in the profiles, not in code."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bulou.core.rulebook import book, telling, value

OTHER = "other"
LAY, CLINICAL, ALARM = "symptoms.lay", "symptoms.clinical", "symptoms.alarm"


def permitted(place: str, day: date, profile: str | None = None) -> list[str]:
    """The complaints that may be said of somebody at a place: what its rules name, and `other`."""
    named = [word for key in (LAY, CLINICAL, ALARM) for word in value(key, place, day, profile)]
    return list(dict.fromkeys([*named, OTHER]))


def title(word: str) -> str:
    """A complaint in the reader's language, as the rules call it; its code where no rule has words for it."""
    return telling.either(*telling.symptoms(book().stamp).get(word, (word, word)))


def titles(words: Iterable[str]) -> list[str]:
    return [title(word) for word in words if word]
