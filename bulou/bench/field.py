"""`first-sync`: what a village of 1,500 people weighs when a phone first fetches it, how long that takes, and what it
weighs later, after one of them was measured.
"""

from __future__ import annotations

import gzip
import json
import time
import urllib.request
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from bulou.bench import village
from bulou.core.people import actions as people
from bulou.core.places.actions import take_county
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.access import make_token
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.models import Account, Post
from bulou.core.staff.roles import Role
from bulou.core.tasks.lay import lay
from bulou.core.tasks.write import Expected, expect
from bulou.lib import clock, ids, invented

PEOPLE, HOME, OBSERVED = 1500, 3, 10  # every tenth is observed
MOST_BYTES, MOST_SECONDS = 125_000, 10.0
LINE = 100_000 / 8  # bytes a second at 100 kbit/s


def _lay() -> tuple[str, list[str]]:
    """A village in which every household is to be entered and every tenth person has come back: a doctor's token."""
    take_county(SYSTEM, village.COUNTY)
    place = village.villages()[0]
    homes = people.add_households(
        [
            people.NewHousehold(place, f"{n + 1}号", f"第{n % 9 + 1}村民小组{n + 1}号")
            for n in range(PEOPLE // HOME)
        ],
        by=SYSTEM,
    )
    rows = [
        people.NewPerson(
            name=invented.make_name(n, "女"), sex="女", birth_date=date(1950, 1, 1) + timedelta(days=13 * n),
            place=place, id=ids.new(), household=homes[n // HOME],
        )
        for n in range(PEOPLE)
    ]  # fmt: skip
    persons = [one.id for one in people.enrol(rows, by=SYSTEM)]
    now = clock.now()
    due, begun = now + timedelta(hours=8), now - timedelta(hours=1)
    doors = [Expected(one, place, begun, due, slot=now.date().isoformat()) for one in homes]
    expect("screening.household", doors)
    _come_back(place, persons[::OBSERVED], begun)
    account = Account.objects.create(username="bench-doctor", name="bench", made_at=now)
    post = Post.objects.create(account=account, role=Role.VILLAGE_DOCTOR, place=place, from_at=now)
    return make_token(account, SYSTEM, post), [str(one) for one in persons]


def _come_back(place: str, persons: Sequence[UUID], at: datetime) -> None:
    """They have come from an affected area: the house opens what follows, with notices, visits and readings."""
    said = [
        {"person": str(one), "from_place": "湖北省武汉市", "entered_at": at.isoformat()} for one in persons
    ]
    results = take([Incoming("arrivals.arrival", ids.new(), place, at, data) for data in said], SYSTEM)
    assert {one.status for one in results} == {"accepted"}, results[:2]
    lay()


def first_sync() -> Iterator[dict[str, Any]]:
    """Bytes on the line, and seconds on a line of 100 kbit/s: the server's own time and the bytes' way."""
    from bulou.config.bench import result

    token, persons = _lay()
    with village.server() as port:
        best = [_fetch(port, token) for _ in range(5)][1:]
        later = _later(port, token, persons[0])
    size, seconds = best[0][0], min(took for _size, took in best)
    yield result("first-sync-bytes", size, "bytes", MOST_BYTES, MOST_BYTES, size <= MOST_BYTES)
    whole = seconds + size / LINE
    yield result("first-sync-seconds", whole, "s", size / LINE, MOST_SECONDS, whole <= MOST_SECONDS)
    yield result("later-sync-bytes", later, "bytes", size, size, later < size)


def _fetch(port: int, token: str, version: str = "") -> tuple[int, float]:
    began = time.monotonic()
    said, head = _ask(port, token, f"sync/post?difference=true&version={version}")
    return len(said) + head, time.monotonic() - began


def _ask(port: int, token: str, path: str, body: bytes | None = None) -> tuple[bytes, int]:
    """What is answered, as it comes over the line, and the bytes of its headers."""
    headers = {
        "Authorization": f"Bearer {token}",
        "Accept-Encoding": "gzip",
        "Content-Type": "application/json",
    }
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/{path}", body, headers)
    with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
        said: bytes = answer.read()
        return said, sum(len(name) + len(text) + 4 for name, text in answer.headers.items())


def _later(port: int, token: str, person: str) -> int:
    """The bytes of what changed once somebody was measured."""
    version = json.loads(gzip.decompress(_ask(port, token, "sync/post")[0]))["version"]
    place = village.villages()[0]
    records = village.readings([(UUID(person), place)], 1, clock.now())
    _ask(port, token, "records", json.dumps({"records": records}).encode())
    return _fetch(port, token, version)[0]
