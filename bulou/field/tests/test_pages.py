"""The clerk's pages about phones, and the app as it is served."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from bulou.core.places.actions import take_county
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.core.sync.models import Device
from bulou.field import app
from bulou.lib import clock

MOST_JAVASCRIPT = 80 * 1024
built = pytest.mark.skipif(
    finders.find("field/sw.js") is None, reason="the phone app is not built (script/install)"
)


@pytest.fixture
def people(db: None) -> tuple[Actor, Actor]:
    take_county(SYSTEM, "141031")
    return actor(Role.TOWNSHIP_CLERK, "141031100"), actor(Role.VILLAGE_DOCTOR, "141031100200", "测试村医")


def test_a_sheet_shows_its_code_once_and_lets_a_phone_in(client: Client, people: tuple[Actor, Actor]) -> None:
    clerk, doctor = people
    signed_in(client, clerk)
    address = f"/phones/{doctor.account}/"
    assert address in client.get(f"/staff/{doctor.account}/").content.decode()
    until = (clock.today() + timedelta(days=3)).isoformat()
    page = client.post(address, {"post": doctor.post, "until": until}).content.decode()
    (code,) = re.findall(r"<code class=\"fs-1 text-nowrap\">([a-z0-9-]+)</code>", page)
    assert "<svg" in page and "测试村医" in page
    assert code not in client.get(address).content.decode()
    answer = Client().post("/api/v1/devices", {"code": code}, content_type="application/json")
    assert answer.status_code == 200, answer.content


def test_a_lost_phone_is_cut_off_by_a_button(client: Client, people: tuple[Actor, Actor]) -> None:
    clerk, doctor = people
    signed_in(client, clerk)
    address = f"/phones/{doctor.account}/"
    client.post(address, {"post": doctor.post, "until": clock.today().isoformat()})
    device = Device.objects.get()
    assert client.post(f"{address}{device.pk}/lost/").status_code == 302
    assert Device.objects.get().lost


@pytest.mark.parametrize("said", [{}, {"post": "x", "until": "2020-01-01"}, {"post": "1", "until": "soon"}])
def test_what_makes_no_sheet_is_said(
    client: Client, people: tuple[Actor, Actor], said: dict[str, str]
) -> None:
    clerk, doctor = people
    signed_in(client, clerk)
    answer = client.post(f"/phones/{doctor.account}/", said)
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()


def test_nobody_elsewhere_sees_the_phones(client: Client, people: tuple[Actor, Actor]) -> None:
    _clerk, doctor = people
    signed_in(client, actor(Role.TOWNSHIP_CLERK, "141031101"))
    assert client.get(f"/phones/{doctor.account}/").status_code == 404


def test_without_a_built_app_a_page_says_so(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "built", lambda name: None)
    answer = client.get("/field/")
    assert answer.status_code == 503 and "script/install" in answer.content.decode()
    assert client.get("/field/sw.js").status_code == 404


@built
def test_the_app_is_small_enough_for_an_old_phone() -> None:
    folder = Path(str(finders.find("field/sw.js"))).parent
    sizes = {file.name: len(gzip.compress(file.read_bytes(), 9)) for file in folder.rglob("*.js")}
    assert len(sizes) == 2 and sum(sizes.values()) <= MOST_JAVASCRIPT, sizes


@built
def test_the_worker_keeps_everything_that_the_page_loads(client: Client, db: None) -> None:
    page, worker = (client.get(a).content.decode() for a in ("/field/", "/field/sw.js"))
    loaded = re.findall(r'(?:src|href)="(/[^"]+)"', page)
    assert len(loaded) >= 3 and [one for one in loaded if one not in worker] == []
    assert client.get("/field/manifest.webmanifest").json()["start_url"] == "/field/"
