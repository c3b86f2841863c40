"""The name-plate of ledgers out: what waits for a second person stands on the first page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.cards import Card
from bulou.core.room import Room
from bulou.core.staff.actor import Actor
from bulou.exchange.out import queries
from bulou.lib import sql


def today(by: Actor, place: str) -> list[Card]:
    """Exports that wait for this post."""
    count = sql.subtree(queries.waiting(by), place).count()
    return [Card(_("Exports to approve"), count, "/exports/", rank=40)]


ROOM = Room("exports", _("Files out"), answers={"today": today})
