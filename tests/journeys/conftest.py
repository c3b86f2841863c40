"""A real browser before a real server: `browse("county-office")` is a page signed in by a click."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright

from bulou.core.places.actions import take_county
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.models import Account, Post
from bulou.core.staff.roles import ABOUT, Role
from bulou.lib import clock

COUNTY, TOWNSHIP, VILLAGE = "141031", "141031100", "141031100200"
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip

Browse = Callable[..., Page]
# Milliseconds that a page may take: a machine that stands still for a moment fails no test.
PATIENCE = 120_000


def in_sizes(page: Page) -> Iterator[dict[str, int]]:
    """The same page on a phone and on a PC, and left as it came."""
    before = page.viewport_size
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        yield size
    page.set_viewport_size(before or WIDE)  # type: ignore[arg-type]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    found = playwright.chromium.launch(executable_path=chromium, args=list(QUIET), timeout=PATIENCE)
    yield found
    found.close()


@pytest.fixture
def county(transactional_db: None) -> str:
    """A county with somebody in each role, who signs in by a click; its address in the tree."""
    take_county(SYSTEM, COUNTY)
    (clock.home() / "demo.json").write_text("{}")
    since = clock.now() - timedelta(days=30)
    for role in Role:
        if role is Role.SYSTEM:
            continue
        place = {3: COUNTY, 4: TOWNSHIP}.get(ABOUT[role].level, VILLAGE)
        account = Account.objects.create(username=role.value, name="测试员", made_at=since)
        Post.objects.create(account=account, role=role, place=place, from_at=since)
    return COUNTY


@pytest.fixture
def home_of_demo() -> Iterator[Path]:
    file = clock.home() / "demo.json"
    yield file
    file.unlink(missing_ok=True)


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained of: errors of scripts, and what the content policy refused."""
    return []


@pytest.fixture
def browse(
    browser: Browser, live_server: Any, county: str, home_of_demo: Path, complaints: list[str]
) -> Iterator[Browse]:
    """`browse(role, size)`: a page in which somebody of that role is signed in."""
    contexts = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            complaints.append(message.text)

    def start(role: Role | str = Role.COUNTY_OFFICE, size: dict[str, int] = WIDE) -> Page:
        context = browser.new_context(viewport=size, base_url=live_server.url)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/sign-in/")
        page.click(f"button[value='{Role(role).value}']")
        page.wait_for_selector(".topbar")
        return page

    yield start
    for context in contexts:
        context.close()
