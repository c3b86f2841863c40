"""The fever clinic's pages: each step in one click, and nothing of anybody else's."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from bulou.core.people import actions as people
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.work.cases.models import Case, Reported
from bulou.work.cases.tests.conftest import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, accepted, arrived, said

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def desk(role: Role, place: str = COUNTY) -> Client:
    client = signed_in(Client(), actor(role, place))
    client.cookies["django_language"] = "en"
    return client


def case(n: int = 1, place: str = VILLAGE, **more: Any) -> Case:
    person = arrived(n, place)
    accepted([said("reported", person, 3, place=place, **more)])
    return Case.objects.get(person=person)


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def test_the_clinics_first_page_shows_who_is_on_the_way_and_what_is_owed() -> None:
    case(reason="fever", tenths=381)
    shown = page(desk(Role.FEVER_CLINIC), "/cases/")
    assert "38.1 °C" in shown
    assert "missed" in shown
    assert "Arrived at the clinic" in shown


def test_received_result_and_back_are_a_click_each() -> None:
    mine, client = case(), desk(Role.FEVER_CLINIC)
    for step, said_there in (
        ("receive", {}),
        ("outcome", {"outcome": "excluded", "seen": ""}),
        ("back", {}),
    ):
        response = client.post(f"/cases/{mine.id}/{step}/", {**said_there, "next": "/cases/?waiting=all"})
        assert (response.status_code, response["Location"]) == (302, "/cases/?waiting=all")
    mine.refresh_from_db()
    assert mine.received_at
    assert mine.returned_at
    assert mine.outcome == "excluded"
    assert "Excluded" in page(client, "/cases/?waiting=all")


def test_whoever_was_overtaken_is_shown_what_changed() -> None:
    mine, client = case(), desk(Role.FEVER_CLINIC)
    client.post(f"/cases/{mine.id}/receive/")
    client.post(f"/cases/{mine.id}/outcome/", {"outcome": "suspected", "seen": ""})
    response = client.post(f"/cases/{mine.id}/outcome/", {"outcome": "excluded", "seen": ""}, follow=True)
    assert "it is now Suspected" in response.content.decode()


def test_each_word_lists_its_own() -> None:
    first, second, third = case(1), case(2), case(3)
    accepted([said("received", c.person, 2) for c in (second, third)])
    accepted([said("outcome", third.person, 1, outcome="excluded")])
    client = desk(Role.FEVER_CLINIC)
    for waiting, there in (("on-the-way", [first]), ("outcome", [second]), ("back", [third])):
        shown = page(client, f"/cases/?waiting={waiting}")
        assert [c for c in (first, second, third) if str(c.id) in shown] == there
    assert page(client, "/cases/?waiting=all&cursor=").count("data-href") == 3


def test_a_list_is_searched_by_name_pinyin_and_initials() -> None:
    from bulou.core.people.models import Person

    mine, other = case(1), case(2)
    person = Person.objects.get(pk=mine.person)
    client = desk(Role.FEVER_CLINIC)
    for text in (person.name, person.initials):
        shown = page(client, f"/cases/?q={text}")
        assert str(mine.id) in shown
        assert str(other.id) not in shown


def test_cases_elsewhere_are_not_there() -> None:
    mine = case(1, VILLAGE)
    there = page(desk(Role.VILLAGE_DOCTOR, OTHER_VILLAGE), "/cases/?waiting=all")
    assert str(mine.id) not in there
    assert str(mine.id) in page(desk(Role.TOWNSHIP_CLERK, TOWNSHIP), "/cases/?waiting=all")
    client = desk(Role.TOWNSHIP_CLERK, "141031101")
    for url in (f"/cases/{mine.id}/", f"/cases/{mine.id}/withdraw/", f"/cases/report/{mine.person}/"):
        assert client.get(url).status_code == 404
    assert client.get(f"/cases/?place={VILLAGE}").status_code == 404
    assert client.post(f"/cases/{mine.id}/receive/").status_code == 404


def test_cases_are_not_the_work_of_a_storekeeper_or_an_auditor() -> None:
    mine = case()
    for role in (Role.STOREKEEPER, Role.AUDITOR, Role.ADMINISTRATOR, Role.VOLUNTEER, Role.CHECKPOINT_STAFF):
        client = desk(role, COUNTY)
        assert client.get("/cases/").status_code == 404
        assert client.get(f"/cases/{mine.id}/").status_code == 404


def test_a_village_doctor_looks_but_does_not_say_outcomes() -> None:
    mine, client = case(), desk(Role.VILLAGE_DOCTOR, VILLAGE)
    assert "/receive/" not in page(client, "/cases/")
    assert client.post(f"/cases/{mine.id}/receive/").status_code == 404


@pytest.mark.parametrize("typed", ["38.2", "38,2", "382", "38。2℃"])
def test_a_suspicion_is_reported_from_a_form_in_degrees(typed: str) -> None:
    person = arrived(1)
    client = desk(Role.VILLAGE_DOCTOR, VILLAGE)
    assert '<input type="text" name="degrees"' in page(client, f"/cases/report/{person}/")
    client.post(f"/cases/report/{person}/", {"reason": "fever", "degrees": typed, "note": "咳嗽"})
    assert Reported.objects.get().tenths == 382


@pytest.mark.parametrize(
    ("typed", "why"), [("63.5", "No person has such a temperature"), ("37.25", "This is not a temperature")]
)
def test_a_temperature_that_is_none_is_refused_in_words(typed: str, why: str) -> None:
    person = arrived(1)
    client = desk(Role.VILLAGE_DOCTOR, VILLAGE)
    response = client.post(f"/cases/report/{person}/", {"reason": "fever", "degrees": typed})
    assert response.status_code == 422
    assert why in response.content.decode()
    assert not Reported.objects.exists()


def test_a_report_is_withdrawn_with_a_reason() -> None:
    mine, client = case(), desk(Role.TOWNSHIP_CLERK, TOWNSHIP)
    assert client.post(f"/cases/{mine.id}/withdraw/", {"why": ""}).status_code == 422
    assert client.post(f"/cases/{mine.id}/withdraw/", {"why": "认错了人"}).status_code == 302
    mine.refresh_from_db()
    assert mine.outcome == "withdrawn"
    assert "Report withdrawn" in page(client, f"/cases/{mine.id}/")


def test_a_long_list_costs_as_many_queries_as_a_short_one(django_assert_max_num_queries: Any) -> None:
    client = desk(Role.FEVER_CLINIC)
    case(1)
    page(client, "/cases/")
    for n in range(2, 8):
        case(n)
    with django_assert_max_num_queries(25):
        page(client, "/cases/")


def test_a_case_tells_what_was_recorded_before_two_were_one() -> None:
    mine, other = case(1), arrived(2)
    accepted([said("received", other, 2)])
    people.merge(mine.person, other, actor(Role.COUNTY_OFFICE, COUNTY), "同一人")
    shown = page(desk(Role.FEVER_CLINIC), f"/cases/{Case.objects.get().id}/")
    assert "At the fever clinic" in shown
