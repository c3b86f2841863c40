"""What is decided about an observation: plain values in and out; no ORM, no clock."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import date, timedelta


def term(left_day: date | None, started: date, days: int) -> tuple[date, date]:
    """First and last day of the term: counted from leaving the affected area, else from the start.

    The first day is day 1, so the last of 14 days from the 1st is the 14th; release is on the next.
    """
    first = left_day or started
    return first, first + timedelta(days=days - 1)


_TYPED = re.compile(r"(\d{2})(?:[.,。·:](\d))?|(\d{3})")


def tenths_of(text: str) -> int | None:
    """Tenths of a degree from what somebody typed: 36.5, 36,5, 36。5, 365, 36.5℃; None for nothing.

    Raises ValueError for anything else, also for a second decimal: nothing is rounded or guessed.
    """
    clean = unicodedata.normalize("NFKC", text).strip().upper().removesuffix("C").rstrip("°度 ")
    if not clean:
        return None
    found = _TYPED.fullmatch(clean.replace(" ", ""))
    if found is None:
        raise ValueError(text)
    whole, tenth, all_of_it = found.groups()
    return int(all_of_it) if all_of_it else int(whole) * 10 + int(tenth or 0)


def is_fever(tenths: int | None, line: int) -> bool:
    return tenths is not None and tenths >= line


def is_alarm(tenths: int | None, symptoms: Collection[str], line: int, alarming: Collection[str]) -> bool:
    """Whether this must go to the clinic at once."""
    return is_fever(tenths, line) or any(symptom in alarming for symptom in symptoms)
