"""Everybody's day begins with what is still to be done."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bulou.core.people.models import Person
from bulou.core.staff.models import Post
from bulou.core.staff.roles import EVERYONE, Role
from bulou.core.staff.testing import actor
from bulou.core.tasks.lay import lay
from bulou.desk.tests.conftest import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, arrived, desk, page, reading
from bulou.lib import clock

pytestmark = pytest.mark.django_db
PLACES = {
    Role.VILLAGE_DOCTOR: VILLAGE, Role.VILLAGE_CADRE: VILLAGE, Role.VOLUNTEER: VILLAGE, Role.GRID_WORKER: VILLAGE,
    Role.TOWNSHIP_CLERK: TOWNSHIP, Role.TOWNSHIP_LEADER: TOWNSHIP,
}  # fmt: skip


def name(person: Any) -> str:
    return Person.objects.get(pk=person).name


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_every_role_has_a_first_page(role: Role) -> None:
    arrived(1)
    lay()
    client = desk(role, PLACES.get(role, COUNTY))
    response = client.get("/")
    assert response.status_code == (302 if role is Role.FEVER_CLINIC else 200)


def test_a_doctor_sees_by_name_whom_to_see_and_where_it_is_done() -> None:
    mine, elsewhere = arrived(1), arrived(2, OTHER_VILLAGE)
    lay()
    shown = page(desk(Role.VILLAGE_DOCTOR, VILLAGE), "/")
    assert name(mine) in shown
    assert name(elsewhere) not in shown
    assert f"/observation/readings/?place={VILLAGE}" in shown


def test_the_county_sees_where_the_gap_is_and_each_number_leads_down() -> None:
    reading(arrived(1), 385, 1)
    lay()
    shown = page(desk(Role.COUNTY_OFFICE), "/")
    assert f"/places/{TOWNSHIP}/" in shown
    assert f"/missed/?place={TOWNSHIP}" in shown
    assert "Where is the gap?" in shown


def test_whoever_sees_no_people_reads_no_name() -> None:
    person = arrived(1)
    lay()
    for role in (Role.AUDITOR, Role.ADMINISTRATOR):
        for url in ("/", "/missed/", f"/places/{VILLAGE}/", "/board/", "/figures/observation.opened/rows/"):
            assert name(person) not in page(desk(role), url), (role, url)


def test_the_first_pages_cost_the_same_for_many(django_assert_max_num_queries: Any) -> None:
    for n in range(2):
        arrived(n)
    lay()
    desks = [desk(Role.VILLAGE_DOCTOR, VILLAGE), desk(Role.COUNTY_OFFICE)]
    for client in desks:
        page(client, "/")
    for n in range(2, 14):
        arrived(n)
    lay()
    for client, most in zip(desks, (22, 60), strict=True):
        with django_assert_max_num_queries(most):
            page(client, "/")


def test_whoever_sees_no_people_is_told_so_and_not_that_nothing_is_missed() -> None:
    from bulou.core.tasks.models import Task

    arrived(1)
    lay()
    assert Task.objects.filter(due_at__lt=clock.now(), done_at=None).exists()
    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        shown = page(desk(role, COUNTY), "/missed/")
        assert "is not for this post" in shown and "Nobody and nothing is missed" not in shown


def test_where_nobody_holds_a_post_is_the_administrators_first_word_and_each_village_leads_to_the_form() -> (
    None
):
    client = desk(Role.ADMINISTRATOR, COUNTY)
    shown = page(client, "/")
    assert "Villages where nobody holds a post" in shown and "Nothing waits" not in shown
    assert f"/staff/new/?place={COUNTY}&amp;role=county-office" in shown
    assert f"/staff/new/?place={VILLAGE}" in page(client, "/staff/unposted/?place=" + TOWNSHIP)

    grid = actor(Role.GRID_WORKER, VILLAGE + "001")
    assert f"/staff/new/?place={VILLAGE}" not in page(client, "/staff/unposted/?place=" + TOWNSHIP)
    Post.objects.filter(pk=grid.post).update(to_at=clock.now())
    assert f"/staff/new/?place={VILLAGE}" in page(client, "/staff/unposted/?place=" + TOWNSHIP)
    assert f"/staff/new/?place={OTHER_VILLAGE}" not in page(
        desk(Role.TOWNSHIP_CLERK, TOWNSHIP), "/staff/unposted/"
    )


def test_a_first_page_on_which_nothing_waits_says_where_to_go_on() -> None:
    shown = page(desk(Role.UNIT_LIAISON, TOWNSHIP), "/")
    words = shown.partition("Nothing waits for you now.")[2]
    assert 'href="/units/"' in words and 'href="/bulletin/"' not in words
    done = page(desk(Role.VILLAGE_CADRE, VILLAGE), "/").partition("Everything that was due is done.")[2]
    assert 'href="/arrivals/"' in done


@pytest.mark.parametrize(
    "role", [Role.VILLAGE_CADRE, Role.TOWNSHIP_CLERK, Role.TOWNSHIP_LEADER, Role.COUNTY_LEADER]
)
def test_what_rose_to_a_post_stands_on_its_first_page_by_name_and_leads_to_its_list(role: Role) -> None:
    person, place = arrived(1, hours=30), PLACES.get(role, COUNTY)
    lay()
    shown = page(desk(role, place), "/")
    card = (
        shown.partition("risen to us")[0].rpartition("<li")[2]
        + shown.partition("risen to us")[2].partition("</li>")[0]
    )
    (count,) = re.findall(r'waits-count">(\d+)<', card)
    assert card.count(name(person)) == 1
    listed = page(desk(role, place), f"/missed/?place={place}&risen=1")
    assert f"<h1>{count} missed</h1>" in listed and name(person) in listed
    assert listed.count("Risen to the") == int(count)
    assert "risen to us" not in page(desk(role, {VILLAGE: OTHER_VILLAGE}.get(place, "141032")), "/")


def test_a_leader_sees_place_by_place_first_an_office_what_waits() -> None:
    reading(arrived(1), 385, 1)
    lay()
    table, cards = 'id="standing"', 'class="cards"'
    leader, office = page(desk(Role.COUNTY_LEADER), "/"), page(desk(Role.COUNTY_OFFICE), "/")
    assert leader.index(table) < leader.index(cards)
    assert office.index(cards) < office.index(table)
