"""What is checked of a sign-on and a sign-off, and what follows from them at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bulou.core.people.names import is_name, normal
from bulou.core.people.persons import NAME_FORM, named
from bulou.core.records.intake import take
from bulou.core.records.kinds import Batch, Incoming, Item
from bulou.core.staff.actor import SYSTEM
from bulou.core.tasks.models import Task
from bulou.core.tasks.write import Expected, expect, keep_only
from bulou.lib import clock, ids
from bulou.lib.phones import normalise
from bulou.lib.refusals import Refusal, declare
from bulou.work.roster import duties, standing
from bulou.work.roster.models import Joined, Member, Off, On, Stand

declare("roster-unexpected", _("Nobody is expected to stand there at that time. Look at the list of shifts."))
declare("roster-nobody", _("Say who stands there: choose a name, or enter one."))
declare("roster-not-on", _("%(name)s has not signed on there. Sign on first."))
declare(
    "roster-second",
    _("%(name)s had signed on for this shift at %(at)s. Both are kept: settle between you who stands."),
)
VILLAGER, CORRECTED = "villager", "corrected"


def check_ons(batch: Batch) -> None:
    """Find the seat that each signs on for, and who they are."""
    tasks = _shifts({item.data.need for item in batch.live})
    known = Member.objects.in_bulk({item.data.member for item in batch.live if item.data.member})
    rostered = _rostered([item for item in batch.live if _stand_in(item.data)])
    for item in batch.live:
        task = _meant(tasks.get(item.data.need, ()), item, known)
        if task is None or not item.by.reaches(task.place):
            item.refuse("roster-unexpected")
            continue
        if not _stand_in(item.data) and not _may_stand(item, known.get(item.data.member), task):
            item.refuse("roster-nobody")
        else:
            own = rostered.get((task.subject_id, task.slot, item.data.name.strip()))
            if item.data.member is None and own is None and not is_name(normal(item.data.name)):
                item.refuse(NAME_FORM)
                continue
            item.row |= {"member": own or _who(item.data, task.place), "slot": task.slot, "place": task.place}
            item.row["ends_at"] = task.until_at


def _may_stand(item: Item, member: Member | None, seat: Task) -> bool:
    """Whether somebody is of the sender's territory, of a place above the seat, or on the roster there."""
    if member is None:
        return False
    if item.by.reaches(member.place) or seat.place.startswith(member.place):
        return True
    slot = seat.slot.partition("+")[0]
    return Stand.objects.filter(need=seat.subject_id, slot=slot, member=member.pk).exists()


def _rostered(items: list[Item]) -> dict[tuple[UUID | None, str, str], UUID]:
    """{(need, slot, name): member} of those who are on the roster there: who signs by name may be one of them."""
    if not items:
        return {}
    stands = list(
        Stand.objects.filter(
            need__in={item.data.need for item in items}, slot__in={item.data.slot for item in items}
        )
    )
    names = dict(Member.objects.filter(pk__in={one.member for one in stands}).values_list("pk", "name"))
    return {(one.need, one.slot, names[one.member]): one.member for one in stands if one.member in names}


def _stand_in(data: Any) -> bool:
    return data.member is None and bool(data.name.strip())


def _who(data: Any, place: str) -> UUID:
    """A member, or who stands in by name: the same person each time, in the same place."""
    own: UUID = data.member or ids.derived("roster.member", place, data.name.strip())
    return own


def _shifts(needs: Collection[UUID]) -> dict[UUID, list[Task]]:
    found: dict[UUID, list[Task]] = {}
    every = Task.objects.filter(kind=duties.SHIFT, subject_id__in=needs, withdrawn_at=None)
    for task in every.order_by("opens_at", "slot"):
        found.setdefault(task.subject_id, []).append(task)
    return found


def _meant(tasks: Iterable[Task], item: Item, known: dict[UUID, Member]) -> Task | None:
    """The seat that was named; else of those that run at that time the member's own, a free one, the first."""
    at, said = item.came.happened_at, item.data
    if said.slot:
        return next((task for task in tasks if task.slot == said.slot), None)
    running = [
        task for task in tasks if task.opens_at <= at and (task.until_at is None or at < task.until_at)
    ]
    running.sort(key=lambda task: task.opens_at, reverse=True)  # who comes early comes for the next shift
    name = known[said.member].name if said.member in known else said.name.strip()
    own = [task for task in running if task.detail == name]
    free = [task for task in running if task.done_at is None]
    return next(iter([*own, *free, *running]), None)


def ons_stored(batch: Batch) -> None:
    """Who signs on owes a hand-over; who is second is told; who stands in is a member from now on."""
    _enrol(batch.items)
    expect(duties.HAND_OVER, [_hand_over(item.row) for item in batch.counting])
    standing.write({(item.row["member"], item.row["slot"]) for item in batch.items})
    _tell_seconds(batch)


def _hand_over(row: dict[str, Any]) -> Expected:
    due = row["ends_at"] + duties.hand_over_time(row["place"], row["day"])
    return Expected(
        row["member"],
        row["place"],
        row["happened_at"],
        max(due, row["happened_at"]),
        row["slot"],
        source=row["id"],
    )


def _enrol(items: list[Item]) -> None:
    """Somebody who signs on by name may be rostered from now on."""
    new = {item.row["member"]: item for item in items if not item.data.member}
    for known in Member.objects.filter(pk__in=new).values_list("pk", flat=True):
        del new[known]
    Member.objects.bulk_create(
        [
            Member(
                id=member, place=item.row["place"], name=item.data.name.strip(), origin=VILLAGER,
                from_at=item.came.happened_at,
            )
            for member, item in new.items()
        ]
    )  # fmt: skip
    joined(
        new, {member: (item.row["place"], item.came.happened_at, VILLAGER) for member, item in new.items()}
    )


def joined(members: Iterable[UUID], said: dict[UUID, tuple[str, datetime, str]], share: int = 1) -> None:
    """Write down that some may be rostered from now on, or no longer."""
    take(
        [
            Incoming(
                Joined.kind, ids.derived(Joined.kind, member, share), said[member][0], said[member][1],
                {"member": str(member), "origin": said[member][2], "share": share},
            )
            for member in members
        ],
        SYSTEM,
    )  # fmt: skip


def _tell_seconds(batch: Batch) -> None:
    """Two for one seat: both are kept, and who came second is told."""
    keys_ = {(item.row["need"], item.row["slot"]): item for item in batch.items}
    every = On.objects.filter(
        need__in={need for need, _slot in keys_}, slot__in={slot for _need, slot in keys_}, replaced_by=None
    )
    firsts: dict[tuple[UUID, str], On] = {}
    for on in every.order_by("happened_at", "id"):
        firsts.setdefault((on.need, on.slot), on)
    called = dict(
        Member.objects.filter(pk__in={on.member for on in firsts.values()}).values_list("pk", "name")
    )
    for item in batch.items:
        first = firsts.get((item.row["need"], item.row["slot"]))
        if first and first.id != item.id and first.member != item.row["member"]:
            at = first.happened_at.astimezone(clock.zone())
            item.tell("roster-second", name=called.get(first.member, ""), at=f"{at:%H:%M}")


def ons_corrected(pairs: list[tuple[UUID, UUID]], batch: Batch) -> None:
    """A correction may speak of another hour or person: who owes a hand-over and what they stood is told anew."""
    both = On.objects.filter(id__in=[record for pair in pairs for record in pair])
    stood = set(both.values_list("member", "slot"))
    members, slots = {member for member, _slot in stood}, {slot for _member, slot in stood}
    counting = On.objects.filter(member__in=members, slot__in=slots, replaced_by=None)
    wanted = {(on.member, on.slot): on for on in counting.order_by("-happened_at")}
    missing = keep_only(duties.HAND_OVER, members, slots, wanted, CORRECTED)
    expect(duties.HAND_OVER, [_hand_over(vars(wanted[owed])) for owed in missing])
    standing.write(stood)


def check_offs(batch: Batch) -> None:
    """Find where each has stood: the seat that was named, else the last that they signed on to."""
    named = {item.data.need for item in batch.live if item.data.need and item.data.slot}
    tasks = {(task.subject_id, task.slot): task for some in _shifts(named).values() for task in some}
    wanted = {item.data.member for item in batch.live if item.data.member}
    last: dict[UUID, list[On]] = {}
    for on in On.objects.filter(member__in=wanted, replaced_by=None).order_by("-happened_at", "-id"):
        last.setdefault(on.member, []).append(on)
    known = Member.objects.in_bulk(wanted)
    rostered = _rostered([item for item in batch.live if _stand_in(item.data)])
    for item in batch.live:
        data, at = item.data, item.came.happened_at
        own = rostered.get((data.need, data.slot, data.name.strip()))
        task = tasks.get((data.need, data.slot))
        stood = next((on for on in last.get(data.member, ()) if on.happened_at <= at), None)
        where: Any = task or stood
        member = known.get(data.member)
        there = where is not None and item.by.reaches(where.place) and not (data.slot and task is None)
        was_there = stood is not None and item.by.reaches(stood.place)
        mine = member is not None and (item.by.reaches(member.place) or was_there)
        if not _stand_in(data) and not mine and not (task and there and _may_stand(item, member, task)):
            item.refuse("roster-nobody")
        elif not there:
            item.refuse("roster-not-on", name=member.name if member else data.name)
        else:
            need = where.subject_id if task else where.need
            item.row |= {
                "need": need,
                "slot": where.slot,
                "place": where.place,
                "member": own or _who(data, where.place),
            }


def offs_stored(batch: Batch) -> None:
    """What each stood is written down; a seat that is left before its end is to be manned by somebody else."""
    standing.write({(item.row["member"], item.row["slot"]) for item in batch.items})
    expect(duties.SHIFT, standing.reliefs([item.row for item in batch.counting]))


def offs_corrected(pairs: list[tuple[UUID, UUID]], batch: Batch) -> None:
    """A seat that was not left early is not to be manned by somebody else; what they stood is told anew."""
    rows = list(Off.objects.filter(id__in=[record for pair in pairs for record in pair]))
    standing.write({(off.member, off.slot) for off in rows})
    needs, slots = {off.need for off in rows}, {off.slot for off in rows}
    counting = Off.objects.filter(need__in=needs, slot__in=slots, replaced_by=None)
    acts = {(act.subject_id, act.slot): act for act in standing.reliefs([vars(off) for off in counting])}
    laid = {standing.relief(off.slot, off.happened_at) for off in rows}
    missing = keep_only(duties.SHIFT, needs, laid, acts, CORRECTED)
    expect(duties.SHIFT, [acts[owed] for owed in missing])


def check_applications(batch: Batch) -> None:
    """A name or a phone number that is none is refused; without a number an application may still come."""
    for item in batch.live:
        try:
            named(item.data.name)
            if item.data.phone:
                normalise(item.data.phone)
        except Refusal as refusal:
            item.refuse(refusal.code, **refusal.words)


def applications_stored(batch: Batch) -> None:
    """Each is to be answered within the hours that the rules say."""
    expect(
        duties.DECIDE,
        [
            Expected(
                item.id, item.row["place"], item.came.happened_at,
                item.came.happened_at + duties.decide_time(item.row["place"], item.row["day"]),
            )
            for item in batch.items
        ],
    )  # fmt: skip
