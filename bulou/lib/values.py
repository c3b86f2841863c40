"""Values that a column of either database holds, whatever a sender makes up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator

from bulou.lib import clock

_HIGHEST = 2**63
_MINUTE = timedelta(minutes=1)


def unheld(value: Any, path: str = "") -> str | None:
    """Where in a value stands what no column holds ("who.name"; "" for the value itself); None when nowhere.

    That is: a text with a zero byte or half a character, a whole number beyond 64 bits, a day in the
    calendar's first or last year (a few hours or weeks from there, there is no calendar).
    """
    parts: Iterable[tuple[str, Any]]
    if isinstance(value, BaseModel):
        parts = value.__dict__.items()
    elif isinstance(value, Mapping):
        if not all(_whole(str(name)) for name in value):
            return path
        parts = value.items()
    elif isinstance(value, list | tuple | set | frozenset):
        parts = [(str(n), one) for n, one in enumerate(value)]
    else:
        return None if _holds(value) else path
    for name, one in parts:
        if not one or ((check := _PLAIN.get(type(one))) is not None and check(one)):
            continue  # nearly all; a batch has tens of thousands
        if (found := unheld(one, f"{path}.{name}" if path else name)) is not None:
            return found
    return None


def _holds(value: Any) -> bool:
    if isinstance(value, str):
        return _whole(value)
    if isinstance(value, int):
        return -_HIGHEST <= value < _HIGHEST
    return not isinstance(value, date) or MINYEAR < value.year < MAXYEAR


def _whole(text: str) -> bool:
    if "\0" in text:
        return False
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


# How to look at what nearly all values are, without asking what they are.
_PLAIN: dict[type, Callable[[Any], bool]] = {
    str: _whole,
    int: lambda number: -_HIGHEST <= number < _HIGHEST,
    bool: bool,
    UUID: bool,
}


def told(value: datetime) -> datetime:
    """A moment that somebody told, with one of the world's own offsets: PostgreSQL takes none beyond 16 hours.

    Without an offset the county's is meant. Raises ValueError in the calendar's first or last year.
    """
    if not _holds(value):
        raise ValueError("no such year")
    here = clock.local(value).astimezone(clock.zone())
    # Before there were time zones an offset had seconds, which ISO 8601 does not write.
    return here.astimezone(UTC) if (here.utcoffset() or _MINUTE) % _MINUTE else here


def _told_day(value: date) -> date:
    if not _holds(value):
        raise ValueError("no such year")
    return value


def _whole_day(value: Any) -> Any:
    """A bare date means up to the end of it; anything else is read as a moment is."""
    try:
        date.fromisoformat(value)
        return clock.up_to(value)
    except (TypeError, ValueError, OverflowError):
        return value


# For the shapes of what is asked and sent.
Moment = Annotated[datetime, AfterValidator(told)]
AsOf = Annotated[datetime, BeforeValidator(_whole_day), AfterValidator(told)]
Day = Annotated[date, AfterValidator(_told_day)]
