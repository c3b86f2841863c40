"""A county puts its own order in force, through the door, and every process sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bulou.core import rulebook
from bulou.core.audit.models import AuditEntry
from bulou.core.rulebook import queries, store
from bulou.core.rulebook.actions import lift, put_in_force
from bulou.core.rulebook.models import Order
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.lib import clock
from bulou.lib.refusals import Refusal

OFFICE = Actor(account=7, post=8, role=Role.COUNTY_OFFICE, place="141031", name="办公室")
TODAY = date(2020, 2, 12)
VILLAGE = "141031101001"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2020, 2, 12, 9, tzinfo=ZoneInfo("Asia/Shanghai")))


def order(value: Any = 10, place: str = "141031", day: str = "2020-02-15", **line: Any) -> dict[str, Any]:
    head = {"number": "九号令", "place": place, "from": day, "profile": "covid19-2020"}
    return {"order": head, "value": [{"key": "observation.days", "value": value, **line}]}


def days(day: int, place: str = VILLAGE) -> int:
    return int(rulebook.value("observation.days", place, date(2020, 2, day)))


def test_an_order_holds_in_its_territory_from_its_first_day() -> None:
    made = put_in_force(OFFICE, order())
    assert [days(14), days(15), days(15, "141032101001")] == [14, 10, 14]
    found = rulebook.entry("observation.days", VILLAGE, date(2020, 2, 15))
    assert (found.source, found.order) == ("九号令", str(made.pk))
    audited = AuditEntry.objects.get(act="rulebook.put_in_force")
    assert (audited.subject_id, audited.place, audited.count) == (str(made.pk), "141031", 1)


def test_the_same_order_again_is_the_same_order() -> None:
    assert put_in_force(OFFICE, order()).pk == put_in_force(OFFICE, order()).pk
    assert Order.objects.count() == 1


def test_a_lifted_order_keeps_the_days_it_held() -> None:
    made = put_in_force(OFFICE, order(day="2020-02-12"))
    lift(OFFICE, made.pk, date(2020, 2, 20))
    assert [days(12), days(20), days(21)] == [10, 10, 14]
    with pytest.raises(Refusal, match="rule-already-lifted"):
        lift(OFFICE, made.pk, date(2020, 2, 22))


def test_a_lifted_order_cannot_lose_days_gone_by() -> None:
    made = put_in_force(OFFICE, order(day="2020-02-01"), why="took effect before the county had this system")
    with pytest.raises(Refusal, match="rule-in-the-past"):
        lift(OFFICE, made.pk, TODAY - timedelta(days=2))


def test_an_order_for_days_gone_by_needs_a_reason() -> None:
    with pytest.raises(Refusal, match="rule-in-the-past"):
        put_in_force(OFFICE, order(day="2020-02-01"))
    assert put_in_force(OFFICE, order(day="2020-02-01"), why="paper order of that day").why


@pytest.mark.parametrize("place", ["411621", "14", "1410"])
def test_nobody_orders_beyond_their_territory(place: str) -> None:
    with pytest.raises(Refusal, match="rule-place-unknown"):
        put_in_force(OFFICE, order(place=place))
    with pytest.raises(Refusal, match="rule-place-unknown"):
        put_in_force(OFFICE, {**order(), "value": [{"key": "observation.days", "value": 9, "place": place}]})
    assert not Order.objects.exists()


@pytest.mark.parametrize("role", [Role.TOWNSHIP_CLERK, Role.VILLAGE_CADRE, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_the_county_orders(role: Role) -> None:
    with pytest.raises(Refusal, match="not-allowed"):
        put_in_force(replace(OFFICE, role=role), order())


def test_what_is_not_sound_is_not_put_in_force() -> None:
    with pytest.raises(Refusal, match="rule-unsound"):
        put_in_force(OFFICE, order(value="ten"))
    assert not Order.objects.exists()


def test_an_order_of_another_county_is_as_if_it_were_not_there() -> None:
    made = put_in_force(OFFICE, order())
    stranger = replace(OFFICE, place="411621")
    assert queries.order(stranger, made.pk) is None
    assert not queries.orders(stranger).exists()
    with pytest.raises(Refusal, match="rule-order-unknown"):
        lift(stranger, made.pk, TODAY)
    below = replace(OFFICE, place="141031101", role=Role.TOWNSHIP_CLERK)
    assert queries.order(below, made.pk) == made


def test_an_order_that_is_undone_with_its_transaction_is_forgotten() -> None:
    class UndoError(Exception):
        pass

    def undone() -> None:
        with transaction.atomic():
            put_in_force(OFFICE, order())
            assert days(15) == 10
            raise UndoError

    with pytest.raises(UndoError):
        undone()
    assert days(15) == 14


def test_of_two_orders_in_a_transaction_the_one_that_is_undone_is_forgotten_and_then_the_other() -> None:
    for _whole in range(2):
        with transaction.atomic():
            put_in_force(OFFICE, order())
            with transaction.atomic():
                put_in_force(OFFICE, order(9, "141031101"))
                assert days(15) == 9
                transaction.set_rollback(True)
            assert days(15) == 10
            transaction.set_rollback(True)
        assert days(15) == 14


def test_an_order_of_another_process_is_seen_within_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    assert days(15) == 14
    Order.objects.create(
        place="141031", source="九号令", day_from=TODAY, content=order(), digest="x",
        put_in_force_at=clock.now(), by=7, post=8, changed_at=clock.now(),
    )  # fmt: skip
    monkeypatch.setattr(store._Kept, "checked", store._Kept.checked - store.CHECK_SECONDS)
    assert days(15) == 10
    Order.objects.all().delete()
    store.forget()


def test_a_thousand_look_ups_ask_the_database_at_most_once() -> None:
    store.forget()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        for number in range(1000):
            rulebook.value("observation.days", f"141031101{number:03}", TODAY)
    assert len(asked) <= 2


def test_once_an_order_is_through_the_database_is_no_longer_asked_at_every_look_up(
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        put_in_force(OFFICE, order())
    with CaptureQueriesContext(connection) as asked:
        assert {days(15) for _time in range(50)} == {10}
    assert len(asked) <= 2


def test_a_page_of_rules_shows_what_holds_with_its_source_and_how_it_came_to_be() -> None:
    put_in_force(OFFICE, order())
    lines = {line.key: line for line in queries.in_force(VILLAGE, date(2020, 2, 16))}
    assert lines["observation.days"].entry.value == 10
    assert lines["observation.days"].entry.place == "141031"
    assert lines["arrivals.measure"].is_table
    assert all(line.entry.source for line in lines.values())
    past = [line.entry.value for line in queries.history("observation.days", VILLAGE, "covid19-2020")]
    assert past == [10, 14]


def test_the_phone_gets_all_that_is_in_force_as_plain_values() -> None:
    import json

    put_in_force(OFFICE, order())
    sent = json.loads(json.dumps(queries.as_json(VILLAGE, date(2020, 2, 16))))
    assert sent["profile"] == "covid19-2020"
    assert sent["values"]["observation.days"] == {"value": 10, "unit": "", "source": "九号令"}
    rows = sent["tables"]["arrivals.measure"]["rows"]
    assert rows[0]["when"] == {"fever": {"in": [True]}}
    assert rows[-1]["when"] == {}
