"""Every list of duty that is read, scope first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from bulou.core.people import keys
from bulou.core.people.models import Unit
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.roles import FIELD, OFFICE, Role
from bulou.core.tasks.duties import Seat, seats
from bulou.core.tasks.models import Task
from bulou.lib import clock, sql
from bulou.work.roster.duties import SHIFT, shifts, to_man
from bulou.work.roster.models import Applied, Away, Decided, Member, Off, On, Pairing, Stand, Stood, Team
from bulou.work.roster.rules import Hand, Job, Limits

# Those who sign on and off: whoever stands there, and the offices for whoever has no phone.
SIGNERS = OFFICE | {Role.CHECKPOINT_STAFF, Role.VOLUNTEER}
APPLICANTS = FIELD | OFFICE | {Role.UNIT_LIAISON}
READERS = OFFICE | {Role.CHECKPOINT_STAFF, Role.VOLUNTEER, Role.INSPECTOR, Role.UNIT_LIAISON, Role.SYSTEM}


def members(by: Actor, place: str = "") -> QuerySet[Member]:
    """Who may be rostered now, in the actor's territory (and in a place of it)."""
    now = clock.now()
    found = within(by, Member.objects.filter(Q(to_at=None) | Q(to_at__gt=now)))
    return sql.subtree(found, place).order_by("place", "name", "id")


def teams(by: Actor, place: str = "") -> QuerySet[Team]:
    return sql.subtree(within(by, Team.objects.filter(ended_at=None)), place)


def pairings(by: Actor, place: str = "") -> QuerySet[Pairing]:
    """Compounds and the units that look after them."""
    found = within(by, Pairing.objects.filter(to_day=None))
    if by.unit:
        found = found.filter(unit=by.unit)
    return sql.subtree(found, place)


def units(by: Actor) -> QuerySet[Unit]:
    return within(by, Unit.objects.all()).order_by("name")


def waiting(by: Actor, place: str = "") -> QuerySet[Applied]:
    """Applications that nobody has answered, the oldest first."""
    found = within(by, Applied.objects.filter(replaced_by=None)).exclude(
        pk__in=Decided.objects.values("application")
    )
    return sql.subtree(found, place).order_by("happened_at", "id")


def declined(by: Actor, place: str = "") -> QuerySet[Applied]:
    """Applications that were declined, the oldest first."""
    refused = Decided.objects.filter(outcome="declined", replaced_by=None)
    found = within(by, Applied.objects.filter(replaced_by=None, pk__in=refused.values("application")))
    return sql.subtree(found, place).order_by("happened_at", "id")


def told(applications: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """What applicants said of themselves, by application."""
    return keys.open_parts(applications)


def needs(by: Actor, place: str, since: datetime, until: datetime) -> list[Any]:
    """What is to be manned in a place of the actor's."""
    return [need for need in to_man(place, since, until) if by.reaches(need.place)]


def seats_of(wanted: Sequence[Any], since: datetime, until: datetime) -> list[Seat]:
    return list(seats(wanted, shifts, since, until))


def stands(wanted: Collection[UUID], since: datetime, until: datetime) -> dict[tuple[UUID, str], Stand]:
    """Who is to stand where, by need and slot: shifts that have a part in [since, until)."""
    found = Stand.objects.filter(need__in=wanted, starts_at__lt=until, ends_at__gt=since)
    return {(stand.need, stand.slot): stand for stand in found}


def tasks(wanted: Collection[UUID], since: datetime, until: datetime) -> dict[tuple[UUID, str], Task]:
    found = Task.objects.filter(
        kind=SHIFT, subject_id__in=wanted, until_at__gt=since, opens_at__lt=until, withdrawn_at=None
    )
    return {(task.subject_id, task.slot): task for task in found}


def signed(wanted: Collection[UUID], since: datetime, until: datetime) -> list[On]:
    """Who signed on at these needs between two moments, the earliest first."""
    found = On.objects.filter(
        need__in=wanted, replaced_by=None, happened_at__gte=since, happened_at__lt=until
    )
    return list(found.order_by("happened_at", "id"))


def offs(wanted: Collection[UUID], since: datetime, until: datetime) -> list[Off]:
    found = Off.objects.filter(
        need__in=wanted, replaced_by=None, happened_at__gte=since, happened_at__lt=until
    )
    return list(found.order_by("happened_at", "id"))


def names(wanted: Collection[UUID]) -> dict[UUID, str]:
    return dict(Member.objects.filter(pk__in=wanted).values_list("pk", "name"))


def ahead(place: str, now: datetime) -> datetime:
    """Until when a seat without anybody is a hole that is known before it comes."""
    return now + timedelta(days=int(value("roster.hole_days", place, clock.day_of(now))))


def holes_ahead(by: Actor, place: str) -> list[Seat]:
    """Seats of the next days for which nobody is on the roster, the earliest first: known before they come."""
    now = clock.now()
    until = ahead(place, now)
    wanted = needs(by, place, now, until)
    filled = stands([need.id for need in wanted], now, until)
    left = [seat for seat in seats_of(wanted, now, until) if (seat.need.id, seat.slot) not in filled]
    return sorted(left, key=lambda seat: (seat.span.start, seat.need.place, seat.slot))


def empty_now(by: Actor, place: str) -> QuerySet[Task]:
    """Seats in which somebody should stand now and nobody has signed on."""
    now = clock.now()
    found = within(by, Task.objects.filter(kind=SHIFT, done_at=None, withdrawn_at=None, excused_at=None))
    return sql.subtree(found.filter(due_at__lt=now, until_at__gt=now), place).order_by("due_at", "id")


def limits(place: str, now: datetime) -> Limits:
    day = clock.day_of(now)
    night = [time.fromisoformat(text) for text in value("roster.night", place, day)]
    return Limits(
        timedelta(hours=int(value("roster.rest_hours", place, day))),
        timedelta(hours=int(value("roster.week_hours", place, day))),
        (night[0], night[1]),
    )


def hands(by: Actor, place: str, since: datetime, until: datetime, but: Collection[UUID] = ()) -> list[Hand]:
    """Who may be rostered in a place, with where they stand already a week around; not counting the stands `but`."""
    own = list(within(by, sql.subtree(Member.objects.all(), place)).exclude(to_at__lte=since).order_by("id"))
    ids_ = [member.id for member in own]
    week = timedelta(days=7)
    away, booked = defaultdict(list), defaultdict(list)
    for one in Away.objects.filter(member__in=ids_, to_at__gt=since - week, from_at__lt=until + week):
        away[one.member].append((one.from_at, one.to_at))
    taken = Stand.objects.filter(member__in=ids_, ends_at__gt=since - week, starts_at__lt=until + week)
    for stand in taken.exclude(pk__in=but).values_list("member", "starts_at", "ends_at"):
        booked[stand[0]].append((stand[1].astimezone(clock.zone()), stand[2].astimezone(clock.zone())))
    return [
        Hand(
            m.id, m.name, m.place, frozenset(m.skills), m.nights, m.from_at, m.to_at, tuple(away[m.id]),
            tuple(sorted(booked[m.id])),
        )
        for m in own
    ]  # fmt: skip


def job(seat: Seat) -> Job:
    need = seat.need
    return Job(need.id, seat.slot, need.place, *seat.span, need.skills)


def hours_of(wanted: Collection[UUID], since: datetime, until: datetime) -> dict[UUID, tuple[float, float]]:
    """{member: (hours on the roster, hours stood)} of shifts that begin between two moments: two queries."""
    planned: dict[UUID, float] = defaultdict(float)
    found = Stand.objects.filter(member__in=wanted, starts_at__gte=since, starts_at__lt=until)
    for member, start, end in found.values_list("member", "starts_at", "ends_at"):
        planned[member] += (end - start).total_seconds() / 3600
    stood = Stood.objects.filter(
        member__in=wanted, replaced_by=None, happened_at__gte=since, happened_at__lt=until
    ).values_list("member")
    done = {member: minutes / 60 for member, minutes in stood.annotate(n=Sum("minutes")).order_by()}
    return {member: (planned.get(member, 0.0), done.get(member, 0.0)) for member in wanted}


def of_teams(wanted: Collection[UUID], since: datetime, until: datetime) -> dict[UUID, tuple[int, float]]:
    """{team: (how many are in it, hours they stood)} in shifts that began between two moments: three queries."""
    own = Member.objects.filter(team__in=wanted, to_at=None).values_list("pk", "team")
    team_of = {member: team for member, team in own if team}
    count: dict[UUID, int] = defaultdict(int)
    hours: dict[UUID, float] = defaultdict(float)
    for member, (_planned, done) in hours_of(list(team_of), since, until).items():
        count[team_of[member]] += 1
        hours[team_of[member]] += done
    return {team: (count[team], hours[team]) for team in wanted}


def subject_names(subjects: Collection[tuple[str, UUID]]) -> dict[UUID, str]:
    """Members and applicants by name; what is manned is named by the room that has it."""
    who = [one for kind, one in subjects if kind == "member"]
    asked = [one for kind, one in subjects if kind == "application"]
    found = names(who) if who else {}
    return found | {one: str(said.get("name", "")) for one, said in told(asked).items()}
