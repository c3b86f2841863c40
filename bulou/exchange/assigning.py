"""Giving people from ledgers their village: they move there, and their household and what is owed to them follow."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.people import actions as people
from bulou.core.places.codes import VILLAGE, level_of
from bulou.core.records.kinds import Batch
from bulou.exchange import homes_later
from bulou.lib.refusals import declare

declare("assign-village", _("Choose a village or a grid: nobody lives in a whole township."))


def check(batch: Batch) -> None:
    """A village or something within one."""
    for item in batch.live:
        item.row["person"] = item.data.person
        if level_of(item.came.place) < VILLAGE:
            item.refuse("assign-village")


def stored(batch: Batch) -> None:
    """The people move, with the address and into the household that the file told, and work follows."""
    homes = homes_later.house([(item.data.person, item.came.place, item.by) for item in batch.items])
    for item in batch.items:
        home = homes[item.data.person]
        people.move(
            item.data.person, item.came.place, item.by, household=home.household, address=home.address,
            relation=home.relation,
        )  # fmt: skip
        batch.say("person.assigned", item)
