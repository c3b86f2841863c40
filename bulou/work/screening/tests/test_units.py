"""Registers of units: a round over the people of units, by unit, and by whoever answers for one (双返)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from bulou.core import exports
from bulou.core.people.actions import add_unit
from bulou.core.people.models import Person
from bulou.core.staff.actor import Actor
from bulou.core.staff.models import Post
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.lib.refusals import Refusal
from bulou.work.screening import queries
from bulou.work.screening.tests.conftest import VILLAGE, Home, door, settle
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
