"""What duty tells of a demonstration's days: people are entered, units paired, shifts signed on and handed over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max

from bulou.core.people import actions as people
from bulou.core.places.models import Place
from bulou.core.rulebook import value
from bulou.core.rulebook.actions import put_in_force
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.core.tasks.lay import lay
from bulou.core.tasks.models import Task
from bulou.demo.crew import person_name
from bulou.demo.stage import Stage
from bulou.lib import clock, ids, sql
from bulou.work.roster import actions, duties, plan, queries
from bulou.work.roster.forms import MemberIn, TeamIn
from bulou.work.roster.models import Stand
from bulou.work.roster.rules import COLOURS, ORIGINS

_NAMES_FROM = 20_000  # names of the crew that nobody else of it bears
_TEAMS = ("红色宣讲队", "橙色帮扶队", "黄色巡查队", "绿色环保队", "青色心理队", "蓝色消毒队", "紫色代办队")
_UNITS = (
    "中学",
    "小学",
    "幼儿园",
    "供销社",
    "信用社",
    "邮政所",
    "供电所",
    "林场",
    "水务站",
    "卫生院",
    "农机站",
    "超市",
)
_OPEN = 40  # one of so many seats ahead has nobody yet
_NOTES = ("炉子已添炭,登记簿在桌上。", "口罩还剩两包。", "测温仪已换电池。", "下半夜有雪,路滑。", "")


def demo(stage: Stage, since: datetime, until: datetime) -> None:
    begun = [
        (n, said) for n, said in enumerate(stage.county.duties) if since < clock.local(said["at"]) <= until
    ]
    for n, said in begun:
        _begin(stage, n, said)
    if (
        begun
    ):  # what was laid ahead before there was anything to man holds none of it; all orders are in force now
        lay(kinds={duties.SHIFT})
    for n, said in enumerate(stage.county.duties):
        if f"roster/{n}" in stage.memory:
            _shifts(stage, said["place"], stage.memory[f"roster/{n}"], since, until)
    if until >= stage.until:
        stage.flush()
        for n, said in enumerate(stage.county.duties):
            _ahead(stage, said["place"], stage.memory.get(f"roster/{n}", []))


def _begin(stage: Stage, n: int, said: dict[str, Any]) -> None:
    by = stage.crew.at(Role.COUNTY_OFFICE, stage.county.county)
    if "shifts" in said:
        _order(by, said)
    first, teams = _NAMES_FROM + n * 1000, _teams(by, said) if said.get("teams") else [""]
    rows = [
        MemberIn(
            name=person_name(first + k), place=said["place"], origin=ORIGINS[k % len(ORIGINS)],  # type: ignore[arg-type]
            skills=["temperature"] if k % 2 else ["register"], nights=k % 9 > 0, team=teams[k % len(teams)], unit="",
        )
        for k in range(said["members"])
    ]  # fmt: skip
    stage.memory[f"roster/{n}"] = actions.add_members(by, rows)
    if said.get("units"):
        _pair(by, stage, said)


def _teams(by: Actor, said: dict[str, Any]) -> list[str]:
    """The seven service teams, one of each colour; whoever may be rostered is in one."""
    formed = [
        TeamIn.model_validate({"name": name, "colour": colour, "place": said["place"]})
        for colour, name in zip(COLOURS, _TEAMS, strict=True)
    ]
    return [str(actions.form_team(by, team)) for team in formed]


def _order(by: Actor, said: dict[str, Any]) -> None:
    """The place's own shifts, from the day on which its roster is kept here; none before."""
    head = {"place": said["place"], "number": said["order"]}
    for first, shifts in ((said["at"].date(), []), (said["kept_from"], said["shifts"])):
        values = [
            {"key": "roster.shifts", "value": shifts},
            {"key": "roster.rest_hours", "value": said["rest"]},
        ]
        put_in_force(by, {"order": {**head, "from": first.isoformat()}, "value": values})


def _pair(by: Actor, stage: Stage, said: dict[str, Any]) -> None:
    """Units of the county with compounds, each compound with one: some units look after two."""
    own = list(stage.county.units)
    for k in range(said["units"] - len(own)):
        name = f"{stage.county.title}第{k // len(_UNITS) + 1}{_UNITS[k % len(_UNITS)]}"
        own.append(people.add_unit(name, stage.county.county, SYSTEM, kind="unit"))
    found = sql.subtree(Place.objects.filter(kind="compound"), said["place"], "code").order_by("code")
    codes = list(found.values_list("code", flat=True))
    actions.pair(by, [(own[k % said["units"]], code, clock.today()) for k, code in enumerate(codes)])


def _shifts(stage: Stage, place: str, members: list[UUID], since: datetime, until: datetime) -> None:
    """Who signs on since the last moment for shifts of now; who signed on before is relieved and signs off."""
    tasks = sql.subtree(
        Task.objects.filter(kind=duties.SHIFT, due_at__gt=since, due_at__lte=until, withdrawn_at=None), place
    )
    rows = list(tasks.order_by("due_at", "place", "subject_id", "slot"))
    new, turn = [], f"roster/turn/{place}"  # each place takes turns among its own
    for task in rows:
        assert task.until_at is not None
        number = stage.memory[turn] = stage.memory.get(turn, -1) + 1
        member = members[number % len(members)]
        by = stage.crew.at(Role.COUNTY_OFFICE, stage.county.county)
        chance = stage.chance("duty", task.subject_id, task.slot)
        _early, late = duties.leeway(task.place, clock.day_of(task.due_at))
        starts = task.due_at - late
        new.append(
            Stand(
                id=ids.new(), need=task.subject_id, place=task.place, slot=task.slot, member=member,
                starts_at=starts, ends_at=task.until_at, drawn=True,
            )
        )  # fmt: skip
        said = {"need": str(task.subject_id), "slot": task.slot, "member": str(member)}
        stage.hand_in(by, "roster.on", task.place, starts - timedelta(minutes=chance.randint(1, 15)), said)
        left = task.until_at + timedelta(minutes=chance.randint(0, 8))
        if left <= stage.until:
            note = {"note": chance.choice(_NOTES)} if task.slot.endswith("#1") else {}
            stage.hand_in(by, "roster.off", task.place, left, {**said, **note}, heard=left)
    Stand.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)


def _ahead(stage: Stage, place: str, members: list[UUID]) -> None:
    """On the last evening the roster of the days ahead hangs on the wall, with a few seats still open."""
    now = clock.now()
    until = now + timedelta(days=int(value("roster.hole_days", place, clock.day_of(now))))
    seats = queries.seats_of(queries.needs(SYSTEM, place, now, until), now, until) if members else []
    seats.sort(key=lambda seat: (seat.span.start, seat.need.place, seat.need.id, seat.slot))
    stood = dict(Stand.objects.filter(member__in=members).values_list("member").annotate(Max("ends_at")))
    rested = sorted(members, key=lambda one: (one in stood, stood.get(one, now), one))  # longest first
    new: list[Stand] = []
    for k, seat in enumerate(seats):
        if k % _OPEN == _OPEN - 1:
            continue
        new.append(
            Stand(
                id=ids.new(), need=seat.need.id, place=seat.need.place, slot=seat.slot,
                member=rested[len(new) % len(rested)], starts_at=seat.span.start, ends_at=seat.span.end, drawn=True,
            )
        )  # fmt: skip
    Stand.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)
    plan.label()
