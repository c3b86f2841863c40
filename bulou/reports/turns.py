"""Which places report, in which turns of a day. Everything with hours comes from the rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

from django.db.models import Min

from bulou.core.places import queries as places
from bulou.core.places.codes import (
    COUNTY,
    COUNTY_DIGITS,
    LENGTHS,
    TOWNSHIP,
    VILLAGE,
    is_code,
    level_of,
    subject,
)
from bulou.core.places.models import Place
from bulou.core.rulebook import book
from bulou.core.staff.models import Post
from bulou.core.tasks.duties import Slot, slots_of
from bulou.lib import clock, sql

LEVELS = {COUNTY: "county", TOWNSHIP: "township", VILLAGE: "village"}
DAILY = "daily"  # the form that every place owes
_subjects: dict[UUID, str] = {}


def level(code: str) -> str:
    """The level at which a place reports; empty for a place that owes no report."""
    return LEVELS.get(level_of(code), "") if is_code(code) else ""


def subject_names(asked: Iterable[tuple[str, UUID]]) -> dict[UUID, str]:
    """The names of the places among some subjects of tasks: 龙泉镇城关村."""
    wanted = {pk for kind, pk in asked if kind == "place"}
    codes = {pk: code for pk in wanted if (code := _codes(wanted).get(pk))}
    named: dict[str, str] = {}
    for county in {code[:COUNTY_DIGITS] for code in codes.values()}:
        mine = [code for code in codes.values() if code.startswith(county)]
        named |= places.described(mine, county) | (
            {county: places.describe(county, county[:4])} if county in mine else {}
        )
    return {pk: named[code] for pk, code in codes.items()}


def _codes(wanted: Collection[UUID]) -> dict[UUID, str]:
    """Codes by subject. The id says nothing of the code, so all that may report are worked out, once."""
    if not _subjects.keys() >= set(wanted):
        for code in Place.objects.filter(level__in=LEVELS).values_list("code", flat=True):
            _subjects[subject(code)] = code
    return _subjects


def turns(place: str, day: date, profile: str = "") -> tuple[Slot, ...]:
    """The turns of a place on a day, in order; none where no rule asks for any."""
    rule = book().find(f"reports.turns_{level(place)}", place, day, profile or None)
    return slots_of(rule.value, day) if rule else ()


def turn(place: str, slot: str) -> Slot | None:
    """A turn by its name ("2020-02-12/am"), None when the place has no such turn."""
    try:
        day = date.fromisoformat(slot.partition("/")[0])
    except ValueError:
        return None
    return next((one for one in turns(place, day) if one.name == slot), None)


def day_of(slot: str) -> date:
    """The day of a turn."""
    return date.fromisoformat(slot.partition("/")[0])


def in_use_since(place: str) -> datetime | None:
    """When the first post of a place's county began: a turn that was due before is owed by nobody."""
    posts = sql.subtree(Post.objects.all(), place[: LENGTHS[COUNTY - 1]])
    first: datetime | None = posts.aggregate(first=Min("from_at"))["first"]
    return first


def begun(place: str, now: datetime) -> list[Slot]:
    """The turns of today and yesterday that are open or were and may still be served, oldest first."""
    today, since = clock.day_of(now), in_use_since(place)
    both = [*turns(place, today - timedelta(days=1)), *turns(place, today)]
    return [
        one for one in both if one.opens_at <= now < one.until_at and (since is None or one.due_at > since)
    ]


def upcoming(place: str, now: datetime) -> Slot | None:
    """The next turn that has not opened yet."""
    today = clock.day_of(now)
    both = [*turns(place, today), *turns(place, today + timedelta(days=1))]
    return next((one for one in both if one.opens_at > now), None)


def below(slots: Mapping[str, Slot]) -> dict[str, dict[str, Slot]]:
    """Of places, each with a turn: the places right below that owe a report for it, each its last turn due by then."""
    found: dict[str, dict[str, Slot]] = {place: {} for place in slots}
    above = {place: slot for place, slot in slots.items() if level_of(place) + 1 in LEVELS}
    since = cache(in_use_since)  # of the same county all of them
    for day in {day_of(slot.name) for slot in above.values()}:
        for child in places.alive(Place.objects.filter(parent__in=above), day).order_by("code"):
            slot = above[child.parent]
            if day_of(slot.name) != day or level(child.code) != LEVELS[level_of(child.parent) + 1]:
                continue
            mine = [one for one in turns(child.code, day) if one.due_at <= slot.due_at]
            begun = since(child.code[: LENGTHS[COUNTY - 1]])
            if mine and (begun is None or mine[-1].due_at > begun):
                found[child.parent][child.code] = mine[-1]
    return found
