"""Two units in one village: whoever answers for one reads, finds, carries and writes of its people alone.

What is about others of the same place, of the other unit or of none, is answered as what is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from bulou.config import urls
from bulou.core import exports
from bulou.core.figures.figure import figures
from bulou.core.people import finding
from bulou.core.people.actions import NewHousehold, add_household, add_unit
from bulou.core.people.models import Person
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.access import make_token
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.models import Account, Post, Responsibility
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.core.sync.post import fetch
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal
from bulou.work.screening import actions as screening
from bulou.work.screening.forms import RoundIn
from bulou.work.screening.models import Answer, Round, Visit
from tests.scope import asking
from tests.scope.asking import addresses, models_for, not_found, plain, told, unknown
from tests.scope.world import SIBLING, TOWNSHIP, VILLAGE, World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# Figures behind which people of the village stand.
OF_PEOPLE = ("screening.", "tasks.", "arrivals.", "observation.")
ROLES = (Role.UNIT_LIAISON, Role.DEPARTMENT)


@dataclass
class Units:
    """A unit's own people (one lives in the next village), everybody else, a round over units' people, who asks."""

    firm: UUID
    own: list[UUID]
    others: list[UUID]
    plan: Round
    actors: dict[Role, Actor]

    def strangers(self) -> re.Pattern[str]:
        names = Person.objects.exclude(pk__in=self.own).values_list("name", flat=True)
        known = set(Person.objects.filter(pk__in=self.own).values_list("name", flat=True))
        return re.compile("|".join(set(names) - known))

    def client(self, role: Role) -> Client:
        return signed_in(Client(raise_request_exception=False), self.actors[role])


@pytest.fixture(scope="module")
def units(world: World) -> Iterator[Units]:
    office, people = actor(Role.VILLAGE_CADRE, VILLAGE), world.people[VILLAGE]
    firm, shop = (
        add_unit(name, VILLAGE, office, kind=kind) for name, kind in (("某厂", "firm"), ("某店", "shop"))
    )
    own, others = [*people[:6], world.people[SIBLING][0]], people[6:14]
    home = add_household(NewHousehold(VILLAGE, "辛家一号"), SYSTEM)
    Person.objects.filter(pk__in=own).update(unit=firm)
    Person.objects.filter(pk__in=others).update(unit=shop, household=home)
    plans = [
        screening.issue(
            office,
            RoundIn(
                name=subjects, place=VILLAGE, subjects=subjects, opens_at=clock.now() - timedelta(hours=3),
                due_at=clock.now() - timedelta(minutes=1) + timedelta(minutes=2),
            ),
        )
        for subjects in ("households", "shops", "unit-people")
    ]  # fmt: skip
    Task.objects.filter(source__in=[plan.id for plan in plans]).update(
        due_at=clock.now() - timedelta(minutes=5)
    )
    seen = [
        {"member": str(who), "round": str(plans[-1].id), "outcome": "moved"} for who in (own[0], others[0])
    ]
    gone = [{"person": str(who), "round": str(plans[-1].id), "found": "gone"} for who in (own[1], others[1])]
    came = [Incoming("screening.visit", ids.new(), VILLAGE, clock.now(), one) for one in seen]
    came += [Incoming("screening.answer", ids.new(), VILLAGE, clock.now(), one) for one in gone]
    assert {one.status for one in take(came, SYSTEM)} == {"accepted"}
    for who in (own[2], others[2]):
        Responsibility.objects.create(
            subject_type="person", subject_id=who, role="guarantor", place=VILLAGE, holder_name="担保人",
            from_day=clock.today(),
        )  # fmt: skip
    found = {}
    for role in ROLES:
        by = actor(role, VILLAGE, f"联络{role.value}")
        Post.objects.filter(pk=by.post).update(unit=firm)
        found[role] = replace(by, unit=firm)
    asking.rows_at.cache_clear()
    yield Units(firm, own, others, plans[-1], found)
    asking.rows_at.cache_clear()


def test_no_page_names_anybody_who_is_not_of_the_unit(units: Units, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(urls, "handler404", not_found, raising=False)
    client, strangers, own = units.client(Role.UNIT_LIAISON), units.strangers(), set()
    mine = re.compile("|".join(Person.objects.filter(pk__in=units.own).values_list("name", flat=True)))
    wrong = []
    for path, words in _pages():
        answer = client.get(path, words)
        said = told(answer)
        own |= set(mine.findall(said))
        if answer.status_code >= 500 or strangers.search(said):
            found = strangers.search(said)
            wrong.append((path, words, answer.status_code, found and found[0]))
    assert not wrong, "\n".join(map(str, wrong))
    assert len(own) > 3  # what is theirs is there


def _pages() -> Iterator[tuple[str, dict[str, str]]]:
    """Each page as it is and with all that a list has, and each page of a thing of the place."""
    for address in addresses():
        if address.pattern.startswith("api/") or len(address.parameters) > 1:
            continue
        if address.parameters and address.parameters[0][0] == "str":
            known = (
                [name for name in figures() if name.startswith(OF_PEOPLE)]
                if "figures/" in address.pattern
                else []
            )
            for value in (*known, VILLAGE, TOWNSHIP):
                yield address.at(value), {}
            continue
        models = models_for(address, address.parameters[0]) if address.parameters else []
        keys = [row.pk for model in models for row in asking.rows_at(model).get(VILLAGE, ())]
        for path in [address.at(key) for key in keys] if address.parameters else [address.at()]:
            yield path, {}
            if "screening" in path or not address.parameters:
                yield path, {"show": "all", "place": VILLAGE}


def test_what_is_another_units_is_answered_as_what_is_not_there(
    units: Units, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(urls, "handler404", not_found, raising=False)
    client, wrong, asked = units.client(Role.UNIT_LIAISON), [], 0
    doors = Task.objects.filter(source__isnull=False, place=VILLAGE).exclude(subject_id__in=units.own)
    theirs: dict[str, list[Any]] = {
        "Person": [units.others[0], units.others[1]],
        "Task": [doors.filter(kind=kind).values_list("pk", flat=True)[0] for kind in _kinds(doors)],
        "Unit": [Person.objects.get(pk=units.others[0]).unit],
        "Household": [Person.objects.get(pk=units.others[0]).household],
    }
    for address in addresses():
        if [kind for kind, _name in address.parameters] != ["uuid"]:
            continue
        for method in ("get", "post"):
            nothing = unknown("uuid")
            client.cookies.pop("messages", None)
            expected = plain(getattr(client, method)(address.at(nothing)), nothing)
            for key in (
                k for m in models_for(address, address.parameters[0]) for k in theirs.get(m.__name__, ())
            ):
                asked += 1
                client.cookies.pop("messages", None)
                answer = plain(getattr(client, method)(address.at(key)), key)
                if answer != expected:
                    wrong.append((method, address.pattern, key, answer[0], expected[0]))
    assert asked and not wrong, "\n".join(map(str, wrong))


def _kinds(doors: Any) -> list[str]:
    kinds = sorted(set(doors.order_by().values_list("kind", flat=True)))
    assert {"screening.household", "screening.person", "screening.venue"} <= set(kinds)
    return kinds


@pytest.mark.parametrize("role", ROLES)
def test_the_api_and_the_phone_tell_of_the_units_people_alone(role: Role, units: Units) -> None:
    by, own = units.actors[role], {str(one) for one in units.own}
    token = make_token(Account.objects.get(pk=by.account), by)

    def asked(path: str) -> dict[str, Any]:
        answer = Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200 and not units.strangers().search(answer.content.decode())
        found: dict[str, Any] = answer.json()
        return found

    missed = asked("missed?limit=500")
    told = [item["subject"] for item in (*asked("tasks?limit=500")["items"], *missed["items"])]
    subjects = {one["id"] for one in told if one["type"] in ("person", "household", "unit")}
    assert missed["count"] == len(missed["items"]) and subjects <= own
    assert (
        asked("tasks?kind=screening.household")["items"] == asked("tasks?kind=screening.venue")["items"] == []
    )
    records, cursor = [], ""
    while True:
        said = asked(f"sync?since={cursor}")
        records += said["items"]
        cursor = said["next"]
        if not said["more"]:
            break
    heard = {item["data"].get("member") or item["data"].get("person") for item in records if item["data"]}
    assert heard - {None} <= own
    post = fetch(by)
    carried = {line[2] for line in post["tasks"] if line[1] in ("person", "household", "unit")}
    assert carried | {card[0] for card in post["people"]} <= {one.hex for one in units.own}
    if role is Role.UNIT_LIAISON:
        assert len(subjects) > 3 and len(heard) == 2 and len(post["tasks"]) == len(units.own) - 1


@pytest.mark.parametrize("role", ROLES)
def test_searching_and_files_find_the_units_people_alone(role: Role, units: Units) -> None:
    by, strangers, own = units.actors[role], units.strangers(), set(units.own)
    for text in ("辛", "x", "", Person.objects.get(pk=units.others[0]).name):
        assert {
            one.pk for one in finding.page(by, finding.Filter(place=VILLAGE, text=text), size=500).rows
        } <= own
    found = 0
    for one in exports.mine(by).values():
        for show in ("", "all", "gap", "added", "gone", "nobody", "mine", "running"):
            asked = exports.Asked(by, VILLAGE, {"show": show, "round": str(units.plan.id)})
            try:
                rows = list(islice(one.found(asked).iterator(chunk_size=500), 500))
            except Refusal:
                continue
            said = "\n".join(str(list(line)) for line in one.lines(asked, rows))
            assert not strangers.search(said), (one.name, show)
            found += len(rows)
    assert found


def test_of_anothers_people_nothing_is_written_and_the_answer_is_that_of_nobody(units: Units) -> None:
    by, plan = units.actors[Role.UNIT_LIAISON], units.plan
    loose = next(p for p in Person.objects.filter(place=VILLAGE, unit=None, merged_into=None))
    shop = Person.objects.get(pk=units.others[3])
    before = Visit.objects.count(), Answer.objects.count()

    def sent(kind: str, by: Actor = by, **said: Any) -> tuple[str, str, str]:
        (result,) = take([Incoming(kind, ids.new(), VILLAGE, clock.now(), said)], by)
        return result.status, result.code, result.message

    for round_ in ({}, {"round": str(plan.id)}):
        visits = [
            sent("screening.visit", member=str(member), outcome="seen", **round_)
            for member in (ids.new(), shop.pk, loose.pk, shop.unit, shop.household)
        ]
        assert set(visits) == {visits[0]} and visits[0][1] == "screening-unexpected"
        answers = [
            sent("screening.answer", person=str(person), fever=True, **round_)
            for person in (ids.new(), shop.pk, loose.pk)
        ]
        assert set(answers) == {answers[0]} and answers[0][0] == "refused"
        at_doors = [
            sent("screening.answer", member=str(member), who={"name": "崔竣崧"}, **round_)
            for member in (ids.new(), shop.pk, shop.unit, shop.household)
        ]
        assert set(at_doors) == {at_doors[0]} and at_doors[0][1] == "screening-unexpected"
    nobody = replace(by, unit=None)  # who answers for no unit yet
    assert sent("screening.visit", nobody, member=str(units.own[3]), outcome="seen")[0] == "refused"
    assert sent("screening.answer", nobody, person=str(units.own[3]), round=str(plan.id))[0] == "refused"
    assert (Visit.objects.count(), Answer.objects.count()) == before
    assert sent("screening.visit", member=str(units.own[3]), outcome="seen")[0] == "accepted"
    assert sent("screening.answer", person=str(units.own[6]), fever=False)[0] == "accepted"
    assert (
        sent("screening.answer", member=str(units.firm), who={"name": "崔竣崧"}, round=str(plan.id))[0]
        == "accepted"
    )
    assert Person.objects.get(name="崔竣崧").unit == units.firm


def test_a_round_of_another_unit_alone_is_none_of_theirs(units: Units) -> None:
    office = actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
    said = RoundIn(
        name="某店双返", place=TOWNSHIP, subjects="unit-people", unit=Person.objects.get(pk=units.others[0]).unit,
        opens_at=clock.now(), due_at=clock.now() + timedelta(hours=1),
    )  # fmt: skip
    plan = screening.issue(office, said)
    client = units.client(Role.UNIT_LIAISON)
    assert client.get(f"/screening/{plan.id}/").status_code == 404
    assert "某店" not in client.get("/screening/").content.decode()
