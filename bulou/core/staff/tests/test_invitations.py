"""Invitations: one phone, one place, and an end."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from bulou.core.staff import access, queries
from bulou.core.staff.actor import Actor
from bulou.core.staff.models import Account, Invitation
from bulou.core.staff.tests.conftest import SIBLING, VILLAGE
from bulou.lib import clock
from bulou.lib.refusals import Refusal

PHONE = "15400000001"


@pytest.fixture
def code(clerk: Actor) -> str:
    return access.invite("测试志愿者", PHONE, VILLAGE, clerk)[1]


def test_the_first_phone_comes_in_and_comes_again(code: str) -> None:
    account, device, _ = access.redeem(code, PHONE, "")
    again, same, _ = access.redeem(code.upper().replace("-", " "), "+86 154 0000 0001", device)
    assert (again.pk, same) == (account.pk, device)
    assert queries.current_posts(account.pk).get().place == VILLAGE
    assert Account.objects.filter(username__startswith="volunteer-").count() == 1


def test_another_phone_does_not_come_in(code: str) -> None:
    access.redeem(code, PHONE, "")
    for device in ("", "another"):
        with pytest.raises(Refusal, match="invitation-refused"):
            access.redeem(code, PHONE, device)


def test_neither_the_number_nor_the_code_stands_in_the_database(code: str) -> None:
    kept = Invitation.objects.values().get()
    assert PHONE not in str(kept)
    assert code.replace("-", "") not in str(kept)


def test_after_wrong_numbers_the_code_is_void(code: str) -> None:
    for wrong in range(5):
        with pytest.raises(Refusal, match="invitation-refused"):
            access.redeem(code, f"1540000010{wrong}", "")
    with pytest.raises(Refusal, match="invitation-refused"):
        access.redeem(code, PHONE, "")


def test_it_ends_by_itself_after_its_days(code: str) -> None:
    account, device, ends_at = access.redeem(code, PHONE, "")
    with time_machine.travel(ends_at - timedelta(minutes=1) - _shift()):
        assert queries.current_posts(account.pk).exists()
    with time_machine.travel(ends_at + timedelta(minutes=1) - _shift()):
        assert not queries.current_posts(account.pk).exists()
        with pytest.raises(Refusal, match="invitation-ended"):
            access.redeem(code, PHONE, device)


def _shift() -> timedelta:
    """How far the house's clock stands from the machine's in this run."""
    from datetime import UTC, datetime

    return clock.now() - datetime.now(UTC)


def test_it_can_be_ended_at_once(code: str, clerk: Actor) -> None:
    account, _, _ = access.redeem(code, PHONE, "")
    access.end_invitation(Invitation.objects.get().pk, clerk)
    assert not queries.current_posts(account.pk).exists()


def test_nobody_invites_to_a_place_they_do_not_reach(clerk: Actor) -> None:
    with pytest.raises(Refusal, match="staff-place"):
        access.invite("测试", PHONE, SIBLING, clerk)


@pytest.mark.parametrize("phone", ["", "110", "25400000001", "1540000000", "154000000011"])
def test_a_number_has_a_form(clerk: Actor, phone: str) -> None:
    with pytest.raises(Refusal, match="phone-form"):
        access.invite("测试", phone, VILLAGE, clerk)


def test_a_volunteer_signs_in_with_one_factor_and_stays_signed_in(client: Client, code: str) -> None:
    answer = client.post("/sign-in/invitation/", {"code": code, "phone": PHONE})
    assert answer.status_code == 302
    assert client.get("/account/").status_code == 200
    client.post("/sign-out/")
    assert client.post("/sign-in/invitation/", {"code": code, "phone": PHONE}).status_code == 302
    assert Client().post("/sign-in/invitation/", {"code": code, "phone": PHONE}).status_code == 401
