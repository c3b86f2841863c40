"""Whom a line may mean that names somebody who is here several times: shown side by side, one is chosen."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bulou.core.people import names
from bulou.core.people import queries as people
from bulou.core.people.models import Household, Person
from bulou.core.places import queries as places
from bulou.core.places.codes import above
from bulou.core.room import ask
from bulou.core.staff.actor import Actor
from bulou.exchange.models import ImportRun
from bulou.lib import clock, sql

CODE = "PERSON_SEVERAL"
_MOST = 20


def called(name: str, run: ImportRun, by: Actor) -> QuerySet[Person]:
    """Those of a name whom a line of a file may mean: within its place, and the actor's to see."""
    read = names.reading(name).pinyin
    return sql.subtree(people.visible(by).filter(pinyin=read, name=name), run.place)


def meant(codes: Collection[str], said: dict[str, Any], run: ImportRun, by: Actor) -> QuerySet[Person] | None:
    """Those of whom one has to be chosen for a line; None where the line leaves no such choice."""
    if CODE in codes:
        return called(said.get("values", {}).get("name", ""), run, by)
    likely = several(said)
    return people.visible(by).filter(pk__in=likely) if likely else None


def several(said: dict[str, Any]) -> list[UUID]:
    """The likely people of a line, where there is more than one."""
    return [UUID(one) for one in said.get("words", {}).get("several", ())]


def candidates(some: QuerySet[Person], run: ImportRun) -> list[dict[str, Any]]:
    """Each with age, place, household and what is under way; a constant number of queries."""
    found = list(some.order_by("place", "birth_date", "id")[:_MOST])
    homes = Household.objects.in_bulk({one.household for one in found if one.household})
    heads = people.names({home.head for home in homes.values() if home.head})
    where = places.described({one.place for one in found}, above(run.place))
    now: dict[Any, dict[str, Any]] = {}
    for answer in ask("under_way", [one.id for one in found]) if found else []:
        now |= answer
    today = clock.today()
    return [
        {
            "person": one, "age": one.age(today), "where": where.get(one.place, ""), "now": now.get(one.id),
            "home": home.number if (home := homes.get(one.household)) else "",  # type: ignore[arg-type]
            "head": heads.get(home.head, "") if home and home.head else "",
        }
        for one in found
    ]  # fmt: skip
