"""A home that stands on no list, found by somebody without signal: it is entered under the id that their phone made."""

from __future__ import annotations

from bulou.core.people import keys
from bulou.core.people.actions import NewHousehold, add_household
from bulou.core.people.models import Household
from bulou.core.places.codes import VILLAGE_DIGITS
from bulou.core.records.kinds import Item
from bulou.work.screening import chains
from bulou.work.screening.models import Round


def enter(items: list[Item]) -> None:
    """Enter the homes of visits that bring one, and expect them in their round. What may not be entered stays
    a door that no round expects."""
    new = [item for item in items if item.data.door and not item.came.replaces]
    if not new:
        return
    plans = Round.objects.filter(subjects="households", ended_at=None).in_bulk({i.data.round for i in new})
    wanted = {item.data.member for item in new}
    # An id that is somebody's already opens no door to them.
    taken = keys.fetch(wanted).keys() | set(
        Household.objects.filter(pk__in=wanted).values_list("pk", flat=True)
    )
    for item in new:
        plan, member, place = plans.get(item.data.round), item.data.member, item.came.place
        if plan is None or member in taken or not _may(item, plan):
            continue
        door = item.data.door
        add_household(NewHousehold(place, door.number, door.address, None, member), item.by)
        chains.expect_door(plan, member, place)
        taken.add(member)


def _may(item: Item, plan: Round) -> bool:
    place, by = item.came.place, item.by
    inside = len(place) >= VILLAGE_DIGITS and place.startswith(plan.place) and by.reaches(place)
    return inside and by.sees_people and by.unit is None
