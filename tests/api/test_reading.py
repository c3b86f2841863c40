"""What is asked of the API: tasks, the missed, places, figures, and what is new since a cursor."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bulou.core.staff.roles import Role
from bulou.lib import clock, ids
from tests.api.conftest import said
from tests.conftest import PATIENCE
from tests.core.conftest import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, accepted, arrived, reading

KEYS = {"id", "kind", "state", "place", "opens_at", "due_at", "subject"}


def test_tasks_have_the_shape_of_the_contract(phone: Any, observed: list[UUID]) -> None:
    status, answer = phone().get("tasks", kind="observation.reading")
    assert status == 200
    assert set(answer) == {"items", "next"}
    assert {UUID(item["subject"]["id"]) for item in answer["items"]} == set(observed)
    for item in answer["items"]:
        assert set(item) == KEYS
        assert set(item["subject"]) == {"type", "id", "name"}
        assert item["kind"] == "observation.reading" and item["place"] == VILLAGE
        assert item["state"] in ("open", "missed")
        opens, due = datetime.fromisoformat(item["opens_at"]), datetime.fromisoformat(item["due_at"])
        assert opens < due and opens <= clock.now() and opens.utcoffset() == timedelta(hours=8)
        assert item["subject"]["type"] == "person" and item["subject"]["name"]


def test_a_reading_for_a_tasks_subject_closes_it(phone: Any, observed: list[UUID]) -> None:
    mine = phone()
    _status, before = mine.get("tasks", kind="observation.reading", state="open")
    assert before["items"]
    now = clock.now()
    (result, *_others) = mine.send([said(UUID(item["subject"]["id"]), now) for item in before["items"]])
    assert result["status"] == "accepted"
    assert mine.get("tasks", kind="observation.reading", state="open")[1]["items"] == []
    done = mine.get("tasks", kind="observation.reading", state="done")[1]["items"]
    assert {item["id"] for item in before["items"]} <= {item["id"] for item in done}


@pytest.mark.parametrize("path", ["tasks", "missed", "places", "figures"])
def test_a_parameter_with_a_slip_in_its_name_asks_for_nothing(phone: Any, path: str) -> None:
    status, answer = phone().get(path, plcae=VILLAGE)
    assert (status, answer["code"]) == (400, "parameter-unknown")
    assert {"plcae", "place"} <= set(re.findall("[a-z]+", answer["message"]))
    assert phone().get(path, trace="7f")[0] == 200


@pytest.mark.parametrize(
    "state", ["not-yet", "open", "done", "done-late", "missed", "excused", "withdrawn", "unheard"]
)
def test_every_state_may_be_asked_for(phone: Any, observed: list[UUID], state: str) -> None:
    from bulou.core.tasks.state import State

    assert state in {str(s) for s in State}, sorted(map(str, State))
    status, answer = phone().get("tasks", state=state)
    assert status == 200
    assert {item["state"] for item in answer["items"]} <= {state}


@pytest.mark.parametrize("name", ["cursor", "next"])
def test_pages_of_tasks_follow_on_each_other(phone: Any, observed: list[UUID], name: str) -> None:
    mine = phone()
    whole = mine.get("tasks", limit=500)[1]["items"]
    cursor, paged = "", []
    while True:
        _status, page = mine.get("tasks", limit=2, **{name: cursor})
        paged += page["items"]
        assert len(paged) <= len(whole)
        cursor = page["next"]
        if not cursor:
            break
    assert [t["id"] for t in paged] == [t["id"] for t in whole]
    assert len(whole) > 2


def test_a_place_asked_for_narrows_and_never_widens(phone: Any, observed: list[UUID]) -> None:
    arrived(2, clock.now() - timedelta(days=2), OTHER_VILLAGE, start=50)
    office = phone(Role.COUNTY_OFFICE, COUNTY)
    assert {t["place"] for t in office.get("tasks", place=TOWNSHIP)[1]["items"]} == {VILLAGE}
    assert {t["place"] for t in office.get("tasks")[1]["items"]} == {VILLAGE, OTHER_VILLAGE}
    doctor = phone()
    unknown = doctor.get("tasks", place="141031999999")
    for path in ("tasks", "missed", "figures", "places"):
        for place in (OTHER_VILLAGE, TOWNSHIP, COUNTY, "14", "411621"):
            assert doctor.get(path, place=place)[0] == 404, (path, place)
        assert doctor.get(path, place="141031999999") == doctor.get(path, place=OTHER_VILLAGE)
    assert unknown[1]["code"] == "place-unknown"


def test_a_bare_date_asks_for_the_whole_day(phone: Any, observed: list[UUID]) -> None:
    mine = phone()
    day, before = mine.get("missed", at="2020-02-11")[1], mine.get("missed", at="2020-02-11T00:00")[1]
    assert day["count"] > before["count"]
    assert day["count"] == mine.get("missed", at="2020-02-11T23:59:59")[1]["count"]
    assert mine.get("figures", at="2020-02-11", name="arrivals.arrived")[1]["items"][0]["figures"]
    assert mine.get("missed", at="yesterday")[0] == 400


def test_what_is_not_there_or_not_in_this_way_is_said_in_json(phone: Any) -> None:
    mine = phone(language="zh-hans")
    for path in ("nothing", "tasks/1", "../nothing"):
        status, answer = mine.get(path)
        assert (status, answer["code"]) == (404, "not-found") and answer["message"]
    for method, path in (("put", "tasks"), ("delete", "records"), ("get", "records"), ("options", "sync")):
        answer = getattr(Client(), method)(f"/api/v1/{path}", headers=mine.headers)
        assert answer.status_code == 405 and answer.headers["Allow"]
        assert answer.json()["code"] == "method-not-allowed" and answer.json()["message"]
    assert Client().get("/nothing/").headers["Content-Type"].startswith("text/html")


@contextmanager
def queries() -> Any:
    with CaptureQueriesContext(connection) as made:
        yield made


@pytest.mark.parametrize("path", ["tasks", "missed", "sync", "figures", "places"])
def test_the_number_of_queries_does_not_grow_with_the_list(
    phone: Any, observed: list[UUID], path: str
) -> None:
    mine = phone(Role.COUNTY_OFFICE, COUNTY)
    mine.get(path)  # tokens, rules and places are remembered from here on
    with queries() as few:
        small = mine.get(path)[1]
    arrived(40, clock.now() - timedelta(days=2), start=100)
    arrived(10, clock.now() - timedelta(days=2), OTHER_VILLAGE, start=200)
    with queries() as many:
        large = mine.get(path)[1]
    assert len(many) <= len(few) <= 15, [q["sql"][:120] for q in many.captured_queries]
    if "items" in small and path != "figures":
        assert len(large["items"]) > len(small["items"])


def everything(ask: Callable[..., tuple[int, Any]], cursor: str = "") -> tuple[list[dict[str, Any]], str]:
    found, more = [], True
    while more:
        status, answer = ask("sync", since=cursor)
        assert status == 200, answer
        assert set(answer) == {"items", "next", "more"}
        found += answer["items"]
        cursor, more = answer["next"], answer["more"]
    return found, cursor


def test_sync_tells_each_record_once_in_the_order_in_which_it_came(phone: Any, observed: list[UUID]) -> None:
    mine, now = phone(), clock.now() - timedelta(minutes=5)
    begun, cursor = everything(mine.get)
    assert {line["kind"] for line in begun} == {"arrivals.arrival", "observation.opened"}
    assert everything(mine.get, cursor) == ([], cursor)
    sent = [said(observed[n % 3], now - timedelta(minutes=n), 360 + n) for n in range(7)]
    mine.send(sent[:4])
    mine.send(sent[2:])
    lines, cursor = everything(mine.get, cursor)
    assert [line["id"] for line in lines] == [record["id"] for record in sent]
    for line, record in zip(lines, sent, strict=True):
        assert (line["kind"], line["place"], line["replaces"]) == ("observation.reading", VILLAGE, None)
        assert datetime.fromisoformat(line["happened_at"]) == datetime.fromisoformat(record["happened_at"])
        assert line["data"]["tenths"] == record["data"]["tenths"]
        assert line["data"]["person"] == record["data"]["person"]
    correction = said(observed[0], now, 370, replaces=sent[0]["id"])
    mine.send([correction])
    ((line,), cursor) = everything(mine.get, cursor)
    assert line["replaces"] == sent[0]["id"]


def test_sync_stays_within_the_territory_and_the_work(phone: Any, observed: list[UUID]) -> None:
    arrived(2, clock.now() - timedelta(days=2), OTHER_VILLAGE, start=50)
    assert {line["place"] for line in everything(phone().get)[0]} == {VILLAGE}
    assert everything(phone(Role.VILLAGE_DOCTOR, "141031100201").get)[0] == []
    lines, _cursor = everything(phone(Role.COUNTY_OFFICE, COUNTY).get)
    assert {line["place"] for line in lines} == {VILLAGE, OTHER_VILLAGE}
    for nobodys in (Role.ADMINISTRATOR, Role.AUDITOR, Role.STOREKEEPER):
        assert everything(phone(nobodys, COUNTY).get)[0] == []
    opened = [line for line in everything(phone().get)[0] if line["kind"] == "observation.opened"]
    assert {line["data"] for line in opened} == {None}


@pytest.mark.parametrize(
    "cursor", ["x", "WzFd" * 3, "bnVsbA==", "Wy0xXQ==", "WzEuNV0=", "WzFlOTld", "W3RydWVd", "é"]
)
def test_a_cursor_that_is_none_is_refused(phone: Any, cursor: str) -> None:
    for path, name in (("sync", "since"), ("tasks", "cursor"), ("missed", "cursor")):
        status, answer = phone().get(path, **{name: cursor})
        assert (status, answer["code"]) == (400, "cursor-unknown"), (path, cursor)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_sync_leaves_no_gap_beside_an_intake_that_is_still_on_its_way(
    phone: Any, at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One intake has its numbers of the book and waits; a later one is through. The reader waits for the first."""
    from bulou.core.sync import book

    people = arrived(2, clock.now() - timedelta(days=2))
    now = clock.now() - timedelta(minutes=5)
    mine = phone()
    _lines, cursor = everything(mine.get)
    in_book, may_end = threading.Event(), threading.Event()
    slow, quick = reading(people[0], now), reading(people[1], now)

    def first() -> None:
        try:
            with transaction.atomic():
                accepted([slow])
                in_book.set()
                may_end.wait(PATIENCE)
        finally:
            connections.close_all()

    thread = threading.Thread(target=first)
    thread.start()
    assert in_book.wait(PATIENCE)
    # The second must not wait for the first's tallies: it only enters itself in the book.
    from bulou.core.records.models import Entry

    Entry.objects.create(id=quick.id, kind="observation.reading", digest="x")
    monkeypatch.setattr(book, "_PATIENCE", 0.1)
    lines, standing = everything(mine.get, cursor)
    assert (lines, standing) == ([], cursor)
    threading.Timer(0.3, may_end.set).start()
    monkeypatch.setattr(book, "_PATIENCE", PATIENCE)
    lines, _cursor = everything(mine.get, cursor)
    assert may_end.is_set()
    assert [line["id"] for line in lines] == [str(slow.id)]
    thread.join()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_number_of_the_book_that_was_given_back_holds_nobody_up(phone: Any, at: Any) -> None:
    (person,) = arrived(1, clock.now() - timedelta(days=2))
    mine = phone()
    _lines, cursor = everything(mine.get)
    record = reading(person, clock.now() - timedelta(minutes=5))
    with transaction.atomic():
        accepted([reading(person, clock.now() - timedelta(minutes=6), id=ids.new())])
        transaction.set_rollback(True)
    accepted([record])
    lines, _cursor = everything(mine.get, cursor)
    assert [line["id"] for line in lines] == [str(record.id)]


def test_what_stands_beside_a_records_data_and_is_not_known_is_passed_over(
    phone: Any, observed: list[UUID]
) -> None:
    mine, record = phone(), said(observed[0], clock.now(), app="2.1")
    assert [one["status"] for one in mine.send([record, record | {"app": "2.2"}])] == [
        "accepted",
        "duplicate",
    ]
