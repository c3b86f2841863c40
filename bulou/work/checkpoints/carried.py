"""What the phone of a post carries: the posts, the villages, who is known there and who of them is observed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from bulou.core.places.codes import COUNTY_DIGITS, VILLAGE
from bulou.core.places.models import Place
from bulou.core.room import ask
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.core.sync.part import Part
from bulou.lib import clock, sql
from bulou.work.checkpoints import queries
from bulou.work.checkpoints.models import Checkpoint

STANDING = frozenset({Role.CHECKPOINT_STAFF, Role.VOLUNTEER, Role.VILLAGE_CADRE})
MOST_REGULARS, MOST_PERMITS, MOST_TOLD = 120, 2000, 60
_BACK = timedelta(days=1)  # a shift sees what became of those whom the one before it let in


def phone(by: Actor, now: datetime) -> Part | None:
    """For whoever stands at a post of a place; None where no post stands."""
    if by.role not in STANDING:
        return None
    posts = list(queries.standing(by, by.place))
    if not posts:
        return None
    often = queries.regular([post.id.hex for post in posts], now, by.place, MOST_REGULARS)
    held: list[tuple[UUID, str, str]] = []
    if any(post.closed for post in posts):
        valid = queries.holding(by.place, clock.day_of(now)).order_by("id")
        held = list(valid.values_list("person", "place", "weekdays")[:MOST_PERMITS])
    told = _told(posts, now)
    people = frozenset(
        {person for person, _n in often}
        | {person for person, _place, _days in held}
        | {one[0] for one in told}
    )
    data = {
        "posts": [[p.id.hex, p.name, p.kind, p.place, p.closed, p.room] for p in posts],
        "villages": _villages(by.place), "regulars": [[person.hex, n] for person, n in often],
        "permits": [[person.hex, place, days] for person, place, days in held], "watched": _watched(people),
        "told": [[person.hex, *rest] for person, *rest in told],
    }  # fmt: skip
    return Part(data, people)


def _told(posts: Sequence[Checkpoint], now: datetime) -> list[tuple[UUID, int, str, int]]:
    """What became of those let in of whom a village was told: who, passed when, and seen (`seen`, else `late` or
    `waits`) when or by when. Times in seconds."""
    since = clock.at(clock.day_of(now) - _BACK, time())
    rows = queries.told_on(posts, since, MOST_TOLD)
    owed = queries.awaited({row.person for row in rows})
    found = []
    for row in rows:
        task = owed.get(row.person)
        if task is None:
            said, at = "", row.at
        elif task.done_at is not None:
            said, at = "seen", task.done_at
        else:
            said, at = "late" if task.due_at < now else "waits", task.due_at
        found.append((row.person, int(row.at.timestamp()), said, int(at.timestamp())))
    return found


def _villages(place: str) -> list[list[str]]:
    """Where people may say that they go to: the villages of the county, which anybody may know."""
    found = sql.subtree(
        Place.objects.filter(level=VILLAGE, to_day=None), place[:COUNTY_DIGITS], "code"
    ).order_by("code")
    return [[code, name] for code, name in found.values_list("code", "name")]


def _watched(people: frozenset[UUID]) -> list[str]:
    """Who of those known at the post is under observation now."""
    found: dict[UUID, Any] = {}
    for answer in ask("under_way", people) if people else ():
        found |= answer
    return sorted(person.hex for person in found)
