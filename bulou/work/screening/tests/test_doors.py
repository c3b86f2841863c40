"""At the door: who lives there, who is not on the register, and that what is found goes on at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from bulou.core import exports
from bulou.core.figures.queries import Asked, read
from bulou.core.figures.recount import recount
from bulou.core.people.models import Household, Person
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming, Result
from bulou.core.rulebook import queries as rulebook
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.core.tasks.models import Task
from bulou.exchange.out.actions import counted
from bulou.lib import clock, ids
from bulou.work.arrivals.models import Arrival
from bulou.work.cases.models import Reported
from bulou.work.screening import carried, queries
from bulou.work.screening.actions import lay
from bulou.work.screening.models import Answer, Round
from bulou.work.screening.tests.conftest import COUNTY, FAR, VILLAGE, Home, door, settle
from bulou.work.screening.tests.test_rounds import Begin, visit


@pytest.fixture
def homes(grids: list[str]) -> list[Home]:
    return settle(grids[0], 3, size=2)


@pytest.fixture
def plan(homes: list[Home], begin: Begin, at: Any) -> Round:
    made = begin()
    at(3)
    return made


def answer(plan: Round, by: Actor = SYSTEM, place: str = VILLAGE, **said: Any) -> Result:
    data = {"round": str(plan.id), **{k: str(v) if isinstance(v, UUID) else v for k, v in said.items()}}
    (result,) = take([Incoming("screening.answer", ids.new(), place, clock.now(), data)], by)
    return result


def count(name: str, place: str = COUNTY) -> int:
    return read([name], Asked(place)).get(place, {}).get(name, 0)


def test_who_is_found_and_not_on_the_register_is_on_it_now_and_listed(
    plan: Round, homes: list[Home], office: Actor
) -> None:
    home = homes[0][0]
    assert answer(plan, member=home, who={"name": "崔竣崧", "sex": "男"}).status == "accepted"
    new = Person.objects.get(name="崔竣崧")
    assert new.household == home
    assert [one.person for one in queries.added(office, plan, VILLAGE)] == [new.pk]
    assert (count("screening.added"), queries.added(office, plan, FAR).count()) == (1, 0)


def test_who_was_found_new_stays_so_when_something_else_is_said_of_them_later(
    plan: Round, homes: list[Home], office: Actor
) -> None:
    home = homes[0][0]
    answer(plan, member=home, who={"name": "崔竣崧", "sex": "男"})
    new = Person.objects.get(name="崔竣崧")
    first = Answer.objects.get()
    page = f"/screening/doors/{door(plan, home).id}/"
    said = {"outcome": "seen", "record": str(ids.new()), f"{new.pk.hex}-found": "away"}
    said |= {f"{one}-found": "here" for one in ("new0", "new1", *(one.hex for one in homes[0][1]))}
    assert signed_in(Client(), actor(Role.GRID_WORKER, VILLAGE)).post(page, said).status_code == 302
    (again,) = Answer.objects.filter(person=new.pk, replaced_by=None)
    assert (again.replaces, again.found) == (first.pk, "away")
    assert [one.person for one in queries.added(office, plan, VILLAGE)] == [new.pk]
    assert count("screening.added") == 1 and recount() == []
    # A correction that says it was somebody on the register all along takes them off the list.
    data = {"round": str(plan.id), "member": str(home), "person": str(homes[0][1][0])}
    take(
        [
            Incoming(
                "screening.answer", ids.new(), VILLAGE, clock.now(), data, replaces=again.pk, why="认错人"
            )
        ],
        SYSTEM,
    )
    assert not queries.added(office, plan, VILLAGE).exists() and count("screening.added") == 0


def test_a_phone_that_knows_no_rounds_means_the_latest_that_expects_the_door(
    plan: Round, homes: list[Home], office: Actor
) -> None:
    home, place = homes[0][0], VILLAGE
    data = {"member": str(home), "who": {"name": "崔竣崧"}}
    told = [
        take([Incoming("screening.answer", ids.new(), place, clock.now(), one)], by)[0]
        for one, by in (
            (data, actor(Role.VOLUNTEER, FAR)), ({**data, "member": str(ids.new())}, SYSTEM),
            ({**data, "member": None}, SYSTEM),
        )
    ]  # fmt: skip
    assert [one.status for one in told] == ["refused"] * 3 and not Answer.objects.exists()
    (kept,) = take(
        [Incoming("screening.answer", ids.new(), place, clock.now(), data)], actor(Role.VOLUNTEER, VILLAGE)
    )
    assert kept.status == "accepted" and Answer.objects.get().round == plan.id
    assert [queries.added(office, plan, VILLAGE).count(), Person.objects.get(name="崔竣崧").household] == [
        1,
        home,
    ]


def test_a_phone_hears_what_is_asked_at_each_of_its_doors(homes: list[Home], begin: Begin, at: Any) -> None:
    worker = actor(Role.VOLUNTEER, VILLAGE)
    assert carried.phone(worker, clock.now()) is None
    plan, brief = begin(questions=["count", "who", "origin", "health"]), begin(questions=["contact"])
    part = carried.phone(worker, clock.now())
    assert part is not None and part.data["asked"] == {
        plan.slot: ["address", "fever", "from_place", "job", "people", "phone", "returned", "symptoms"],
        brief.slot: ["contact"],
    }  # fmt: skip
    assert carried.phone(actor(Role.VOLUNTEER, FAR), clock.now()) is None


def test_a_home_on_no_list_is_entered_under_the_id_that_a_phone_made(
    plan: Round, homes: list[Home], office: Actor
) -> None:
    by, home, moment = actor(Role.VOLUNTEER, VILLAGE), ids.new(), clock.now()
    heard = carried.phone(by, moment)
    assert heard is not None and heard.data["homes"] == [[plan.slot, plan.name]]

    def sent(by: Actor, member: UUID, place: str = VILLAGE, **more: Any) -> Result:
        data = {"member": str(member), "round": str(plan.id), "outcome": "seen", "people": 1,
                "door": {"number": "无号", "address": "山后第二家"}, **more}  # fmt: skip
        return take([Incoming("screening.visit", ids.new(), place, moment, data)], by)[0]

    for wrong in (
        sent(actor(Role.VOLUNTEER, FAR), ids.new(), FAR), sent(by, ids.new(), round=str(ids.new())),
        sent(by, homes[0][1][0]), sent(by, ids.new(), outcome="seen", round=None),
    ):  # fmt: skip
        assert wrong.code == "screening-unexpected"
    assert sent(by, ids.new(), containers=1, larvae=2).status == "refused"
    assert Household.objects.count() == 3
    assert [sent(by, home).status, sent(by, home).status] == ["accepted", "accepted"]
    assert (door(plan, home).detail, Household.objects.get(pk=home).number) == ("seen", "无号")
    assert answer(plan, by, member=home, who={"name": "方隽"}).status == "accepted"
    assert Person.objects.get(name="方隽").household == home
    assert (queries.cover(plan, VILLAGE).expected, count("screening.households")) == (4, 4)
    assert recount() == []


def test_in_a_round_over_people_somebody_is_a_door_of_their_own(
    homes: list[Home], begin: Begin, at: Any
) -> None:
    plan = begin(subjects="people", questions=["health"])
    at(3)
    by, person = actor(Role.VOLUNTEER, VILLAGE), homes[0][1][0]
    said = {"person": str(person), "fever": True}
    assert (
        take([Incoming("screening.answer", ids.new(), VILLAGE, clock.now(), said)], by)[0].status
        == "accepted"
    )
    assert Answer.objects.get().round == plan.id and count("screening.doors") == 6


def test_who_is_on_the_register_and_nobody_can_find_is_listed(
    plan: Round, homes: list[Home], office: Actor
) -> None:
    (_one, living), (two, moved), _three = homes
    answer(plan, person=living[0], found="gone")
    answer(plan, person=living[1], found="away")
    take([visit(plan, two, "moved")], SYSTEM)
    assert set(queries.gone(office, plan, VILLAGE).values_list("pk", flat=True)) == {living[0], *moved}
    answer(plan, person=moved[0], found="here")
    assert set(queries.gone(office, plan, VILLAGE).values_list("pk", flat=True)) == {living[0], moved[1]}


def test_who_moved_in_the_first_round_is_on_the_list_of_the_second_too(
    plan: Round, homes: list[Home], office: Actor, begin: Begin
) -> None:
    (_one, _living), (two, moved), _three = homes
    take([visit(plan, two, "moved")], SYSTEM)
    second = begin(after=plan.id)
    for of in (plan, second):
        assert set(queries.gone(office, of, VILLAGE).values_list("pk", flat=True)) == set(moved)


def test_whoever_is_named_at_a_door_counts_when_the_doors_are_taken_out(
    plan: Round, homes: list[Home], office: Actor
) -> None:
    assert settle(VILLAGE, 1, size=0, start=90)
    lay(office, plan.id)
    wish = exports.Asked(office, VILLAGE, {"round": str(plan.id), "show": "all"})
    everybody = sum(len(living) for _home, living in homes) + 1
    assert counted("screening-doors", wish) == everybody
    asked = signed_in(Client(), office).get(
        f"/exports/new/?list=screening-doors&round={plan.id}&show=all&place={VILLAGE}"
    )
    assert asked.context["rows"] == everybody


def test_a_returnee_found_at_a_door_is_an_arrival_at_once_and_has_been_seen(
    plan: Round, homes: list[Home]
) -> None:
    (_home, living), *_rest = homes
    said = {
        "returned": True,
        "arrived": "2020-01-28",
        "from_place": "湖北省武汉市",
        "fever": False,
        "contact": False,
    }
    assert answer(plan, person=living[0], **said).status == "accepted"
    came = Arrival.objects.get(person=living[0])
    assert (came.origin, came.day.isoformat()) == ("affected-area", "2020-01-28")
    assert Task.objects.get(kind="arrivals.visit", subject_id=living[0]).done_at is not None
    assert (count("screening.returnees"), count("screening.returnees_seen"), count("screening.returned")) == (
        1,
        1,
        1,
    )
    answer(plan, person=living[0], **said)
    assert Arrival.objects.filter(person=living[0]).count() == 1
    assert recount() == []


def test_a_new_find_from_elsewhere_is_an_arrival_too(plan: Round, homes: list[Home]) -> None:
    by = actor(Role.VOLUNTEER, VILLAGE)
    assert answer(plan, by, member=homes[0][0], who={"name": "方隽"}, returned=True).status == "accepted"
    assert Arrival.objects.filter(person=Person.objects.get(name="方隽").pk).count() == 1


def test_a_fever_at_a_door_is_reported_to_the_clinic(plan: Round, homes: list[Home]) -> None:
    person = homes[0][1][0]
    answer(plan, person=person, fever=True)
    assert Reported.objects.filter(person=person).count() == 1


def test_a_contact_is_owed_an_observation_until_one_is_opened(plan: Round, homes: list[Home]) -> None:
    staying, came = homes[0][1]
    answer(plan, person=staying, contact=True)
    answer(plan, person=came, contact=True, returned=True, from_place="湖北省武汉市", arrived="2020-01-28")
    assert (count("screening.contacts"), count("screening.contacts_observed")) == (2, 1)
    owed = Task.objects.get(kind="screening.contact", done_at=None)
    assert owed.subject_id == staying


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({}, "screening-nobody"),
        ({"person": ids.new()}, "person-unknown"),
        ({"who": {"name": "8"}}, "person-name-form"),
        ({"who": {"name": "方隽"}, "arrived": "2020-02-28"}, "screening-ahead"),
        ({"who": {"name": "方隽", "doc_number": "110101199001011239"}}, "id-"),
    ],
)
def test_what_cannot_be_said_of_a_person_is_refused(said: dict[str, Any], code: str, plan: Round) -> None:
    assert answer(plan, **said).code.startswith(code)
    assert not Answer.objects.exists()


def test_nobody_answers_for_people_of_another_place(plan: Round, homes: list[Home]) -> None:
    stranger = actor(Role.VILLAGE_DOCTOR, FAR)
    assert answer(plan, stranger, person=homes[0][1][0]).code == "place-unknown"
    assert answer(plan, stranger, FAR, person=homes[0][1][0]).code == "screening-unexpected"


def test_clearing_standing_water_is_a_round(
    homes: list[Home], begin: Begin, at: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("bulou.work.screening.actions.profile", lambda place, day: "chikungunya")
    monkeypatch.setattr(clock, "day_of", _in_2025(clock.day_of))
    assert rulebook.profiles().count("chikungunya") == 1
    plan = begin(questions=["count", "water"])
    at(2)
    found = [
        visit(plan, homes[0][0], "seen", containers=3, larvae=0, cleared=True),
        visit(plan, homes[1][0], "seen", containers=4, larvae=2, cleared=True),
        visit(plan, homes[2][0], "seen", containers=2, larvae=0, cleared=False),
    ]
    assert {one.status for one in take(found, SYSTEM)} == {"accepted"}
    assert (count("screening.containers"), count("screening.larvae")) == (9, 2)
    assert [count(f"screening.results[{word}]") for word in ("clear", "again", "team")] == [1, 1, 1]
    again = Task.objects.filter(kind="screening.again")
    assert {task.subject_id for task in again} == {homes[1][0], homes[2][0]}
    assert queries.cover(plan, VILLAGE).gap == 0
    heard = carried.phone(actor(Role.VOLUNTEER, VILLAGE), clock.now())
    assert heard is not None and heard.data["asked"].keys() == {plan.slot, *(task.slot for task in again)}
    at(5)
    take([visit(plan, homes[1][0], "seen", containers=0, larvae=0)], SYSTEM)
    assert again.get(subject_id=homes[1][0]).done_at is not None
    (wrong,) = take([visit(plan, homes[2][0], "seen", containers=1, larvae=2)], SYSTEM)
    assert wrong.code == "screening-larvae"
    assert door(plan, homes[0][0]).detail == "seen"
    assert recount() == []


def _in_2025(day_of: Any) -> Any:
    return lambda moment: day_of(moment).replace(year=2025, month=8)
