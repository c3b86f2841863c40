"""Who stood where how long, from sign-ons and sign-offs in whatever order they come; and what is left empty."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from bulou.core.records import families
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import SYSTEM
from bulou.core.tasks.cover import Hole, Need, Span, holes, manned
from bulou.core.tasks.models import Task
from bulou.core.tasks.write import Expected
from bulou.lib import clock, ids
from bulou.work.roster import duties
from bulou.work.roster.models import Off, On, Stood


def pairs(ons: Iterable[On], offs: Iterable[Off]) -> list[tuple[On, Off | None]]:
    """Each first sign-on of a member for a seat, with the first sign-off from it that came afterwards."""
    first: dict[tuple[UUID, UUID, str], On] = {}
    for on in sorted(ons, key=lambda one: (one.happened_at, one.id)):
        first.setdefault((on.need, on.member, on.slot), on)
    left: dict[tuple[UUID, UUID, str], Off] = {}
    for off in sorted(offs, key=lambda one: (one.happened_at, one.id)):
        key = (off.need, off.member, off.slot)
        if key in first and off.happened_at >= first[key].happened_at:
            left.setdefault(key, off)
    return [(on, left.get(key)) for key, on in first.items()]


def write(of: Collection[tuple[UUID, str]]) -> None:
    """Write down what these (member, slot) stood, once both ends are known; what was written otherwise is replaced.

    What was written of a sign-on that nobody has signed off from now counts no more.
    """
    ons = _told_of(of)
    members, slots = (
        {on.member for on in ons} | {m for m, _s in of},
        {on.slot for on in ons} | {s for _m, s in of},
    )
    same: dict[str, Any] = {"member__in": members, "slot__in": slots, "replaced_by": None}
    every = pairs(On.objects.filter(**same), Off.objects.filter(**same))
    found = {on.root: (on, off) for on, off in every if off}
    roots = {*found, *(on.root for on in ons)}
    known = {one.on: one for one in Stood.objects.filter(on__in=roots, replaced_by=None)}
    gone = {known[on.root].id: on.id for on in ons if on.root in known and on.root not in found}
    families.void(gone, [Stood.kind])
    records = []
    for root, (on, off) in found.items():
        minutes = int((off.happened_at - on.happened_at).total_seconds()) // 60
        before = known.get(root)
        if before is None or (before.minutes, before.member) != (minutes, on.member):
            said = {"need": str(on.need), "member": str(on.member), "on": str(root), "minutes": minutes}
            key = ids.derived(Stood.kind, on.id, off.id)
            replaces = before.id if before else None
            why = "signed otherwise" if before else ""
            records.append(
                Incoming(Stood.kind, key, on.place, off.happened_at, said, replaces=replaces, why=why)
            )
    take(_again(records), SYSTEM)


def _told_of(of: Collection[tuple[UUID, str]]) -> list[On]:
    """What counts now of the sign-ons that speak of these (member, slot), or have spoken of them."""
    told = On.objects.filter(member__in={m for m, _s in of}, slot__in={s for _m, s in of})
    roots = set(told.values_list("root", flat=True))
    whole = Q(id__in=roots) | Q(root__in=roots, replaces__isnull=False)
    return list(On.objects.filter(whole, replaced_by=None))


def _again(records: list[Incoming]) -> list[Incoming]:
    """What was written, counts no more and holds again is written anew."""
    gone = Stood.objects.filter(id__in=[one.id for one in records]).exclude(replaced_by=None)
    by = dict(gone.values_list("id", "replaced_by")) if records else {}
    return [
        replace(one, id=ids.derived("again", one.id, by[one.id])) if one.id in by else one for one in records
    ]


def reliefs(rows: Iterable[Mapping[str, Any]]) -> list[Expected]:
    """Seats left before their end and with nobody else in them: somebody is expected from then on."""
    wanted = list(rows)
    needs, slots = {row["need"] for row in wanted}, {row["slot"] for row in wanted}
    tasks = {
        (task.subject_id, task.slot): task
        for task in Task.objects.filter(kind=duties.SHIFT, subject_id__in=needs, slot__in=slots)
    }
    same: dict[str, Any] = {"need__in": needs, "slot__in": slots, "replaced_by": None}
    every = pairs(On.objects.filter(**same), Off.objects.filter(**same))
    found = []
    for row in wanted:
        task = tasks.get((row["need"], row["slot"]))
        at = row["happened_at"]
        others = [on for on, off in every if (on.need, on.slot) == (row["need"], row["slot"]) and off is None]
        if task is None or task.until_at is None or others:
            continue
        _early, late = duties.leeway(task.place, clock.day_of(at))
        if at + late < task.until_at and at >= task.opens_at:
            slot = relief(task.slot, at)
            found.append(
                Expected(
                    task.subject_id,
                    task.place,
                    at,
                    at + late,
                    slot,
                    task.until_at,
                    subject_type=task.subject_type,
                )
            )
    return found


def relief(slot: str, at: datetime) -> str:
    """The slot of whoever is to stand in a seat that was left at a moment."""
    return f"{slot.partition('+')[0]}+{at.astimezone(clock.zone()):%H%M}"


def signed(ons: Iterable[On], offs: Iterable[Off], now: datetime) -> list[tuple[On, Span]]:
    """Who stood from when to when: until they signed off, else until their shift ended or now."""
    found = []
    for on, off in pairs(ons, offs):
        end = off.happened_at if off else min(on.ends_at, now)
        if end > on.happened_at:
            found.append((on, Span(on.happened_at, end)))
    return found


def gaps(need: Need, since: datetime, until: datetime, spans: Iterable[Span]) -> list[Hole]:
    """The holes in the cover of a need, to the minute; a hand-over that takes less than a minute is none."""
    found = holes([(span, need.people) for span in manned(need, since, until)], spans)
    return [hole for hole in found if hole.end - hole.start >= timedelta(minutes=1)]
