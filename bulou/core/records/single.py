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
    item = Item(0, Incoming(kind, ids.new(), place, at or clock.now(), data), by)
    (result,) = take_items([item])
    if result.status != "accepted":
        raise Refusal(result.code, **item.words)
    return item.id
