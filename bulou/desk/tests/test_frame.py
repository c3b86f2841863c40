"""The frame: its language, its policy, its menu, and what it costs."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils import translation

from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.desk import menu, states
from bulou.desk.templatetags import desk
from bulou.field import app

pytestmark = pytest.mark.django_db


def test_pages_are_chinese_whatever_the_browser_prefers(client: Client) -> None:
    page = client.get("/sign-in/", headers={"Accept-Language": "en-US"})
    assert page.headers["Content-Language"] == "zh-hans"
    client.cookies["django_language"] = "en"
    assert client.get("/sign-in/").headers["Content-Language"] == "en"
    client.cookies["django_language"] = "tlh"
    assert client.get("/sign-in/").headers["Content-Language"] == "zh-hans"


def test_programs_are_answered_in_the_language_they_ask_for(client: Client) -> None:
    asked = client.get("/api/v1/tasks", headers={"Accept-Language": "en"})
    assert asked.headers["Content-Language"] == "en"
    assert client.get("/api/v1/tasks").headers["Content-Language"] == "zh-hans"


def test_no_page_may_run_a_script_of_its_own_or_be_kept(client: Client) -> None:
    page = client.get("/sign-in/")
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert "no-store" in page.headers["Cache-Control"]


def test_the_menu_shows_only_what_a_role_may_open(county: str) -> None:
    def urls(role: Role) -> set[str]:
        return {link.url for group in menu.of(actor(role, county)) for link in group.links}

    assert "/people/" in urls(Role.COUNTY_OFFICE)
    assert "/people/" not in urls(Role.ADMINISTRATOR)
    assert "/staff/" not in urls(Role.VILLAGE_DOCTOR)


def test_a_page_belongs_to_the_longest_address_that_it_begins_with() -> None:
    links = [menu.Link(url, url, menu.EVERYBODY) for url in ("/", "/reports/", "/reports/turnout/")]
    groups = [menu.Group("reports", "", "", links)]
    assert menu.active(groups, "/reports/turnout/1/") == "/reports/turnout/"
    assert menu.active(groups, "/reports/7/") == "/reports/"
    assert menu.active(groups, "/") == "/"
    assert menu.active(groups, "/nowhere/") == ""


def test_the_place_header_leads_up_only_as_far_as_the_reader_reaches(client: Client, county: str) -> None:
    clerk = actor(Role.TOWNSHIP_CLERK, "141031100")
    page = signed_in(client, clerk).get("/places/141031100/").content.decode()
    assert 'href="/places/141031/"' not in page
    assert 'href="/places/141031100200/"' in page


@pytest.mark.parametrize(
    ("value", "shown"), [(1930, "1,930"), (0, "0"), (None, "—"), ("", "—"), ("text", "text")]
)
def test_an_unknown_number_is_a_dash_and_a_zero_is_a_zero(value: object, shown: str) -> None:
    assert desk.number(value) == shown


def test_temperatures_are_shown_in_degrees() -> None:
    assert [desk.tenths(365), desk.tenths(381), desk.tenths(None)] == ["36.5", "38.1", "—"]


def test_only_missed_and_fever_are_red() -> None:
    red = {key for key, look in states.STATES.items() if look.tone in ("miss", "fever")}
    assert red == {"missed", "fever"}
    with translation.override("zh-hans"):
        assert str(states.look("missed").word) == "遗漏"
    assert states.look("something-new") == states.Look("something-new", "circle", "calm")


def test_a_form_that_was_open_for_too_long_leads_back_to_its_page_of_this_house(county: str) -> None:
    web = Client(enforce_csrf_checks=True)
    signed_in(web, actor(Role.COUNTY_OFFICE, county))
    for came_from, leads in (
        ("http://testserver/people/doubles/?show=two", "/people/doubles/?show=two"),
        ("http://elsewhere.example/people/", 'href="/"'),
    ):
        answer = web.post("/people/doubles/decide/", headers={"Referer": came_from})
        shown = answer.content.decode()
        assert answer.status_code == 403 and leads in shown.partition("empty-note")[2]
        assert "elsewhere.example" not in shown


def test_in_a_demonstration_every_page_says_so_also_those_that_say_what_went_wrong(
    county: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BULOU_HOME", str(tmp_path))
    monkeypatch.setattr(app, "built", lambda name: None)  # the phone's own page says it too

    def pages() -> list[tuple[int, str]]:
        web = Client(enforce_csrf_checks=True)
        told = [web.get("/sign-in/"), web.get("/field/"), web.get("/no-such/")]
        told.append(web.post("/sign-in/"))
        signed_in(web, actor(Role.COUNTY_OFFICE, county))
        told += [web.get("/people/"), web.get("/no-such/")]
        told.append(get_resolver().resolve_error_handler(500)(told[0].wsgi_request))
        told.append(get_resolver().resolve_error_handler(400)(told[0].wsgi_request, exception=ValueError()))
        return [(answer.status_code, answer.content.decode()) for answer in told]

    for laid in (False, True):
        if laid:
            (tmp_path / "demo.json").write_text("{}")
        said = pages()
        assert {200, 400, 403, 404, 500, 503} <= {status for status, _page in said}
        assert {"演示数据 / Demonstration" in page for _status, page in said} == {laid}
