"""A phone (Chromium, 360 px) before a real server that can be stopped, started and killed."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import BrowserContext, Page, Playwright

from tests.conftest import again, database, environment
from tests.faults.conftest import Yard
from tests.journeys.conftest import PATIENCE, QUIET

PIN = "271828"
SCREEN = {"width": 360, "height": 740}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@dataclass
class Stage:
    """One village, laid once, in a house whose process is at work for all tests: each begins with a copy of it."""

    yard: Yard
    laid: dict[str, Any]
    url: str
    folder: Path
    model: str  # the address of the database as it was laid, and beside it the files

    def begin(self) -> None:
        again(self.url, self.model)
        home = self.folder / "home"
        for path in home.iterdir():
            if path.name != "static":  # the app's own files, which no test changes
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(self.folder / "model" / "home", home, dirs_exist_ok=True)


@pytest.fixture(scope="session")
def stage(migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    if finders.find("field/sw.js") is None:
        pytest.skip("the phone app is not built (script/install)")
    folder = tmp_path_factory.mktemp("field")
    with database(folder, migrated) as url:
        one = Yard(environment(folder, url), folder / "words", "tests.field.yard")
        try:
            laid = one("village", 20)
            if url.startswith("sqlite"):  # what still stands in its log
                with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
                    file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (folder / "model").mkdir()
            kept = shutil.ignore_patterns("static")
            shutil.copytree(folder / "home", folder / "model" / "home", ignore=kept)
            with database(folder / "model", url) as model:
                yield Stage(one, laid, url, folder, model)
        finally:
            one.close()


@pytest.fixture
def yard(stage: Stage) -> Iterator[Yard]:
    stage.begin()
    yield stage.yard
    stage.yard.end(SIGKILL)


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
        page.set_default_timeout(PATIENCE)
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
        page.wait_for_selector(until)
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

    def wait_until_sent(self) -> None:
        script = "() => { if (bulou.app.waiting) { bulou.sync(); return false } return !bulou.app.busy }"
        self.page.wait_for_function(script, polling=300)

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
        timeout=PATIENCE,
    )  # type: ignore[arg-type]
    one = Phone(context, yard)
    yield one
    context.close()
    assert one.complaints == []


@pytest.fixture
def village(stage: Stage, yard: Yard) -> dict[str, Any]:
    yard.serve()
    return deepcopy(stage.laid)
