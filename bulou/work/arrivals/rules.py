"""What is decided about an arrival: plain values in and out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bulou.core.places.classes import UNKNOWN

CLINIC = "clinic"  # the measure that leads to the fever clinic
WATCHED = ("home", "central", "held")  # the measures under which somebody is looked after each day

CLOCK = "observation.clock_starts"  # the rule: from which day a term counts, of these and the start of observation
DAYS = {"left-area": "left_day", "last-contact": "contact_day", "arrival": "day"}
CLOCK_WORDS = (*DAYS, "observation-start")


def told_days(arrival: Mapping[str, Any]) -> dict[str, date | None]:
    """The days that an arrival tells of, by the rule's words for them; None is not known."""
    return {word: arrival[name] for word, name in DAYS.items()}


def agree(one: str, other: str) -> bool:
    """Whether two codes may mean one place: 湖北 and 武汉; what nobody said contradicts nothing."""
    return one.startswith(other) or other.startswith(one)


def known(entered: datetime | None, happened: datetime, received: datetime) -> datetime:
    """When somebody was registered: when it came in, or earlier when that is said and can be."""
    return max(happened, min(entered or received, received))


def facts(arrival: dict[str, Any]) -> dict[str, Any]:
    """The scalars that the table of measures asks for; None is unknown, never false."""
    names = ("certificate", "fever", "contact", "needed_for_work", "own_home", "symptoms")
    origin = arrival["origin"]
    return {"origin": None if origin == UNKNOWN else origin, **{name: arrival.get(name) for name in names}}
