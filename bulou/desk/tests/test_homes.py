"""Households are searched on a list of theirs, and what is searched for among people finds households and units too."""

from __future__ import annotations

import pytest
from django.test import Client

from bulou.core.people import homes, units
from bulou.core.people.actions import NewHousehold, add_household
from bulou.core.people.models import Person
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.desk import homes_out
from bulou.desk.tests.conftest import TOWNSHIP, VILLAGE, arrived, desk, page


def test_a_search_for_people_finds_households_and_units_too(db: None) -> None:
    clerk, head = actor(Role.TOWNSHIP_CLERK, TOWNSHIP), arrived(1)
    home = add_household(NewHousehold(VILLAGE, "44", "某巷44号", head), clerk)
    Person.objects.filter(pk=head).update(
        household=home, name="单小明", pinyin="shan xiaoming", initials="sxm"
    )
    units.add_units(units.lines("山西小馆 | 商店", clerk, TOWNSHIP), by=clerk)
    client = signed_in(Client(), clerk)
    page = client.get("/people/", {"q": "shanx"})
    assert [row["cells"][0].text for row in page.context["homes"]] == ["44"]
    assert [row["unit"].name for row in page.context["firms"]] == ["山西小馆"]
    assert "homes" not in client.get("/people/").context
    for text in ("44", "44号", "某巷44号", "sxm", "单小明"):
        rows = client.get("/households/", {"q": text}, follow=True).context["page"].rows
        assert [row.cells[2].text for row in rows] == ["单小明"]
    assert not client.get("/households/", {"q": "45"}).context["page"].rows
    assert client.get("/households/", {"cursor": "rubbish"}).status_code == 404
    assert "某巷" not in client.get("/households/").content.decode()
    beside = signed_in(Client(), actor(Role.TOWNSHIP_CLERK, "141031101"))
    assert not beside.get("/households/", {"q": "44"}).context["page"].rows
    assert not beside.get("/people/", {"q": "shanx"}).context["homes"]


def test_the_file_of_a_search_has_as_many_households_as_it_says_and_counts_without_reading_them(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
    for n in range(3):
        head = arrived(n)
        Person.objects.filter(pk=head).update(name="单小明", pinyin="shan xiaoming", initials="sxm")
        add_household(NewHousehold(VILLAGE, f"{44 + n}", f"某巷{44 + n}号", head), clerk)
    for text, n in {
        "": 3,
        "4": 3,
        "45号": 1,
        "某巷46号": 1,
        "sxm": 3,
        "单": 3,
        "9": 0,
        "wang": 0,
        "东头": 0,
    }.items():
        found = homes_out.Homes(clerk, TOWNSHIP, text)
        assert found.count() == len(list(found.iterator(chunk_size=2))) == n, text
    monkeypatch.setattr(homes, "_described", pytest.fail)
    assert homes_out.Homes(clerk, TOWNSHIP, "sxm").count() == 3


def test_where_no_household_is_the_page_leads_to_a_file_of_people(county: str) -> None:
    assert 'href="/import/"' in main(page(desk(Role.COUNTY_OFFICE), "/households/"))
    assert 'href="/import/"' not in main(page(desk(Role.COUNTY_OFFICE), "/households/?q=9"))
    assert 'href="/import/"' not in main(page(desk(Role.INSPECTOR), "/households/"))


def main(shown: str) -> str:
    """What a page shows beside its menu."""
    return shown.partition("<main")[2]
