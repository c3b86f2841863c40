"""A phone is let in by one code, once, until a day; a lost one is cut off at once and told to wipe itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bulou.core.places.actions import take_county
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.sync import devices
from bulou.core.sync.models import Device
from bulou.lib import clock
from bulou.lib.refusals import Refusal

pytestmark = pytest.mark.django_db
VILLAGE, OTHER_TOWNSHIP = "141031100200", "141031101"


@pytest.fixture
def clerk() -> Actor:
    take_county(SYSTEM, "141031")
    return actor(Role.TOWNSHIP_CLERK, "141031100")


@pytest.fixture
def doctor(clerk: Actor) -> Actor:
    return actor(Role.VILLAGE_DOCTOR, VILLAGE)


def sheet(doctor: Actor, clerk: Actor, days: int = 5) -> tuple[Device, str]:
    return devices.give(doctor.account, doctor.post, clock.today() + timedelta(days=days), clerk)


def ask(method: str, path: str, token: str = "", body: Any = None) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    call = getattr(Client(), method)
    more = {} if body is None else {"data": body, "content_type": "application/json"}
    answer = call(f"/api/v1/{path}", headers=headers, **more)
    return answer.status_code, answer.json()


def let_in(doctor: Actor, clerk: Actor) -> tuple[Device, str]:
    device, code = sheet(doctor, clerk)
    status, said = ask("post", "devices", body={"code": code.upper()})
    assert status == 200, said
    return device, said["token"]


def test_a_code_lets_one_phone_in_and_no_second(doctor: Actor, clerk: Actor) -> None:
    device, code = sheet(doctor, clerk)
    status, said = ask("post", "devices", body={"code": code})
    assert (status, said["role"], said["place"]) == (200, "village-doctor", VILLAGE)
    assert ask("get", "sync/post", said["token"])[0] == 200
    assert ask("post", "devices", body={"code": code})[1]["code"] == "device-code"
    assert code not in str(Device.objects.filter(pk=device.pk).values())


@pytest.mark.parametrize("code", ["", "aaaa-bbbb-cccc", "\x00", "密码"])
def test_a_code_that_nobody_gave_opens_nothing(doctor: Actor, clerk: Actor, code: str) -> None:
    sheet(doctor, clerk)
    status, said = ask("post", "devices", body={"code": code})
    assert (status, said["code"]) == (400, "device-code")


def test_an_old_sheet_opens_nothing(doctor: Actor, clerk: Actor) -> None:
    device, code = sheet(doctor, clerk)
    Device.objects.filter(pk=device.pk).update(code_until=clock.now())
    assert ask("post", "devices", body={"code": code})[1]["code"] == "device-code"


def test_a_lost_phone_is_cut_off_at_once_and_told_so(doctor: Actor, clerk: Actor) -> None:
    device, token = let_in(doctor, clerk)
    assert ask("get", "sync/now", token)[0] == 200
    devices.lose(device.pk, clerk)
    for method, path, body in (("get", "sync/now", None), ("post", "records", {"records": []})):
        status, said = ask(method, path, token, body)
        assert (status, said["code"]) == (401, "device-lost")


def test_a_phone_ends_with_its_last_day_and_keeps_what_it_has(doctor: Actor, clerk: Actor) -> None:
    device, token = let_in(doctor, clerk)
    Device.objects.filter(pk=device.pk).update(ends_at=clock.now())
    devices.tick()
    assert ask("get", "sync/now", token)[1]["code"] == "device-ended"


def test_a_phone_that_signs_out_opens_nothing_more(doctor: Actor, clerk: Actor) -> None:
    _device, token = let_in(doctor, clerk)
    assert ask("post", "devices/leave", token, {})[0] == 200
    assert ask("get", "sync/now", token)[0] == 401


def test_a_token_that_is_no_phones_is_told_nothing_of_phones(doctor: Actor) -> None:
    assert ask("get", "sync/now", "bulou_nothing")[1]["code"] == "not-signed-in"


def test_only_whoever_looks_after_somebody_gives_them_a_phone(doctor: Actor, clerk: Actor) -> None:
    other = actor(Role.TOWNSHIP_CLERK, OTHER_TOWNSHIP)
    device, _token = let_in(doctor, clerk)
    for act in (
        lambda: sheet(doctor, other),
        lambda: devices.lose(device.pk, other),
        lambda: sheet(doctor, doctor),
    ):
        with pytest.raises(Refusal):
            act()
    assert not Device.objects.get(pk=device.pk).lost


def test_no_phone_for_a_post_at_a_desk_nor_for_ever(doctor: Actor, clerk: Actor) -> None:
    office = actor(Role.COUNTY_OFFICE, "141031")
    colleague = actor(Role.TOWNSHIP_CLERK, "141031100")
    with pytest.raises(Refusal, match="device-post"):
        devices.give(colleague.account, colleague.post, clock.today(), office)
    for days in (-1, 1000):
        with pytest.raises(Refusal, match="device-end"):
            sheet(doctor, clerk, days)
