"""Codes of places, without a database: the code is the path.

Province 2 digits, city 4, county 6, township 9, village or community 12, grid, compound or site 15.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bulou.lib import ids

if TYPE_CHECKING:
    from uuid import UUID

LENGTHS = (2, 4, 6, 9, 12, 15)
PROVINCE, CITY, COUNTY, TOWNSHIP, VILLAGE, GRID = range(1, 7)
# How long the codes are by which places are most often grouped: `code[:COUNTY_DIGITS]` is its county.
COUNTY_DIGITS, TOWNSHIP_DIGITS, VILLAGE_DIGITS = LENGTHS[COUNTY - 1 : VILLAGE]


def is_code(text: str) -> bool:
    """Whether a text is formed like a place's code."""
    return len(text) in LENGTHS and text.isascii() and text.isdigit()


def level_of(code: str) -> int:
    """1 province to 6 grid. Raises ValueError for what is no code."""
    return LENGTHS.index(len(code)) + 1


def subject(code: str) -> UUID:
    """A place as the subject of a task, or of named responsibility."""
    return ids.derived("place", code)


def ancestor(code: str, level: int) -> str:
    """The code's place at `level` (itself at its own level). Raises ValueError below its own level."""
    length = LENGTHS[level - 1]
    if length > len(code):
        raise ValueError(f"{code} has no level {level}")
    return code[:length]


def path_codes(code: str) -> list[str]:
    """The codes from the province down to the place itself; [] for the empty code."""
    return [code[:length] for length in LENGTHS if length <= len(code)]


def parent_of(code: str) -> str:
    """The code one level up; empty for a province. Raises ValueError for what is no code."""
    level = level_of(code)
    return code[: LENGTHS[level - 2]] if level > 1 else ""


def above(code: str) -> str:
    """What need not be said of places at or below a place: what lies above it; nothing of everywhere."""
    return parent_of(code) if code else ""


def covering(first: str, last: str) -> str:
    """The lowest place in which two codes lie, and with them every code sorted between them; empty for none."""
    shared = [one for one, other in zip(path_codes(first), path_codes(last), strict=False) if one == other]
    return shared[-1] if shared else ""
