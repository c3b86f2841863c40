"""Who lies in a bed of a central site is measured there: by whoever the site names, else by its place's doctor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bulou.core.places.codes import path_codes
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import Actor
from bulou.core.staff.models import Post
from bulou.core.staff.queries import holding
from bulou.core.staff.roles import FIELD, TOWNSHIP, Role
from bulou.core.tasks import write as tasks
from bulou.lib import ids, sql
from bulou.work.observation.models import Bed, Lodged, Moved, Observation

SITE, MEDIC = "site", "medic"
# What is owed where somebody lies; the release is proposed by the village that sent them.
HERE = ("observation.reading", "observation.notice")


def places(beds: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """{bed: the place of its site}: one query, none where nobody lies in a bed."""
    wanted = {bed for bed in beds if bed is not None}
    return dict(Bed.objects.filter(pk__in=wanted).values_list("pk", "site__place")) if wanted else {}


def sites(people: Collection[UUID]) -> dict[UUID, tuple[str, UUID]]:
    """{person: the site that answers for them}, of those who lie in a bed: nobody from home measures them there."""
    return {person: (SITE, site) for person, site in _lying(people).values_list("person", "bed__site")}


def _lying(people: Collection[UUID]) -> QuerySet[Observation]:
    clause, params = sql.among("person", people)
    lying = Observation.objects.filter(closed_at=None, bed__isnull=False)
    return lying.extra(where=[clause], params=params)


def where(plan: Observation) -> str:
    """Where somebody is measured now: at the site in whose bed they lie, else at home."""
    return plan.bed.site.place if plan.bed is not None else plan.place


def staying(people: Collection[UUID]) -> dict[UUID, str]:
    """For the intake: where people are who lie at a central site, away from their home."""
    return dict(_lying(people).values_list("person", "bed__site__place"))


def left(people: Collection[UUID]) -> dict[UUID, list[tuple[str, datetime]]]:
    """For the intake: which places people left, by a move or from a bed, and when; the past may be told from there."""
    clause, params = sql.among("person", people)
    found: dict[UUID, list[tuple[str, datetime]]] = defaultdict(list)
    for turns in (Moved.objects.all(), Lodged.objects.all()):
        gone = turns.filter(direction="out", replaced_by=None).extra(where=[clause], params=params)
        for person, place, at in gone.values_list("person", "place", "happened_at"):
            found[person].append((place, at))
    return found


def hand_over(plan: Observation, at: datetime) -> None:
    """What is owed from a moment on is owed where they are now, by whoever answers for it there."""
    for kind in HERE:
        tasks.move(kind, plan.person, where(plan), at)


def say(by: Actor, lodged: Iterable[tuple[Observation, UUID | None, str]], at: datetime) -> None:
    """Record that these got their beds (`in`) or left them (`out`), each at the place of its site.

    A site may lie beyond the territory of whoever acts, who may end the stay of one of theirs there all the same.
    """
    stays = [(plan, bed, direction) for plan, bed, direction in lodged if bed is not None]
    at_site = places(bed for _plan, bed, _direction in stays)
    records = [_record(plan, bed, direction, at_site[bed], at) for plan, bed, direction in stays]
    if records:
        take(records, replace(by, role=Role.SYSTEM, place=""))


def rehouse(by: Actor, plans: Iterable[Observation], old: str, new: str, at: datetime) -> None:
    """The site in whose beds these lie counts at another place from now on."""
    turns = [(plan, plan.bed_id, way, place) for plan in plans for way, place in (("out", old), ("in", new))]
    records = [_record(plan, bed, way, place, at) for plan, bed, way, place in turns if bed is not None]
    if records:
        take(records, replace(by, role=Role.SYSTEM, place=""))


def _record(plan: Observation, bed: UUID, direction: str, place: str, at: datetime) -> Incoming:
    key = ids.derived(Lodged.kind, plan.id, plan.version, at.isoformat(), bed, direction)
    said: dict[str, Any] = {"person": str(plan.person), "observation": str(plan.id), "origin": plan.origin}
    return Incoming(Lodged.kind, key, place, at, {**said, "direction": direction, "bed": str(bed)})


def able(place: str) -> list[Post]:
    """Who could measure at a site: posts of the field and of the township's offices that reach it."""
    there = Post.objects.filter(place__in=path_codes(place), role__in=FIELD | TOWNSHIP)
    return list(holding(there).select_related("account").order_by("-place", "role", "id"))
