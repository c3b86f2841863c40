"""Who lies in a bed of a central site is measured there: by whoever the site names, else by its place's doctor."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from bulou.core.places.codes import path_codes
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import Actor
from bulou.core.staff.models import Post
from bulou.core.staff.queries import holders, holding
from bulou.core.staff.roles import FIELD, TOWNSHIP, Role
from bulou.core.tasks import write as tasks
from bulou.lib import ids, sql
from bulou.work.observation.models import Bed, Lodged, Observation

SITE, MEDIC = "site", "medic"
# What is owed where somebody lies; the release is proposed by the village that sent them.
HERE = ("observation.reading", "observation.notice")


@dataclass(frozen=True)
class Watch:
    """Where somebody in a bed is measured, and the account that the site has named for it."""

    place: str
    account: int | None


def watches(beds: Iterable[UUID | None]) -> dict[UUID, Watch]:
    """{bed: who measures there}: two queries, none where nobody lies in a bed."""
    wanted = {bed for bed in beds if bed is not None}
    if not wanted:
        return {}
    found = list(Bed.objects.filter(pk__in=wanted).values_list("pk", "site", "site__place"))
    named = holders(SITE, {site for _bed, site, _place in found}, MEDIC)
    return {bed: Watch(place, named.get(site)) for bed, site, place in found}


def where(plan: Observation) -> str:
    """Where somebody is measured now: at the site in whose bed they lie, else at home."""
    return plan.bed.site.place if plan.bed is not None else plan.place


def staying(people: Collection[UUID]) -> dict[UUID, str]:
    """For the intake: where people are who lie at a central site, away from their home."""
    clause, params = sql.among("person", people)
    lying = Observation.objects.filter(closed_at=None, bed__isnull=False).extra(where=[clause], params=params)
    return dict(lying.values_list("person", "bed__site__place"))


def hand_over(plan: Observation, at: datetime, account: int | None) -> None:
    """What is owed from a moment on is owed where they are now; `account`: who answers for them at home."""
    watch = watches([plan.bed_id]).get(plan.bed_id) if plan.bed_id else None
    for kind in HERE:
        place, holder = (watch.place, watch.account) if watch else (plan.place, account)
        tasks.move(kind, plan.person, place, at, holder)


def say(by: Actor, lodged: Iterable[tuple[Observation, UUID | None, str]], at: datetime) -> None:
    """Record that these got their beds (`in`) or left them (`out`), each at the place of its site.

    A site may lie beyond the territory of whoever acts, who may end the stay of one of theirs there all the same.
    """
    stays = [(plan, bed, direction) for plan, bed, direction in lodged if bed is not None]
    places = watches(bed for _plan, bed, _direction in stays)
    records = [_record(plan, bed, direction, places[bed].place, at) for plan, bed, direction in stays]
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
