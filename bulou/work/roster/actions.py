"""The verbs on members, teams and pairs, behind the audit door. Sign-on and sign-off are records like any other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from bulou.core.audit import note, verb
from bulou.core.people import persons
from bulou.core.places import queries as places
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.records.single import take_one
from bulou.core.staff.actor import SYSTEM, Actor, within
from bulou.core.staff.roles import OFFICE, Role
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal, declare
from bulou.work.roster import plan, queries
from bulou.work.roster.forms import AwayIn, MemberIn, TeamIn
from bulou.work.roster.intake import joined
from bulou.work.roster.models import Applied, Away, Decided, Formed, Member, Paired, Pairing, Stand, Team

KEEPERS = OFFICE
PAIRERS = frozenset({Role.COUNTY_OFFICE, Role.WORKING_GROUP, Role.TOWNSHIP_CLERK, Role.TOWNSHIP_LEADER})
declare("roster-member-unknown", _("There is nobody of this name on your list. Choose somebody from it."))
declare("roster-member-changed", _("Somebody has changed this entry meanwhile. Look at it again."))
declare("roster-away-order", _("The end lies before the beginning. Check both times."))
declare("roster-team-unknown", _("There is no such team in your territory. Choose one from the list."))
declare("roster-application-unknown", _("There is no such application that waits for an answer."))
declare("roster-pair-unknown", _("This unit and this compound are not paired in your territory."))
declare("roster-paired", _("This unit looks after this compound already."))


def _place(by: Actor, code: str) -> str:
    if not by.reaches(code) or places.get(code) is None:
        raise Refusal("place-unknown")
    return code


@verb("roster.add_members", roles=KEEPERS)
def add_members(by: Actor, said: Sequence[MemberIn], accounts: Sequence[int | None] = ()) -> list[UUID]:
    """Enter people who may be rostered from now on. Raises place-unknown, person-name-form."""
    now, known = clock.now(), {_place(by, place) for place in {one.place for one in said}}
    rows = [
        Member(
            id=ids.new(), place=one.place, name=persons.named(one.name), origin=one.origin, skills=list(one.skills),
            nights=one.nights, team=UUID(one.team) if one.team else None,
            unit=UUID(one.unit) if one.unit else None, from_at=now,
            account=accounts[n] if n < len(accounts) else None,
        )
        for n, one in enumerate(said)
    ]  # fmt: skip
    Member.objects.bulk_create(rows)
    joined([row.id for row in rows], {row.id: (row.place, now, row.origin) for row in rows})
    note(subject_type="member", subject_id=rows[0].id if rows else None, count=len(rows), places=len(known))
    return [row.id for row in rows]


def own_member(by: Actor, member: UUID) -> Member:
    """Somebody of the actor's territory who may be rostered. Raises roster-member-unknown."""
    found = queries.members(by).filter(pk=member).first()
    if found is None:
        raise Refusal("roster-member-unknown")
    return found


@verb("roster.change_member", roles=KEEPERS)
def change_member(by: Actor, member: UUID, version: int, said: MemberIn) -> None:
    """Change what is known of somebody. Raises roster-member-unknown, -changed, person-name-form."""
    own_member(by, member)
    changed = Member.objects.filter(pk=member, version=version).update(
        name=persons.named(said.name), origin=said.origin, skills=list(said.skills), nights=said.nights,
        place=_place(by, said.place),
        team=UUID(said.team) if said.team else None, unit=UUID(said.unit) if said.unit else None,
        version=F("version") + 1,
    )  # fmt: skip
    if not changed:
        raise Refusal("roster-member-changed")
    plan.label()
    note(subject_type="member", subject_id=member)


@verb("roster.end_member", roles=KEEPERS)
def end_member(by: Actor, member: UUID) -> None:
    """Somebody may be rostered no longer: the seats that they were to take are empty again, and seen to be."""
    own, now = own_member(by, member), clock.now()
    Member.objects.filter(pk=member).update(to_at=now, version=F("version") + 1)
    Stand.objects.filter(member=member, starts_at__gt=now).delete()
    joined([member], {member: (own.place, now, own.origin)}, -1)
    plan.label()
    note(subject_type="member", subject_id=member, place=own.place)


@verb("roster.away", roles=KEEPERS)
def away(by: Actor, member: UUID, said: AwayIn) -> None:
    """Somebody cannot stand for a while: the seats that they were to take then are empty again."""
    own_member(by, member)
    start, end = clock.local(said.from_at), clock.local(said.to_at)
    if end <= start:
        raise Refusal("roster-away-order")
    Away.objects.create(member=member, from_at=start, to_at=end, why=said.why)
    stands = Stand.objects.filter(member=member, starts_at__lt=end, ends_at__gt=start)
    stands.filter(starts_at__gt=clock.now()).delete()
    plan.label()
    note(subject_type="member", subject_id=member)


@verb("roster.decide", roles=KEEPERS)
def decide(by: Actor, application: UUID, outcome: str) -> UUID | None:
    """Answer an application; who is accepted may be rostered. Raises roster-application-unknown."""
    asked = queries.waiting(by).filter(pk=application).first()
    if asked is None:
        raise Refusal("roster-application-unknown")
    member = _accepted(by, asked) if outcome == "accepted" else None
    said = {"application": str(application), "outcome": outcome, "member": str(member) if member else None}
    take_one(Decided.kind, asked.place, said, SYSTEM)
    note(subject_type="application", subject_id=application, place=asked.place, outcome=outcome)
    return member


def _accepted(by: Actor, asked: Applied) -> UUID:
    said = queries.told([asked.id]).get(asked.id, {})
    person = MemberIn(
        name=said.get("name", ""), place=asked.place, origin="volunteer", skills=said.get("skills", []),
        nights=asked.nights, team="", unit="",
    )  # fmt: skip
    return add_members(by, [person])[0]


@verb("roster.form_team", roles=KEEPERS)
def form_team(by: Actor, said: TeamIn) -> UUID:
    """Form a service team."""
    team = Team.objects.create(
        place=_place(by, said.place), made_at=clock.now(), **said.model_dump(exclude={"place"})
    )
    take_one(Formed.kind, team.place, {"team": str(team.id), "colour": team.colour}, SYSTEM)
    note(subject_type="team", subject_id=team.id, place=team.place)
    return team.id


@verb("roster.disband_team", roles=KEEPERS)
def disband_team(by: Actor, team: UUID) -> None:
    """A team is no more; those who were in it stay on the list."""
    found = queries.teams(by).filter(pk=team).first()
    if found is None:
        raise Refusal("roster-team-unknown")
    Team.objects.filter(pk=team).update(ended_at=clock.now())
    Member.objects.filter(team=team).update(team=None)
    take_one(Formed.kind, found.place, {"team": str(team), "colour": found.colour, "share": -1}, SYSTEM)
    note(subject_type="team", subject_id=team, place=found.place)


@verb("roster.pair", roles=PAIRERS)
def pair(by: Actor, said: Sequence[tuple[UUID, str, date]]) -> int:
    """Units are to look after compounds (unit, place, from which day). How many are new. Raises roster-paired."""
    own = {
        unit.id: unit.name for unit in queries.units(by).filter(pk__in={unit for unit, _place, _day in said})
    }
    places_ = {place for _unit, place, _day in said}
    if len(own) < len({unit for unit, _p, _d in said}) or not all(by.reaches(place) for place in places_):
        raise Refusal("place-unknown")
    held = set(Pairing.objects.filter(unit__in=own, to_day=None).values_list("unit", "place"))
    if held & {(unit, place) for unit, place, _day in said}:
        raise Refusal("roster-paired")
    busy = {unit for unit, _place in held}
    rows = [
        Pairing(id=ids.new(), place=place, unit=unit, unit_name=own[unit], from_day=day)
        for unit, place, day in said
    ]
    Pairing.objects.bulk_create(rows)
    records = []
    for row in rows:
        records.append(_paired(row, 1, 0 if row.unit in busy else 1))
        busy.add(row.unit)
    take(records, SYSTEM)
    note(subject_type="pairing", count=len(rows))
    return len(rows)


@verb("roster.unpair", roles=PAIRERS)
def unpair(by: Actor, pairing: UUID) -> None:
    """A unit looks after a compound no longer. Raises roster-pair-unknown."""
    found = within(by, Pairing.objects.filter(pk=pairing, to_day=None)).first()
    if found is None:
        raise Refusal("roster-pair-unknown")
    Pairing.objects.filter(pk=pairing).update(to_day=clock.today())
    last = not Pairing.objects.filter(unit=found.unit, to_day=None).exists()
    take([_paired(found, -1, -1 if last else 0)], SYSTEM)
    note(subject_type="pairing", subject_id=pairing, place=found.place)


def _paired(row: Pairing, share: int, units: int) -> Incoming:
    said: dict[str, Any] = {"unit": str(row.unit), "share": share, "units": units}
    return Incoming(Paired.kind, ids.derived(Paired.kind, row.id, share), row.place, clock.now(), said)
