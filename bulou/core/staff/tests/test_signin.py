"""The door: two factors, codes that work once, and guessing that gets nowhere."""

from __future__ import annotations

import time
from typing import Any
from unittest.mock import patch

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import hashers
from django.contrib.messages import get_messages
from django.test import Client, RequestFactory

from bulou.core.audit.models import AuditEntry
from bulou.core.staff import lockout, second, signin
from bulou.core.staff.actor import Actor
from bulou.core.staff.limits import number
from bulou.core.staff.models import Account
from bulou.core.staff.pages import entrance
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.core.staff.tests.conftest import COUNTY, SIBLING, VILLAGE
from bulou.lib.refusals import Refusal

PASSWORD = "yi ge hen chang de mima"


def code_of(secret: str, shift: int = 0) -> str:
    step = int(time.time()) // 30 + shift
    return str(totp.format_hotp_value(totp.hotp_value(secret, step)))


@pytest.fixture
def account(administrator: Actor) -> Account:
    """A clerk with a password and without a second factor."""
    made = Account.objects.get(pk=actor(Role.TOWNSHIP_CLERK, "141031100").account)
    made.username = "clerk.one"
    made.set_password(PASSWORD)
    made.save()
    return made


@pytest.fixture
def bound(account: Account) -> str:
    """The secret of the clerk's second factor."""
    fresh = second.new_secret()
    by = Actor(account.pk, 0, Role.TOWNSHIP_CLERK, "141031100", account.name)
    second.set_up(fresh, code_of(fresh, -1), by)
    return fresh


def give(client: Client, username: str = "clerk.one", password: str = PASSWORD, ip: str = "10.1.1.1") -> Any:
    return client.post("/sign-in/", {"username": username, "password": password}, REMOTE_ADDR=ip)


def test_a_password_alone_leads_to_setting_up_the_second_factor(client: Client, account: Account) -> None:
    assert give(client).url == "/"
    assert client.get("/account/").url == "/second-factor/"
    assert client.get("/staff/").url == "/second-factor/"
    assert client.get("/api/v1/tasks").status_code == 403


def test_setting_up_binds_a_phone_and_tells_the_recovery_codes_once(client: Client, account: Account) -> None:
    give(client)
    page = client.get("/second-factor/").content.decode()
    secret = second.Adapter().decrypt(client.session["new-factor"])
    assert "<svg" in page
    assert client.post("/second-factor/", {"code": "000000"}).status_code == 401
    answer = client.post("/second-factor/", {"code": code_of(secret)})
    assert (
        len(second.RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()) == 10
    )
    assert answer.content.decode().count("<code") == 10
    assert "data-print>" in answer.content.decode()  # what is to be kept on paper is printed from here
    assert client.get("/account/").status_code == 200


def test_what_was_scanned_still_binds_after_the_page_was_loaded_again(
    client: Client, account: Account
) -> None:
    give(client)
    scanned = second.Adapter().decrypt((client.get("/second-factor/"), client.session["new-factor"])[1])
    client.get("/second-factor/")
    assert client.post("/second-factor/", {"code": code_of(scanned)}).content.decode().count("<code") == 10


def test_the_secret_does_not_stand_in_the_database(bound: str) -> None:
    assert bound not in str(list(Authenticator.objects.values()))


def test_name_password_and_code_sign_in(client: Client, account: Account, bound: str) -> None:
    assert give(client).url == "/sign-in/code/"
    assert client.get("/account/").url.startswith("/sign-in/")
    assert client.post("/sign-in/code/", {"code": code_of(bound)}).url == "/"
    assert client.get("/account/").status_code == 200
    entry = AuditEntry.objects.get(act="sign-in")
    assert (entry.account, entry.detail) == (account.pk, {"factor": "totp"})


def test_a_code_works_once(client: Client, account: Account, bound: str) -> None:
    code = code_of(bound)
    assert second.use(account, code) == "totp"
    assert second.use(account, code) is None
    give(client)
    assert client.post("/sign-in/code/", {"code": code}).status_code == 401


def test_an_older_code_than_the_last_used_does_not_work(account: Account, bound: str) -> None:
    assert second.use(account, code_of(bound, 1)) == "totp"
    assert second.use(account, code_of(bound)) is None


def test_a_recovery_code_works_once_and_it_is_said_how_many_are_left(
    client: Client, account: Account, bound: str
) -> None:
    kept = Authenticator.objects.get(user=account, type="recovery_codes")
    code = second.RecoveryCodes(kept).get_unused_codes()[3]
    give(client)
    answer = client.post("/sign-in/code/", {"code": f"{code[:4]} {code[4:]}"})
    assert [str(said) for said in get_messages(answer.wsgi_request)] == [entrance._RECOVERED % {"n": 9}]
    assert second.use(account, code) is None


def test_a_session_with_a_password_alone_replaces_no_second_factor(client: Client, account: Account) -> None:
    give(client)
    fresh = second.new_secret()
    by = Actor(account.pk, 0, Role.TOWNSHIP_CLERK, "141031100", account.name)
    second.set_up(fresh, code_of(fresh, -1), by)
    assert client.get("/second-factor/").url == "/sign-in/"
    assert client.get("/account/").url.startswith("/sign-in/")


def test_known_and_unknown_names_are_answered_alike_after_the_same_work(account: Account) -> None:
    def tried(username: str) -> tuple[int, str, int]:
        client, hashed = Client(), []
        for name in ("make_password", "check_password"):
            assert hasattr(hashers, name)
        encode = hashers.get_hasher().encode
        with patch.object(type(hashers.get_hasher()), "encode", autospec=True) as spy:
            spy.side_effect = lambda _self, *a, **k: hashed.append(1) or encode(*a, **k)
            answer = give(client, username, "wrong password")
        words = answer.content.decode().replace(username, "NAME")
        return answer.status_code, _without_tokens(words), len(hashed)

    volunteer = Account.objects.create(username="no.password", name="测试", made_at=account.made_at)
    volunteer.set_unusable_password()
    volunteer.save()
    known, unknown = tried("clerk.one"), tried("no.such.name")
    assert known == unknown
    assert known[2] == 1
    assert tried("no.password") == known
    Account.objects.filter(username="clerk.one").update(is_active=False)
    assert tried("clerk.one") == known


def _without_tokens(words: str) -> str:
    import re

    return re.sub(r'(value="|X-CSRFToken": ")[A-Za-z0-9]{64}"', "", words)


def guesses(client: Client, count: int, **kwargs: Any) -> int:
    """How many of so many guesses were tried at all (the hasher ran)."""
    with (
        patch.object(Account, "check_password", autospec=True, return_value=False) as known,
        patch.object(Account, "set_password", autospec=True) as unknown,
    ):
        for index in range(count):
            given = {name: value(index) if callable(value) else value for name, value in kwargs.items()}
            give(client, password=f"guess {index}", **given)
        return int(known.call_count + unknown.call_count)


def test_guessing_one_name_from_one_address_is_stopped(account: Account) -> None:
    assert guesses(Client(), 40) <= number("sign-in", "by-name")


def test_guessing_one_name_from_many_addresses_is_stopped(account: Account) -> None:
    assert guesses(Client(), 40, ip=lambda i: f"10.2.{i}.7") <= number("sign-in", "by-name")


def test_guessing_many_names_from_one_address_is_stopped_under_a_hundred(account: Account) -> None:
    tried = guesses(Client(), 120, username=lambda i: f"name.{i}")
    assert tried <= number("sign-in", "by-address") < 100


@pytest.mark.slow
def test_of_ten_thousand_guesses_fewer_than_a_hundred_are_tried(account: Account, rf: RequestFactory) -> None:
    """One name from many addresses, many names from one: without the pages, which are dear to draw so often."""
    with (
        patch.object(Account, "check_password", autospec=True, return_value=False) as known,
        patch.object(Account, "set_password", autospec=True) as unknown,
    ):
        for n in range(10_000):
            name, ip = ("clerk.one", f"10.{n // 256}.{n % 256}.7") if n % 2 else (f"name.{n}", "10.2.2.2")
            request = rf.post("/sign-in/", REMOTE_ADDR=ip)
            assert signin.by_password(request, name, f"guess {n}") is None
    tried = known.call_count + unknown.call_count
    assert tried <= number("sign-in", "by-name") + number("sign-in", "by-address") < 100
    assert give(Client(), ip="10.1.1.2").status_code == 429
    assert give(Client(), "somebody.else", ip="10.1.1.2").status_code == 401


def test_guessing_locks_out_neither_the_owner_nor_the_village(
    client: Client, account: Account, bound: str
) -> None:
    give(client)
    client.post("/sign-in/code/", {"code": code_of(bound, -1)})
    client.post("/sign-in/code/", {"code": code_of(bound)})
    client.post("/sign-out/")
    guesses(Client(), 100, username=lambda i: "clerk.one" if i % 2 else f"name.{i}")
    assert give(Client()).status_code == 429
    assert give(client).url == "/sign-in/code/"


def test_a_locked_name_is_answered_alike_whether_it_is_known(account: Account) -> None:
    pages = []
    for username in ("clerk.one", "no.such.name"):
        guesses(Client(), 15, username=username, ip=f"10.9.0.{len(username)}")
        answer = give(Client(), username, ip="10.9.1.1")
        pages.append((answer.status_code, _without_tokens(answer.content.decode())))
    assert pages[0] == pages[1]
    assert pages[0][0] == 429


def test_a_device_of_ones_own_is_limited_too(client: Client, account: Account, bound: str) -> None:
    give(client)
    client.post("/sign-in/code/", {"code": code_of(bound)})
    client.post("/sign-out/")
    assert guesses(client, 40) <= number("sign-in", "by-device")


def test_a_cookie_that_was_made_up_is_no_device(account: Account) -> None:
    client = Client()
    client.cookies[lockout.COOKIE] = "eyJpZCI6ICJ4In0:made:up"
    assert guesses(client, 30) <= number("sign-in", "by-name")


def test_guessing_codes_is_stopped(client: Client, account: Account, bound: str) -> None:
    give(client)
    with patch.object(second, "use", return_value=None) as tried:
        for index in range(60):
            client.post("/sign-in/code/", {"code": f"{index:06}"}, REMOTE_ADDR=f"10.3.0.{index}")
    assert tried.call_count <= number("sign-in", "by-name")


def test_a_right_password_waits_only_minutes_for_its_code(
    client: Client, account: Account, bound: str
) -> None:
    give(client)
    session = client.session
    session["pending"] = session["pending"] | {"at": time.time() - 3600}
    session.save()
    assert client.post("/sign-in/code/", {"code": code_of(bound)}).url == "/sign-in/"


def test_a_given_password_is_changed_first(client: Client, account: Account, bound: str) -> None:
    Account.objects.update(temporary=True)
    give(client)
    client.post("/sign-in/code/", {"code": code_of(bound)})
    assert client.get("/account/").url == "/password/"
    wanted = {"old": PASSWORD, "new": "ling yi ge hen chang", "again": "ling yi ge hen chang"}
    assert client.post("/password/", wanted | {"old": "wrong"}).status_code == 200
    assert client.post("/password/", wanted | {"new": "short", "again": "short"}).status_code == 200
    assert client.post("/password/", wanted).url == "/"
    assert client.get("/account/").status_code == 200


def test_a_lost_factor_is_reset_in_person_and_ends_the_sessions(
    client: Client, account: Account, bound: str, administrator: Actor
) -> None:
    give(client)
    client.post("/sign-in/code/", {"code": code_of(bound)})
    second.reset(account.pk, administrator)
    assert client.get("/account/").url.startswith("/sign-in/")
    assert not second.has(account)
    assert AuditEntry.objects.filter(act="staff.second-factor.reset", account=administrator.account).exists()


def test_only_a_keeper_of_that_territory_resets_a_factor(account: Account, bound: str) -> None:
    with pytest.raises(Refusal, match="not-allowed"):
        second.reset(account.pk, actor(Role.TOWNSHIP_LEADER, COUNTY))
    with pytest.raises(Refusal, match="staff-unknown"):
        second.reset(account.pk, actor(Role.TOWNSHIP_CLERK, SIBLING))
    assert second.has(account)


def test_closing_an_account_ends_its_session_at_once(client: Client, administrator: Actor) -> None:
    from bulou.core.staff.actions import close_account

    doctor = actor(Role.VILLAGE_DOCTOR, VILLAGE)
    signed_in(client, doctor)
    assert client.get("/account/").status_code == 200
    close_account(doctor.account, administrator)
    assert client.get("/account/").url.startswith("/sign-in/")


def test_after_signing_in_one_goes_only_to_pages_of_this_house(
    client: Client, account: Account, bound: str
) -> None:
    for wanted, lands in (
        ("/staff/?q=a", "/staff/?q=a"),
        ("https://example.org/", "/"),
        ("//example.org", "/"),
        ("nowhere", "/"),
    ):
        Account.objects.update(code_step=0)
        client.post("/sign-in/", {"username": "clerk.one", "password": PASSWORD, "next": wanted})
        assert client.post("/sign-in/code/", {"code": code_of(bound)}).url == lands
        client.post("/sign-out/")
