"""A door that is opened once more shows what was said there, and saving it takes nothing back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django import forms
from django.test import Client

from bulou.core.figures.recount import recount
from bulou.core.people import actions as people
from bulou.core.people.keys import open_parts
from bulou.core.people.models import Person
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.lib import ids
from bulou.work.arrivals.models import Arrival
from bulou.work.cases.models import Outcome, Reported
from bulou.work.screening.models import Answer, Round
from bulou.work.screening.tests.conftest import VILLAGE, Home, door, settle
from bulou.work.screening.tests.test_doors import answer
from bulou.work.screening.tests.test_rounds import Begin

ASKED = ["who", "arrival", "origin", "itinerary", "transport", "contact", "health", "measures", "household"]
SAID: dict[str, Any] = {
    "fever": True, "contact": False, "returned": True, "arrived": "2020-01-28", "from_place": "湖北省武汉市",
    "transport": "car", "transport_no": "陕A12345", "itinerary": "西安", "job": "木工", "measures": "居家",
    "phone": "15400000011", "relation": "配偶",
}  # fmt: skip


@pytest.fixture
def homes(grids: list[str]) -> list[Home]:
    return settle(grids[0], 2, size=2)


@pytest.fixture
def plan(homes: list[Home], begin: Begin, at: Any) -> Round:
    made = begin(questions=ASKED)
    at(3)
    return made


@pytest.fixture
def client(db: None) -> Client:
    return signed_in(Client(), actor(Role.VILLAGE_CADRE, VILLAGE))


def _opened(client: Client, plan: Round, home: UUID) -> tuple[dict[str, Any], str]:
    """What a browser would send back of a door's page, and the page."""
    page = client.get(f"/screening/doors/{door(plan, home).id}/")
    form = page.context["form"]
    return dict(_fields([form, *(told for _who, told in form.told), *form.new])), page.content.decode()


def _fields(shown: list[forms.Form]) -> Iterator[tuple[str, Any]]:
    for one in shown:
        for bound in one:
            value = bound.value()
            if isinstance(bound.field, forms.BooleanField):
                value = "on" if value else None
            if value not in (None, ""):
                yield bound.html_name, value


def _save(client: Client, plan: Round, home: UUID, said: dict[str, Any]) -> None:
    saved = client.post(f"/screening/doors/{door(plan, home).id}/", {**said, "outcome": "seen"})
    assert saved.status_code == 302, saved.content.decode()


def _last(person: UUID) -> tuple[Answer, dict[str, Any]]:
    row = Answer.objects.get(person=person, replaced_by=None)
    return row, open_parts([row.pk]).get(row.pk, {})


def test_a_door_that_is_opened_and_saved_again_takes_nothing_back(
    plan: Round, homes: list[Home], client: Client
) -> None:
    home, (one, two) = homes[0]
    assert answer(plan, member=home, person=one, **SAID).status == "accepted"
    first, texts = _last(one)
    said, page = _opened(client, plan, home)
    assert (said[f"{one.hex}-fever"], said[f"{one.hex}-arrived"]) == ("true", "2020-01-28")
    assert "15400000011" not in page and "12345" not in page
    _save(client, plan, home, said)
    assert _last(one) == (first, texts) and _last(two)[0].found == "here"
    assert Reported.objects.filter(person=one).exists() and not Outcome.objects.filter(person=one).exists()
    assert Arrival.objects.filter(person=one).count() == 1 and recount() == []


def test_only_what_is_said_anew_is_corrected(plan: Round, homes: list[Home], client: Client) -> None:
    home, (one, _two) = homes[0]
    answer(plan, member=home, person=one, **SAID)
    first, before = _last(one)
    known = Person.objects.get(pk=one)
    people.update(one, known.version, {"relation": "子女"}, actor(Role.COUNTY_OFFICE, VILLAGE[:6]))
    said, _page = _opened(client, plan, home)
    _save(client, plan, home, {**said, f"{one.hex}-fever": "false"})
    row, texts = _last(one)
    assert (row.replaces, row.fever, row.returned, row.arrived) == (first.pk, False, True, first.arrived)
    assert {**before, "relation": "子女"}.items() - texts.items() == {("phone", "15400000011")}
    assert Person.objects.get(pk=one).relation == "子女"


def test_what_a_later_round_does_not_ask_holds(
    plan: Round, homes: list[Home], client: Client, begin: Begin
) -> None:
    home, (one, _two) = homes[0]
    answer(plan, member=home, person=one, **SAID)
    later = begin(after=plan.id, questions=["health"])
    said, _page = _opened(client, later, home)
    _save(client, later, home, {**said, f"{one.hex}-symptoms": "true"})
    row, texts = _last(one)
    assert (row.fever, row.symptoms, row.returned, row.contact) == (True, True, True, False)
    assert (texts["from_place"], texts["transport_no"], texts["job"]) == ("湖北省武汉市", "陕A12345", "木工")


def test_who_did_not_come_after_all_came_from_nowhere(
    plan: Round, homes: list[Home], client: Client, begin: Begin
) -> None:
    home, (one, _two) = homes[0]
    answer(plan, member=home, person=one, **SAID)
    later = begin(after=plan.id, questions=["arrival"])
    said, _page = _opened(client, later, home)
    for name in ("returned", "arrived"):
        del said[f"{one.hex}-{name}"]
    _save(client, later, home, said)
    row, texts = _last(one)
    assert (row.returned, row.arrived, row.origin, row.fever) == (False, None, "", True)
    assert not texts.get("from_place") and texts["job"] == "木工"


def test_all_were_asked_still_says_no_where_nothing_was_known(
    plan: Round, homes: list[Home], client: Client
) -> None:
    home, (one, two) = homes[0]
    answer(plan, member=home, person=one, fever=True)
    said, _page = _opened(client, plan, home)
    _save(client, plan, home, {**said, "clear": "on", "record": str(ids.new())})
    assert [(_last(who)[0].fever, _last(who)[0].contact) for who in (one, two)] == [
        (True, False),
        (False, False),
    ]


def test_what_a_phone_answered_while_the_page_stood_open_is_shown_and_not_overwritten(
    plan: Round, homes: list[Home], client: Client
) -> None:
    client.cookies["django_language"] = "en"
    home, (one, two) = homes[0]
    answer(plan, member=home, person=one, fever=False, job="木工")
    said, _page = _opened(client, plan, home)
    answer(plan, member=home, person=one, fever=True, contact=False, job="木工")
    answer(plan, member=home, person=two, symptoms=True)
    said |= {"outcome": "seen", f"{one.hex}-job": "瓦工"}
    page = f"/screening/doors/{door(plan, home).id}/"
    shown = client.post(page, said)
    form = shown.context["form"]
    assert shown.status_code == 409 and Answer.objects.filter(person=one).count() == 2
    assert (
        "Answered since you opened this page: Contact with a case: No, Fever: Yes." in shown.content.decode()
    )
    # The head of the page says that nothing was saved, and of whom: who lives there last stands far below.
    assert shown.context["form"].non_field_errors()[0] == (
        f"Not saved yet: others answered for {Person.objects.get(pk=one).name} meanwhile. "
        "It is shown beside each of them."
    )
    assert "Cough" not in str(
        [told.non_field_errors() for _who, told in form.told]
    )  # nothing else is said of the other
    told = dict(_fields([form, *(told for _who, told in form.told)]))
    assert (told[f"{one.hex}-fever"], told[f"{one.hex}-job"]) == ("true", "瓦工")
    _save(client, plan, home, told)
    row = Answer.objects.filter(person=one, replaced_by=None).latest("happened_at", "id")
    texts = open_parts([row.pk])[row.pk]
    assert (row.fever, row.contact, texts["job"], _last(two)[0].symptoms) == (True, False, "瓦工", True)
    assert client.post(page, told).status_code == 302  # the same page once more is nothing newer
    assert Answer.objects.filter(person=one).count() == 3


def test_who_left_the_household_while_the_page_stood_open_is_named(
    plan: Round, homes: list[Home], client: Client
) -> None:
    home, (one, two) = homes[0]
    said, _page = _opened(client, plan, home)
    answer(plan, member=home, person=two, left=True)
    said |= {"outcome": "seen", f"{two.hex}-fever": "true"}
    page = f"/screening/doors/{door(plan, home).id}/"
    shown = client.post(page, said)
    assert shown.status_code == 409 and Person.objects.get(pk=two).name in shown.content.decode()
    assert not Answer.objects.filter(person=one).exists()
    _save(client, plan, home, {name: value for name, value in said.items() if two.hex not in name})
    assert Answer.objects.filter(person=one).count() == 1
