"""Households found: by door, by address, by who their head is; within the scope, and right after what changes."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bulou.core.people import actions, homes, keys
from bulou.core.people.actions import NewHousehold
from bulou.core.people.models import Household, Unit
from bulou.core.people.tests.made import COUNTY, OTHER, TOWN, VILLAGE, actor, everything_stored, person
from bulou.core.places import queries as places
from bulou.core.staff.roles import Role
from bulou.lib import ids

pytestmark = pytest.mark.django_db
BY = actor()
HEADS = ["单小明", "张伟国", "欧阳锋", "李昂"]
DOORS = ["44", "45", "东院", "44"]
PLACES = [VILLAGE, VILLAGE, VILLAGE, OTHER]


@pytest.fixture
def heads() -> list[str]:
    """A household for each of HEADS; a child, who heads none, lives in the first."""
    rows = [
        replace(person(n, name=name, place=place), household=ids.derived("home", n))
        for n, (name, place) in enumerate(zip(HEADS, PLACES, strict=True))
    ]
    child = replace(person(20, name="单小红"), household=ids.derived("home", 0))
    made = actions.enrol([*rows, child], BY)
    actions.add_households(
        [
            NewHousehold(
                place, door, f"{places.names([place])[place]}三组{door}号", one.id, ids.derived("home", n)
            )
            for n, (one, door, place) in enumerate(zip(made, DOORS, PLACES, strict=False))
        ],
        BY,
    )
    return [str(one.id) for one in made]


def found(text: str, place: str = COUNTY, by: object = BY) -> list[str]:
    return [home.head.name for home in homes.page(by, place, text, 50).rows]  # type: ignore[arg-type]


@pytest.mark.usefixtures("heads")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("单", ["单小明"]), ("單", ["单小明"]), ("shanx", ["单小明"]), ("zwg", ["张伟国"]), ("ouyang", ["欧阳锋"]),
        ("单小红", []), ("4", ["单小明", "张伟国", "李昂"]), ("44", ["单小明", "李昂"]), ("４４号", ["单小明", "李昂"]),
        ("45号", ["张伟国"]), ("5", []), ("东院", ["欧阳锋"]), ("dongyuan", []), ("3组44号", ["单小明", "李昂"]),
        ("城关村第三小组44号", ["单小明"]),
        ("龙泉镇城关村3组44号", ["单小明"]), ("3组", []), (person(1).phone, ["张伟国"]),
        (person(1).doc_number, ["张伟国"]),
        ("%", []), ("", HEADS),
    ],
)  # fmt: skip
def test_a_household_is_found_by_door_address_and_its_heads_name(text: str, expected: list[str]) -> None:
    assert sorted(found(text)) == sorted(expected)


@pytest.mark.usefixtures("heads")
def test_households_are_found_within_the_scope_only() -> None:
    assert found("44", by=actor(TOWN, Role.TOWNSHIP_CLERK)) == ["单小明"]
    assert found("liang", by=actor(VILLAGE, Role.VILLAGE_DOCTOR)) == []
    assert found("liang", place=TOWN) == [] and found("liang") == ["李昂"]
    for nobody in (actor(role=Role.ADMINISTRATOR), actor(TOWN, Role.UNIT_LIAISON, unit=ids.new())):
        assert found("单", by=nobody) == found("44", by=nobody) == found("", by=nobody) == []


def test_a_household_is_found_after_its_head_was_put_right_or_merged(heads: list[str]) -> None:
    first, second = (ids.parse(one) for one in heads[:2])
    actions.update(first, 1, {"name": "山小明"}, BY)
    assert found("单") == [] and found("山") == ["山小明"]
    [kept] = actions.enrol([person(30, name="章伟国", phone="")], BY)
    merge = actions.merge(kept.id, second, BY, "同一人")
    assert found("章") == ["章伟国"] and found("张") == []
    actions.unmerge(merge, BY)
    assert found("张") == ["张伟国"]


@pytest.mark.usefixtures("heads")
def test_no_address_stands_in_the_books_and_none_is_found_after_its_key_is_destroyed() -> None:
    assert "三组44号" not in everything_stored() and "3组44号" not in everything_stored()
    assert found("3组45号") == ["张伟国"]
    keys.destroy([ids.derived("home", 1)])
    assert found("3组45号") == []


@pytest.mark.usefixtures("heads")
def test_pages_follow_one_another_by_name_and_by_door() -> None:
    for text in ("44", "", "l"):
        seen, cursor = [], None
        while True:
            page = homes.page(BY, COUNTY, text, 1, cursor)
            seen += [home.head.name for home in page.rows]
            cursor = page.next
            if cursor is None:
                break
        assert sorted(seen) == sorted(found(text))


@pytest.mark.usefixtures("heads")
def test_what_was_there_before_is_found_after_the_migration(capfd: pytest.CaptureFixture[str]) -> None:
    unit = actions.add_unit("龙泉银行", VILLAGE, BY)
    Household.objects.update(address_index=None)
    Unit.objects.update(pinyin="", initials="")
    keys.destroy([ids.derived("home", 1)])
    import_module("bulou.core.people.migrations.0004_households_by_address")._index(apps, None)
    import_module("bulou.core.people.migrations.0003_units_by_sound")._spell(apps, None)
    assert found("3组44号") == ["单小明", "李昂"] and found("3组45号") == []
    assert Unit.objects.get(pk=unit).initials == "lqyh"
    assert "4 of 4" in capfd.readouterr().err


@pytest.mark.usefixtures("heads")
def test_a_page_asks_no_more_of_the_database_for_many_than_for_one() -> None:
    assert places.get(VILLAGE) is not None
    asked = []
    for text in ("44", "4", "zwg", "l"):
        with CaptureQueriesContext(connection) as counted:
            homes.page(BY, COUNTY, text, 50)
        asked.append(len(counted))
    assert asked[0] == asked[1] and max(asked) <= 14
