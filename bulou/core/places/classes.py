"""The class of an origin, as the rules know it: an affected area, another province, near, abroad. Plain values."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from bulou.core.places.origins import parse_origin

AFFECTED, OTHER_PROVINCE, OWN_PROVINCE = "affected-area", "other-province", "own-province"
OWN_COUNTY, ABROAD, UNKNOWN = "own-county", "abroad", "unknown"
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


@cache
def origin_code(text: str) -> str:
    """The deepest administrative code that a text gives for certain; '' for none."""
    found = parse_origin(text)
    return found.county_code or found.city_code or found.province_code or ""
