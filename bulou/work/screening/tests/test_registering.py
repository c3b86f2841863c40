"""Each question of a round asks at the door, and what is said of who is on the register stands there afterwards."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from bulou.core.people import actions as people
from bulou.core.people import changes
from bulou.core.people import queries as register
from bulou.core.people.models import Person
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.lib import clock, ids
from bulou.work.screening import rules
from bulou.work.screening.models import Answer, Round
from bulou.work.screening.tests.conftest import FAR, VILLAGE, Home, door, settle
from bulou.work.screening.tests.test_doors import answer
from bulou.work.screening.tests.test_rounds import Begin


@pytest.fixture
def home(grids: list[str]) -> Home:
    return settle(grids[0], 1, size=3)[0]


@pytest.fixture
def plan(home: Home, begin: Begin, at: Any) -> Round:
    made = begin(questions=["who", "household"])
    at(3)
    return made


def known(person: UUID) -> dict[str, Any]:
    return register.identifiers({person})[person]


def web(role: Role = Role.GRID_WORKER, place: str = VILLAGE) -> Client:
    client = signed_in(Client(), actor(role, place))
    client.cookies["django_language"] = "en"
    return client


@pytest.mark.parametrize("question", [q for q in rules.QUESTIONS if q != "water"])
def test_each_question_asks_at_the_door_and_none_that_was_not_chosen(
    question: str, home: Home, begin: Begin
) -> None:
    plan = begin(questions=[question])
    page = web().get(f"/screening/doors/{door(plan, home[0]).id}/").content.decode()
    asked = rules.of_door([question]) | rules.of_person([question])
    every = rules.of_door(rules.QUESTIONS) | rules.of_person(rules.QUESTIONS)
    assert asked
    shown = {name for name in every if f'name="{name}"' in page or f'name="{home[1][0].hex}-{name}"' in page}
    assert shown == asked


def test_a_phone_and_an_address_said_at_the_door_are_put_right_and_what_was_there_is_kept(
    plan: Round, home: Home
) -> None:
    person = home[1][1]
    one = Person.objects.get(pk=person)
    people.update(person, one.version, {"phone": "15400000001", "address": "旧址"}, SYSTEM)
    page = f"/screening/doors/{door(plan, home[0]).id}/"
    said = {"outcome": "seen", "record": str(ids.new())}
    said |= {f"{one.hex}-found": "here" for one in home[1]} | {"new0-found": "here", "new1-found": "here"}
    said |= {f"{person.hex}-phone": "154 0000 0002", f"{person.hex}-address": "新院三号"}
    client = web()
    wrong = client.post(page, said | {f"{person.hex}-phone": "不知道"})
    assert wrong.status_code == 422 and known(person)["phone"] == "15400000001"
    assert client.post(page, said).status_code == 302
    assert (known(person)["phone"], known(person)["address"]) == ("15400000002", "新院三号")
    before = changes.history(person)[-1]["before"]
    assert (before["phone"], before["address"]) == ("15400000001", "旧址")
    assert client.post(page, said).status_code == 302  # the same again changes nothing
    assert len(changes.history(person)) == 2
    assert "15400000002" not in client.get(page).content.decode()


def test_who_has_left_a_household_is_taken_off_it_and_how_one_is_related_is_put_right(
    plan: Round, home: Home
) -> None:
    house, (head, left, child) = home
    assert answer(plan, member=house, person=left, found="away", left=True).status == "accepted"
    assert answer(plan, member=house, person=child, relation="子女").status == "accepted"
    assert answer(plan, member=house, who={"name": "崔竣崧"}, relation="配偶").status == "accepted"
    gone = Person.objects.get(pk=left)
    assert (gone.household, gone.relation) == (None, "")
    assert Person.objects.get(pk=child).relation == "子女"
    new = Person.objects.get(name="崔竣崧")
    assert (new.household, new.relation) == (house, "配偶")
    # Put back by the office, the same is not said of them again by an answer about something else.
    people.update(left, gone.version, {"household": house}, actor(Role.COUNTY_OFFICE, VILLAGE[:6]))
    assert answer(plan, member=house, person=left, phone="15400000009").status == "accepted"
    assert Person.objects.get(pk=left).household == house
    assert known(head).get("phone", "") == ""


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_last_word_at_the_door_holds_in_whatever_order_they_come(
    order: tuple[int, ...], plan: Round, home: Home
) -> None:
    person, now = home[1][0], clock.now()
    told = [
        Incoming(
            "screening.answer", ids.new(), VILLAGE, now - timedelta(minutes=30 - n),
            {"round": str(plan.id), "member": str(home[0]), "person": str(person), "phone": f"1540000000{n}"},
        )
        for n in range(3)
    ]  # fmt: skip
    for n in order:
        assert take([told[n]], actor(Role.VOLUNTEER, VILLAGE))[0].status == "accepted"
    assert known(person)["phone"] == "15400000002"


def test_what_the_office_put_right_since_is_not_overridden_by_what_comes_late(
    plan: Round, home: Home, office: Actor
) -> None:
    person = home[1][0]
    people.update(person, Person.objects.get(pk=person).version, {"phone": "15400000005"}, office)
    data = {"round": str(plan.id), "member": str(home[0]), "person": str(person), "phone": "15400000001"}
    late = Incoming("screening.answer", ids.new(), VILLAGE, clock.now() - timedelta(hours=1), data)
    assert take([late], actor(Role.VOLUNTEER, VILLAGE))[0].status == "accepted"
    assert known(person)["phone"] == "15400000005" and Answer.objects.count() == 1


def test_what_somebody_saves_at_the_same_moment_takes_no_answer_out_of_the_register(
    plan: Round, home: Home, office: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, real = home[1][0], people.update

    def saved_before(*said: Any) -> Person:
        monkeypatch.setattr(people, "update", real)
        real(person, Person.objects.get(pk=person).version, {"address": "新院五号"}, office)
        return real(*said)

    monkeypatch.setattr(people, "update", saved_before)
    assert answer(plan, member=home[0], person=person, phone="15400000001").status == "accepted"
    assert (known(person)["phone"], known(person)["address"]) == ("15400000001", "新院五号")


def test_what_the_register_does_not_take_of_an_answer_is_logged(
    plan: Round, home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    person = home[1][0]
    Person.objects.filter(pk=person).update(sex="?")  # as no rule of today lets in
    assert answer(plan, member=home[0], person=person, phone="15400000001").status == "accepted"
    assert known(person).get("phone", "") == "" and Answer.objects.count() == 1
    assert f"{person} is not in the register: person-sex-form" in caplog.text


def test_who_lives_elsewhere_is_not_put_right(plan: Round, home: Home, grids: list[str]) -> None:
    (far,) = settle(FAR, 1, size=1, start=7)
    by = actor(Role.VOLUNTEER, VILLAGE)
    assert answer(plan, by, member=home[0], person=far[1][0], phone="15400000001").status == "refused"
    assert known(far[1][0]).get("phone", "") == ""
    assert answer(plan, by, person=home[1][0], member=home[0], phone="abc").status == "refused"


def test_what_was_said_at_the_door_stands_on_the_persons_page_without_phone_and_address(
    plan: Round, home: Home
) -> None:
    said = {"phone": "15400000003", "address": "新院三号", "job": "木工", "symptoms": True, "left": True}
    assert answer(plan, member=home[0], person=home[1][0], **said).status == "accepted"
    page = web(Role.TOWNSHIP_CLERK, VILLAGE[:9]).get(f"/people/{home[1][0]}/").content.decode()
    assert "木工" in page and "cough or short of breath" in page
    assert not [one for one in ("15400000003", "新院三号", ">True<", "True ·") if one in page]
