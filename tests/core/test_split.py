"""A place is split: households go by their doors, with their people, and with what was recorded of them."""

from __future__ import annotations

from typing import Any

import pytest

from bulou.core import ending
from bulou.core.figures.queries import Asked, read
from bulou.core.figures.recount import recount
from bulou.core.people import actions as people
from bulou.core.people.actions import NewHousehold
from bulou.core.people.models import Household, Person
from bulou.core.places import queries as places
from bulou.core.places.models import Place
from bulou.core.tasks.models import OPEN, Task
from tests.core.conftest import COUNTY, VILLAGE
from tests.core.merging import refused

pytestmark = pytest.mark.django_db


def test_a_split_village_gives_households_by_their_doors_and_the_rest_to_the_first_part(
    village: dict[str, Any], office: Any
) -> None:
    other = people.add_household(NewHousehold(VILLAGE, "31号", "某巷31号", village["other"]), office)
    Person.objects.filter(pk=village["other"]).update(household=other)
    said = ending.parts("东城关村 | 40-50\n西城关村 ｜ 1-5、30至35号")
    east, west = ending.split(office, VILLAGE, said, ends=True)
    assert (Household.objects.get(pk=village["home"]).place, Household.objects.get(pk=other).place) == (
        east.pk,
        west.pk,
    )
    assert Person.objects.get(pk=village["other"]).place == west.pk
    assert read(["observation.now"], Asked(west.pk))[west.pk]["observation.now"] == 1
    assert Task.objects.filter(OPEN, kind="observation.reading", place=west.pk).exists()
    assert places.heirs([VILLAGE]) == {VILLAGE: east.pk} and recount(COUNTY) == []
    ending.undo(office, VILLAGE)
    assert not Person.objects.exclude(place=VILLAGE).exists() and recount(COUNTY) == []
    assert not places.alive(Place.objects.filter(split_from=VILLAGE)).exists()


def test_a_part_leaves_a_village_that_keeps_the_rest(village: dict[str, Any], office: Any) -> None:
    [new] = ending.split(office, VILLAGE, ending.parts("新区村 | 7"))
    assert Person.objects.get(pk=village["one"]).place == new.pk
    assert Person.objects.get(pk=village["other"]).place == VILLAGE
    assert places.get(VILLAGE).to_day is None and recount(COUNTY) == []  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "place-no-parts"), ("甲村 | 东头", "place-part"), (" | 3", "place-part"), ("甲村 | 9-3", "place-part"),
     ("甲村 | 1-9\n乙村 | 9", "place-doors")],
)  # fmt: skip
def test_lines_that_say_no_parts_are_refused(text: str, code: str) -> None:
    refused(code, ending.parts, text)
