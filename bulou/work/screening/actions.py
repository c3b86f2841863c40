"""The verbs on a round, behind the audit door. What happens at doors are records like any other."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from bulou.core.audit import note, verb
from bulou.core.people import actions as people
from bulou.core.places import queries as places
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.rulebook import value
from bulou.core.rulebook.queries import profile
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.roles import OFFICE, Role
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal, declare
from bulou.work.screening import chains, laying
from bulou.work.screening.forms import RoundIn
from bulou.work.screening.models import Point, Round, Team
from bulou.work.screening.rules import SETS

MAKERS = OFFICE
declare(
    "screening-past", _("The round would be due before it begins, or has been already. Choose a later time.")
)
declare("screening-empty", _("There is nobody in this set here. Choose another set or place."))
declare(
    "screening-team-place",
    _("%(name)s is not one place of the round. Write its name as on the list of places, or its code."),
)
declare("screening-round-unknown", _("There is no such round in your territory. Choose one from the list."))
declare(
    "screening-after",
    _("A second round has the set and the place of the first. Begin it from the first one's page."),
)
declare("screening-goes-on", _("A later round goes on from the gaps of this one. Call that one off first."))
_AT_ONCE = 5000  # doors that are laid while somebody waits; more are laid behind the page
_SPLIT = re.compile(r"[、,,;;]+")


@dataclass(frozen=True)
class Troop:
    """A team as it was written down: where it goes, who is in it, where it has points."""

    name: str
    place: str
    members: str = ""
    points: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preview:
    """What a round would be: {place: (doors, people)} and its teams."""

    plan: Round
    doors: dict[str, tuple[int, int]]
    teams: list[Troop]

    @property
    def total(self) -> int:
        return sum(doors for doors, _people in self.doors.values())

    @property
    def people(self) -> int:
        return sum(people for _doors, people in self.doors.values())


def preview(by: Actor, said: RoundIn) -> Preview:
    """What a round would be, with nothing written. Raises Refusal."""
    plan = _plan(by, said)
    found = laying.counts(plan)
    if not found:
        raise Refusal("screening-empty")
    return Preview(plan, found, troops(said.teams, plan.place))


def default_due(place: str) -> timedelta:
    return timedelta(days=int(value("screening.round_days", place, clock.today())))


def _plan(by: Actor, said: RoundIn) -> Round:
    opens, due, now = clock.local(said.opens_at), clock.local(said.due_at), clock.now()
    if not by.reaches(said.place) or places.get(said.place) is None:
        raise Refusal("place-unknown")
    if due <= opens or due <= now:
        raise Refusal("screening-past")
    first = within(by, Round.objects.filter(pk=said.after)).first() if said.after else None
    if said.after and first is None:
        raise Refusal("screening-round-unknown")
    if first and (first.subjects != said.subjects or not said.place.startswith(first.place)):
        raise Refusal("screening-after")
    key = ids.new()
    return Round(
        id=key, place=said.place, name=said.name, subjects=said.subjects, unit=first.unit if first else said.unit,
        questions=list(said.questions), profile=profile(said.place, clock.day_of(opens)), opens_at=opens, due_at=due,
        after=said.after, chain=first.chain if first else key, number=_next(first) if first else 1,
        made_by=by.name, made_at=now,
    )  # fmt: skip


def _next(first: Round) -> int:
    return Round.objects.filter(chain=first.chain).count() + 1


def troops(text: str, place: str) -> list[Troop]:
    """The teams of lines "name | place | members | points" (or of columns pasted from a sheet)."""
    found = []
    for line in text.splitlines():
        name, where, members, points = (*(part.strip() for part in re.split(r"[|\t|]", line)), "", "", "")[:4]
        if name:
            said = tuple(one.strip() for one in _SPLIT.split(points) if one.strip())
            found.append(Troop(name[:60], _place(where, place), members[:400], said))
    return found


def _place(name: str, under: str) -> str:
    if not name:
        return under
    code = places.get(name) if places.is_code(name) and name.startswith(under) else None
    meant = [code] if code else places.named(name, under)
    if len(meant) != 1:
        raise Refusal("screening-team-place", name=name[:40])
    return meant[0].code


def issue(by: Actor, said: RoundIn) -> Round:
    """Begin a round: its plan and teams at once, its doors at once or, when there are many, behind the page."""
    asked = preview(by, said)
    plan = begin(asked.plan, asked.teams, by=by)
    if asked.total <= _AT_ONCE or connection.in_atomic_block:
        lay(by, plan.id)
    else:
        threading.Thread(target=_lay_behind, args=(by, plan.id), daemon=True).start()
    return plan


def _lay_behind(by: Actor, plan: UUID) -> None:
    try:
        lay(by, plan)
    finally:
        connection.close()


@verb("screening.begin", roles=MAKERS)
def begin(plan: Round, teams: Sequence[Troop], by: Actor) -> Round:
    """Write a round's plan down, and its teams and points as records."""
    plan.save(force_insert=True)
    records = [
        Incoming(
            kind, ids.new(), one.place, plan.made_at, {"round": str(plan.id), "number": plan.number, **said}
        )
        for one in teams
        for kind, said in (
            (Team.kind, {"name": one.name, "members": one.members}),
            *((Point.kind, {"name": name[:60]}) for name in one.points),
        )
    ]
    take(records, replace(by, role=Role.SYSTEM))
    note(subject_type="round", subject_id=plan.id, place=plan.place, count=len(teams))
    return plan


def lay(by: Actor, plan: UUID) -> int:
    """Lay a round's doors (again: those that are missing). Each stretch is a transaction; how many are new."""
    found = within(by, Round.objects.filter(pk=plan, ended_at=None)).first()
    if found is None:
        raise Refusal("screening-round-unknown")
    return laying.lay(found, by)


@verb("screening.call_off", roles=MAKERS)
def call_off(by: Actor, plan: UUID) -> None:
    """No longer: what is still open of a round is not owed any more; what was seen stays."""
    found = within(by, Round.objects.filter(pk=plan, ended_at=None)).first()
    if found is None:
        raise Refusal("screening-round-unknown")
    if chains.goes_on(found):
        raise Refusal("screening-goes-on")
    chains.call_off(found, clock.now())
    note(subject_type="round", subject_id=plan, place=found.place)


@verb("screening.add_door", roles=frozenset(Role))
def add_door(by: Actor, plan: Round, place: str, name: str, address: str = "") -> UUID:
    """A door that was not on the register: a household (`name`: its number) or a unit; the task to enter it."""
    kind, what, unit_kind = SETS[plan.subjects]
    if not by.reaches(place) or not place.startswith(plan.place) or what == "person":
        raise Refusal("screening-unexpected")
    if what == "household":
        member = people.add_household(people.NewHousehold(place, name[:40], address), by)
    else:
        member = people.add_unit(name, place, by, kind=unit_kind)
    chains.expect_door(plan, member, place)
    note(subject_type=what, subject_id=member, place=place)
    return Task.objects.values_list("id", flat=True).get(kind=kind, subject_id=member, slot=plan.slot)
