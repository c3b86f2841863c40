"""Whose it is by now what was recorded of people at a place that went into another since, or was split.

It is theirs where the people live, if that came out of the old place, be it through several; else it is the heir's
of the whole of the old place, be it that the people have moved on. Nobody else finds it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from bulou.core.people.models import Person
from bulou.core.places import queries as places
from bulou.lib import sql

if TYPE_CHECKING:
    from django.db.models import QuerySet


def homes(wanted: Collection[UUID]) -> dict[UUID, str]:
    """Where people live, by the ids asked for: of one who turned out to be another, where that one does."""
    if not wanted:
        return {}
    where, params = sql.among("asked.id", wanted)
    found = sql.rows(
        "SELECT asked.id, kept.place FROM people_person asked JOIN people_person kept"
        f" ON kept.id = COALESCE(asked.merged_into, asked.id) WHERE {where}",
        params,
    )
    return {sql.as_uuid(who): place for who, place in found}


def whose(rows: Sequence[tuple[str, UUID | None]]) -> list[str]:
    """The place whose each is now of what was recorded at a place, of somebody: as a rule, that place."""
    at = homes({who for _place, who in rows if who})
    pairs = [(place, at.get(who, "") if who else "") for place, who in rows]
    now = places.followed(set(pairs))
    return [now.get(pair, pair[0]) for pair in pairs]


def of_territory(found: QuerySet[Any], code: str) -> QuerySet[Any]:
    """Those of some records of people that are a territory's: made in it, or its own by now."""
    came = places.came_from(code)
    here = sql.subtree(found, code)
    if not came:
        return here
    mine = Q(place__in=came) & _of_people_at([code])
    gone = places.taken_over_below(code)
    later = places.became(gone) if gone else {}
    for old in gone:
        away = {one for one in later.get(old, ()) if not one.startswith(code)}
        mine |= Q(place=old) & ~_of_people_at(away) if away else Q(place=old)
    return here | found.filter(mine)


def _of_people_at(codes: Iterable[str]) -> Q:
    """Records of those who live in these places, also under an id of theirs before a merge."""
    inside = Q()
    for code in codes:
        inside |= Q(place__gte=code, place__lt=sql.after_code(code))
    living = Person.objects.filter(inside, merged_into=None).values("id")
    return Q(person__in=living) | Q(person__in=Person.objects.filter(merged_into__in=living).values("id"))
