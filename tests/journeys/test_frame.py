"""The frame around every page: the menu, the keys, two languages, two widths."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from bulou.core.staff.models import Account, Post
from bulou.core.staff.roles import Role
from bulou.lib import clock
from tests.journeys.conftest import PHONE, TOWNSHIP, Browse, in_sizes


def too_wide(page: Page) -> list[str]:
    """What sticks out of the page at the right, unless it can be scrolled where it stands."""
    found: list[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.querySelectorAll('body *')]
        .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
        .filter(e => !e.closest('.table-responsive, .words'))
        .map(e => e.tagName + '.' + e.className).slice(0, 5)"""
    )
    return found


def too_small(page: Page) -> list[str]:
    """What a thumb would miss on a phone: lower than 44 pixels, unless its whole row or label can be hit."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('button, select, summary, .btn, .word, input:not([type=hidden])')]
        .filter(e => e.checkVisibility({ visibilityProperty: true }) && !e.closest('.demo-strip, .visually-hidden'))
        .map(e => [e, e.closest('label, td.tick') ?? e])
        .filter(([e, hit]) => Math.max(...[e, hit].map(one => one.getBoundingClientRect().height)) < 43.5)
        .map(([e]) => `${e.tagName}.${e.className} ${e.textContent.trim()}`).slice(0, 5)"""
    )
    return found


def links(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        ".aside nav a", "all => all.map(a => a.getAttribute('href'))"
    )
    return found


@pytest.mark.parametrize(
    "role",
    [
        Role.COUNTY_OFFICE, Role.COUNTY_LEADER, Role.TOWNSHIP_CLERK, Role.VILLAGE_DOCTOR, Role.FEVER_CLINIC,
        Role.ADMINISTRATOR, Role.AUDITOR,
    ],
)  # fmt: skip
def test_every_page_of_the_menu_opens_and_fits(browse: Browse, role: Role, complaints: list[str]) -> None:
    page = browse(role)
    wrong: dict[str, object] = {}
    for href in links(page):
        answer = page.goto(href)
        assert answer is not None
        if answer.status != 200 or not page.query_selector("h1"):
            wrong[href] = (answer.status, bool(page.query_selector("h1")))
        for size in in_sizes(page):
            if wide := too_wide(page):
                wrong[f"{href} at {size['width']}"] = wide
            if size is PHONE and (small := too_small(page)):
                wrong[f"{href} for a thumb"] = small
        assert "演示数据 / Demonstration" in page.inner_text(".demo-strip"), href
    assert wrong == {}
    assert complaints == []


def test_the_keys_search_walk_and_explain(browse: Browse, complaints: list[str]) -> None:
    page = browse(Role.COUNTY_OFFICE)
    page.goto("/staff/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.is_visible("#keys")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    rows = page.query_selector_all("table[data-rows] tbody tr")
    assert "is-at" in (rows[0].get_attribute("class") or "")
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/*/**")
    # Whoever types into a list's own box is answered without a key; a number stands sealed in the address.
    page.goto("/people/")
    page.fill("main input[type=search]", "15412345678")
    page.wait_for_url("**/people/?q=~*")
    assert page.input_value("main input[type=search]") == "15412345678"
    assert complaints == []


def test_the_language_changes_and_stays(browse: Browse) -> None:
    page = browse(Role.COUNTY_OFFICE)
    page.goto("/staff/")
    assert page.get_attribute("html", "lang") == "zh-CN"
    page.click(".topbar .languages button")
    page.wait_for_selector("html[lang=en]")
    assert page.url.endswith("/staff/")
    page.goto("/account/")
    assert page.get_attribute("html", "lang") == "en"


def test_somebody_with_two_posts_changes_between_them(browse: Browse) -> None:
    page = browse(Role.COUNTY_OFFICE)
    account = Account.objects.get(username="county-office")
    post = Post.objects.create(account=account, role=Role.TOWNSHIP_CLERK, place=TOWNSHIP, from_at=clock.now())
    page.goto("/account/")
    with page.expect_navigation():
        page.select_option(".topbar select[name=post]", str(post.pk))
    assert page.eval_on_selector(".topbar select[name=post]", "s => s.value") == str(post.pk)


def test_on_a_phone_the_menu_opens_and_closes(browse: Browse) -> None:
    page = browse(Role.VILLAGE_DOCTOR, PHONE)
    page.goto("/account/")
    assert not page.is_visible(".aside")
    page.click("[data-menu]")
    assert page.is_visible(".aside")
    page.mouse.click(370, 600)
    assert not page.is_visible(".aside")


def test_what_is_not_there_is_said_inside_the_frame(browse: Browse) -> None:
    page = browse(Role.COUNTY_OFFICE)
    answer = page.goto("/nothing/at/all/")
    assert answer is not None
    assert answer.status == 404
    assert page.is_visible(".empty-note")
    assert page.is_visible(".aside")
