"""The same file while the first is still running: nothing is there twice, whoever hands it in and wherever."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from bulou.core.figures.recount import recount
from bulou.core.people.models import Person
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.exchange import desk, keep, take
from bulou.exchange.models import ImportRow, ImportRun
from bulou.exchange.tests.conftest import TOWNSHIP, VILLAGE, clerk, line
from bulou.exchange.tests.test_behind import ended, looked_at
from bulou.lib import clock
from bulou.work.arrivals.models import Arrival
from bulou.work.observation.models import Observation, Reading

Ledger = Callable[..., Path]
LINES = [*(line(n) for n in range(300)), *(line(n, 体温="365") for n in range(400, 403))]


@pytest.fixture
def same_books(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is started uses the database of the test."""
    said = connection.settings_dict
    host = f"{said['USER']}:{said['PASSWORD']}@{said['HOST']}:{said['PORT']}" if said["HOST"] else ""
    monkeypatch.setenv("DATABASE_URL", f"{connection.vendor}://{host}/{said['NAME']}")


def importing(path: Path) -> subprocess.Popen[str]:
    """`bulou import`, begun."""
    return subprocess.Popen(
        [sys.executable, "-m", "bulou.cli", "import", str(path), "--place", VILLAGE, "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def told(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, said = process.communicate(timeout=120)
    assert process.returncode == 1, said  # lines were held
    found: dict[str, Any] = json.loads(out)
    return found


def stop_between_pieces(pid: int) -> None:
    """Stop a process while it keeps no other from writing."""
    while True:
        os.kill(pid, signal.SIGSTOP)
        if connection.vendor != "sqlite":
            return
        books = sqlite3.connect(connection.settings_dict["NAME"], timeout=0, isolation_level=None)
        with closing(books), suppress(sqlite3.OperationalError):
            books.execute("BEGIN IMMEDIATE")
            return
        os.kill(pid, signal.SIGCONT)
        time.sleep(0.002)


def _is_there_once() -> None:
    there = (Person.objects.count(), Arrival.objects.count(), Reading.objects.count())
    assert there == (300, 300, 300)
    assert Observation.objects.filter(closed_at=None).count() == 300
    assert ImportRun.objects.filter(state=ImportRun.DONE).count() == 2
    last = ImportRun.objects.get(superseded_by=None)  # of both, one waits for the clerk
    assert last.counts["held"] == 3
    assert not recount()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("same_books")
def test_the_same_file_while_the_first_is_still_running_changes_nothing_by_the_command(
    ledger: Ledger,
) -> None:
    first = ledger(LINES)
    renamed = first.with_name("另存.csv")
    renamed.write_bytes(first.read_bytes())
    one = importing(first)
    while not ImportRow.objects.exists():
        assert one.poll() is None, told(one)
        time.sleep(0.01)
    stop_between_pieces(one.pid)  # in the middle of it, until the other has begun
    try:
        other = importing(renamed)
        while ImportRun.objects.count() < 2:
            assert other.poll() is None, told(other)
            time.sleep(0.01)
        assert one.poll() is None
    finally:
        os.kill(one.pid, signal.SIGCONT)
    counts = [told(process)["counts"] for process in (one, other)]
    assert sum(some["accepted"] for some in counts) == 300
    assert [some["accepted"] + some["duplicate"] + some["held"] for some in counts] == [303, 303]
    _is_there_once()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("same_books")
def test_the_same_file_while_the_first_is_still_running_changes_nothing_at_the_desk(
    ledger: Ledger, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "_AT_ONCE", 3)
    by = actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
    first = ledger(LINES)
    renamed = first.with_name("另存.csv")
    renamed.write_bytes(first.read_bytes())
    runs = [looked_at(path, by) for path in (first, renamed)]
    web = signed_in(client, by)
    for run in runs:  # each in a process of its own
        assert web.post(f"/import/{run.id}/take/").status_code == 302
    for run in runs:
        run.refresh_from_db()
    assert [ended(run).state for run in runs] == [ImportRun.DONE] * 2
    assert sum(run.counts["accepted"] for run in runs) == 300
    _is_there_once()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_runs_of_a_file_that_end_at_once_one_stays() -> None:
    """Both are done before either says so of the other: the later one waits, and then supersedes."""
    runs = [
        ImportRun.objects.create(
            file="a.csv", digest="d", place=VILLAGE, state=ImportRun.TAKING, at=clock.now()
        )
        for _n in range(2)
    ]
    both = threading.Barrier(2, timeout=120)

    def end(run: ImportRun) -> None:
        try:
            both.wait()
            with transaction.atomic():
                keep.alone(run)
                run.state = ImportRun.DONE
                run.save()
                time.sleep(0.2)
                keep.supersede(run)
        finally:
            connection.close()

    threads = [threading.Thread(target=end, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ImportRun.objects.filter(superseded_by=None).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_files_with_the_same_people_at_once_make_each_person_once(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take, "CHUNK", 7)
    lines = [line(n) for n in range(40)] + [line(n, 身份证号="") for n in range(50, 60)]
    paths = [ledger(lines, "a.csv"), ledger(list(reversed(lines)), "b.csv")]
    counts: list[dict[str, int]] = []

    def bring(path: Path) -> None:
        try:
            counts.append(take.take_ledger(path, VILLAGE, clerk()).counts)
        finally:
            connection.close()

    threads = [threading.Thread(target=bring, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one["accepted"] for one in counts) == 50
    assert sum(one["duplicate"] for one in counts) == 50
    assert (Person.objects.count(), Arrival.objects.count(), Reading.objects.count()) == (50, 50, 50)
    assert Observation.objects.filter(closed_at=None).count() == 50
