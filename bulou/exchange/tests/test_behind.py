"""A long file is taken in by a process of its own, and one that ends too soon can be gone on with."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from bulou.core.people.models import Person
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.exchange import behind, desk, waiting
from bulou.exchange.models import ImportRun
from bulou.exchange.tests.conftest import TOWNSHIP, line
from bulou.work.arrivals.models import Arrival

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def by(monkeypatch: pytest.MonkeyPatch) -> Actor:
    """A clerk; what is started uses the database of the test."""
    said = connection.settings_dict
    host = f"{said['USER']}:{said['PASSWORD']}@{said['HOST']}:{said['PORT']}" if said["HOST"] else ""
    monkeypatch.setenv("DATABASE_URL", f"{connection.vendor}://{host}/{said['NAME']}")
    return actor(Role.TOWNSHIP_CLERK, TOWNSHIP)


def ended(run: ImportRun) -> ImportRun:
    while run.state == ImportRun.TAKING:
        time.sleep(0.05)
        run.refresh_from_db()
    return run


def looked_at(path: Path, by: Actor) -> ImportRun:
    with path.open("rb") as file:
        return waiting.look([file.read()], path.name, TOWNSHIP, by)


def test_a_long_file_is_taken_in_beside_the_server(
    by: Actor, client: Client, ledger: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "_AT_ONCE", 3)
    run = looked_at(ledger([line(n) for n in range(8)] + [line(9, 体温="365")]), by)
    signed_in(client, by).post(f"/import/{run.id}/take/")
    run.refresh_from_db()
    done = ended(run)
    assert (done.state, done.counts["accepted"], done.counts["held"]) == (ImportRun.DONE, 8, 1)
    assert (Person.objects.count(), Arrival.objects.count()) == (8, 8)


def test_a_file_whose_process_ended_too_soon_can_be_gone_on_with(
    by: Actor, ledger: Callable[..., Path]
) -> None:
    run = looked_at(ledger([line(1)]), by)
    waiting.claim(run)
    run.refresh_from_db()
    behind.take(run, replace(by, post=0))  # a post that is not there
    assert ended(run).state == ImportRun.STOPPED
    assert waiting.is_waiting(run)
