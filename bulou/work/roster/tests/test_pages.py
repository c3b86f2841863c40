"""The office's pages of duty: who opens them sees their own, acts on it, and lists cost the same however long."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from bulou.core import exports
from bulou.core.exports import Asked
from bulou.core.figures.queries import title
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.core.tasks.cover import Need
from bulou.core.tasks.models import Task
from bulou.exchange.out.lines import lines
from bulou.exchange.out.models import Export
from bulou.lib import ids
from bulou.work.roster import actions, plan, queries
from bulou.work.roster.models import Member, On, Stand
from bulou.work.roster.tests.conftest import BEGIN, COUNTY, FAR, GATE, TOWNSHIP, VILLAGE, member, sign

pytestmark = pytest.mark.django_db
FIRST = "2020-02-10/whole#1"
SEAT = f"/roster/seats/{GATE.id}/?slot=2020-02-10/whole%231"
Laid = Callable[..., dict[str, Task]]


def client_of(by: Actor) -> Client:
    client = signed_in(Client(), by)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def web(office: Actor) -> Client:
    return client_of(office)


PAGES = (
    "", "draw/", "holes/", "holes/?show=ahead", "members/", "members/new/", "applications/", "apply/", "teams/",
    "teams/new/", "pairs/", "pairs/new/",
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_empty_and_full(page: str, web: Client, laid: Laid, office: Actor) -> None:
    assert web.get(f"/roster/{page}").status_code == 200
    laid()
    plan.draw(office, TOWNSHIP, date(2020, 2, 10), date(2020, 2, 12))
    assert web.get(f"/roster/{page}").status_code == 200


def test_the_week_shows_who_stands_and_the_holes(
    web: Client, laid: Laid, people: list[UUID], office: Actor, at: Any
) -> None:
    laid()
    plan.put(office, GATE.id, FIRST, people[0])
    said = web.get(f"/roster/?place={VILLAGE}").content.decode()
    assert Member.objects.get(pk=people[0]).name in said
    assert "1 open" in said
    at(3)
    assert "2 not manned" in web.get(f"/roster/?place={VILLAGE}").content.decode()
    assert GATE.name in web.get(f"/roster/holes/?place={VILLAGE}").content.decode()


def test_a_roster_is_shown_before_it_is_written(web: Client, laid: Laid) -> None:
    days = {"from_day": "2020-02-10", "to_day": "2020-02-11"}
    said = web.post(f"/roster/draw/?place={TOWNSHIP}", days)
    shown = said.content.decode()
    assert "Write this roster" in shown and "Who would stand where" in shown and GATE.name in shown
    assert re.findall(r'figure-value">([^<]*)<', shown)[:3] == ["6", "0", "6"]
    assert Stand.objects.count() == 0
    assert web.post(f"/roster/draw/?place={TOWNSHIP}", {**days, "act": "write"}).status_code == 302
    assert Stand.objects.count() == 6


def test_a_seat_is_filled_signed_and_handed_over_at_the_desk(
    web: Client, laid: Laid, people: list[UUID], at: Any
) -> None:
    laid()
    web.post(f"/roster/seats/{GATE.id}/put/", {"slot": FIRST, "member": str(people[0]), "version": "0"})
    assert Stand.objects.get().member == people[0]
    at(1)
    who = {"slot": FIRST, "member": str(people[0])}
    web.post(f"/roster/seats/{GATE.id}/sign/", {**who, "act": "on"})
    at(13)
    web.post(f"/roster/seats/{GATE.id}/sign/", {**who, "act": "off", "note": "钥匙在帐篷里"})
    said = web.get(SEAT).content.decode()
    assert "钥匙在帐篷里" in said
    assert On.objects.count() == 1


@pytest.mark.parametrize(("role", "opens"), [(Role.COUNTY_OFFICE, True), (Role.INSPECTOR, False)])
def test_only_whoever_has_a_page_of_who_stands_is_led_to_it(
    role: Role, opens: bool, laid: Laid, people: list[UUID], office: Actor
) -> None:
    laid()
    plan.put(office, GATE.id, FIRST, people[0])
    said = client_of(actor(role, COUNTY)).get(SEAT).content.decode()
    assert Member.objects.get(pk=people[0]).name in said
    assert (f"/roster/members/{people[0]}/" in said) is opens


@pytest.mark.parametrize(("role", "opens"), [(Role.TOWNSHIP_CLERK, True), (Role.UNIT_LIAISON, False)])
def test_whoever_only_hands_in_is_not_led_to_the_list(role: Role, opens: bool) -> None:
    said = client_of(actor(role, TOWNSHIP)).get("/roster/applications/").content.decode()
    assert ("/roster/members/?place" in said) is opens


def test_the_second_of_two_for_one_seat_is_told_at_the_desk(
    web: Client, laid: Laid, people: list[UUID], at: Any
) -> None:
    laid()
    at(1)
    sign = f"/roster/seats/{GATE.id}/sign/"
    first, second = (
        web.post(sign, {"slot": FIRST, "member": str(one), "act": "on"}, follow=True) for one in people[:2]
    )
    name = Member.objects.get(pk=people[0]).name
    assert f"{name} had signed on" not in first.content.decode()
    said = second.content.decode()
    assert f"{name} had signed on" in said and "Signed on." in said and On.objects.count() == 2
    nobody = web.post(sign, {"slot": FIRST, "member": str(people[2]), "act": "off"}, follow=True)
    assert "%(" not in nobody.content.decode()


def test_who_may_not_stand_is_shown_with_the_reason(
    web: Client, laid: Laid, people: list[UUID], office: Actor
) -> None:
    laid()
    plan.put(office, GATE.id, "2020-02-10/whole#2", people[0])
    assert "stands elsewhere" in web.get(SEAT).content.decode()


def test_what_lies_elsewhere_is_not_there(laid: Laid, people: list[UUID]) -> None:
    laid()
    far = client_of(actor(Role.TOWNSHIP_CLERK, FAR[:9]))
    for page in (SEAT, f"/roster/members/{people[0]}/", f"/roster/?place={VILLAGE}"):
        assert far.get(page).status_code == 404
    assert (
        far.post(f"/roster/seats/{GATE.id}/put/", {"slot": FIRST, "member": str(people[0])}).status_code
        == 404
    )


def test_an_applicants_number_is_for_those_who_decide(guard: Actor, office: Actor) -> None:
    sign(guard, "applied", BEGIN, {"name": "鲁智远", "phone": "15400000001"})
    assert "15400000001" in client_of(office).get("/roster/applications/").content.decode()
    assert "15400000001" not in client_of(guard).get("/roster/applications/").content.decode()


def test_pages_cost_the_same_however_long(web: Client, laid: Laid, office: Actor, needs: list[Need]) -> None:
    pages = [f"/roster/?place={COUNTY}", "/roster/members/", "/roster/teams/", "/roster/holes/?show=ahead"]

    def cost() -> list[int]:
        found = []
        for page in pages:
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert web.get(page).status_code == 200
            found.append(len(asked))
        return found

    actions.add_members(office, [member(n) for n in range(3)])
    laid()
    plan.draw(office, TOWNSHIP, date(2020, 2, 10), date(2020, 2, 10))
    cost()
    few = cost()
    needs += [Need(ids.derived("more", n), "need", f"卡点{n}", VILLAGE, BEGIN) for n in range(5)]
    actions.add_members(office, [member(20 + n) for n in range(12)])
    laid()
    plan.draw(office, TOWNSHIP, date(2020, 2, 10), date(2020, 2, 10) + timedelta(days=1))
    assert cost() == few


def test_what_is_counted_by_kind_is_said_in_the_words_of_the_lists() -> None:
    with translation.override("zh-hans"):
        assert str(title("roster.teams[blue]")).endswith("(蓝)")
        assert str(title("roster.members[work-team]")).endswith("(驻村工作队)")


def test_who_offered_to_stand_goes_out_waiting_or_declined_without_their_number(
    guard: Actor, office: Actor
) -> None:
    for n, name in enumerate(("鲁智远", "向晚亭")):
        sign(guard, "applied", BEGIN, {"name": name, "phone": f"1540000000{n}"})
    first = queries.waiting(office).first()
    assert first is not None
    web = client_of(office)
    web.post(f"/roster/applications/{first.id}/declined/")
    listed = exports.get(office, "roster-applications")
    with translation.override("en"):
        waits, declined = (
            list(lines(listed, Asked(office, COUNTY, {"show": show}), Export.MASKED))
            for show in ("waiting", "declined")
        )
    assert {waits[0][0], declined[0][0]} == {"鲁智远", "向晚亭"} and (len(waits), len(declined)) == (1, 1)
    assert (waits[0][5], declined[0][5]) == ("Waiting", "Declined")
    assert "1540000" not in str([*waits, *declined])
    page = web.get("/roster/applications/?show=declined").content.decode()
    assert declined[0][0] in page and waits[0][0] not in page and "/accepted/" not in page
    away = web.get("/roster/applications/?show=declined&export=1")
    assert "list=roster-applications" in away.headers["Location"]
    assert web.get("/roster/applications/?show=x").status_code == 404
    assert "roster-applications" not in exports.mine(guard)
