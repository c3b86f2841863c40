"""A cadre's phone opens with what has risen to them: by name, also without signal, until it is done."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faults.conftest import Yard
from tests.field.conftest import Phone
from tests.field.test_screens import Looker
from tests.journeys.test_access import AXE

RISEN = "main > .risen:first-child"
FIRST_SHOWN = 3


def risen(phone: Phone) -> int:
    """How many have risen, as the screen says."""
    phone.page.wait_for_selector(RISEN)
    return int(phone.page.get_attribute(RISEN, "data-risen") or "")


def in_english(look: Looker) -> None:
    page = look.phone.page
    for language, said in (("English", "Village doctor"), ("中文", "村医")):
        page.click("header .bar-button")
        page.click(f"text={language}")
        page.click("header .bar-button")
        page.wait_for_selector(f"{RISEN}:has-text('{said}')")
        look(language)
    page.click(f"{RISEN} button.plain")


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (npm ci)")
def test_what_has_risen_stands_first_by_name_and_leaves_when_it_is_done(
    phone: Phone, village: dict[str, Any], yard: Yard
) -> None:
    page = phone.enrol(yard("sheet", "village-cadre"), RISEN)
    look, before = Looker(phone), risen(phone)
    assert before >= len(village["people"])  # the notice of each, and turns that nobody took
    assert page.locator(f"{RISEN} li").count() == FIRST_SHOWN
    for width in (360, 390):
        page.set_viewport_size({"width": width, "height": 740})
        look(f"{width}")
    page.click(f"{RISEN} button.plain")
    in_english(look)
    notice = page.locator("[data-risen-key^='observation.notice']").first
    assert "测试" in notice.inner_text() and "逾期" in notice.inner_text()
    key = notice.get_attribute("data-risen-key")
    yard.end()
    notice.click()
    page.click("button.big >> nth=0")
    page.wait_for_selector("#toast:not(:empty)")
    assert risen(phone) == before - 1 and page.locator(f"[data-risen-key='{key}']").count() == 0
    phone.unlock()  # killed and opened again, still without a line
    assert risen(phone) == before - 1
    yard.serve()
    phone.wait_until_sent()
    assert risen(phone) == before - 1
    assert look.wrong == {}
