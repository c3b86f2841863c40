"""What is decided about an observation: plain values in and out; no ORM, no clock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

# What the numbers of a rule may be: the least (of a list: the fewest), or the rule that says from where to where.
BOUNDS: Mapping[str, int | str] = {
    "observation.days": 1, "observation.days_elsewhere": 1, "observation.turns": 1,
    "observation.readings_per_medic": 1, "observation.lost_after_missed": 1,
    "fever.tenths": "observation.plausible_tenths",
}  # fmt: skip
START = "observation-start"  # the word that a term counts from where no day before it is known


def first_day(words: Iterable[str], told: Mapping[str, date | None], started: date) -> date:
    """The day that a term counts from: of the days that the rules name, the first that is told; else the start."""
    for word in words:
        day = started if word == START else told.get(word)
        if day is not None:
            return day
    return started


def term(first: date, days: int) -> tuple[date, date]:
    """First and last day of a term. The first is day 1: 14 days from the 1st end on the 14th."""
    return first, first + timedelta(days=days - 1)


def is_fever(tenths: int | None, line: int) -> bool:
    return tenths is not None and tenths >= line


def is_alarm(fever: bool, complaints: Iterable[str], alarming: Collection[str]) -> bool:
    """Whether a reading must go to the clinic at once."""
    return fever or any(word in alarming for word in complaints)
