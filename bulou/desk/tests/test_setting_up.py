"""A county of which only the name is known is set up from a list on the desk."""

from __future__ import annotations

import pytest

from bulou.core.places import actions, queries
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.roles import Role
from bulou.desk.tests.conftest import desk, page

pytestmark = pytest.mark.django_db
BARE = "141028"


def test_an_administrator_is_led_to_it_pastes_two_columns_and_is_led_on() -> None:
    actions.take_county(SYSTEM, BARE)
    client = desk(Role.ADMINISTRATOR, BARE)
    address = f"/places/{BARE}/add/"
    for led in ("/", f"/places/{BARE}/"):
        assert f'href="{address}"' in page(client, led)
    assert "from a spreadsheet" in page(client, address)
    pasted = {"name": "吉昌镇\t城关村\n吉昌镇\t祖师庙村\n屯里镇\t太度村", "kind": "township"}
    told = client.post(address, pasted, follow=True).content.decode()
    assert "5 places are set up." in told
    assert [one.name for one in queries.children(BARE)] == ["吉昌镇", "屯里镇"]
    home = page(client, "/")
    assert address not in home
    assert "Villages where nobody holds a post" in home
    assert "No place has been set up" not in told


def test_a_line_that_cannot_be_read_is_named_and_the_list_stays_in_the_form() -> None:
    actions.take_county(SYSTEM, BARE)
    answer = desk(Role.COUNTY_OFFICE, BARE).post(
        f"/places/{BARE}/add/", {"name": "吉昌镇\t城关村\n屯里镇\t太度村\t15户", "kind": "township"}
    )
    assert answer.status_code == 422
    words = answer.content.decode()
    assert "Line 2" in words
    assert "太度村\t15户</textarea>" in words
    assert not queries.children(BARE)
