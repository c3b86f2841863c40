"""What a room's own screens need on a phone, beside tasks. Plain values.

A room answers `"phone"`: `fn(by, now) -> Part | None` for whoever stands there; None when there is nothing to do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Part:
    """`data` as JSON, given to the room's screens as it is; `people` whose cards they show, beside those of tasks."""

    data: dict[str, Any]
    people: frozenset[UUID] = field(default_factory=frozenset)
