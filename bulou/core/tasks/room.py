"""The name-plate of tasks: what is still owed goes to whoever answers for its subject from now on."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.cards import Mark
from bulou.core.room import Room
from bulou.core.staff.actor import Actor
from bulou.core.tasks import owners, queries


def _marks(by: Actor, place: str) -> list[Mark]:
    found = queries.missed_now(place, by).filter(subject_type__in=("person", "household"))
    return [Mark("missed", _("Missed"), "miss", found, "subject_id", doors=True)]


ROOM = Room("tasks", _("Tasks"), answers={"answering_changed": owners.follow, "marks": _marks})
