"""A long file is looked at and taken in by a process of its own; where that ends too soon it can be gone on with."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from bulou.core.people.models import Person
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.exchange import behind, desk, waiting
from bulou.exchange.models import ImportRow, ImportRun
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
    while run.state == ImportRun.TAKING or (run.state == ImportRun.LOOKING and not run.code):
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


def dropped(web: Client, path: Path) -> ImportRun:
    with path.open("rb") as file:
        assert web.post("/import/look/", {"file": file, "place": TOWNSHIP}).status_code == 302
    return ImportRun.objects.get()


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[tuple[subprocess.Popen[str], Path]]:
    """The processes that are begun, each with the folder in which its file lies open."""
    there: list[tuple[subprocess.Popen[str], Path]] = []
    popen: Any = subprocess.Popen

    def begin(*said: Any, **more: Any) -> Any:
        there.append((popen(*said, **more), Path(more["env"]["TMPDIR"])))
        return there[-1][0]

    monkeypatch.setattr(subprocess, "Popen", begin)
    return there


def test_a_long_file_is_looked_at_beside_the_server_and_a_short_one_at_once(
    by: Actor, client: Client, ledger: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    web = signed_in(client, by)
    run = dropped(web, ledger([line(1)]))
    assert run.state == ImportRun.LOOKED
    web.post(f"/import/{run.id}/leave/")
    monkeypatch.setattr(waiting, "_LONG", 3)
    run = dropped(web, ledger([line(n) for n in range(8)] + [line(9, 体温="365")]))
    assert run.state == ImportRun.LOOKING
    page = web.get(f"/import/{run.id}/").content.decode()
    assert "正在读取" in page and "可以离开本页" in page
    assert "读取中" in web.get("/import/").content.decode()
    done = ended(run)
    assert (done.state, done.counts["accepted"], done.counts["held"]) == (ImportRun.LOOKED, 8, 1)
    assert ImportRow.objects.count() == 10
    monkeypatch.setattr(behind, "_AT_ONCE", 3)
    said = {"layout": run.tables[0]["layout"], "c6": "note"}
    assert web.post(f"/import/{run.id}/columns/", said).status_code == 302
    run.refresh_from_db()
    assert run.state == ImportRun.LOOKING
    done = ended(run)
    assert (done.state, done.counts["accepted"], done.counts["held"]) == (ImportRun.LOOKED, 9, 0)


def lying_open(begun: list[tuple[subprocess.Popen[str], Path]]) -> tuple[subprocess.Popen[str], Path]:
    """The one process that was begun, once its file lies open in its folder."""
    ((process, folder),) = begun
    while not list(folder.rglob("*.csv")):
        assert process.poll() is None
        time.sleep(0.005)
    return process, folder


def test_a_look_whose_process_was_killed_loses_nothing_and_leaves_nothing_open(
    by: Actor, client: Client, ledger: Callable[..., Path], begun: Any
) -> None:
    web = signed_in(client, by)
    run = dropped(web, ledger([line(n) for n in range(1500)]))
    process, folder = lying_open(begun)
    process.kill()
    assert (ended(run).state, ImportRow.objects.count()) == (ImportRun.LOOKING, 0)
    assert not folder.exists()
    page = web.get(f"/import/{run.id}/").content.decode()
    assert "读取中断" in page and "正在读取" not in page
    assert len(begun) == 1  # it is not begun again and again while somebody looks at the page
    web.post(f"/import/{run.id}/again/")
    run.refresh_from_db()
    assert (ended(run).state, run.counts["accepted"]) == (ImportRun.LOOKED, 1500)


def test_a_long_file_can_be_put_away_while_it_is_looked_at(
    by: Actor, client: Client, ledger: Callable[..., Path], begun: Any
) -> None:
    web = signed_in(client, by)
    run = dropped(web, ledger([line(n) for n in range(1500)]))
    assert f"/import/{run.id}/leave/" in web.get(f"/import/{run.id}/").content.decode()
    process, _folder = lying_open(begun)
    assert web.post(f"/import/{run.id}/leave/").status_code == 302
    assert process.poll() is not None
    assert not (ImportRun.objects.exists() or ImportRow.objects.exists() or waiting._path(run.id).exists())


def test_a_long_file_that_turns_out_to_be_none_is_not_kept(
    by: Actor, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_LONG", 3)
    path = tmp_path / "a.xlsx"
    path.write_text("<html><table><tr><td>姓名</td></tr></table></html>")
    run = ended(dropped(signed_in(client, by), path))
    assert (run.state, run.code) == (ImportRun.REFUSED, "FILE_TYPE_MISMATCH")
    assert not waiting._path(run.id).exists()


def test_who_still_reads_a_long_file_is_not_taken_for_gone(
    by: Actor, ledger: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = looked_at(ledger([line(1)]), by)
    ImportRun.objects.update(state=ImportRun.LOOKING, at=run.at - timedelta(hours=1))
    run.refresh_from_db()
    assert waiting.was_left(run)
    monkeypatch.setattr(behind, "_ALIVE", -1)
    behind._teller(run.id)(1, 2)
    assert not waiting.was_left(run)
