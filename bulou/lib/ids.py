"""Ids of records and of everything a phone may make: UUIDs, in order of time where we make them."""

from __future__ import annotations

from uuid import UUID, uuid5

from uuid6 import uuid7

_HOUSE = UUID("6b756c6f-7500-5000-8000-000000000001")


def new() -> UUID:
    """A fresh UUIDv7: sorts by the moment it was made, so an index grows at one end."""
    return UUID(int=uuid7().int)


def derived(*parts: object) -> UUID:
    """The same id for the same parts, always: makes a repeated act the same act."""
    return uuid5(_HOUSE, "\x1f".join([str(part) for part in parts]))


def parse(text: object) -> UUID:
    """A UUID from its text. Raises ValueError."""
    return text if isinstance(text, UUID) else UUID(str(text))
