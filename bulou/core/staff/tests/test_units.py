"""A post that stands for a unit of the register: a department, or a unit's liaison."""

from __future__ import annotations

import pytest
from django.test import Client

from bulou.core.people import units
from bulou.core.people.models import Unit
from bulou.core.staff import many
from bulou.core.staff.actor import Actor
from bulou.core.staff.models import Account, Post
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.core.staff.tests.conftest import COUNTY, SIBLING, TOWNSHIP, VILLAGE

BUREAU, SCHOOL = "测试卫健局", "测试小学"


@pytest.fixture
def register(office: Actor) -> dict[str, Unit]:
    """A bureau of the county; a school in the village, and one of the same name in the township beside."""
    said = f"{BUREAU} | 成员单位\n{SCHOOL} | 学校 | {VILLAGE}\n{SCHOOL} | 学校 | {SIBLING}"
    units.add_units(units.lines(said, office, COUNTY), by=office)
    return {unit.place: unit for unit in Unit.objects.all()}


def test_a_department_and_a_liaison_get_their_unit_with_their_post(
    client: Client, office: Actor, register: dict[str, Unit]
) -> None:
    signed_in(client, office)
    named = {"name": "陈测试", "username": "chen.yi", "role": "department", "place": COUNTY, "unit": BUREAU}
    client.post("/staff/new/", named)
    assert Post.objects.get(account__username="chen.yi").unit == register[COUNTY].pk
    volunteer = actor(Role.VOLUNTEER, VILLAGE)
    url = f"/staff/{volunteer.account}/"
    client.post(url, {"role": "unit-liaison", "place": TOWNSHIP, "unit": f" {SCHOOL} "})
    assert Post.objects.get(account=volunteer.account, role="unit-liaison").unit == register[VILLAGE].pk
    shown = client.get("/staff/").content.decode()
    assert BUREAU in shown
    assert SCHOOL in shown
    assert SCHOOL in client.get(url).content.decode()
    assert f"· {SCHOOL}</option>" in signed_in(client, volunteer).get("/account/").content.decode()


@pytest.mark.parametrize(
    ("role", "place", "unit"),
    [
        ("village-doctor", VILLAGE, SCHOOL), ("unit-liaison", VILLAGE, ""), ("unit-liaison", VILLAGE, BUREAU),
        ("department", COUNTY, "测试无此局"), ("department", COUNTY, SCHOOL),
    ],
)  # fmt: skip
def test_a_unit_that_does_not_fit_is_said_beside_its_field(
    client: Client, office: Actor, register: dict[str, Unit], role: str, place: str, unit: str
) -> None:
    signed_in(client, office)
    given = {"name": "陈测试", "username": "chen.yi", "role": role, "place": place, "unit": unit}
    assert list(client.post("/staff/new/", given).context["form"].errors) == ["unit"]
    assert not Account.objects.filter(username="chen.yi").exists()


def test_units_are_suggested_of_ones_own_territory(
    client: Client, clerk: Actor, register: dict[str, Unit]
) -> None:
    signed_in(client, clerk)
    assert client.get("/staff/units/", {"unit": "测试"}).content.decode().count("<option") == 1
    assert "<option" not in client.get("/staff/units/", {"unit": ""}).content.decode()
    signed_in(client, actor(Role.TOWNSHIP_CLERK, SIBLING))
    given = {
        "name": "陈测试",
        "username": "chen.yi",
        "role": "unit-liaison",
        "place": VILLAGE,
        "unit": SCHOOL,
    }
    client.post("/staff/new/", given)
    assert not Post.objects.filter(unit=register[VILLAGE].pk).exists()


def test_a_list_of_staff_names_units_in_its_fifth_column(clerk: Actor, register: dict[str, Unit]) -> None:
    rows = [f"测试一\t单位联络员\t{TOWNSHIP}\t\t{SCHOOL}", f"测试二\t单位联络员\t{TOWNSHIP}\t\t测试无此校"]
    first, second = many.open_many(many.rows("\n".join(rows)), clerk)
    assert first.opened
    assert first.opened.post.unit == register[VILLAGE].pk
    assert second.refused
