"""Complaints: which ones the rules know, and what they are called. Both stand in the profiles, not in code."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bulou.core.rulebook import book, telling, value
from bulou.core.staff.roles import Role

OTHER = "other"
LAY, CLINICAL, ALARM = "symptoms.lay", "symptoms.clinical", "symptoms.alarm"
JUDGES = "symptoms.judged_by"  # the posts that may say what is clinical


def permitted(place: str, day: date, profile: str | None = None) -> list[str]:
    """The complaints that may be said of somebody at a place: what its rules name, and `other`."""
    named = [word for key in (LAY, CLINICAL, ALARM) for word in value(key, place, day, profile)]
    return list(dict.fromkeys([*named, OTHER]))


def judged(role: Role, place: str, day: date, profile: str | None = None) -> list[str]:
    """The complaints that are not this post's to judge: the clinical ones, where the rules do not name the post."""
    if role == Role.SYSTEM or role in value(JUDGES, place, day, profile):
        return []
    lay = value(LAY, place, day, profile)
    return [word for word in value(CLINICAL, place, day, profile) if word not in lay]


def offered(role: Role, place: str, day: date, profile: str | None = None) -> list[str]:
    """Of the complaints that may be said those that this post may say."""
    others = judged(role, place, day, profile)
    return [word for word in permitted(place, day, profile) if word not in others]


def title(word: str) -> str:
    """A complaint in the reader's language, as the rules call it; its code where no rule has words for it."""
    return telling.either(*telling.symptoms(book().stamp).get(word, (word, word)))


def titles(words: Iterable[str]) -> list[str]:
    return [title(word) for word in words if word]
