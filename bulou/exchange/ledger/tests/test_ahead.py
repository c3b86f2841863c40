"""A file read by a process of its own tells the same as one read here."""

import datetime as dt
import json
import multiprocessing
import os
import select
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from bulou.core.people import names, seal
from bulou.exchange import beforehand
from bulou.exchange.ledger import ahead
from bulou.exchange.ledger.read import read
from bulou.lib import ids, invented

FACTS = {"today": dt.date(2020, 2, 5), "fever_tenths": 373}


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """1,700 people, some of them twice, days and temperatures among the cells."""
    lines = ["2020年2月4日返乡人员登记表", "姓名,身份证号,电话,返乡日期,从何地返回,体温"]
    giver = invented.Identities(["141031"])
    for n in range(1_700):
        number, _birth = giver.give(1950 + n % 50, "男")
        line = f"{invented.make_name(n, '男')},{number},154{n:08d},1月{n % 28 + 1}日,湖北武汉,36.{n % 10}"
        lines += [line] * (2 if n % 100 == 0 else 1)
    path = tmp_path / "people.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_what_another_process_read_is_what_would_have_been_read_here(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_is_worth_it", lambda path: True)
    reading, rows = ahead.read_ahead(ledger, **FACTS)
    here = read(ledger, **FACTS)
    reading.rows.extend(rows)
    assert reading == here
    assert len(here.rows) == here.size == 1_719
    assert here.counts["duplicate"] == 17


def test_a_file_that_was_opened_early_tells_the_same(
    ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_is_worth_it", lambda path: True)
    page = tmp_path / "page.xlsx"
    page.write_text("<html>")
    for path in (ledger, page):
        ahead.begin(path)
    told = []
    for path in (page, ledger):
        reading, rows = ahead.read_ahead(path, partial(told.append, path), **FACTS)
        reading.rows.extend(rows)
        here = read(path, **FACTS)
        assert (reading.verdict, reading.code, reading.rows) == (here.verdict, here.code, here.rows)
    assert told == [page, ledger]
    assert multiprocessing.active_children() == []


def test_what_was_worked_out_beforehand_is_what_the_line_says(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_is_worth_it", lambda path: True)
    monkeypatch.setattr(ahead, "_AHEAD", 0)
    run = ids.new()
    _reading, rows = ahead.read_ahead(ledger, spare=partial(beforehand.prepare, run=run), **FACTS)
    prepared = [(at, row) for at, row in enumerate(rows) if row.beforehand]
    assert len(prepared) == 1_700
    for at, row in prepared[::100]:
        ahead_of = row.beforehand
        said = beforehand.unsealed(ahead_of.key, ahead_of.line, beforehand.bound_to(run, at))
        assert (said["values"], len(said["raw"])) == (row.values, 6)
        new = beforehand.person(row, "141031101200")
        told = ahead_of.told(new)
        assert told.doc_index == seal.index("resident-id", row.values["id_number"])
        assert told.read == names.reading(new.name)
        assert seal.open_(told.ready.key, told.ready.sealed, told.ready.id.bytes) == told.identifiers
        assert seal.unwrap(told.ready.wrapped, told.ready.id) == told.ready.key


def test_the_process_that_reads_needs_no_django_for_it() -> None:
    told = "import sys, bulou.exchange.beforehand; sys.exit('django.db' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", told], check=False).returncode == 0


def test_a_long_file_that_is_refused_before_the_house_is_up_is_refused_in_words(tmp_path: Path) -> None:
    page = tmp_path / "page.xlsx"
    page.write_text("<html>" + " " * ahead.LONG)
    env = os.environ | {"BULOU_HOME": str(tmp_path), "DATABASE_URL": "", "BULOU_NOW": ""}
    command = [sys.executable, "-m", "bulou.cli", "import", str(page), "--place", "141031", "--json"]
    subprocess.run([*command[:3], "migrate"], env=env, check=True, capture_output=True)
    told = subprocess.run(command, env=env, check=False, capture_output=True, text=True)
    assert told.returncode == 1
    said = json.loads(told.stdout)
    assert (said["verdict"], said["code"]) == ("refused", "FILE_TYPE_MISMATCH")
    assert said["message"]


def test_a_reader_that_is_killed_is_not_taken_for_the_end_of_the_file(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_is_worth_it", lambda path: True)
    monkeypatch.setattr(ahead, "_TOGETHER", 10)
    monkeypatch.setattr("bulou.exchange.ledger.read.opened", _dying)
    with pytest.raises(ahead.ReaderGoneError):
        list(ahead.read_ahead(ledger, **FACTS)[1])


@pytest.mark.parametrize("end", ["killed", "closed"])
def test_no_reader_stays_behind_when_nobody_takes_its_rows(
    ledger: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr(ahead, "_is_worth_it", lambda path: True)
    alive, held = os.pipe()  # held open by all who come of the taker: its end is theirs
    taker = multiprocessing.get_context("fork").Process(target=_take_one, args=(ledger, end))
    taker.start()
    os.close(held)
    try:
        assert select.select([alive], [], [], 30)[0]
    finally:
        taker.kill()
        taker.join()
        os.close(alive)


def _take_one(path: Path, end: str) -> None:
    signal.signal(signal.SIGTERM, lambda *_: None)  # as a server answers it
    _reading, rows = ahead.read_ahead(path, **FACTS)
    next(rows)
    if end == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    rows.close()


def _dying(path: Path, **how: object):
    reading = read(path, **FACTS)

    def some():
        yield from reading.rows[:100]
        os.kill(os.getpid(), signal.SIGKILL)

    return reading, some()
