"""What is decided about an observation: plain values in and out; no ORM, no clock."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta


def term(left_day: date | None, started: date, days: int) -> tuple[date, date]:
    """First and last day of the term: counted from leaving the affected area, else from the start.

    The first day is day 1, so the last of 14 days from the 1st is the 14th; release is on the next.
    """
    first = left_day or started
    return first, first + timedelta(days=days - 1)


def is_fever(tenths: int | None, line: int) -> bool:
    return tenths is not None and tenths >= line


def is_alarm(tenths: int | None, symptoms: Collection[str], line: int, alarming: Collection[str]) -> bool:
    """Whether this must go to the clinic at once."""
    return is_fever(tenths, line) or any(symptom in alarming for symptom in symptoms)
