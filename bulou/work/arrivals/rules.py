"""What is decided about an arrival: plain values in and out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

AFFECTED, OTHER_PROVINCE, OWN_PROVINCE = "affected-area", "other-province", "own-province"
OWN_COUNTY, ABROAD, UNKNOWN = "own-county", "abroad", "unknown"
CLINIC = "clinic"  # the measure that leads to the fever clinic
WATCHED = ("home", "central", "held")  # the measures under which somebody is looked after each day
ORIGINS = (AFFECTED, OTHER_PROVINCE, OWN_PROVINCE, OWN_COUNTY, ABROAD, UNKNOWN)


def origin_class(code: str, home: str, affected: bool | None, areas: Iterable[str]) -> str:
    """The class of an origin, from its administrative code ('' unknown) and the county's code.

    A stay in an affected area outweighs where the journey began.
    """
    if affected or (code and any(code.startswith(area) for area in areas)):
        return AFFECTED
    if not code:
        return UNKNOWN
    if code.startswith("abroad"):
        return ABROAD
    if code[:6] == home[:6] and len(code) >= 6:
        return OWN_COUNTY
    return OWN_PROVINCE if code[:2] == home[:2] else OTHER_PROVINCE


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
