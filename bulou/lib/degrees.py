"""Temperatures: kept in tenths of a degree, typed and read in degrees Celsius."""

from __future__ import annotations

import re
import unicodedata

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

_TYPED = re.compile(r"(\d{2})(?:[.,。·:](\d))?|(\d{3})")
_DEGREES = 100  # a number below this is meant in degrees, not in tenths


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


def tenths(celsius: float) -> int:
    """Degrees as tenths: 37.3 → 373."""
    return round(celsius * 10)


def number(tenths: int) -> float:
    """Tenths as a number of degrees, for the cells of a sheet: 373 → 37.3."""
    return tenths / 10


def shown(tenths: int) -> str:
    """Tenths as degrees are written: 373 → 37.3."""
    return f"{tenths / 10:.1f}"


def celsius(tenths: int) -> str:
    """The same with its unit: 37.3 °C."""
    return f"{shown(tenths)} °C"


def sent(code: str) -> BeforeValidator:
    """Of a field in tenths: a number of degrees is refused as `code`, the sentence for a temperature."""

    def check(value: object) -> object:
        if isinstance(value, float) and (value < _DEGREES or not value.is_integer()):
            raise PydanticCustomError(code, "a temperature in degrees")  # type: ignore[arg-type]
        return value

    return BeforeValidator(check)
