"""Named responsibility (包保): who answers for whom, handed over and never left in between."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bulou.core.audit import note, verb
from bulou.core.people import persons
from bulou.core.room import ask
from bulou.core.staff.actor import within
from bulou.core.staff.models import Account, Post, Responsibility
from bulou.core.staff.queries import answering, holding
from bulou.core.staff.roles import COUNTY, OFFICE, VILLAGE
from bulou.lib import clock
from bulou.lib.refusals import Refusal, declare

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from bulou.core.staff.actor import Actor

declare(
    "responsible-unknown",
    _("Nobody answers for this in your territory under that role. Look at the list again."),
)
declare(
    "responsible-nobody", _("Name who is to answer for it: choose somebody with an account, or type a name.")
)
declare(
    "responsible-changed",
    _("What they answer for has changed since you looked. Look at it once more, and decide then."),
)
declare("responsible-same", _("They answer for it already. Choose somebody else."))

# The roles that counties have named. A county may use further codes: they are shown as they are.
TITLES: dict[str, _StrPromise] = {
    "county-leader": _("County leader answering"),
    "township-leader": _("Township leader answering"),
    "stationed-cadre": _("Cadre stationed in the village"),
    "village-cadre": _("Village cadre answering"),
    "group-head": _("Head of the villagers' group"),
    "grid-worker": _("Grid worker answering"),
    "medic": _("Medic"),
    "volunteer": _("Volunteer supervising"),
    "police": _("Police officer"),
    "militia": _("Militia member"),
    "family": _("Member of the family"),
    "neighbour": _("Neighbour"),
    "guarantor": _("Guarantor"),
}


def title(role: str) -> str:
    return str(TITLES.get(role, role))


@dataclass(frozen=True)
class Named:
    """Somebody to answer for a subject in a role. `holder`: an account's id, or None with `name` alone."""

    role: str
    subject_type: str
    subject_id: UUID
    place: str
    holder: int | None = None
    name: str = ""
    from_day: date | None = None


def _handed(rows: Collection[Responsibility]) -> None:
    """Let those know, in this transaction, who follow for whom somebody else answers now."""
    ask("answering_changed", {(row.subject_type, row.subject_id) for row in rows})


def _rows(named: Collection[Named]) -> list[Responsibility]:
    """Rows to be written, with holders' names filled in by one query. Refuses responsible-nobody, person-name-form."""
    ids = {n.holder for n in named if n.holder is not None and not n.name}
    names = dict(Account.objects.filter(pk__in=ids).values_list("pk", "name"))
    today, rows = clock.today(), []
    for one in named:
        name = one.name.strip() or names.get(one.holder or 0, "")
        if not name:
            raise Refusal("responsible-nobody")
        if one.holder is None:
            name = persons.named(name)
        rows.append(
            Responsibility(
                role=one.role, holder=one.holder, holder_name=name, subject_type=one.subject_type,
                subject_id=one.subject_id, place=one.place, from_day=one.from_day or today,
            )
        )  # fmt: skip
    return rows


@verb("responsibility.entrust", roles=OFFICE | VILLAGE | COUNTY)
def entrust(named: Collection[Named], by: Actor) -> list[Responsibility]:
    """Name people for subjects: a handful of statements, whatever their number.

    Who is named for the same subject in the same role already stays: nobody is named twice.
    Refuses staff-place for a place that the actor does not reach, responsible-nobody.
    """
    if any(not by.reaches(one.place) for one in named):
        raise Refusal("staff-place")
    ids = {one.subject_id for one in named}
    there = {
        (row.subject_type, row.subject_id, row.role, row.holder, row.holder_name)
        for row in answering(Responsibility.objects.filter(subject_id__in=ids))
    }
    rows = [
        row
        for row in _rows(named)
        if (row.subject_type, row.subject_id, row.role, row.holder, row.holder_name) not in there
    ]
    Responsibility.objects.bulk_create(rows)
    _handed(rows)
    note(count=len(rows))
    return rows


@verb("responsibility.hand-over", roles=OFFICE)
def hand_over(
    row: int, by: Actor, *, holder: int | None = None, name: str = "", role: str = ""
) -> Responsibility:
    """Hand one responsibility over to somebody else from today: the old row ends as the new one begins.

    Refuses responsible-unknown when it is not in the territory or has been handed over already.
    """
    old = answering(Responsibility.objects.select_for_update().filter(pk=row)).first()
    if old is None or not by.reaches(old.place):
        raise Refusal("responsible-unknown")
    _within_reach(holder, by)
    new = _successors([old], holder, name, role)[0]
    note(subject_type=old.subject_type, subject_id=old.subject_id, place=old.place, role=new.role)
    return new


@verb("responsibility.hand-over-all", roles=OFFICE)
def hand_over_all(
    holder: int,
    by: Actor,
    *,
    to: int | None = None,
    name: str = "",
    subject_type: str = "",
    seen: int | None = None,
) -> int:
    """Hand over all that somebody answers for in the actor's territory (they are ill, or leave); how many.

    Refuses responsible-same, responsible-nobody; responsible-changed where it is not as many as were `seen`.
    """
    if to == holder:
        raise Refusal("responsible-same")
    _within_reach(to, by)
    held = within(by, answering(Responsibility.objects.select_for_update().filter(holder=holder)))
    rows = list(held.filter(subject_type=subject_type) if subject_type else held)
    if seen is not None and seen != len(rows):
        raise Refusal("responsible-changed")
    _successors(rows, to, name, "")
    note(subject_type="account", subject_id=holder, count=len(rows))
    return len(rows)


@verb("responsibility.hand-back", roles=OFFICE)
def hand_back(holder: int, day: date, by: Actor, *, to: int | None = None, name: str = "") -> int:
    """Give back to somebody what they handed over to another on a day, as far as that other still answers for it.

    By a hand-over like any other, from today on: nothing is taken out of what was. How many. Refuses
    responsible-nobody where they hold no post in the territory any more, responsible-changed where nothing is left.
    """
    _within_reach(holder, by)
    gone = Responsibility.objects.filter(holder=holder, to_day=day).values("handed_to")
    now = answering(
        Responsibility.objects.select_for_update().filter(pk__in=gone, holder=to, holder_name=name)
    )
    rows = list(within(by, now))
    if not rows:
        raise Refusal("responsible-changed")
    _successors(rows, holder, "", "")
    note(subject_type="account", subject_id=holder, count=len(rows))
    return len(rows)


def _within_reach(holder: int | None, by: Actor) -> None:
    """Refuses responsible-nobody for an account that holds no post in the actor's territory."""
    if holder is not None and not within(by, holding(Post.objects.filter(account=holder))).exists():
        raise Refusal("responsible-nobody")


def _successors(old: list[Responsibility], holder: int | None, name: str, role: str) -> list[Responsibility]:
    today = clock.today()
    named = [
        Named(role or row.role, row.subject_type, row.subject_id, row.place, holder, name, today)
        for row in old
    ]
    rows = _rows(named)
    Responsibility.objects.bulk_create(rows)
    for before, after in zip(old, rows, strict=True):
        before.to_day, before.handed_to = today, after
    Responsibility.objects.bulk_update(old, ["to_day", "handed_to"])
    _handed(rows)
    return rows


@verb("responsibility.move", roles=OFFICE | VILLAGE)
def move(
    subject_type: str, ids: Collection[UUID], place: str, by: Actor, *, named: Collection[Named] = ()
) -> int:
    """End what is answered for these subjects, because they move to `place`, where `named` take over.

    Returns how many ended. The successor of a row is whoever takes over in the same role, if anybody does.
    """
    there = Responsibility.objects.filter(subject_type=subject_type, subject_id__in=ids)
    old = list(within(by, answering(there)))
    rows = _rows([replace(one, place=place) for one in named])
    Responsibility.objects.bulk_create(rows)
    by_role = {(row.subject_id, row.role): row for row in rows}
    for row in old:
        row.to_day, row.handed_to = clock.today(), by_role.get((row.subject_id, row.role))
    Responsibility.objects.bulk_update(old, ["to_day", "handed_to"])
    _handed([*old, *rows])
    note(place=place, count=len(old))
    return len(old)
