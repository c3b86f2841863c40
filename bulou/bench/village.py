"""A village to bench on: people under observation, a doctor's token, readings to send."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from bulou.core.people import actions as people
from bulou.core.places.queries import subtree
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import SYSTEM, token_digest
from bulou.core.staff.models import Account, Post, Token
from bulou.core.staff.roles import Role
from bulou.lib import clock, ids, invented, sql

COUNTY = "141031"
TOKEN = "bench-token-that-opens-nothing-elsewhere"  # noqa: S105 - of a database that is thrown away


def villages() -> list[str]:
    return [place.code for place in subtree(COUNTY, level=5)]


def observed(count: int, since: datetime) -> list[tuple[UUID, str]]:
    """People under observation and where, spread over the county's villages."""
    codes = villages()
    rows = [
        people.NewPerson(
            name=invented.make_name(n, "女"),
            sex="女",
            birth_date=date(1980, 1, 1),
            place=codes[n % len(codes)],
            id=ids.new(),
        )
        for n in range(count)
    ]
    where = {}
    for start in range(0, count, 1000):
        some = rows[start : start + 1000]
        for row, found in zip(some, people.enrol(some, by=SYSTEM), strict=True):
            where[found.id] = row.place
        came = [
            Incoming(
                "arrivals.arrival",
                ids.new(),
                where[p],
                since,
                {"person": str(p), "from_place": "湖北武汉", "entered_at": since.isoformat()},
            )
            for p in list(where)[start : start + 1000]
        ]
        results = take(came, SYSTEM)
        assert all(r.status == "accepted" for r in results), results[0]
    sql.analyze()
    return list(where.items())


def readings(who: list[tuple[UUID, str]], count: int, at: datetime) -> list[dict[str, Any]]:
    """Readings as a phone sends them, one after another of the same people."""
    return [
        {
            "kind": "observation.reading", "id": str(ids.new()), "place": who[n % len(who)][1],
            "happened_at": (at - timedelta(seconds=n % 3000)).isoformat(), "device": "bench",
            "data": {"person": str(who[n % len(who)][0]), "tenths": 355 + n % 15, "symptoms": []},
        }
        for n in range(count)
    ]  # fmt: skip


def token() -> str:
    """A county office's token."""
    account = Account.objects.create(username="bench", name="bench", made_at=clock.now())
    post = Post.objects.create(
        account=account, role=Role.COUNTY_OFFICE, place=COUNTY, from_at=clock.now() - timedelta(days=1)
    )
    Token.objects.create(digest=token_digest(TOKEN), account=account, post=post, made_at=clock.now())
    return TOKEN


@contextmanager
def server() -> Iterator[int]:
    """`bulou serve` on a free port of the loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    child = subprocess.Popen(
        [sys.executable, "-m", "bulou.cli", "serve", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port, child)
        yield port
    finally:
        child.terminate()
        child.wait(timeout=30)


def _wait(port: int, child: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if child.poll() is not None:
            raise RuntimeError("the server did not start")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not answer")
