"""An order goes down, each acknowledges and answers it, and who has not is listed by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from bulou.core import exports
from bulou.core.exports import Asked as Out
from bulou.core.figures.queries import Asked, read
from bulou.core.figures.recount import recount
from bulou.core.places import queries as places
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.core.tasks.models import Task
from bulou.exchange.out.lines import lines
from bulou.exchange.out.models import Export
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal
from bulou.work.directives import actions
from bulou.work.directives.forms import OrderIn
from bulou.work.directives.models import Acknowledged, Issued, Order

COUNTY, TOWNSHIP, OTHER = "141031", "141031100", "141031101"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The clock at noon; `at(hours)` moves it on. English pages."""
    noon = clock.parse("2020-02-12T12:00")

    def later(hours: float) -> None:
        moment = noon + timedelta(hours=hours)
        monkeypatch.setenv("BULOU_CLOCK_SHIFT", repr((moment - datetime.now(moment.tzinfo)).total_seconds()))

    later(0)
    with translation.override("en"):
        yield later


def order(by: Any = None, **more: Any) -> Order:
    said = {"title": "排查返乡人员", "text": "今日内完成。", "to": "township", "needs_answer": True, **more}
    due = more.pop("due_at", clock.now() + timedelta(hours=6))
    return actions.issue(by or actor(Role.COUNTY_OFFICE, COUNTY), OrderIn(**{**said, "due_at": due}))


def count(name: str, place: str = COUNTY) -> int:
    return read([name], Asked(place))[place][name]


def desk(by: Any) -> Client:
    client = signed_in(Client(), by)
    client.cookies["django_language"] = "en"
    return client


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def test_every_township_owes_a_word_within_hours_and_an_answer_by_the_time() -> None:
    sent = order()
    assert Issued.objects.count() == 8
    tasks = Task.objects.filter(source=sent.id)
    assert {(t.kind, t.due_at) for t in tasks} == {
        ("directives.acknowledge", sent.issued_at + timedelta(hours=2)),
        ("directives.answer", sent.due_at),
    }
    assert {t.role for t in tasks} == {"township-clerk"}
    assert (count("directives.issued"), count("directives.issued", TOWNSHIP)) == (8, 1)


def test_an_order_may_ask_for_a_word_only_and_never_later_than_the_answer() -> None:
    sent = order(needs_answer=False, due_at=clock.now() + timedelta(hours=1))
    (due,) = {t.due_at for t in Task.objects.filter(source=sent.id)}
    assert due == sent.due_at
    assert not Task.objects.filter(kind="directives.answer").exists()


def test_an_order_goes_to_villages_of_one_township_or_to_places_by_name() -> None:
    order(to="village", under=TOWNSHIP)
    assert set(Issued.objects.values_list("place", flat=True)) == {
        p.code for p in places.subtree(TOWNSHIP, level=5)
    }
    names = [p.name for p in places.subtree(COUNTY, level=4)][:2]
    sent = order(to="listed", places="、".join(names))
    assert set(Issued.objects.filter(round=sent.id).values_list("name", flat=True)) == set(names)


def refused(act: Callable[..., Any], *args: Any, **more: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        act(*args, **more)
    return refusal.value.code


def test_what_cannot_be_sent_is_refused_and_leaves_nothing_behind() -> None:
    assert refused(order, due_at=clock.now() - timedelta(hours=1)) == "order-past"
    assert refused(order, to="department") == "addressee-nobody"
    assert refused(order, to="listed", places="不存在的村") == "addressee-place"
    assert refused(order, actor(Role.TOWNSHIP_CLERK, TOWNSHIP), under=OTHER, to="village") == "place-unknown"
    assert refused(order, actor(Role.VILLAGE_CADRE, TOWNSHIP + "202"), to="village") == "not-allowed"
    assert (Order.objects.count(), Task.objects.count()) == (0, 0)


def test_who_has_not_is_listed_by_name(at: Any) -> None:
    office = actor(Role.COUNTY_OFFICE, COUNTY)
    sent = order(office)
    names = places.names([TOWNSHIP, OTHER])
    desk(actor(Role.TOWNSHIP_CLERK, TOWNSHIP)).post(f"/orders/{sent.id}/")
    shown = page(desk(office), "/orders/?list=sent")
    assert names[OTHER] in shown
    at(3)
    cells = page(desk(office), f"/orders/{sent.id}/")
    assert cells.count("missed") >= 7
    # Who is late comes before who has said a word, whatever their codes.
    assert cells.rindex(names[OTHER]) < cells.rindex(names[TOWNSHIP])


def test_what_is_due_first_leads_the_page_of_an_order() -> None:
    sent, client = order(), desk(actor(Role.TOWNSHIP_CLERK, TOWNSHIP))
    shown = page(client, f"/orders/{sent.id}/")
    acknowledge, answer = shown.index(">Acknowledge</button>"), shown.index(f'/orders/{sent.id}/answer/"')
    assert "btn-primary" in shown[acknowledge - 40 : acknowledge]
    assert acknowledge < answer
    assert "btn-primary" not in shown[answer - 60 : answer]
    client.post(f"/orders/{sent.id}/")
    assert f'<a class="btn btn-primary" href="/orders/{sent.id}/answer/">' in page(
        client, f"/orders/{sent.id}/"
    )


def test_acknowledging_twice_is_once() -> None:
    sent, client = order(), desk(actor(Role.TOWNSHIP_CLERK, TOWNSHIP))
    assert "Acknowledge" in page(client, f"/orders/{sent.id}/")
    for _twice in range(2):
        client.post(f"/orders/{sent.id}/")
    assert Acknowledged.objects.count() == 1
    assert count("directives.acknowledged", TOWNSHIP) == 1


def test_whoever_answers_has_received_it_and_the_issuer_reads_the_answer() -> None:
    office = actor(Role.COUNTY_OFFICE, COUNTY)
    sent, client = order(office), desk(actor(Role.TOWNSHIP_CLERK, TOWNSHIP))
    page(client, f"/orders/{sent.id}/answer/")
    client.post(f"/orders/{sent.id}/answer/", {"text": "已排查 42 户"})
    assert not Task.objects.filter(place=TOWNSHIP, done_at=None).exists()
    assert (count("directives.acknowledged"), count("directives.answered")) == (1, 1)
    assert "已排查 42 户" in page(desk(office), f"/orders/{sent.id}/")


def test_an_order_is_issued_from_the_form() -> None:
    client = desk(actor(Role.COUNTY_OFFICE, COUNTY))
    page(client, "/orders/new/")
    said = {
        "title": "核实返乡车辆",
        "text": "逐车登记。",
        "to": "township",
        "due_at": "2020-02-12T18:00",
        "needs_answer": "on",
    }
    assert client.post("/orders/new/", said).status_code == 302
    assert Order.objects.get().due_at == clock.parse("2020-02-12T18:00")
    said["due_at"] = "2020-02-11T18:00"
    response = client.post("/orders/new/", said)
    assert response.status_code == 422
    assert "passed already" in response.content.decode()


def test_orders_elsewhere_are_not_there() -> None:
    sent = order(actor(Role.TOWNSHIP_CLERK, TOWNSHIP), to="village")
    stranger = desk(actor(Role.TOWNSHIP_CLERK, OTHER))
    for url in (f"/orders/{sent.id}/", f"/orders/{sent.id}/answer/"):
        assert stranger.get(url).status_code == 404
    assert stranger.post(f"/orders/{sent.id}/").status_code == 404
    assert sent.title not in page(stranger, "/orders/?list=sent")
    assert desk(actor(Role.STOREKEEPER, COUNTY)).get("/orders/").status_code == 404
    assert desk(actor(Role.VILLAGE_CADRE, TOWNSHIP + "202")).get("/orders/new/").status_code == 404


def test_a_recipient_does_not_see_how_the_others_stand() -> None:
    sent = order()
    shown = page(desk(actor(Role.TOWNSHIP_CLERK, TOWNSHIP)), f"/orders/{sent.id}/")
    names = places.names([TOWNSHIP, OTHER])
    assert names[TOWNSHIP] in shown
    assert names[OTHER] not in shown


def said(to: Issued, kind: str = "acknowledged", **more: Any) -> Incoming:
    data = {"recipient": str(to.recipient), **more}
    return Incoming(f"directives.{kind}", ids.new(), to.place, clock.now(), data)


def test_only_a_recipient_itself_says_that_an_order_arrived() -> None:
    order()
    to = Issued.objects.get(place=OTHER)
    (result,) = take([said(to)], actor(Role.COUNTY_OFFICE, COUNTY))
    assert result.code == "round-not-yours"
    (result,) = take([said(to)], actor(Role.TOWNSHIP_CLERK, OTHER))
    assert result.status == "accepted"


@pytest.mark.parametrize("at_once", [False, True])
def test_words_in_any_order_and_again_count_the_same(at: Any, at_once: bool) -> None:
    order()
    clerk, to = actor(Role.TOWNSHIP_CLERK, OTHER), Issued.objects.get(place=OTHER)
    first = said(to)
    at(1)
    words = [said(to), said(to, "answered", text="完成"), first]
    for batch in [words, words] if at_once else [[one] for one in (*words, *words)]:
        take(batch, clerk)
    assert (count("directives.acknowledged"), count("directives.answered")) == (1, 1)
    assert Task.objects.get(kind="directives.acknowledge", place=OTHER).done_at == first.happened_at
    assert recount() == []


def test_of_earlier_words_that_come_together_the_earliest_counts(at: Any) -> None:
    order()
    clerk, to = actor(Role.TOWNSHIP_CLERK, OTHER), Issued.objects.get(place=OTHER)
    words = []
    for hour in (1, 2, 3):
        at(hour)
        words.append(said(to))
    take(words[2:], clerk)
    results = take([words[1], words[0]], clerk)
    assert [result.status for result in results] == ["duplicate", "accepted"]
    assert Acknowledged.objects.get(replaced_by=None).happened_at == words[0].happened_at
    assert recount() == []


def test_an_answer_that_comes_alone_says_that_the_order_arrived(at: Any) -> None:
    order()
    to = Issued.objects.get(place=OTHER)
    at(1)
    answer = said(to, "answered", text="完成")
    take([answer], actor(Role.TOWNSHIP_CLERK, OTHER))
    task = Task.objects.get(kind="directives.acknowledge", place=OTHER)
    assert task.done_at == answer.happened_at
    assert count("directives.acknowledged", OTHER) == 1


def test_nobody_acknowledges_an_order_before_it_was_sent(at: Any) -> None:
    early = clock.now() - timedelta(minutes=1)
    order()
    word = replace(said(Issued.objects.get(place=OTHER)), happened_at=early)
    (result,) = take([word], actor(Role.TOWNSHIP_CLERK, OTHER))
    assert (result.status, result.code) == ("refused", "round-early")


def test_a_long_list_costs_as_many_queries_as_a_short_one(
    django_assert_max_num_queries: Any,
) -> None:
    office = actor(Role.COUNTY_OFFICE, COUNTY)
    client = desk(office)
    for _more in range(5):
        order(office)
    page(client, "/orders/?list=sent")
    with django_assert_max_num_queries(22):
        page(client, "/orders/?list=sent")


def test_the_first_page_of_who_owes_it_says_so_and_leads_there() -> None:
    sent = order()
    clerk = desk(actor(Role.TOWNSHIP_CLERK, TOWNSHIP))
    first = page(clerk, "/")
    assert f'href="/orders/{sent.id}/"' in first
    assert "Acknowledge the order" in first and "Answer the order" in first
    clerk.post(f"/orders/{sent.id}/")
    assert "Acknowledge the order" not in page(clerk, "/")
    assert "Answer the order" in page(clerk, "/")


def test_the_office_sees_on_its_first_page_who_is_late_below(at: Any) -> None:
    order()
    office = desk(actor(Role.COUNTY_OFFICE, COUNTY))
    assert "late below us" not in page(office, "/")
    at(3)
    first = page(office, "/")
    assert "Acknowledge the order: late below us" in first
    assert "/missed/?place=141031&amp;kind=directives.acknowledge" in first
    assert "排查返乡人员" not in page(desk(actor(Role.VILLAGE_DOCTOR, "141031100200")), "/")


def test_orders_and_how_each_recipient_stands_go_out_in_ones_own_territory() -> None:
    sent = order()
    township = actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
    client = desk(township)
    client.post(f"/orders/{sent.id}/")
    county = actor(Role.COUNTY_OFFICE, COUNTY)

    def told(by: Any, name: str, **words: str) -> list[list[Any]]:
        return [list(line) for line in lines(exports.get(by, name), Out(by, by.place, words), Export.MASKED)]

    [line] = told(county, "orders", show="sent")
    assert (line[0], line[-2:]) == ("排查返乡人员", [7, 8])
    assert told(township, "orders", show="sent") == []
    assert [one[0] for one in told(township, "orders", show="ours")] == ["排查返乡人员"]
    everybody = told(county, "orders-recipients", round=str(sent.id))
    assert (len(everybody), sum(one[2] is not None for one in everybody)) == (8, 1)
    assert len(told(township, "orders-recipients", round=str(sent.id))) == 1
    elsewhere = actor(Role.COUNTY_OFFICE, "610628")
    with pytest.raises(Refusal):
        told(elsewhere, "orders-recipients", round=str(sent.id))
    assert client.get(f"/orders/{sent.id}/?export=1").url.endswith(f"round={sent.id}")
