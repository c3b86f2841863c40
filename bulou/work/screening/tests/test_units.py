"""Registers of units: a round over the people of units, by unit, and by whoever answers for one (双返)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from bulou.core import exports
from bulou.core.figures.recount import recount
from bulou.core.people import finding
from bulou.core.people.actions import add_unit
from bulou.core.people.models import Person
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import Actor
from bulou.core.staff.models import Post
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.core.sync.post import fetch
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal
from bulou.work.arrivals.models import Arrival
from bulou.work.screening import queries
from bulou.work.screening.tests.conftest import SIBLING, VILLAGE, Home, door, settle
from bulou.work.screening.tests.test_rounds import Begin


@pytest.fixture
def homes(grids: list[str]) -> list[Home]:
    return settle(grids[0], 3)


def test_who_answers_for_a_unit_sees_its_people_alone(homes: list[Home], office: Actor, begin: Begin) -> None:
    firm, school = (add_unit(name, VILLAGE, office) for name in ("某厂", "某小学"))
    Person.objects.filter(pk=homes[0][1][0]).update(unit=firm)
    Person.objects.filter(pk__in=homes[1][1]).update(unit=school)
    begin()
    plan = begin(subjects="unit-people", name="双返排查")
    liaison = actor(Role.UNIT_LIAISON, VILLAGE)
    Post.objects.filter(pk=liaison.post).update(unit=firm)
    assert list(queries.rounds(replace(liaison, unit=firm))) == [plan]
    client = signed_in(Client(), liaison)
    assert [row["cover"].expected for row in client.get("/screening/").context["rows"]] == [1]
    shown = client.get(f"/screening/{plan.id}/")
    assert (shown.context["here"].expected, [row["unit"].name for row in shown.context["units"]]) == (
        1,
        ["某厂"],
    )
    assert client.get(f"/screening/doors/{door(plan, homes[1][1][0]).id}/").status_code == 404
    assert client.get(f"/screening/doors/{door(plan, homes[0][1][0]).id}/").status_code == 200


@pytest.fixture
def spread(homes: list[Home], office: Actor) -> tuple[UUID, list[UUID], UUID]:
    """A firm of the village; of its people one lives there and one in the next; who lives here and works there."""
    firm, other = (add_unit(name, place, office) for name, place in (("某厂", VILLAGE), ("某店", SIBLING)))
    ((_home, away),) = settle(SIBLING, 1, size=1, start=40)
    here, commuter = homes[0][1][0], homes[1][1][0]
    Person.objects.filter(pk__in=[here, *away]).update(unit=firm)
    Person.objects.filter(pk=commuter).update(unit=other)
    return firm, [here, *away], commuter


def test_everybody_of_a_unit_is_expected_where_it_stands_wherever_they_live(
    spread: tuple[UUID, list[UUID], UUID], office: Actor, begin: Begin, at: Any
) -> None:
    firm, its, commuter = spread
    plan = begin(subjects="unit-people", questions=["health", "contact", "origin"])
    assert set(queries.doors(office, plan, VILLAGE, "all").values_list("subject_id", flat=True)) == set(its)
    assert [(unit.pk, one.expected) for unit, one in queries.by_unit(office, plan, VILLAGE)] == [(firm, 2)]
    assert queries.cover(plan, VILLAGE).expected == 2 and recount() == []
    at(3)
    cadre, away = actor(Role.VILLAGE_CADRE, VILLAGE), Person.objects.get(pk=its[1])
    said = {"person": str(away.pk), "returned": True, "from_place": "湖北武汉", "contact": True}
    moment = clock.now()
    told = [
        Incoming("screening.answer", ids.new(), VILLAGE, moment, said),
        Incoming(
            "screening.answer", ids.new(), VILLAGE, moment, {"person": str(commuter), "member": str(its[0])}
        ),
        Incoming("screening.visit", ids.new(), VILLAGE, moment, {"member": str(away.pk), "outcome": "seen"}),
    ]
    assert [one.status for one in take(told, replace(cadre, unit=firm))] == [
        "accepted",
        "refused",
        "accepted",
    ]
    # What follows is owed where they live, and nobody has stood at that door.
    owed = Task.objects.filter(subject_id=away.pk)
    assert owed.get(kind="screening.contact").place == SIBLING
    assert owed.get(kind="arrivals.visit", done_at=None).place == SIBLING
    assert Arrival.objects.get(person=away.pk).place == SIBLING
    assert queries.cover(plan, VILLAGE).gap == 1 and recount() == []


def test_of_who_lives_elsewhere_a_unit_and_its_place_know_the_name_at_the_door_and_no_more(
    spread: tuple[UUID, list[UUID], UUID], begin: Begin
) -> None:
    firm, its, _commuter = spread
    plan, away = begin(subjects="unit-people", questions=["health"]), Person.objects.get(pk=its[1])
    cadre = signed_in(Client(), actor(Role.VILLAGE_CADRE, VILLAGE))
    doors = f"/screening/{plan.id}/doors/?show=all"
    shown = cadre.get(doors).context
    assert {line.name for line in shown["rows"]} >= {away.name}
    assert {tuple(line.people) for line in shown["rows"]} == {("某厂",)} and str(
        shown["columns"][1]
    ) == "Unit"
    assert [line.name for line in cadre.get(f"{doors}&q={away.name}").context["rows"]] == [away.name]
    page = cadre.get(f"/screening/doors/{door(plan, away.pk).id}/")
    assert [one.pk for one, _form in page.context["form"].told] == [away.pk]
    assert cadre.get(f"/people/{away.pk}/").status_code == 404
    phone = fetch(actor(Role.VOLUNTEER, VILLAGE))
    card = next(one for one in phone["people"] if one[0] == away.pk.hex)
    assert card[4] == "" and away.household and away.household.hex not in str(phone["households"])
    # Who lives there and has nothing to do with the unit sees nothing of its round.
    neighbour = signed_in(Client(), actor(Role.VILLAGE_CADRE, SIBLING))
    assert neighbour.get(f"/screening/doors/{door(plan, away.pk).id}/").status_code == 404
    liaison = actor(Role.UNIT_LIAISON, VILLAGE)
    Post.objects.filter(pk=liaison.post).update(unit=firm)
    theirs = signed_in(Client(), liaison)
    assert (
        len(theirs.get(doors).context["rows"]) == 2 and theirs.get(f"/people/{away.pk}/").status_code == 200
    )
    assert {
        one.pk for one in finding.page(replace(liaison, unit=firm), finding.Filter(place=VILLAGE)).rows
    } == set(its)


def test_the_page_of_a_round_leads_from_a_unit_to_the_names_of_those_left(
    homes: list[Home], office: Actor, begin: Begin
) -> None:
    firm, school = (add_unit(name, VILLAGE, office) for name in ("某厂", "某小学"))
    Person.objects.filter(pk__in=homes[0][1]).update(unit=firm)
    Person.objects.filter(pk__in=homes[1][1]).update(unit=school)
    plan = begin(subjects="unit-people")
    client = signed_in(Client(), office)
    (row,) = [
        row for row in client.get(f"/screening/{plan.id}/").context["units"] if row["unit"].name == "某厂"
    ]
    assert (row["cover"].expected, row["cover"].never) == (2, 2)
    shown = client.get(f"/screening/{plan.id}/doors/{row['query']}")
    assert {line.task.subject_id for line in shown.context["rows"]} == set(homes[0][1])
    assert [one["count"] for one in shown.context["filters"]] == [2, 2, 2]
    listed = exports.get(office, "screening-doors")
    wish = exports.Asked(office, VILLAGE, {"round": str(plan.id), "unit": str(firm)})
    assert listed.found(wish).count() == 2
    for unknown in (str(plan.id), "x"):  # neither a page nor a file of all the others instead
        assert client.get(f"/screening/{plan.id}/doors/?unit={unknown}").status_code == 404
        with pytest.raises(Refusal):
            listed.found(exports.Asked(office, VILLAGE, {"round": str(plan.id), "unit": unknown}))


def test_a_unit_that_filed_nobody_is_named_and_not_taken_for_whole(
    homes: list[Home], office: Actor, begin: Begin
) -> None:
    firm, _school, _hotel = (
        add_unit(name, VILLAGE, office, kind=kind)
        for name, kind in (("某厂", "firm"), ("某小学", "school"), ("试用宾馆", "hotel"))
    )
    Person.objects.filter(pk__in=homes[0][1]).update(unit=firm)
    plan = begin(subjects="unit-people")
    assert [unit.name for unit in queries.filed_nobody(office, plan, VILLAGE)] == ["某小学"]
    page = signed_in(Client(), office).get(f"/screening/{plan.id}/")
    assert [(row["unit"].name, row["cover"].expected) for row in page.context["units"]] == [
        ("某厂", 2), ("某小学", 0),
    ]  # fmt: skip
    assert "未报人员 1" in page.content.decode()
