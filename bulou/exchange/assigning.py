"""Giving people from ledgers their village: they move there, and what is owed to them follows."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.people import actions as people
from bulou.core.places.codes import VILLAGE, level_of
from bulou.core.records.kinds import Batch
from bulou.lib.refusals import declare

declare("assign-village", _("Choose a village or a grid: nobody lives in a whole township."))


def check(batch: Batch) -> None:
    """A village or something within one."""
    for item in batch.live:
        item.row["person"] = item.data.person
        if level_of(item.came.place) < VILLAGE:
            item.refuse("assign-village")


def stored(batch: Batch) -> None:
    """The people move, and other rooms let their work follow."""
    for item in batch.items:
        people.move(item.data.person, item.came.place, by=item.by)
        batch.say("person.assigned", item)
