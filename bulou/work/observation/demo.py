"""What observation tells of a demonstration's days: readings, notices, troubles and releases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from uuid import UUID

from bulou.core.places import actions as places
from bulou.core.staff import responsibility
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.demo.cast import Returnee
from bulou.demo.crew import responsible
from bulou.demo.stage import Stage
from bulou.lib import clock
from bulou.work.observation import actions, lodging
from bulou.work.observation.models import Bed, Breach, Contact, Notice, Observation, Reading, Site
from bulou.work.observation.opening import expect_readings

_MORNING, _AFTERNOON = time(6, 20), time(14, 20)
_NOON = time(11, 58)
_NOTICES = "observation.notices"
_BEDS = "observation.beds"
_LODGED = "observation.lodged"  # at which site somebody lies, by their number
_REASONS = ("away", "taken-not-entered", "staff-absent", "no-thermometer")


def demo(stage: Stage, since: datetime, until: datetime) -> None:
    """Hand in what happened at the doors since the last moment, then let the offices act."""
    if _BEDS not in stage.memory:
        stage.memory[_BEDS] = _sites(stage)
    _notices(stage, until)
    day = clock.day_of(since)
    while day <= clock.day_of(until):
        _readings(stage, day, since, until)
        day += timedelta(days=1)
    stage.flush()
    _troubles(stage, since, until)
    _releases(stage, until)


def _sites(stage: Stage) -> list[UUID]:
    """The central sites with their rooms, one bed in each; the beds of the first one, free for now."""
    beds = []
    for site in stage.county.sites:
        code = places.add(SYSTEM, site.parent, site.name, "site").code
        made = Site.objects.create(place=code, name=site.name)
        rooms = [Bed(site=made, room=f"{n // 18 + 2}{n % 18 + 1:02d}") for n in range(site.rooms)]
        beds.append([bed.id for bed in Bed.objects.bulk_create(rooms)])
    return beds[0] if beds else []


def _notices(stage: Stage, until: datetime) -> None:
    """Notice and seal some hours after the arrival; with a few on the day after, which is too late."""
    done: set[int] = stage.memory.setdefault(_NOTICES, set())
    for one in stage.observed:
        hours = 27 if "notice-late" in one.quirks else 1 + one.n % 5
        if one.n not in done and one.at + timedelta(hours=hours) <= until:
            done.add(one.n)
            said = {"person": str(one.person), "notice": True, "seal": True}
            stage.hand_in(_doctor(stage, one), Notice.kind, one.place, one.at + timedelta(hours=hours), said)


def _doctor(stage: Stage, one: Returnee) -> Actor:
    return stage.crew.at(Role.VILLAGE_DOCTOR, one.place)


def _cadre(stage: Stage, one: Returnee) -> Actor:
    return stage.crew.at(Role.VILLAGE_CADRE, one.place)


def _readings(stage: Stage, day: date, since: datetime, until: datetime) -> None:
    """The readings of a day that were taken between two moments."""
    first = {0: clock.at(day, _MORNING), 1: clock.at(day, _AFTERNOON)}
    noon = clock.at(day, _NOON)
    for turn, start in first.items():
        if start > until or start + timedelta(hours=6) < since:
            continue
        for one in stage.observed:
            if one.until < day or one.at > until:
                continue
            at = start + timedelta(minutes=_minutes(one.n, day, turn))
            if one.at.date() == day:
                if turn == 0 and one.at >= noon:
                    continue
                at = max(at, one.at + timedelta(minutes=15))
                at = min(at, noon) if turn == 0 else at
            if since < at <= until and one.at_home(at) and not _missed(one, day, turn):
                _read(stage, one, at, day, turn)


def _minutes(n: int, day: date, turn: int) -> int:
    """How long after the beginning of their round somebody's turn comes: nearly the same every day."""
    return (n * 37) % 220 + (n + day.day) % 9 if turn == 0 else (n * 53) % 280 + (n + day.day) % 9


def _missed(one: Returnee, day: date, turn: int) -> bool:
    if one.quirk("missed", day):
        return turn == one.n % 2 or one.n % 3 == 0
    return one.quirk("unexplained", day) and turn == 0


def _read(stage: Stage, one: Returnee, at: datetime, day: date, turn: int) -> None:
    tenths, symptoms = 360 + one.n % 7 + (day.day * 31 + one.n * 17 + turn * 11) % 4, []
    if (turn == 0 and one.quirk("fever", day)) or (turn == 1 and one.quirk("fever-evening", day)):
        at = min(at, clock.at(day, time(8, 30) if turn == 0 else time(16, 40)))
        tenths, symptoms = 375 + one.n % 9, ["fever", "cough"]
    heard = at + timedelta(hours=15) if one.quirk("heard-late", day) else at
    said = {"person": str(one.person), "tenths": tenths, "symptoms": symptoms}
    place = stage.memory.get(_LODGED, {}).get(one.n, one.place)
    stage.hand_in(stage.crew.at(Role.VILLAGE_DOCTOR, place), Reading.kind, place, at, said, heard=heard)


def _plan(one: Returnee) -> Observation:
    return Observation.objects.get(person=cast(UUID, one.person), closed_at=None)


def _troubles(stage: Stage, since: datetime, until: datetime) -> None:
    """What does not go by itself: each at its hour of its day."""
    for one in stage.observed:
        for quirk, day in one.quirks.items():
            act = _ACTS.get(quirk)
            if act is not None and since < clock.at(day, act[0]) <= until and one.at < until:
                act[1](stage, one, clock.at(day, act[0]))


def _breach(stage: Stage, one: Returnee, at: datetime) -> None:
    _said(stage, one, Breach.kind, at, what="went-out" if one.n % 2 else "visitors", action="talked-to")


def _breach_restart(stage: Stage, one: Returnee, at: datetime) -> None:
    _said(stage, one, Breach.kind, at, what="went-out", action="restarted")
    one.until = _plan(one).until_day


def _exposed_again(stage: Stage, one: Returnee, at: datetime) -> None:
    _again(stage, one, "与新返隰人员同住,重新计算观察期")


def _again(stage: Stage, one: Returnee, why: str) -> None:
    clerk = stage.crew.at(Role.TOWNSHIP_CLERK, one.place)
    actions.start_again(clerk, _plan(one).id, clock.today(), why)
    one.until = _plan(one).until_day


def _lost(stage: Stage, one: Returnee, at: datetime) -> None:
    _said(stage, one, Contact.kind, at, found=False)
    one.away.append((at, None))


def _found(stage: Stage, one: Returnee, at: datetime) -> None:
    _said(stage, one, Contact.kind, at, found=True)
    one.away[-1] = (one.away[-1][0], at)
    expect_readings([_plan(one)])


def _said(stage: Stage, one: Returnee, kind: str, at: datetime, **data: Any) -> None:
    stage.hand_in(_cadre(stage, one), kind, one.place, at, {"person": str(one.person), **data})
    stage.flush()


def _move(stage: Stage, one: Returnee, at: datetime) -> None:
    """To another village of the county: the observation goes along, and others answer for it there."""
    assert one.person is not None
    there = stage.villages[(stage.villages.index(one.place[:12]) + 7) % len(stage.villages)]
    office = stage.crew.at(Role.COUNTY_OFFICE, one.place)
    actions.move(office, _plan(one).id, there)
    named = responsible(stage.crew, one.person, there)
    responsibility.move("person", [one.person], there, by=office, named=named)
    one.place = there


def _central(stage: Stage, one: Returnee, at: datetime) -> None:
    """A room at the central site, for who cannot be kept apart at home. Rooms are given once."""
    beds: list[UUID] = stage.memory[_BEDS]
    if beds:
        actions.check_in(stage.crew.at(Role.COUNTY_OFFICE, one.place), _plan(one).id, beds.pop(0))
        stage.memory.setdefault(_LODGED, {})[one.n] = lodging.where(_plan(one))


_ACTS = {
    "breach": (time(15, 5), _breach),
    "breach-restart": (time(15, 5), _breach_restart),
    "restart": (time(16, 0), _exposed_again),
    "lost": (time(9, 30), _lost),
    "found": (time(16, 30), _found),
    "move": (time(10, 20), _move),
    "central": (time(17, 30), _central),
}


def _releases(stage: Stage, until: datetime) -> None:
    """Whose term is over: the village proposes, the township checks, the county approves."""
    today = clock.day_of(until)
    due = [one for one in stage.observed if one.until < today and one.release_at(0) <= until]
    if not due:
        return
    plans = dict(
        Observation.objects.filter(person__in=[o.person for o in due], closed_at=None).values_list(
            "person", "id"
        )
    )
    due = [one for one in due if one.person in plans]
    wanted = [one for one in due if one.state == "open"]
    with stage.together():
        _explain(stage, wanted, plans)
        _steps(stage, due, plans, until)


def _steps(stage: Stage, due: Sequence[Returnee], plans: dict[UUID, UUID], until: datetime) -> None:
    steps = (
        ("open", 0, Role.VILLAGE_CADRE, actions.propose_all, "proposed"),
        ("proposed", 1, Role.TOWNSHIP_CLERK, actions.check_all, "checked"),
        ("checked", 2, Role.COUNTY_OFFICE, _approve, "closed"),
    )
    for state, step, role, act, then in steps:
        ready = [one for one in due if one.state == state and one.release_at(step) <= until]
        if not ready:
            continue
        theirs = _by_holder(stage, role, ready)
        said = act({by: [plans[one.person] for one in some if one.person] for by, some in theirs.items()})
        outcomes = {plan: code for some in said.values() for plan, code in some}
        for one in ready:
            if one.person and not outcomes[plans[one.person]]:
                one.state = then


def _approve(wanted: dict[Actor, list[UUID]]) -> dict[Actor, actions.Outcomes]:
    return {by: actions.approve(by, some) for by, some in wanted.items()}


def _by_holder(stage: Stage, role: Role, people: Iterable[Returnee]) -> dict[Actor, list[Returnee]]:
    found: dict[Actor, list[Returnee]] = defaultdict(list)
    for one in people:
        found[stage.crew.at(role, one.place)].append(one)
    return found


def _explain(stage: Stage, due: Iterable[Returnee], plans: dict[UUID, UUID]) -> None:
    """Why readings are missing is said on the day of the proposal; of a few it is said a day late."""
    for one in due:
        late = "unexplained" in one.quirks and clock.today() <= one.until + timedelta(days=1)
        ill = one.quirks.keys() & {"fever", "fever-evening"}
        if (ill or one.quirks.keys() & {"missed", "unexplained", "lost"}) and not late and one.person:
            why = "clinic" if ill else _REASONS[one.n % len(_REASONS)]
            actions.explain_gap(_doctor(stage, one), plans[one.person], why)
