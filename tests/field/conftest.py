"""A phone (Chromium, 360 px) before a real server that can be stopped, started and killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import BrowserContext, Page, Playwright

from tests.faults.conftest import Yard
from tests.journeys.conftest import QUIET

PIN = "271828"
SCREEN = {"width": 360, "height": 740}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def yard(home: dict[str, str], tmp_path: Path) -> Iterator[Yard]:
    if finders.find("field/sw.js") is None:
        pytest.skip("the phone app is not built (script/install)")
    one = Yard(home, tmp_path / "words", "tests.field.yard")
    try:
        yield one
    finally:
        one.close()


class Phone:
    """One phone: its store outlives its tabs."""

    def __init__(self, context: BrowserContext, yard: Yard) -> None:
        self.context, self.yard = context, yard
        self.complaints: list[str] = []
        self.page: Page = self.open()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.yard.port}/field/"

    def open(self, hash_: str = "") -> Page:
        """Open the app in a new tab; the old one is killed without a word."""
        for old in self.context.pages:
            old.close(run_before_unload=False)
        page = self.context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page = page
        return page

    def start(self, hash_: str = "") -> Page:
        page = self.open()
        page.goto(self.address + hash_)
        page.wait_for_selector("header h1")
        return page

    def type(self, digits: str) -> None:
        for digit in digits:
            self.page.click(f".keypad button[aria-label='{digit}']")

    def enrol(self, code: str, until: str = "[data-task]") -> Page:
        """Let the phone in by its code and set its PIN; it stands before what is to be done today."""
        page = self.start(f"#code={code}")
        page.click("button.big")
        page.wait_for_selector(".keypad")
        self.type(PIN)
        page.wait_for_selector("text=再输一次")
        self.type(PIN)
        page.wait_for_selector(until, timeout=30_000)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        return page

    def unlock(self) -> Page:
        page = self.start()
        page.wait_for_selector(".keypad")
        self.type(PIN)
        page.wait_for_selector("text=/今天|登记/")
        return page

    def unsent(self) -> int:
        return int(self.page.inner_text("[data-unsent]"))

    def wait_until_sent(self, patience: float = 30_000) -> None:
        script = "() => { if (bulou.app.waiting) { bulou.sync(); return false } return !bulou.app.busy }"
        self.page.wait_for_function(script, timeout=patience, polling=300)

    def keep(self, people: list[str], place: str, count: int, first: int = 0) -> list[str]:
        """Enter readings by the door that the screens use; their ids."""
        made: list[str] = self.page.evaluate(
            """async ([people, place, count, first]) => {
              const ids = [];
              for (let n = first; n < first + count; n++) ids.push(await bulou.outbox.keep("observation.reading", place,
                { person: people[n % people.length], tenths: 355 + n % 14, symptoms: [] }, "测试"));
              await bulou.recount();
              return ids; }""",
            [people, place, count, first],
        )
        return made


@pytest.fixture
def phone(yard: Yard, playwright: Playwright, chromium: str, tmp_path: Path) -> Iterator[Phone]:
    """A phone whose store is a folder: it survives its tabs and its browser."""
    context = playwright.chromium.launch_persistent_context(
        str(tmp_path / "phone"),
        executable_path=chromium,
        args=list(QUIET),
        viewport=SCREEN,
        has_touch=True,
        locale="zh-CN",
        timezone_id="America/Sao_Paulo",  # hours on screens are the county's, however the phone is set
        device_scale_factor=2,
    )  # type: ignore[arg-type]
    one = Phone(context, yard)
    yield one
    context.close()
    assert one.complaints == []


@pytest.fixture
def village(yard: Yard) -> dict[str, Any]:
    laid: dict[str, Any] = yard("village", 20)
    yard.serve()
    return laid
