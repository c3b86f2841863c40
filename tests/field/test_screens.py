"""Every screen can be read and used: axe finds nothing, nothing is wider than the phone, every target fits a glove."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from bulou.lib import clock
from tests.faults.conftest import Yard
from tests.field.conftest import PIN, Phone, Stage
from tests.journeys.test_access import AXE, RULES

GLOVE = 48
NARROW = """(least) => [...document.querySelectorAll("button, input, textarea, select, summary, a")]
  .filter(one => one.offsetParent)
  .filter(one => Math.min(one.getBoundingClientRect().height, one.getBoundingClientRect().width) < least)
  .map(one => one.outerHTML.slice(0, 100))"""


# The list comes first; with all of it scrolled up, the bar of acts hides none of it.
FOOT = """() => { scrollTo(0, document.body.scrollHeight);
  const bar = document.querySelector(".acts").getBoundingClientRect();
  const last = [...document.querySelectorAll("main > *")].at(-1).getBoundingClientRect();
  const said = { below: bar.bottom <= innerHeight && bar.top > innerHeight / 2, clear: last.bottom <= bar.top,
    first: document.querySelector("main > *").className }; scrollTo(0, 0); return said }"""


class Looker:
    """Looks at one screen after another, and keeps what is wrong with each."""

    def __init__(self, phone: Phone) -> None:
        self.phone, self.wrong = phone, {}
        self.seen: list[str] = []

    def __call__(self, name: str) -> None:
        page = self.phone.page
        page.evaluate(AXE.read_text())
        found = page.evaluate(RULES) + page.evaluate(NARROW, GLOVE)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append("wider than the phone")
        assert page.locator("[data-unsent]").is_visible(), name
        self.seen.append(name)
        if found:
            self.wrong[name] = found

    def tap(self, selector: str, name: str = "") -> None:
        self.phone.page.locator(selector).first.click()
        if name:
            self(name)


def before_the_key(look: Callable[[str], None], phone: Phone, code: str) -> None:
    page = phone.start(f"#code={code}")
    look("enrol")
    page.click("button.big")
    page.wait_for_selector(".keypad")
    look("set-pin")
    phone.type("111111")
    page.wait_for_selector("[role=alert]")
    look("weak PIN")
    phone.type(PIN)
    page.wait_for_selector("text=再输一次")
    phone.type(PIN)
    page.wait_for_selector("[data-task]")
    look("today")


def a_reading(look: Looker, phone: Phone, yard: Yard) -> None:
    look.tap("[data-task='observation.reading']", "reading")
    look.tap("summary", "complaints")
    phone.type("635")
    look("no such temperature")
    look.tap("button[aria-label='清除']")
    phone.type("381")
    look.tap("button.big", "asked again")
    yard.end()
    look.tap("button.big.danger")
    phone.page.wait_for_selector(".now")
    look("what to do now")
    look.tap("button.big", "today without a line")


def test_the_list_comes_first_and_acts_wait_at_the_foot(phone: Phone, village: dict[str, Any]) -> None:
    before = clock.now()
    page = phone.enrol(village["code"])
    # The fixture's phone is set to another zone than the county's.
    fetched = re.search(r"任务更新于 (\d+):", page.inner_text("main"))
    hours = {moment.astimezone(clock.zone()).hour for moment in (before, clock.now())}
    assert fetched is not None and int(fetched[1]) in hours
    for width in (360, 320):
        page.set_viewport_size({"width": width, "height": 640})
        assert page.evaluate(FOOT) == {"below": True, "clear": True, "first": "door"}
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (npm ci)")
def test_no_screen_shuts_anybody_out(phone: Phone, village: dict[str, Any], yard: Yard) -> None:
    look = Looker(phone)
    before_the_key(look, phone, village["code"])
    a_reading(look, phone, yard)
    for kind in ("observation.notice", "arrivals.visit"):
        look.tap(f"[data-task='{kind}']", kind)
        look.tap(".bar-button")
    phone.keep(["01903c5e-6b1a-7cc0-8a53-2f6d3b0e9a11"], village["place"], 1)
    yard.serve()
    phone.wait_until_sent()
    look.tap(".unsent", "unsent")
    look.tap(".bar-button")
    look.tap("button[aria-label='更多']", "more")
    look.tap("text=English", "more in English")
    look.tap(".bar-button")
    phone.page.wait_for_selector("[data-task='observation.reading'] .what:has-text('temperature')")
    look("today in English")
    phone.page.evaluate("bulou.changed({ended: '到期'})")
    look("ended")
    phone.start().wait_for_selector(".keypad")
    look("PIN")
    look.tap("button.plain", "PIN forgotten")
    assert len(look.seen) == 19 and look.wrong == {}


def test_in_a_demonstration_every_screen_says_so(phone: Phone, village: dict[str, Any], stage: Stage) -> None:
    (stage.folder / "home" / "demo.json").write_text("{}")
    seen = []

    def says(screen: str) -> None:
        phone.page.wait_for_selector(".demo:has-text('演示数据')")
        phone.page.mouse.wheel(0, 4000)
        strip, head = (
            phone.page.eval_on_selector(what, "e => [e.getBoundingClientRect().top, e.getBoundingClientRect().bottom]")
            for what in (".demo", "header")
        )  # fmt: skip
        assert strip[0] == 0 and abs(strip[1] - head[0]) < 1, screen
        seen.append(screen)

    before_the_key(says, phone, village["code"])
    phone.page.locator("[data-task='observation.reading']").first.click()
    phone.page.wait_for_selector(".keypad")
    says("reading")
    phone.start().wait_for_selector(".keypad")
    says("PIN")
    assert len(seen) == 6
    # A phone that keeps the page of a demonstration goes by what its server says.
    (stage.folder / "home" / "demo.json").unlink()
    phone.unlock().wait_for_selector(".demo", state="detached")
