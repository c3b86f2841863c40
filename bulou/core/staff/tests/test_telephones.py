"""On which number somebody of the staff is called: entered by themselves or their keeper, kept sealed."""

from __future__ import annotations

import pytest
from django.test import Client

from bulou.core.audit.models import AuditEntry
from bulou.core.staff import telephones
from bulou.core.staff.actor import Actor
from bulou.core.staff.models import Account
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.core.staff.tests.conftest import SIBLING, TOWNSHIP, VILLAGE
from bulou.lib.refusals import Refusal

GIVEN, NUMBER = "+86 154-0000-0001", "15400000001"


def of(who: Actor) -> str:
    return telephones.number(Account.objects.get(pk=who.account))


def test_a_number_is_sealed_for_its_account_and_taken_away_again(tree: None) -> None:
    doctor, other = actor(Role.VILLAGE_DOCTOR, VILLAGE), actor(Role.VILLAGE_DOCTOR, VILLAGE)
    assert of(doctor) == ""
    telephones.set_phone(doctor.account, GIVEN, by=doctor)
    kept = bytes(Account.objects.get(pk=doctor.account).sealed_phone)
    assert of(doctor) == NUMBER and NUMBER.encode() not in kept
    Account.objects.filter(pk=other.account).update(sealed_phone=kept)
    with pytest.raises(telephones.seal.Unreadable):  # in another's row it opens nothing
        of(other)
    telephones.set_phone(doctor.account, " ", by=doctor)
    assert of(doctor) == ""
    assert NUMBER not in str(list(AuditEntry.objects.values()))


def test_nobody_but_their_keeper_enters_the_number_of_another(tree: None, clerk: Actor) -> None:
    doctor, cadre = actor(Role.VILLAGE_DOCTOR, VILLAGE), actor(Role.VILLAGE_CADRE, VILLAGE)
    telephones.set_phone(doctor.account, GIVEN, by=clerk)
    for stranger in (cadre, actor(Role.TOWNSHIP_CLERK, SIBLING)):
        with pytest.raises(Refusal):
            telephones.set_phone(doctor.account, "15400000002", by=stranger)
    assert of(doctor) == NUMBER


def test_whom_to_call_is_told_with_the_number_of_the_nearest(tree: None) -> None:
    clerk, cadre = actor(Role.TOWNSHIP_CLERK, TOWNSHIP), actor(Role.VILLAGE_CADRE, VILLAGE)
    telephones.set_phone(clerk.account, GIVEN, by=clerk)
    found = telephones.called((Role.VILLAGE_CADRE, Role.TOWNSHIP_CLERK, Role.FEVER_CLINIC), {VILLAGE})
    assert [(name, phone) for _title, name, phone in found[VILLAGE]] == [
        (cadre.name, ""),
        (clerk.name, NUMBER),
    ]


def test_the_pages_take_a_number_and_refuse_what_is_none(client: Client, tree: None, clerk: Actor) -> None:
    doctor = actor(Role.VILLAGE_DOCTOR, VILLAGE)
    signed_in(client, clerk)
    client.post(f"/staff/{doctor.account}/phone/", {"phone": GIVEN})
    assert NUMBER in client.get(f"/staff/{doctor.account}/").content.decode()
    client.post(f"/staff/{doctor.account}/phone/", {"phone": "12"})
    client.post("/account/phone/", {"phone": "15400000003"})
    assert (of(doctor), of(clerk)) == (NUMBER, "15400000003")
    assert "15400000003" in client.get("/account/").content.decode()
    new = {"name": "陈测试", "username": "chen.yi", "role": "village-doctor", "place": VILLAGE}
    assert "phone" in client.post("/staff/new/", new | {"phone": "12"}).context["form"].errors
    assert not Account.objects.filter(username="chen.yi").exists()
    client.post("/staff/new/", new | {"phone": "15400000004"})
    assert telephones.number(Account.objects.get(username="chen.yi")) == "15400000004"


def test_who_may_not_keep_an_account_is_shown_no_number(client: Client, tree: None) -> None:
    doctor = actor(Role.VILLAGE_DOCTOR, VILLAGE)
    telephones.set_phone(doctor.account, GIVEN, by=doctor)
    signed_in(client, actor(Role.TOWNSHIP_LEADER, TOWNSHIP))
    assert NUMBER not in client.get(f"/staff/{doctor.account}/").content.decode()
