"""Every page can be read and used by whoever sees badly or has no mouse: axe-core finds nothing, Tab gets there."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.roles import Role
from bulou.lib import clock, ids, invented
from tests.journeys.conftest import PHONE, VILLAGE, Browse, in_sizes
from tests.journeys.test_frame import links

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
# Of what is in order nothing is asked; to write it down takes longer than to find what is not.
RULES = """() => axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], resultTypes: ["violations"]}).then(
  found => found.violations.map(one => one.id + ": " + one.nodes.slice(0, 2).map(node => node.html.slice(0, 120))))"""
MORE = {
    Role.COUNTY_OFFICE: (
        "/orders/new/",
        "/observation/grid/",
        "/people/?q=none",
        "/rules/order/",
        "/checkpoints/new/",
        "/checkpoints/permits/",
        "/roster/draw/",
        "/roster/holes/",
        "/roster/members/new/",
        "/roster/apply/",
        "/roster/teams/new/",
        "/roster/pairs/new/",
    ),
    Role.VILLAGE_DOCTOR: ("/arrivals/new/", "/observation/grid/"),
    Role.ADMINISTRATOR: ("/staff/new/", "/staff/many/", "/staff/invitations/"),
}


def complaints_of(page: Page, address: str) -> list[str]:
    """What axe-core finds wrong with a page on a PC and on a phone. Its script goes past the content policy."""
    answer = page.goto(address)
    assert answer is not None and answer.status == 200, address
    page.evaluate(AXE.read_text())
    found: list[str] = []
    for size in in_sizes(page):
        found += [f"{size['width']}: {one}" for one in page.evaluate(RULES)]
    return found


def somebody(name: str = "欧阳测试") -> str:
    """A person under observation, who came from an affected area; the address of their page."""
    from bulou.work.arrivals.models import Arrival

    data: dict[str, Any] = {"who": {"name": name, "sex": "女"}, "from_place": "湖北武汉"}
    record = ids.new()
    results = take([Incoming("arrivals.arrival", record, VILLAGE, clock.now(), data)], SYSTEM)
    assert results[0].status == "accepted", results
    return f"/people/{Arrival.objects.get(pk=record).person}/"


def manned() -> list[str]:
    """A post with a seat to be filled: the addresses of its pages."""
    from bulou.core.tasks.lay import lay
    from bulou.core.tasks.models import Task
    from bulou.work.checkpoints import actions
    from bulou.work.checkpoints.forms import CheckpointIn

    said = {
        "place": VILLAGE,
        "kind": "village",
        "name": "村口",
        "room": True,
        "closed": True,
        "kit": "口罩 200",
    }
    post = actions.open_post(SYSTEM, CheckpointIn.model_validate(said))
    lay()
    slot = Task.objects.filter(subject_id=post.id).latest("opens_at").slot
    seat = f"/roster/seats/{post.id}/?{urlencode({'slot': slot})}"
    return [*(f"/checkpoints/{post.id}/{page}" for page in ("", "pass/", "change/")), seat]


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (npm ci)")
@pytest.mark.parametrize("role", list(MORE))
def test_no_page_shuts_anybody_out(browse: Browse, role: Role) -> None:
    page, person = browse(role), somebody()
    asked = [*links(page), *MORE[role], *([person] if role is not Role.ADMINISTRATOR else [])]
    asked += manned() if role is Role.COUNTY_OFFICE else []
    found = {address: complaints_of(page, address) for address in asked}
    assert {address: wrong for address, wrong in found.items() if wrong} == {}


def test_a_reading_is_entered_with_the_keyboard_alone(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In the evening nothing is owed any more by who arrives only then.
    morning = clock.at(clock.today(), time(10))
    monkeypatch.setenv("BULOU_CLOCK_SHIFT", repr((morning - clock.now()).total_seconds()))
    page, person = browse(Role.VILLAGE_DOCTOR, PHONE), somebody()
    page.goto("/observation/readings/")
    page.focus("input.degrees")
    page.keyboard.type("36.5")
    page.keyboard.press("Enter")
    page.wait_for_selector(".round-row.is-done")
    page.goto(person)
    assert "36.5 °C" in page.inner_text(".timeline")


@pytest.mark.everywhere
def test_twenty_readings_are_typed_on_one_page_of_a_phone_and_all_of_them_are_kept(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bulou.work.observation.models import Reading

    morning = clock.at(clock.today(), time(10))
    monkeypatch.setenv("BULOU_CLOCK_SHIFT", repr((morning - clock.now()).total_seconds()))
    page = browse(Role.VILLAGE_DOCTOR, PHONE)
    for n in range(20):
        somebody(invented.make_name(n, "女"))
    page.goto("/observation/readings/")
    fields = page.locator("input.degrees")
    assert fields.count() == 20 and page.inner_text("[data-left]") == "20"
    for n in range(20):
        fields.nth(n).fill(f"36.{n % 10}")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    with page.expect_navigation():
        page.click(".round-end .btn-primary")
    page.wait_for_selector(".note-success")
    kept = Reading.objects.filter(replaced_by=None)
    assert sorted(kept.values_list("tenths", flat=True)) == sorted(360 + n % 10 for n in range(20))
    assert kept.values("person").distinct().count() == 20


def test_who_answers_is_named_and_handed_over_in_a_few_clicks(browse: Browse) -> None:
    page, person = browse(Role.TOWNSHIP_CLERK), somebody()
    page.goto(person)
    page.click("text=指定责任人")
    page.fill("input[name=name]", "测试甲")
    page.click(".form-end .btn-primary")
    page.click("text=移交")
    page.check("input[name=row]")
    page.fill("input[name=name]", "测试乙")
    page.click("text=移交所选")
    page.goto(person)
    assert "测试乙" in page.inner_text("main")
    assert "测试甲" not in page.inner_text("main")


def test_a_long_name_leaves_room_for_the_temperatures(browse: Browse) -> None:
    page = browse(Role.VILLAGE_DOCTOR, PHONE)
    somebody("测试热合曼·吐尔逊买买提·艾克拜尔江·阿不都热依木")
    page.goto("/observation/grid/")
    assert page.eval_on_selector(".slots tbody th", "e => e.offsetWidth") < PHONE["width"] / 2


def test_the_grid_opens_with_whole_days_and_says_the_date_of_what_is_seen(browse: Browse) -> None:
    page = browse(Role.VILLAGE_DOCTOR, PHONE)
    somebody()
    page.goto("/observation/grid/")
    # What the names hide of a date, where it would have room beside them: as it opens, and pushed by hand.
    hidden = """(at) => {
      const frame = document.querySelector(".slots-frame"), found = [];
      const names = frame.querySelector("tbody th").getBoundingClientRect().right;
      if (at !== null) frame.scrollLeft = at;
      for (const day of frame.querySelectorAll(".day")) {
        const box = day.getBoundingClientRect(), end = day.closest("th").getBoundingClientRect().right;
        const room = at === null ? end > names + 1 : end - names > box.width + 10;
        if (room && box.left < names - 1) found.push(day.textContent);
      }
      return found;
    }"""
    assert page.locator(".slots-frame .day").count() > 4
    assert page.evaluate(hidden, None) == []
    assert page.evaluate("document.querySelector('.slots-frame').scrollLeft") > 0
    assert [page.evaluate(hidden, at) for at in range(0, 400, 20)] == [[]] * 20
