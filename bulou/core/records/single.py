"""One record made here by hand: through the one way in, and refused in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from bulou.core.records.intake import take_items
from bulou.core.records.kinds import Incoming, Item
from bulou.core.staff.actor import Actor
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal


def take_one(kind: str, place: str, data: dict[str, Any], by: Actor, at: datetime | None = None) -> UUID:
    """Take in a record of now (or of `at`); its id. Raises Refusal where it is not taken."""
    return _taken(kind, place, data, by, at)[0]


def tell_one(kind: str, place: str, data: dict[str, Any], by: Actor) -> str:
    """Take in a record of now; what its sender is told besides, "" for nothing. Raises Refusal like `take_one`."""
    return _taken(kind, place, data, by, None)[1]


def _taken(kind: str, place: str, data: dict[str, Any], by: Actor, at: datetime | None) -> tuple[UUID, str]:
    item = Item(0, Incoming(kind, ids.new(), place, at or clock.now(), data, typed=True), by)
    (result,) = take_items([item])
    if result.status != "accepted":
        raise Refusal(result.code, **item.words)
    return item.id, result.message
