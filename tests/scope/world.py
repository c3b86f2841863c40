"""Four villages with people whose names and numbers tell where they live, and a county's papers in each."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.test import Client

from bulou.core.people.actions import enrol
from bulou.core.people.persons import NewPerson, validate
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.access import invite, make_token
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.models import Account
from bulou.core.staff.roles import ABOUT, EVERYONE, Role
from bulou.core.staff.testing import actor, signed_in
from bulou.lib import clock, ids, invented

COUNTY, TOWNSHIP, VILLAGE = "141031", "141031100", "141031100202"
SIBLING, OTHER, FAR = "141031100201", "141031101200", "411621001001"
NOWHERE = "411699999999"
# Who lives where, by a family name that is nobody's elsewhere.
FAMILIES = {VILLAGE: "辛", SIBLING: "鲍", OTHER: "裘", FAR: "瞿"}
# With the people of the ledgers a thousand identity numbers and telephones.
PEOPLE, LINES, RESIDENTS = 22, 3, 102


@dataclass
class World:
    """What was laid down. `names` and `numbers` are of people; `roles` who asks, `near` whom they may ask about."""

    names: dict[str, list[str]] = field(default_factory=dict)
    numbers: list[str] = field(default_factory=list)
    people: dict[str, list[UUID]] = field(default_factory=dict)
    actors: dict[Role, Actor] = field(default_factory=dict)

    def client(self, role: Role) -> Client:
        return signed_in(Client(raise_request_exception=False), self.actors[role])

    def token(self, role: Role) -> str:
        by = self.actors[role]
        return make_token(Account.objects.get(pk=by.account), by)

    def strangers(self, by: Actor) -> re.Pattern[str]:
        """The names of those whom somebody may not see."""
        hidden = [
            name
            for place, names in self.names.items()
            if not by.sees_people or not mine(by, place)
            for name in names
        ]
        return re.compile("|".join(hidden) or r"(?!)")

    def planted(self) -> re.Pattern[str]:
        """The numbers of people: of telephones eleven digits, of documents seventeen and a sign."""
        # The first digits rule nearly every place of a page out before a thousand numbers are tried there.
        return re.compile(rf"(?=\d{{11}})(?:{'|'.join(self.numbers)})", re.IGNORECASE)


def mine(by: Actor, place: str) -> bool:
    """Whether a place is somebody's; said here once more, so that a slip of the house is none of the proof."""
    return place.startswith(by.place)


def post_of(role: Role) -> str:
    """Where somebody of a role stands in this county."""
    return {3: COUNTY, 4: TOWNSHIP}.get(ABOUT[role].level, VILLAGE)


def lay(folder: Path) -> World:
    """A world in the database that is connected."""
    world = World(
        actors={role: actor(role, post_of(role), f"职{n}") for n, role in enumerate(sorted(EVERYONE))}
    )
    for n, place in enumerate(FAMILIES):
        _people(world, place, n)
        _ledger(world, place[:9], n, folder)
        _papers(place, n, world.people[place])
        _rounds(place, world.people[place])
        _taken_out(place)
    return world


def _who(world: World, place: str, n: int) -> dict[str, str]:
    sex = "男" if n % 2 else "女"
    number = invented.make_id(place[:6], date(1980, 1, 1) + timedelta(days=n), sex, 0)
    name = FAMILIES[place] + invented.make_name(n, sex)[1:] + "甲乙丙丁戊己庚"[n % 7]
    phone = invented.make_phone(n)
    world.names.setdefault(place, []).append(name)
    world.numbers += [number, phone]
    return {"name": name, "sex": sex, "doc_number": number, "phone": phone, "address": f"{name}家"}


def _accepted(came: list[Incoming]) -> None:
    results = take(came, SYSTEM)
    assert {r.status for r in results} == {"accepted"}, results


def _record(kind: str, place: str, hours: float, **data: Any) -> Incoming:
    return Incoming(kind, ids.new(), place, clock.now() - timedelta(hours=hours), data)


def _people(world: World, place: str, n: int) -> None:
    """People under observation, with readings, fevers that became cases, one who was let out, one who is held up."""
    from bulou.core.people.models import Person

    start = n * 1000
    came = [
        _record(
            "arrivals.arrival",
            place,
            60,
            who=_who(world, place, start + i),
            from_place="湖北武汉",
            entered_at=(clock.now() - timedelta(hours=60)).isoformat(),
            note="说明",
        )
        for i in range(PEOPLE)
    ]
    _accepted(came)
    found = list(Person.objects.filter(place=place).order_by("id").values_list("id", flat=True))
    world.people[place] = found
    _residents(world, place, start + PEOPLE)
    _home(world, place, found[:2])
    said = [{"person": str(p), "tenths": 365 + i % 3, "symptoms": []} for i, p in enumerate(found[:12])]
    _accepted([_record("observation.reading", place, 5, **data) for data in said])
    fever = [{"person": str(p), "tenths": 385, "symptoms": []} for p in found[12:15]]
    _accepted([_record("observation.reading", place, 4, **data) for data in fever])
    _accepted(
        [_record("observation.notice", place, 50, person=str(p), notice=True, seal=True) for p in found[:4]]
    )
    _accepted([_record("observation.contact", place, 3, person=str(found[16]), found=False)])


def _residents(world: World, place: str, start: int) -> None:
    """Who merely lives here: most of those whose numbers may be found nowhere."""
    told = [_who(world, place, start + i) for i in range(RESIDENTS)]
    enrol([validate(NewPerson(place=place, **said), clock.today()) for said in told], SYSTEM)


def _home(world: World, place: str, living: list[UUID]) -> None:
    """A household whose number and address tell where it is, with people under observation in it."""
    from bulou.core.people.actions import NewHousehold, add_household
    from bulou.core.people.models import Person
    from bulou.core.staff.responsibility import Named, entrust

    number, address = f"{FAMILIES[place]}宅7号", f"{FAMILIES[place]}家巷7号"
    world.names[place] += [number, address]
    home = add_household(NewHousehold(place, number, address, living[0]), SYSTEM)
    Person.objects.filter(pk__in=living).update(household=home)
    holder = f"{FAMILIES[place]}管家"
    world.names[place].append(holder)
    entrust([Named("group-head", "household", home, place, name=holder)], SYSTEM)


def _ledger(world: World, township: str, n: int, folder: Path) -> None:
    """A clerk's file, with people and with a row that is held."""
    from bulou.exchange.take import take_ledger

    place = next(code for code in FAMILIES if code.startswith(township))
    rows = [_who(world, place, n * 1000 + 500 + i) for i in range(LINES)]
    path = folder / f"{township}-{n}.csv"
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        out = csv.writer(file)
        out.writerow(["姓名", "身份证号", "电话", "从何地返回", "返回日期", "体温"])
        for row in rows:
            out.writerow([row["name"], row["doc_number"], row["phone"], "湖北武汉", "2020-02-10", "36.5"])
        out.writerow(
            [rows[0]["name"], rows[0]["doc_number"][:17] + "?", rows[0]["phone"], "武汉", "初三", "63.5"]
        )
    take_ledger(path, place[:9] if n % 2 else place, SYSTEM, kind="returnees")


def _papers(place: str, n: int, people: list[UUID]) -> None:
    """A report, an order, a rule, an invitation, a named responsibility, something refused, a central site."""
    from bulou.reports import actions as reports
    from bulou.work.directives import actions as directives
    from bulou.work.directives.forms import OrderIn
    from bulou.work.observation.models import Bed, Site

    county = actor(Role.COUNTY_OFFICE, place[:6], "县办")
    clerk, cadre = actor(Role.TOWNSHIP_CLERK, place[:9], "镇办"), actor(Role.VILLAGE_CADRE, place, "村办")
    owing = {SIBLING: 1, FAR: 0}  # the township's is sent once; the far county has turns of its own
    for at in (place, place[:9])[: owing.get(place, 2)]:
        typed = {"on_duty": 0, "publicity": 0} if at == place else {}
        reports.send(cadre if at == place else clerk, at, "daily", "2020-02-12/am", typed)
    said = OrderIn(
        title="通知", text="内容", to="listed", places=place, due_at=clock.now() + timedelta(days=1)
    )
    directives.issue(county, said)
    directives.issue(clerk, said)
    invite("志愿者", invented.make_phone(90_000 + n), place, clerk)
    person = str(people[0])
    take([_record("observation.reading", place, 1, person=person, tenths=635, symptoms=[], note="记")], cadre)
    site = Site.objects.create(place=place, name="隔离点")
    Bed.objects.create(site=site, room="101")


def _rounds(place: str, people: list[UUID]) -> None:
    """A round of the village's and one of its township's over people, a door entered, two who may be one."""
    from bulou.core.people.models import Double
    from bulou.work.screening import actions as screening
    from bulou.work.screening.forms import RoundIn

    for role, at in ((Role.VILLAGE_CADRE, place), (Role.TOWNSHIP_CLERK, place[:9])):
        said = RoundIn(
            name="排查", place=at, subjects="people", opens_at=clock.now() - timedelta(hours=2),
            due_at=clock.now() + timedelta(hours=1),
        )  # fmt: skip
        plan = screening.issue(actor(role, at, "排查办"), said)
    _accepted(
        [_record("screening.visit", place, 1, member=str(people[1]), outcome="seen", people=1, note="记")]
    )
    told = {"round": str(plan.id), "person": str(people[1]), "found": "here", "note": "记"}
    _accepted([_record("screening.answer", place, 1, **told)])
    one, other = sorted(people[:2], key=str)
    Double.objects.create(one=one, other=other, score=900, evidence="name-slip", found_at=clock.now())


def _taken_out(place: str) -> None:
    """A list that a clerk asked for and that waits for a second person, and a department's form."""
    from io import BytesIO

    import xlsxwriter

    from bulou.exchange.out import actions as out
    from bulou.exchange.out import forms

    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet().write_row(0, 0, ["单位", "{{here}}", "不认识的一列"])
    for role, at in ((Role.TOWNSHIP_CLERK, place[:9]), (Role.COUNTY_OFFICE, place[:6])):
        by = actor(role, at, "报表办")
        forms.add(file.getvalue(), "部门表", "", by)
        out.ask(out.Wish(at, "compare", "csv", "people", why="核对", identifiers="plain"), by)
