"""The roster itself: who is to stand where. Drawn for days, changed by hand with the same checks, told to the tasks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from bulou.core.audit import note, verb
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import OFFICE
from bulou.core.tasks.duties import Seat
from bulou.core.tasks.many import tell
from bulou.lib import clock, ids, sql
from bulou.lib.refusals import Refusal, declare
from bulou.work.roster import duties, queries, rules, solve
from bulou.work.roster.models import Stand

MAKERS = OFFICE
declare("roster-need-unknown", _("There is nothing to be manned here by that name."))
declare("roster-seat-unknown", _("There is no such seat in this shift. Reload the page."))
declare("roster-seat-changed", _("Somebody has changed this seat meanwhile. Look at it again."))
declare(
    "roster-past", _("This shift is over. Whoever stood in it signs on and off; the roster is not changed.")
)
declare("roster-days", _("Choose days from today on, at most %(days)s of them, the first before the last."))
declare("roster-left", _("%(name)s may not be rostered at that time: not on the list yet, or no longer."))
declare("roster-skills", _("%(name)s lacks a skill that is asked for there."))
declare("roster-nights", _("%(name)s does not stand at night."))
declare("roster-away", _("%(name)s is away at that time."))
declare("roster-double", _("%(name)s stands elsewhere at that time."))
declare("roster-rest", _("%(name)s would have less rest between two shifts than the rules ask for."))
declare("roster-hours", _("%(name)s would stand longer in seven days than the rules let anybody."))
MOST_DAYS = 31


@dataclass(frozen=True)
class Made:
    """A roster as it was drawn: seats asked for, filled before, newly filled, and those nobody can be found for."""

    seats: list[Seat]
    kept: int
    new: dict[tuple[UUID, str], UUID]
    left: list[rules.Job] = field(default_factory=list)
    spread: float = 0.0
    people: int = 0


def days(first: date, last: date) -> tuple[datetime, datetime]:
    """From now (or the first day's beginning) to the end of the last day. Raises roster-days."""
    today = clock.today()
    if first > last or last < today or (last - first).days >= MOST_DAYS:
        raise Refusal("roster-days", days=MOST_DAYS)
    since = max(clock.now(), clock.at(first, time()))
    return since, clock.at(last + timedelta(days=1), time())


def preview(by: Actor, place: str, first: date, last: date) -> Made:
    """What a roster would be, with nothing written: what was set by hand stays, what was drawn is drawn anew."""
    if not by.reaches(place):
        raise Refusal("place-unknown")
    since, until = days(first, last)
    wanted = queries.needs(by, place, since, until)
    seats = queries.seats_of(wanted, since, until)
    filled = queries.stands([need.id for need in wanted], since, until)
    again = [stand.pk for stand in filled.values() if stand.drawn and stand.starts_at >= since]
    kept = {key for key, stand in filled.items() if stand.pk not in set(again)}
    jobs = [queries.job(seat) for seat in seats if (seat.need.id, seat.slot) not in kept]
    hands = queries.hands(by, place, since, until, again)
    drawn = _draw(hands, jobs, place, since)
    return Made(
        seats,
        len(seats) - len(jobs),
        dict(drawn.seats),
        list(drawn.left),
        drawn.spread(hands, jobs),
        len(hands),
    )


def _draw(hands: list[rules.Hand], jobs: list[rules.Job], place: str, now: datetime) -> rules.Drawing:
    limits = queries.limits(place, now)
    if not jobs or not hands:
        return rules.Drawing({}, jobs)
    if not solve.is_installed():
        return solve.by_turns(hands, jobs, limits)
    return solve.draw(hands, jobs, limits, float(value("roster.draw_seconds", place, clock.day_of(now))))


@verb("roster.draw", roles=MAKERS)
def draw(by: Actor, place: str, first: date, last: date) -> Made:
    """Draw the roster of some days, and write it."""
    made = preview(by, place, first, last)
    since, until = days(first, last)
    needs = {seat.need.id for seat in made.seats}
    Stand.objects.filter(need__in=needs, drawn=True, starts_at__gte=since, starts_at__lt=until).delete()
    by_key = {(seat.need.id, seat.slot): seat for seat in made.seats}
    Stand.objects.bulk_create(
        [_stand(by_key[key], member, drawn=True) for key, member in made.new.items()], batch_size=500
    )
    label(needs)
    note(place=place, count=len(made.new), left=len(made.left))
    return made


def _stand(seat: Seat, member: UUID, drawn: bool) -> Stand:
    return Stand(
        id=ids.new(), need=seat.need.id, place=seat.need.place, slot=seat.slot, member=member,
        starts_at=seat.span.start, ends_at=seat.span.end, drawn=drawn,
    )  # fmt: skip


def find_seat(by: Actor, need: UUID, slot: str) -> Seat:
    """A seat of something to be manned in the actor's territory. Raises roster-seat-unknown."""
    try:
        day = date.fromisoformat(slot.partition("/")[0])
    except ValueError as error:
        raise Refusal("roster-seat-unknown") from error
    since = clock.at(day, time())
    until = since + timedelta(days=2)
    wanted = [one for one in queries.needs(by, by.place, since, until) if one.id == need]
    for seat in queries.seats_of(wanted, since, until):
        if seat.slot == slot:
            return seat
    raise Refusal("roster-seat-unknown")


def fitting(by: Actor, seat: Seat) -> list[tuple[rules.Hand, str, float]]:
    """Everybody of the actor's list with why they may not take a seat ("" when they may) and their hours of that week.

    Those who may stand first, by how little they stand and how near they are.
    """
    job = queries.job(seat)
    limits = queries.limits(seat.need.place, seat.span.start)
    own = Stand.objects.filter(need=seat.need.id, slot=seat.slot).values_list("pk", flat=True)
    week = timedelta(days=7)
    found = []
    for hand in queries.hands(by, by.place, *seat.span, but=list(own)):
        stands = [one for one in hand.booked if job.start - week < one[0] < job.start + week]
        found.append((hand, rules.why_not(hand, job, limits), rules.hours(stands)))
    return sorted(
        found, key=lambda one: (bool(one[1]), one[2], rules.distance(one[0].place, job.place), one[0].name)
    )


@verb("roster.put", roles=MAKERS)
def put(by: Actor, need: UUID, slot: str, member: UUID | None, version: int = 0) -> None:
    """Put somebody into a seat by hand, or nobody. The same checks as for a drawn one; what is set so stays.

    `version`: of the seat as it was seen, 0 for an empty one.
    """
    seat = find_seat(by, need, slot)
    if seat.span.end <= clock.now():
        raise Refusal("roster-past")
    held = Stand.objects.filter(need=need, slot=slot).first()
    if (held.version if held else 0) != version:
        raise Refusal("roster-seat-changed")
    if member is None:
        Stand.objects.filter(need=need, slot=slot).delete()
    else:
        _may(by, seat, member, held)
        values = {"member": member, "drawn": False, "starts_at": seat.span.start, "ends_at": seat.span.end}
        if held:
            Stand.objects.filter(pk=held.pk).update(version=F("version") + 1, **values)
        else:
            _stand(seat, member, drawn=False).save(force_insert=True)
    label({need})
    note(subject_type="need", subject_id=need, place=seat.need.place)


def _may(by: Actor, seat: Seat, member: UUID, held: Stand | None) -> None:
    hands = queries.hands(by, by.place, *seat.span, but=[held.pk] if held else [])
    hand = next((one for one in hands if one.id == member), None)
    if hand is None:
        raise Refusal("roster-member-unknown")
    why = rules.why_not(hand, queries.job(seat), queries.limits(seat.need.place, seat.span.start))
    if why:
        raise Refusal(f"roster-{why}", name=hand.name)


def label(needs: Collection[UUID] = ()) -> None:
    """Say at each task of a shift that is not over who is to stand in it: one query, and one write for all."""
    now = sql.moment(clock.now())
    among, params = sql.among("t.subject_id", needs) if needs else ("1=1", [])
    rows = sql.rows(
        "SELECT t.id, COALESCE(m.name, '') FROM tasks_task t"
        " LEFT JOIN roster_stand s ON s.need = t.subject_id AND s.slot = t.slot"
        " LEFT JOIN roster_member m ON m.id = s.member"
        f" WHERE t.kind = %s AND t.done_at IS NULL AND t.withdrawn_at IS NULL AND t.until_at > %s AND {among}"
        " AND t.detail <> COALESCE(m.name, '')",
        [duties.SHIFT, now, *params],
    )
    tell({sql.as_uuid(task): name for task, name in rows})
