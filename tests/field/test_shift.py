"""A shift without signal: what is entered is kept, arrives once, and nothing is lost whoever is killed when."""

from __future__ import annotations

from signal import SIGKILL
from typing import Any

from tests.faults.conftest import Yard
from tests.field.conftest import PIN, Phone


def test_a_reading_is_two_taps_and_a_number(phone: Phone, village: dict[str, Any], yard: Yard) -> None:
    page = phone.enrol(village["code"])
    before = page.locator("[data-task='observation.reading']").count()
    assert before == len(village["people"])
    page.locator("[data-task='observation.reading']").first.click()
    phone.type("365")
    page.click("button.big:has-text('发送')")
    page.wait_for_selector("#toast:not(:empty)")
    assert page.locator("[data-task='observation.reading']").count() == before - 1
    lines: list[Any] = []
    page.on("response", lambda one: lines.append(one.json()) if "sync/post" in one.url else None)
    phone.wait_until_sent()
    page.evaluate("bulou.sync()")
    assert lines and not any("post" in one for one in lines)  # what changed goes over the line, not all of it
    assert phone.unlock().locator("[data-task='observation.reading']").count() == before - 1
    (reading,) = yard("look")["readings"]
    assert reading[3] == 365 and reading[1] in village["people"]


def test_a_fever_is_asked_again_and_says_what_to_do(
    phone: Phone, village: dict[str, Any], yard: Yard
) -> None:
    page = phone.enrol(village["code"])
    yard.end()
    page.locator("[data-task='observation.reading']").first.click()
    phone.type("381")
    page.click("button.big:has-text('发送')")
    page.wait_for_selector("text=达到发热线")
    assert phone.unsent() == 0
    page.click("button.big:has-text('上报')")
    page.wait_for_selector("text=请马上打电话")
    assert "测试发热门诊" in page.inner_text("main") and "测试村干部" in page.inner_text("main")
    assert page.locator("a[href^='tel:']").all_inner_texts() == [
        "15400000001"
    ]  # whoever has a number, is a tap away
    assert phone.unsent() == 1
    yard.serve()
    phone.wait_until_sent()
    assert [reading[3] for reading in yard("look")["readings"]] == [381]


def test_five_hundred_readings_off_line_arrive_as_five_hundred(
    phone: Phone, village: dict[str, Any], yard: Yard
) -> None:
    phone.enrol(village["code"])
    people, place = village["people"], village["place"]
    yard.end()
    made = phone.keep(people, place, 200)
    phone.unlock()  # the tab was killed, and the app opened again without a server
    assert phone.unsent() == 200
    made += phone.keep(people, place, 300, first=200)
    assert phone.unsent() == 500
    for n in range(4):  # the server comes, and is killed while they arrive
        yard.serve()
        phone.page.evaluate("() => { bulou.sync() }")
        phone.page.wait_for_function(
            f"() => bulou.recount().then(() => bulou.app.waiting <= {400 - 100 * n})"
        )
        yard.end(SIGKILL)
        if n == 1:
            phone.unlock()
    yard.serve()
    phone.wait_until_sent()
    seen = yard("look")
    assert sorted(reading[0] for reading in seen["readings"]) == sorted(made)
    assert len(set(made)) == 500 and seen["conflicts"] == 0 and seen["differences"] == []


def test_what_is_refused_is_shown_and_blocks_nothing(
    phone: Phone, village: dict[str, Any], yard: Yard
) -> None:
    page = phone.enrol(village["code"])
    yard.end()
    nobody = "01903c5e-6b1a-7cc0-8a53-2f6d3b0e9a11"
    phone.keep([nobody], village["place"], 1)
    phone.keep(village["people"], village["place"], 3)
    yard.serve()
    phone.wait_until_sent()
    assert len(yard("look")["readings"]) == 3 and phone.unsent() == 1
    page.click(".unsent")
    page.wait_for_selector(".refused [role=alert]")
    page.click("text=返回") if page.locator("text=返回").count() else page.click(".bar-button")
    page.click("button[aria-label='更多']")
    for _ in range(2):
        page.locator("button.big", has_text="退出").click()
    page.wait_for_selector("text=不能退出")
    page.click(".unsent")
    page.click("text=已处理")
    page.wait_for_function("() => bulou.app.refused === 0")
    assert phone.unsent() == 0


def test_a_lost_phone_wipes_itself(phone: Phone, village: dict[str, Any], yard: Yard) -> None:
    page = phone.enrol(village["code"])
    yard("lose")
    page.wait_for_timeout(100)
    yard.end()
    yard.serve()  # the cut-off was made by another process, which this one hears of within seconds
    page.evaluate("() => { bulou.sync() }")
    page.wait_for_selector("text=本机已报失")
    left = page.evaluate(
        "async () => [...await bulou.store.meta.toArray(), ...await bulou.store.outbox.toArray()].length"
    )
    assert left == 0


def test_a_phone_that_comes_back_after_its_last_day_keeps_what_is_unsent_until_a_new_sheet(
    phone: Phone, village: dict[str, Any], yard: Yard
) -> None:
    page = phone.enrol(village["code"])
    yard.end()
    made = phone.keep(village["people"], village["place"], 3)
    yard("over")
    yard.serve()
    page.evaluate("() => { bulou.sync() }")
    page.wait_for_selector("#code")
    assert phone.unsent() == 3 and yard("look")["readings"] == []
    page.fill("#code", yard("sheet"))
    page.click("button.big")
    page.wait_for_selector("[data-task]")
    phone.wait_until_sent()
    assert sorted(one[0] for one in yard("look")["readings"]) == sorted(made) and phone.unsent() == 0


def test_nothing_of_anybody_can_be_read_on_the_disk(
    phone: Phone, village: dict[str, Any], yard: Yard
) -> None:
    page = phone.enrol(village["code"])
    name = page.locator(".task .name").first.inner_text().split()[0]
    phone.keep(village["people"], village["place"], 1)
    kept = page.evaluate(
        """async () => JSON.stringify([...await bulou.store.meta.toArray(), ...await bulou.store.outbox.toArray()],
          (key, value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value)
            ? new TextDecoder("latin1").decode(value) + new TextDecoder("utf-8").decode(value) : value)"""
    )
    assert len(kept) > 1000 and name not in kept and village["people"][0] not in kept and PIN not in kept
    assert "bulou_" not in kept  # the token
    page = phone.start()
    page.wait_for_selector(".keypad")
    phone.type("111222")
    page.wait_for_selector("text=密码不对")
    assert page.locator(".task").count() == 0


def test_a_forgotten_pin_says_what_is_lost_before_it_begins_anew(
    phone: Phone, village: dict[str, Any], yard: Yard
) -> None:
    phone.enrol(village["code"])
    yard.end()
    phone.keep(village["people"], village["place"], 2)
    page = phone.start()
    page.click("text=忘记密码")
    page.wait_for_selector("[role=alert]:has-text('2 条未发送')")
    page.click("text=再想想")
    phone.type(PIN)
    page.wait_for_selector("[data-task]")
    page = phone.start()
    page.click("text=忘记密码")
    page.click("text=清空本机")
    page.wait_for_selector("#code")
    assert phone.unsent() == 0


def test_the_end_of_a_shift_forgets_the_cards_and_keeps_the_unsent(
    phone: Phone, village: dict[str, Any], yard: Yard
) -> None:
    page = phone.enrol(village["code"])
    yard.end()
    phone.keep(village["people"], village["place"], 2)
    page.click("button[aria-label='更多']")
    for _ in range(2):
        page.locator("button.big").first.click()
    page.wait_for_selector(".keypad")
    phone.type(PIN)
    page.wait_for_selector("text=本班已结束")
    assert phone.unsent() == 2 and page.locator(".task").count() == 0
    yard.serve()
    page.click("button.big")
    page.wait_for_selector(".task")
    assert phone.unsent() == 0 and len(yard("look")["readings"]) == 2


def test_a_clock_that_is_days_wrong_is_noticed_and_both_times_are_kept(
    phone: Phone, village: dict[str, Any], yard: Yard
) -> None:
    phone.context.add_init_script(
        "const real = Date.now; Date.now = () => real() + Number(localStorage.getItem('off') || 0)"
    )
    page = phone.enrol(village["code"])
    for days in (3, -3):
        page.evaluate(f"() => localStorage.setItem('off', {days * 86400_000})")
        page.locator("[data-task='observation.reading']").first.click()
        phone.type("366")
        page.click("button.big:has-text('发送')")
        page.wait_for_selector(".keypad", state="detached")  # kept on the phone: only then can it be sent
        page.wait_for_selector("[role=status]:has-text('本机时钟')")
        phone.wait_until_sent()
    kept = yard("clocks")
    assert sorted(round(one[3] / 86400) for one in kept) == [-3, 3]
    assert len(yard("look")["readings"]) == 2


TAPS = """() => { window.taps = { taps: 0, digits: 0 }; addEventListener("click", event => {
  window.taps[event.target.closest(".keypad") ? "digits" : "taps"]++ }, true) }"""


def test_a_village_doctors_morning_with_the_taps_counted(
    phone: Phone, village: dict[str, Any], yard: Yard
) -> None:
    """Twenty readings, one of them a fever, and three doors, from the PIN on: what docs/field.md counts."""
    phone.enrol(village["code"])
    yard.end()
    page = phone.start()
    page.evaluate(TAPS)
    phone.type(PIN)
    for n in range(20):
        page.locator("[data-task='observation.reading']").first.click()
        phone.type("381" if n == 5 else "365")
        page.click("button.big:has-text('发送')")
        if n == 5:
            page.click("button.big:has-text('上报')")
            page.click("button.big:has-text('知道了')")
        page.wait_for_function(f"() => bulou.app.waiting === {n + 1} && bulou.app.screen.name === 'today'")
    for n in range(3):
        page.locator("[data-task='arrivals.visit']").first.click()
        page.click("button.big:has-text('在家')")
        page.wait_for_function(f"() => bulou.app.waiting === {20 + n + 1}")
    assert page.evaluate("window.taps") == {"taps": 48, "digits": 66}
    yard.serve()
    phone.wait_until_sent()
    readings = yard("look")["readings"]
    assert len(readings) == 20 and sum(one[3] >= 373 for one in readings) == 1 and phone.unsent() == 0


def test_a_full_store_is_said_and_nothing_is_lost(phone: Phone, village: dict[str, Any], yard: Yard) -> None:
    page = phone.enrol(village["code"])
    yard.end()
    phone.keep(village["people"], village["place"], 1)
    page.evaluate(
        """() => { const add = IDBObjectStore.prototype.add; window.room = () => { IDBObjectStore.prototype.add = add };
          IDBObjectStore.prototype.add = function () { throw new DOMException("no room", "QuotaExceededError") } }"""
    )
    page.locator("[data-task='observation.reading']").first.click()
    phone.type("366")
    page.click("button.big:has-text('发送')")
    page.wait_for_selector("[role=alert]:has-text('没有保存')")
    assert "36.6" in page.inner_text(".degrees") and phone.unsent() == 1
    page.evaluate("window.room()")
    page.click("button.big:has-text('发送')")
    page.wait_for_function("() => bulou.app.waiting === 2")
    yard.serve()
    phone.wait_until_sent()
    assert len(yard("look")["readings"]) == 2
