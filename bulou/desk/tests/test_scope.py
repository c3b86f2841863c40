"""Whose page is whose: one's own place and below, never a sibling's or the one above."""

from __future__ import annotations

from typing import Any

import pytest

from bulou.core.staff.roles import EVERYONE, NOBODY_SEES, Role
from bulou.core.tasks.lay import lay
from bulou.desk.tests.conftest import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, arrived, desk, page

pytestmark = pytest.mark.django_db
PLACED = (
    "/people/?place={}", "/places/{}/", "/missed/?place={}", "/figures/?place={}",
    "/figures/observation.opened/rows/?place={}", "/figures/observation.now/rows/?place={}", "/asides/?place={}",
    "/rules/?place={}", "/rules/arrivals.measure/?place={}", "/board/?place={}", "/board/curves/?place={}",
)  # fmt: skip


@pytest.mark.parametrize("url", PLACED)
def test_a_sibling_and_the_place_above_are_not_there(url: str) -> None:
    client = desk(Role.VILLAGE_CADRE, VILLAGE)
    assert client.get(url.format(VILLAGE)).status_code == 200
    for place in (OTHER_VILLAGE, TOWNSHIP, COUNTY, "000000", "x"):
        assert client.get(url.format(place)).status_code == 404, place


@pytest.mark.parametrize("url", PLACED)
def test_a_county_goes_down_to_the_village(url: str) -> None:
    for place in (COUNTY, TOWNSHIP, VILLAGE):
        page(desk(Role.COUNTY_OFFICE), url.format(place))


def test_somebody_elses_person_is_as_if_not_there() -> None:
    person = arrived(1, OTHER_VILLAGE)
    for tail in ("", "correct/", f"merge/{person}/"):
        assert desk(Role.VILLAGE_CADRE, VILLAGE).get(f"/people/{person}/{tail}").status_code == 404
    asked = desk(Role.VILLAGE_CADRE, VILLAGE).post(
        f"/people/{person}/reveal/", {"field": "doc_number", "why": "x"}
    )
    assert asked.status_code == 404
    assert desk(Role.COUNTY_OFFICE).get(f"/people/{person}/").status_code == 200


@pytest.mark.parametrize("role", sorted(NOBODY_SEES))
def test_whoever_sees_no_people_has_no_pages_of_people(role: Role) -> None:
    person = arrived(1)
    for url in ("/people/", f"/people/{person}/", f"/people/{person}/correct/"):
        assert desk(role).get(url).status_code == 404


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_no_menu_leads_to_a_page_that_is_not_there(role: Role) -> None:
    from bulou.core.staff.testing import actor
    from bulou.desk import menu

    who, client = actor(role, COUNTY), desk(role)
    for group in menu.of(who):
        for link in group.links:
            assert client.get(link.url, follow=True).status_code == 200, link.url


def test_lists_cost_the_same_for_many(django_assert_max_num_queries: Any) -> None:
    client = desk(Role.COUNTY_OFFICE)
    urls = {
        "/people/": 22, "/missed/": 26, "/figures/observation.opened/rows/": 26,
        "/figures/tasks.expected/rows/": 26, f"/places/{VILLAGE}/": 26, "/board/": 30,
    }  # fmt: skip
    for n in range(12):
        arrived(n)
    lay()
    for url in urls:
        page(client, url)
    for url, most in urls.items():
        with django_assert_max_num_queries(most):
            page(client, url)
