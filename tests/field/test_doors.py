"""From door to door without signal: somebody who is on no list; a notice that opens the person it was handed to."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faults.conftest import Yard
from tests.field.conftest import Phone
from tests.field.test_screens import AXE, Looker

# Chromium on this system reads no squares, as some phones do not: the reader is one that says what it is shown.
READER = """() => { window.shown = "";
window.BarcodeDetector = class { async detect() { return window.shown ? [{ rawValue: window.shown }] : [] } };
navigator.mediaDevices.getUserMedia = async () => document.createElement("canvas").captureStream() }"""


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (npm ci)")
def test_whoever_is_on_no_list_is_entered_at_the_door_without_signal(
    phone: Phone, village: dict[str, Any], yard: Yard
) -> None:
    homes = yard("round")
    page = phone.enrol(village["code"], "[data-task='screening.household']")
    look = Looker(phone)
    yard.end()
    page.locator("[data-task='screening.household']").first.click()
    look("a door")
    page.click("button[data-plain]")  # all are here and there is nothing to report: one tap
    page.wait_for_function("() => bulou.app.waiting === 5 && bulou.app.screen.name === 'today'")
    page.locator("[data-task='screening.household']").first.click()
    page.locator("button.choice[aria-pressed='true']").first.click()  # one of the four is not there
    assert page.locator("[data-outcome='seen']").is_disabled()
    page.click("[data-absent] button:has-text('查无下落')")
    page.locator(
        "button.choice[aria-pressed='true']:not([data-absent] *)"
    ).first.click()  # and one has moved out
    page.locator("[data-absent]").nth(1).locator("button:has-text('已不住在这户')").click()
    page.locator("[data-more]").first.click()  # of those who are, one has a fever
    page.click("[data-finds] button:has-text('发热')")
    page.locator("[data-finds] label:has-text('电话有变') input").fill("15400000077")
    page.locator("[data-finds] label:has-text('住址有变') input").fill("新院三号")
    page.locator("[data-finds] [data-relation]").select_option("子女")
    for n, name in enumerate(("辛新来", "辛返乡")):
        page.click("[data-add]")
        assert page.locator("[data-outcome='seen']").is_disabled()
        page.locator("[data-new]").nth(n).locator("label:has-text('姓名') input").fill(name)
    back = page.locator("[data-new]").nth(1)
    assert back.locator("label:has-text('从哪里')").count() == 0  # the way here is asked of those who came
    back.locator("button:has-text('从外地')").click()
    for label, said in (("从哪里", "湖北武汉"), ("哪天", "2020-01-21"), ("车次", "K1234"), ("途经", "西安"),
                        ("职业", "木工"), ("措施", "已测体温")):  # fmt: skip
        back.locator(f"label:has-text('{label}') input").fill(said)
    back.locator("label:has-text('怎么来的') select").select_option("rail")
    page.locator("[data-new]").nth(0).locator("button:has-text('女')").click()
    page.click("button.choice:has-text('都问过')")  # of all others: no fever, no cough, no contact
    page.locator("[data-water] input").fill("2")
    page.locator("[data-water] input").nth(1).fill("3")
    assert page.locator("[data-outcome='seen']").is_disabled()  # more with larvae than with water
    page.locator("[data-water] input").nth(1).fill("1")
    page.click("[data-water] button:has-text('已全部')")
    look("a door with two new people")
    page.wait_for_function("() => !bulou.drafting()")
    page = phone.unlock()  # the app is killed, and the line is still broken
    assert page.locator("[data-half]").count() == 1
    page.click("[data-task]:has([data-half])")
    back = page.locator("[data-new]").nth(1)
    assert back.locator("label:has-text('车次') input").input_value() == "K1234"
    assert page.locator("[data-water] input").nth(1).input_value() == "1"
    assert page.locator("[data-absent] [aria-pressed='true']").first.inner_text().endswith("查无下落")
    low = page.locator("[data-outcome]")
    assert [low.nth(n).bounding_box()["y"] > 600 for n in range(4)] == [True] * 4  # all where the thumb is
    page.fill("[data-count]", "6")
    page.click("[data-outcome='seen']")
    page.wait_for_function("() => bulou.app.waiting === 5 + 7 && bulou.app.screen.name === 'today'")
    page.click("[data-act='unlisted']")  # a home that stands on no list
    assert page.locator("[data-outcome='nobody-home']").is_disabled()
    page.locator("label:has-text('门牌号') input").fill("无号")
    page.locator("[data-new] label:has-text('姓名') input").fill("辛独居")
    look("a home on no list")
    page.click("[data-outcome='seen']")
    page.wait_for_function("() => bulou.app.waiting === 5 + 7 + 2 && bulou.app.screen.name === 'today'")
    yard.serve()
    phone.wait_until_sent()
    said = yard("doors")
    assert (
        said["visits"] == [["seen", 4, 0, None], ["seen", 6, 2, True], ["seen", 1, None, None]] and homes == 5
    )
    assert sorted(said["new"]) == [["辛新来", "女", True], ["辛独居", "", True], ["辛返乡", "", True]]
    assert said["returned"] == 1
    assert said["told"] == sorted(["K1234", "湖北武汉", "木工", "已测体温", "西安"])
    assert said["came"] == [["rail", "2020-01-21"]]
    assert (said["gone"], said["fevers"], said["well"]) == (1, 1, 4 + 1 + 2)
    assert said["left"] == [[None, ""]] and said["addresses"] == ["新院三号"]
    assert said["phones"] == ["15400000077"] and said["relations"] == ["子女"]
    assert look.wrong == {} and phone.unsent() == 0


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (npm ci)")
def test_a_notice_opens_the_person_it_was_handed_to(
    phone: Phone, village: dict[str, Any], yard: Yard
) -> None:
    page = phone.enrol(village["code"])
    look, address = Looker(phone), yard("notice", village["people"][5])
    yard.end()
    name = page.locator("[data-task='observation.reading'] .name").first.inner_text().split()[0]
    page.click("[data-act='scan']")
    page.wait_for_selector("[data-blind]")  # no reader here: the name does
    page.fill("label input", name)
    assert page.locator("[data-found]").first.inner_text().startswith(name)
    look("by name")
    page.click(".bar-button")
    page.evaluate(READER)
    page.click("[data-act='scan']")
    page.wait_for_selector("video")
    look("scan")
    page.evaluate("window.shown = 'https://example.com/?number=01903c5e-6b1a-7cc0-8a53-2f6d3b0e9a11'")
    page.wait_for_selector("[role=alert]:has-text('不是')")
    page.evaluate("address => { window.shown = address }", address)
    page.wait_for_selector("[data-task='observation.reading']")
    look("whose notice it is")
    page.click("[data-task='observation.reading']")
    phone.type("366")
    page.click("button.big:has-text('发送')")
    page.wait_for_function("() => bulou.app.waiting === 1")
    yard.serve()
    phone.wait_until_sent()
    assert [one[1] for one in yard("look")["readings"]] == [village["people"][5]]
    assert look.wrong == {}
