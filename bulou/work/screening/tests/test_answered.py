"""What people answered at the doors stands on a list of the round and goes out as its file; who said yes is named."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bulou.core import exports
from bulou.core.audit.models import AuditEntry
from bulou.core.figures.recount import recount
from bulou.core.people.models import Person
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.work.screening.models import Round
from bulou.work.screening.tests.conftest import COUNTY, FAR, SIBLING, VILLAGE, Home, settle
from bulou.work.screening.tests.test_doors import answer, count
from bulou.work.screening.tests.test_rounds import Begin

PLATE = "晋L9A9C9"
SAID = {
    "returned": True, "arrived": "2020-01-28", "from_place": "湖北省武汉市", "transport": "car",
    "transport_no": PLATE, "itinerary": "西安", "contact": True, "fever": True, "symptoms": False, "job": "木工",
    "measures": "已居家", "phone": "15400000003", "address": "新院三号", "relation": "子女",
}  # fmt: skip


@pytest.fixture
def home(grids: list[str]) -> Home:
    return settle(grids[0], 1, size=4)[0]


@pytest.fixture
def plan(home: Home, begin: Begin, at: Any) -> Round:
    made = begin(
        questions=["who", "arrival", "origin", "itinerary", "transport", "contact", "health", "measures"]
    )
    at(3)
    return made


def web(role: Role = Role.TOWNSHIP_CLERK, place: str = VILLAGE[:9]) -> Client:
    client = signed_in(Client(), actor(role, place))
    client.cookies["django_language"] = "en"
    return client


def told(plan: Round, home: Home) -> tuple[UUID, ...]:
    """One of the household says all there is, one has a cough, one is well, one is away."""
    ill, coughs, well, away = home[1]
    none = {"fever": False, "symptoms": False, "contact": False}
    for person, said in (
        (ill, SAID),
        (coughs, none | {"symptoms": True}),
        (well, none),
        (away, {"found": "away"}),
    ):
        assert (
            answer(plan, actor(Role.GRID_WORKER, VILLAGE), member=home[0], person=person, **said).status
            == "accepted"
        )
    return ill, coughs, well, away


def listed(client: Client, plan: Round, query: str = "") -> list[UUID]:
    return [
        line.answer.person for line in client.get(f"/screening/{plan.id}/answers/{query}").context["rows"]
    ]


def test_who_was_asked_and_what_they_answered_stands_on_the_list_of_the_round(
    plan: Round, home: Home
) -> None:
    ill, coughs, well, away = told(plan, home)
    client = web()
    assert f"/screening/{plan.id}/answers/?place=" in client.get(f"/screening/{plan.id}/").content.decode()
    shown = client.get(f"/screening/{plan.id}/answers/")
    page = shown.content.decode()
    assert listed(client, plan) == [away, well, coughs, ill]
    for word in (
        "木工",
        "已居家",
        "湖北省武汉市",
        "by way of 西安",
        "2020-01-28",
        "Own car",
        "1号",
        "None of it",
    ):
        assert word in page, word
    # What identifies somebody stands masked, or not at all; each look at the list is kept.
    assert not [one for one in ("15400000003", "新院三号", PLATE) if one in page]
    assert "telephone, address said anew" in page
    looks = AuditEntry.objects.filter(subject_type="screening", subject_id=str(plan.id))
    assert looks.exists()


@pytest.mark.parametrize(
    ("show", "who"),
    [("all", (3, 2, 1, 0)), ("unwell", (1, 0)), ("contact", (0,)), ("affected", (0,)), ("returned", (0,))],
)
def test_those_who_said_yes_are_named_and_counted(
    show: str, who: tuple[int, ...], plan: Round, home: Home
) -> None:
    people, client = told(plan, home), web()
    assert listed(client, plan, f"?show={show}") == [people[n] for n in who]
    (word,) = [
        one
        for one in client.get(f"/screening/{plan.id}/answers/?show={show}").context["filters"]
        if one["active"]
    ]
    assert word["count"] == len(who)


def test_symptoms_said_at_doors_are_counted_and_named_from_the_page_of_the_round(
    plan: Round, home: Home
) -> None:
    told(plan, home)
    shown = web().get(f"/screening/{plan.id}/")
    assert shown.context["unwell"] == 2 and "2 with symptoms" in shown.content.decode()
    assert count("screening.unwell") == 2 and recount() == []


def test_who_had_a_cough_stays_named_when_the_last_answer_does_not_speak_of_it(
    plan: Round, home: Home
) -> None:
    _ill, coughs, *_rest = told(plan, home)
    answer(plan, member=home[0], person=coughs, found="away")
    client = web()
    assert listed(client, plan).count(coughs) == 1
    assert listed(client, plan, "?show=unwell").count(coughs) == 1
    answer(plan, member=home[0], person=coughs, symptoms=True)  # told twice, one person
    assert listed(client, plan, "?show=unwell").count(coughs) == 1


def test_the_list_is_searched_by_name_and_by_household_and_narrowed_to_a_place(
    plan: Round, home: Home, grids: list[str]
) -> None:
    ill, *_others = told(plan, home)
    client, name = web(), Person.objects.get(pk=ill).name
    assert listed(client, plan, f"?q={name}") == [ill]
    assert len(listed(client, plan, "?q=1号")) == 4 and listed(client, plan, "?q=9号") == []
    assert listed(client, plan, f"?place={VILLAGE}") and listed(client, plan, f"?place={grids[1]}") == []
    for wrong in ("?show=pets", "?cursor=x", f"?place={FAR}"):
        assert client.get(f"/screening/{plan.id}/answers/{wrong}").status_code == 404


def test_nobody_sees_what_was_answered_beyond_their_place_and_their_work(
    home: Home, begin: Begin, at: Any
) -> None:
    plan = begin(VILLAGE[:9], questions=["health"])
    at(3)
    told(plan, home)
    assert listed(web(Role.VILLAGE_CADRE, SIBLING), plan) == []
    assert web(Role.COUNTY_OFFICE, FAR[:6]).get(f"/screening/{plan.id}/answers/").status_code == 404
    for role in (Role.STOREKEEPER, Role.AUDITOR, Role.ADMINISTRATOR):
        assert web(role, COUNTY).get(f"/screening/{plan.id}/answers/").status_code == 404


def test_a_round_that_asks_little_shows_no_more_columns_than_it_asks(
    home: Home, begin: Begin, at: Any
) -> None:
    plan = begin(questions=["health"])
    at(3)
    answer(plan, member=home[0], person=home[1][0], fever=False, symptoms=False)
    assert list(web().get(f"/screening/{plan.id}/answers/").context["groups"]) == ["signs"]


@pytest.mark.parametrize("file", ["csv", "xlsx"])
def test_the_answers_go_out_with_a_column_for_each_question(file: str, plan: Round, home: Home) -> None:
    told(plan, home)
    client = web()
    there = client.get(f"/screening/{plan.id}/answers/?show=contact&export=1")["Location"]
    assert client.get(there).context["rows"] == 1
    form = {"list": "screening-answers", "round": plan.id, "show": "contact", "purpose": "work", "file": file}
    done = client.get(f"{client.post('/exports/new/', form)['Location']}file/")
    content = b"".join(done.streaming_content)
    assert len(content) > 500
    if file == "csv":
        said = content.decode("utf-8-sig")
        assert not [one for one in ("15400000003", "新院三号", PLATE) if one in said]
        for word in ("木工", "湖北省武汉市", "2020-01-28", "晋L***C9", "yes", "no"):
            assert word in said, word


def test_each_line_of_the_file_is_a_person_and_above_fifty_a_second_one_looks(
    plan: Round, home: Home, grids: list[str], office: Actor
) -> None:
    for n, (house, living) in enumerate(settle(grids[1], 26, start=50)):
        for person in living:
            assert answer(plan, member=house, person=person, fever=n == 0).status == "accepted"
    asked = web(Role.COUNTY_OFFICE, COUNTY).get(
        f"/exports/new/?list=screening-answers&round={plan.id}&show=all&place={VILLAGE}"
    )
    assert (asked.context["rows"], asked.context["second"]) == (52, True)
    wish = exports.Asked(office, VILLAGE, {"round": str(plan.id), "show": "all"})
    out = exports.get(office, "screening-answers")
    lines = list(out.lines(wish, list(out.found(wish))))
    assert {len(line) for line in lines} == {len(out.columns) + len(out.more(wish))}


def test_the_list_costs_the_same_for_two_and_for_fifty(plan: Round, home: Home, grids: list[str]) -> None:
    told(plan, home)
    client, url = web(Role.COUNTY_OFFICE, COUNTY), f"/screening/{plan.id}/answers/"
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for house, living in settle(grids[1], 22, start=50):
        for person in living:
            answer(plan, member=house, person=person, fever=False, job="务农")
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(url).context["rows"]) == 48
    assert len(many) <= len(few)


def test_who_was_new_at_the_door_is_marked_and_nothing_was_said_anew_of_them(plan: Round, home: Home) -> None:
    who = {"name": "崔竣崧", "phone": "15400000004"}
    assert answer(plan, member=home[0], who=who, address="新院四号").status == "accepted"
    page = web().get(f"/screening/{plan.id}/answers/").content.decode()
    assert "was not on the register" in page and "said anew" not in page
