"""A village doctor's round: twenty readings on one page, each row answering by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from bulou.core.records.intake import take
from bulou.core.records.models import Aside
from bulou.core.staff import telephones
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids
from bulou.lib.degrees import tenths_of
from bulou.work.observation.models import Reading
from bulou.work.observation.tests.conftest import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    accepted,
    observed,
    reading,
    typed,
)

URL = "/observation/readings/"
Browser = Callable[..., Client]


def test_twenty_readings_go_in_from_one_page(browser: Browser) -> None:
    plans = observed(20)
    doctor = browser(Role.VILLAGE_DOCTOR, VILLAGE)
    page = doctor.get(URL)
    assert page.context["left"] == 20
    answer = doctor.post(URL, typed(plans, ["36.5", "365"] * 10))
    assert answer.status_code == 302
    assert set(Reading.objects.values_list("tenths", flat=True)) == {365}
    assert Reading.objects.count() == 20
    page = doctor.get(URL)
    assert page.context["left"] == 0
    assert len(page.context["done"]) == 20


def test_a_form_sent_twice_is_one_reading(browser: Browser) -> None:
    plans, records = observed(3), [ids.new() for _ in range(3)]
    doctor = browser(Role.VILLAGE_DOCTOR, VILLAGE)
    for _ in range(2):
        assert doctor.post(URL, typed(plans, ["36.5"] * 3, records)).status_code == 302
    assert Reading.objects.count() == 3


def test_the_same_row_with_another_number_is_a_conflict_that_says_so(browser: Browser) -> None:
    (plan,), record = observed(1), [ids.new()]
    doctor = browser(Role.VILLAGE_DOCTOR, VILLAGE)
    doctor.post(URL, typed([plan], ["36.5"], record))
    answer = doctor.post(URL, typed([plan], ["36.9"], record))
    assert answer.status_code == 422
    assert list(Reading.objects.values_list("tenths", flat=True)) == [365]


def test_a_bad_row_says_why_and_its_neighbours_are_taken(browser: Browser) -> None:
    plans = observed(4)
    doctor = browser(Role.VILLAGE_DOCTOR, VILLAGE)
    answer = doctor.post(URL, typed(plans, ["36.5", "63.5", "abc", "36.7"]))
    assert answer.status_code == 422
    assert sorted(Reading.objects.values_list("tenths", flat=True)) == [365, 367]
    rows = [row for group in answer.context["groups"] for row in group["rows"]]
    assert {row.person.id: bool(row.error) for row in rows} == {plans[1].person: True, plans[2].person: True}
    assert "63.5" in answer.content.decode()


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh-hans", "请再看一次体温计，按 36.5"), ("en", "Read the thermometer again and enter it as 36.5")],
)
def test_a_slip_at_the_desk_is_answered_in_what_is_typed_there(
    language: str, said: str, browser: Browser
) -> None:
    """Nobody at a desk sends tenths; whoever does, by the API, gets its own sentence under the same code."""
    (plan,) = observed(1)
    doctor = browser(Role.VILLAGE_DOCTOR, VILLAGE)
    post = {"version": plan.version, "degrees": "63.5", "at": "2020-02-12T09:00"}
    doctor.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    pages = [doctor.post(URL, typed([plan], ["63.5"])), doctor.post(f"/observation/{plan.id}/reading/", post)]
    for page in pages:
        assert page.status_code == 422
        assert said in page.content.decode() and "36.5 °C" not in page.content.decode()
    assert not Aside.objects.exists()  # whoever typed it has been answered; it waits for nobody
    with translation.override(language):
        (sent,) = take([reading(plan, clock.now(), tenths=635)], actor(Role.VILLAGE_DOCTOR, VILLAGE))
    assert sent.code == "temperature-implausible" and "365" in sent.message
    assert Aside.objects.get().code == sent.code


def test_after_a_fever_whoever_is_to_be_called_can_be_called(browser: Browser) -> None:
    (plan,) = observed(1)
    clinic = actor(Role.FEVER_CLINIC, COUNTY)
    telephones.set_phone(clinic.account, "15400000001", by=clinic)
    doctor = browser(Role.VILLAGE_DOCTOR, VILLAGE)
    doctor.post(URL, typed([plan], ["38.1"]) | {f"{plan.person}-sure": "381"})
    assert '<a href="tel:15400000001">15400000001</a>' in doctor.get(URL).content.decode()


def test_a_fever_is_asked_again_before_it_is_taken(browser: Browser) -> None:
    (plan,) = observed(1)
    doctor = browser(Role.VILLAGE_DOCTOR, VILLAGE)
    form = typed([plan], ["38.1"])
    asked = doctor.post(URL, form)
    assert not Reading.objects.exists()
    assert "38.1" in asked.content.decode() and f'name="{plan.person}-sure"' in asked.content.decode()
    assert (
        doctor.post(URL, form | {f"{plan.person}-sure": "379"}).status_code == 422
    )  # another number was meant
    assert doctor.post(URL, form | {f"{plan.person}-sure": "381"}).status_code == 302
    assert Reading.objects.get().fever
    assert "round-fever" in doctor.get(URL).content.decode()


def test_one_row_answers_with_itself_alone(browser: Browser) -> None:
    plans = observed(3)
    doctor = browser(Role.VILLAGE_DOCTOR, VILLAGE)
    form = typed(plans, ["36.5", "36.6", "36.7"]) | {"only": str(plans[1].person)}
    answer = doctor.post(URL, form, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.content.decode().count("<li ") == 1
    assert list(Reading.objects.values_list("person", flat=True)) == [plans[1].person]


def test_a_complaint_goes_in_without_a_number(browser: Browser) -> None:
    (plan,) = observed(1)
    doctor = browser(Role.VILLAGE_DOCTOR, VILLAGE)
    form = typed([plan], [""]) | {f"{plan.person}-symptoms": ["breathlessness"]}
    assert doctor.post(URL, form).status_code == 302
    taken = Reading.objects.get()
    assert (taken.tenths, taken.symptoms) == (None, "breathlessness")
    assert "round-fever" in doctor.get(URL).content.decode()  # the rules name it as alarming


def test_what_is_missed_and_can_still_be_served_stands_first(at: Any, browser: Browser) -> None:
    plans = observed(2)
    accepted([reading(plans[0], clock.now())])
    at("2020-02-12T21:00")
    groups = browser(Role.VILLAGE_DOCTOR, VILLAGE).get(URL).context["groups"]
    assert [group["missed"] for group in groups] == [True]
    assert [row.person.id for row in groups[0]["rows"]] == [plans[1].person]


def test_above_the_villages_the_page_leads_down(browser: Browser) -> None:
    observed(2)
    page = browser(Role.TOWNSHIP_CLERK, TOWNSHIP).get(URL)
    first = page.context["children"][0]
    assert (first["place"].code, first["owed"]) == (VILLAGE, 2)


def test_nobody_measures_in_another_village(browser: Browser) -> None:
    (there,) = observed(1, OTHER_VILLAGE)
    doctor = browser(Role.VILLAGE_DOCTOR, VILLAGE)
    assert doctor.get(f"{URL}?place={OTHER_VILLAGE}").status_code == 404
    doctor.post(URL, typed([there], ["36.5"]))
    assert not Reading.objects.exists()
    assert not Task.objects.filter(kind="observation.reading", done_at__isnull=False).exists()


@pytest.mark.parametrize(
    "text,tenths",
    [
        ("36.5", 365),
        ("365", 365),
        ("36,5", 365),
        ("36。5", 365),
        ("36.5℃", 365),
        ("36.5 °C", 365),
        ("", None),
        ("37", 370),
    ],
)
def test_a_temperature_is_understood_as_it_is_typed(text: str, tenths: int | None) -> None:
    assert tenths_of(text) == tenths


@pytest.mark.parametrize("text", ["36.55", "3", "3650", "normal", "36.5.1", "-36.5", "36 or 37"])
def test_what_is_no_temperature_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError):
        tenths_of(text)


@given(st.integers(100, 999))
def test_a_temperature_means_the_same_with_and_without_its_point(tenths: int) -> None:
    assert tenths_of(str(tenths)) == tenths_of(f"{tenths / 10:.1f}") == tenths
