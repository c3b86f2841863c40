"""Those who send at the same moment are written for together, each with their own answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError, connections, transaction
from django.utils.translation import override

from bulou.core.audit.models import AuditEntry
from bulou.core.records import turns
from bulou.core.records.kinds import Incoming, Result
from bulou.core.staff.actor import SYSTEM
from bulou.lib import clock, ids, sql
from tests.conftest import PATIENCE
from tests.core.conftest import VILLAGE, arrived, reading


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Iterator[turns._Desk]:
    """A desk of the test's own, whose writer gives its connection back."""
    own = turns._Desk()
    monkeypatch.setattr(turns, "_desk", own)
    yield own

    def close(waiting: list[turns._Turn]) -> None:
        connections.close_all()
        waiting[0].served.set()

    monkeypatch.setattr(turns, "_write", close)
    own.hand_in(turns._Turn([]))


def test_senders_who_wait_share_a_commit_and_each_has_their_own_answers(
    desk: turns._Desk, at: Callable[[str], datetime]
) -> None:
    now = clock.now() - timedelta(minutes=5)
    people = arrived(6, now - timedelta(days=2))
    told: dict[int, list[Result]] = {}

    def send(number: int) -> None:
        bad = Incoming("no.such.kind", ids.new(), VILLAGE, now, {})
        told[number] = turns.take([bad, reading(people[number], now)], SYSTEM)

    senders = [threading.Thread(target=send, args=(number,)) for number in range(6)]
    before = AuditEntry.objects.filter(act="records.take").count()
    with transaction.atomic():  # nobody is written for while this holds the database
        if sql.is_postgres():
            sql.run("LOCK TABLE records_entry IN ACCESS EXCLUSIVE MODE", [])
        senders[0].start()
        _until(lambda: desk._served == 1 and not desk._waiting)
        for sender in senders[1:]:
            sender.start()
        _until(lambda: len(desk._waiting) == 5)
    for sender in senders:
        sender.join(PATIENCE)
    assert [[one.status for one in told[number]] for number in range(6)] == [["refused", "accepted"]] * 6
    assert AuditEntry.objects.filter(act="records.take").count() - before == 2


def test_a_fault_is_its_senders_and_the_next_is_written_for(
    desk: turns._Desk, at: Callable[[str], datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now() - timedelta(minutes=5)
    (person,) = arrived(1, now - timedelta(days=2))
    with monkeypatch.context() as away:
        away.setattr(turns, "close_old_connections", _away)
        with pytest.raises(OperationalError):
            turns.take([reading(person, now)], SYSTEM)
    assert [one.status for one in turns.take([reading(person, now)], SYSTEM)] == ["accepted"]


@pytest.mark.parametrize(("language", "called"), [("en", "cough (Cough)"), ("zh-hans", "cough (咳嗽)")])
def test_what_an_answer_names_it_names_in_the_senders_language_whoever_writes(
    desk: turns._Desk, at: Callable[[str], datetime], language: str, called: str
) -> None:
    now = clock.now() - timedelta(minutes=5)
    (person,) = arrived(1, now - timedelta(days=2))
    with override(language):
        (told,) = turns.take([reading(person, now, symptoms=["hiccups"])], SYSTEM)
    assert told.code == "symptom-unknown" and called in told.message


def _away() -> None:
    raise OperationalError("the database is away")


def _until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not so():
        assert time.monotonic() < end
        time.sleep(0.01)
