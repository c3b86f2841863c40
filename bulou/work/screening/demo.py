"""What rounds tell of a demonstration's days: teams go from door to door, and come again where nobody was home."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from bulou.core.people.actions import add_unit
from bulou.core.people.models import Person
from bulou.core.places import queries as places
from bulou.core.places.codes import GRID
from bulou.core.rulebook import value
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.roles import Role
from bulou.core.tasks.models import Task
from bulou.demo.crew import person_name
from bulou.demo.stage import Stage
from bulou.lib import clock, invented
from bulou.work.screening import actions, queries, rules
from bulou.work.screening.forms import RoundIn
from bulou.work.screening.models import Answer, Round, Visit

_MEMBERS = 4  # in a team
_HOURS = ((8, 12), (14, 18), (19, 21))
_POINTS = ("东门", "西门", "南门", "北门", "广场", "菜市场", "车棚", "路口")
_FROM = ("西安市", "北京市", "湖北省武汉市", "山西省太原市", "甘肃省兰州市")
_STRANGERS = 7_000_000  # far from those who live here, so that no name stands for both
_VISITS, _LAST = "screening.visits", "screening.last"
Turn = tuple[datetime, str, UUID, str]  # when, where, whose door, what is found


def demo(stage: Stage, since: datetime, until: datetime) -> None:
    """Begin the rounds at their hour, and hand in what was found at the doors since the last moment."""
    turns: list[tuple[Turn, Round]] = stage.memory.setdefault(_VISITS, [])
    for said in stage.county.rounds:
        if since < clock.local(said["at"]) <= until:
            plan = _begin(stage, said)
            turns += [(turn, plan) for turn in _turns(stage, plan, said)]
    due = [pair for pair in turns if pair[0][0] <= until]
    stage.memory[_VISITS] = [pair for pair in turns if pair[0][0] > until]
    if due:
        _visit(stage, due)


def _begin(stage: Stage, said: dict[str, Any]) -> Round:
    first = stage.memory.get(_LAST) if said.get("after") else None
    of_units = said["subjects"] == "unit-people"  # whom the units themselves answer for, without teams
    by = stage.crew.at(Role.COUNTY_OFFICE if of_units else Role.TOWNSHIP_CLERK, said["place"])
    for name in said.get("silent", ()):
        add_unit(name, said["place"], SYSTEM, kind="firm")
    grids = [] if of_units else list(places.subtree(said["place"], level=GRID).filter(kind="grid"))
    plan = actions.issue(
        by,
        RoundIn(
            name=said["name"], place=said["place"], subjects=said["subjects"], opens_at=clock.local(said["at"]),
            due_at=clock.local(said["due"]), after=first.id if first else None,
            questions=value("screening.questions", said["place"], clock.today()),
            teams="\n".join(_team(n, grid.code, len(grids), said) for n, grid in enumerate(grids)),
        ),
    )  # fmt: skip
    if not of_units:
        stage.memory[_LAST] = plan
    return plan


def _team(n: int, code: str, teams: int, said: dict[str, Any]) -> str:
    members = "、".join(person_name(20_000 + n * _MEMBERS + k) for k in range(_MEMBERS))
    first, after = (m * said.get("points", 0) // teams for m in (n, n + 1))
    points = "、".join(f"{_POINTS[k % len(_POINTS)]}{k + 1}号点" for k in range(first, after))
    return f"第{n + 1}组 | {code} | {members} | {points}"


def _turns(stage: Stage, plan: Round, said: dict[str, Any]) -> Iterator[Turn]:
    """Each team goes through its doors one after the other; where nobody was home it comes again in the end."""
    by_place: dict[str, list[UUID]] = {}
    tasks = Task.objects.filter(source=plan.id).order_by("place", "subject_id")
    for place, member in tasks.values_list("place", "subject_id"):
        by_place.setdefault(place, []).append(member)
    for place, members in by_place.items():
        chance = stage.chance(plan.name, place)
        drawn = [_outcomes(chance.random() * 100, chance.random(), said) for _member in members]
        stops = [(member, word) for member, words in zip(members, drawn, strict=True) for word in words[:1]]
        stops += [(member, word) for member, words in zip(members, drawn, strict=True) for word in words[1:]]
        minutes = _minutes(plan.opens_at, plan.due_at)
        for n, (member, word) in enumerate(stops):
            yield minutes[n * len(minutes) // len(stops)], place, member, word


def _outcomes(drawn: float, again: float, said: dict[str, Any]) -> tuple[str, ...]:
    """What is found at one door, time after time; nothing at all where nobody gets to in time."""
    shares = (
        (said.get("never", 0), ()), (said.get("refused", 0), (rules.REFUSED,)), (said.get("moved", 0), (rules.MOVED,)),
    )  # fmt: skip
    for share, found in shares:
        if drawn < share:
            return found
        drawn -= share
    if drawn < said.get("nobody_home", 0):
        return (rules.NOBODY, rules.SEEN if again < 0.9 else rules.NOBODY)
    return (rules.SEEN,)


def _minutes(start: datetime, end: datetime) -> list[datetime]:
    """The minutes at which people go from door to door."""
    found, day = [], clock.day_of(start)
    while day <= clock.day_of(end):
        for first, last in _HOURS:
            begins = clock.at(day, time(first))
            found += [begins + timedelta(minutes=m) for m in range((last - first) * 60)]
        day += timedelta(days=1)
    return [moment for moment in found if start < moment < end]


def _visit(stage: Stage, due: list[tuple[Turn, Round]]) -> None:
    living = queries.living({turn[2] for turn, _plan in due})
    for (at, place, member, word), plan in due:
        if plan.subjects == "unit-people":
            _of_unit(stage, plan, (at, place, member, word))
            continue
        by = stage.crew.at(Role.GRID_WORKER, place)
        people = living.get(member, [])
        said: dict[str, Any] = {"round": str(plan.id), "member": str(member), "outcome": word}
        if word == rules.SEEN:
            strangers, gone = _different(stage, plan, (at, place, member, word), len(people))
            said["people"] = len(people) + strangers - gone
            _answers(stage, plan, (at, place, member, word), people, gone, strangers)
        stage.hand_in(by, Visit.kind, place, at, said)
    stage.flush()


def _of_unit(stage: Stage, plan: Round, turn: Turn) -> None:
    """Somebody of a unit was called on, or not met; who was met was asked how they are."""
    at, place, member, word = turn
    by, said = stage.crew.at(Role.COUNTY_OFFICE, place), {"round": str(plan.id), "member": str(member)}
    stage.hand_in(by, Visit.kind, place, at, {**said, "outcome": word})
    if word == rules.SEEN:
        well = {"found": rules.HERE, "contact": False, "fever": False, "symptoms": False}
        stage.hand_in(by, Answer.kind, place, at, {**said, "person": str(member), **well})


def _different(stage: Stage, plan: Round, turn: Turn, size: int) -> tuple[int, int]:
    """How many more than on the register live at a door, and how many of it nobody can find; none at most."""
    county = stage.county
    said = next((one for one in county.rounds if one["name"] == plan.name), {})
    every = county.town.households if county.town else 1
    drawn = stage.chance("register", plan.name, turn[0], turn[1]).random() * every
    if drawn < said.get("added", 0):
        return 1, 0
    return (0, 1) if drawn < said.get("added", 0) + said.get("gone", 0) and size > 1 else (0, 0)


def _answers(stage: Stage, plan: Round, turn: Turn, people: list[Person], gone: int, strangers: int) -> None:
    """One answer for each who lives there; who is not on the register came from elsewhere, most of them."""
    at, place, member, _word = turn
    by, base = stage.crew.at(Role.GRID_WORKER, place), dict[str, Any](round=str(plan.id), member=str(member))
    health = {"contact": False, "fever": False, "symptoms": False}
    for n, person in enumerate(people):
        said: dict[str, Any] = {**base, "person": str(person.pk)}
        lost = n >= len(people) - gone
        said |= {"found": rules.GONE} if lost else {"found": rules.HERE, **health}
        stage.hand_in(by, Answer.kind, place, at, said)
    for _n in range(strangers):
        chance = stage.chance("stranger", plan.name, at, place)
        sex = chance.choice("男女")
        who = {"name": invented.make_name(_STRANGERS + chance.randrange(100_000), sex), "sex": sex}
        who["birth_date"] = date(
            chance.randint(1960, 2001), chance.randint(1, 12), chance.randint(1, 28)
        ).isoformat()
        said = {**base, "who": who, **health}
        if chance.random() < 0.7:
            day = (clock.day_of(at) - timedelta(days=chance.randint(1, 6))).isoformat()
            said |= {"returned": True, "arrived": day, "from_place": chance.choice(_FROM), "transport": "car"}
        stage.hand_in(by, Answer.kind, place, at, said)
