"""Writers of one process take turns: nobody is refused, and nobody keeps the turn."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.utils import OperationalError

from bulou.lib import sql
from bulou.lib.sqlite import turn
from bulou.lib.sqlite.turn import Turn, _lock

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

PATIENCE = 120
ADD = "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (%s, 'x', '2020-02-12')"


def together(work: list[threading.Thread]) -> None:
    for thread in work:
        thread.start()
    for thread in work:
        thread.join(PATIENCE)


def test_eight_threads_lose_no_row() -> None:
    failed: list[BaseException] = []

    def write(name: int) -> None:
        try:
            for n in range(25):
                with transaction.atomic():
                    sql.run(ADD, [f"{name}-{n}"])
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    together([threading.Thread(target=write, args=(name,)) for name in range(8)])
    assert failed == []
    assert sql.rows("SELECT count(*) FROM django_session")[0][0] == 200


def test_the_turn_comes_free_after_a_failure_a_rollback_and_a_closed_connection() -> None:
    with pytest.raises(OperationalError), transaction.atomic():
        sql.run("INSERT INTO nowhere VALUES (1)")
    with transaction.atomic():
        transaction.set_rollback(True)
    with pytest.raises(OperationalError), transaction.atomic():  # noqa: PT012 - the pair is what is tried
        connection.close()
        raise OperationalError
    done: list[int] = []

    def write() -> None:
        with transaction.atomic():
            done.append(sql.run(ADD, ["after"]))
        connection.close()

    together([threading.Thread(target=write)])
    assert done == [1]


def test_long_work_begins_no_piece_while_somebody_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn, "_PATIENCE", PATIENCE)  # however long this test stands still
    holder, waiter, long = (Turn(str(tmp_path / "house")) for _ in range(3))
    free, begun_while_waiting = threading.Event(), []
    holder.take(time.monotonic() + PATIENCE)

    def write() -> None:
        waiter.take(time.monotonic() + PATIENCE)
        waiter.give_back()

    def carry_on() -> None:
        long.give_way()
        begun_while_waiting.append(not free.is_set())

    first = threading.Thread(target=write)
    first.start()
    while _lock(said := os.open(f"{tmp_path}/house-waits", os.O_RDWR | os.O_CREAT), fcntl.LOCK_EX):
        os.close(said)  # until the waiter has said that they wait
        time.sleep(0.001)
    os.close(said)
    second = threading.Thread(target=carry_on)
    second.start()
    second.join(0.05)
    free.set()
    holder.give_back()
    for thread in (first, second):
        thread.join(PATIENCE)
    assert begun_while_waiting == [False]
    long.give_way()  # nobody waits: at once


def test_the_turn_lies_beside_the_database_that_is_open() -> None:
    """Beside the one that the settings name first, the processes of a test run would wait for each other."""
    name = str(connection.settings_dict["NAME"])
    with transaction.atomic():
        assert Path(f"{name}-turn").exists()
