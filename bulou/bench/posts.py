"""`pass` and `sync`: who passes a post, one a request; and all posts of a county that come back at once."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bulou.bench import village
from bulou.bench.intake import _bodies, _post_all
from bulou.config.bench import result
from bulou.core.figures.queries import total
from bulou.core.figures.recount import recount
from bulou.core.places.actions import take_county
from bulou.core.staff.actor import SYSTEM, token_digest
from bulou.core.staff.models import Account, Post, Token
from bulou.core.staff.roles import Role
from bulou.lib import clock, ids
from bulou.work.checkpoints import actions
from bulou.work.checkpoints.forms import CheckpointIn
from bulou.work.checkpoints.models import Checkpoint

SINGLES, CONNECTIONS = 4000, 8
POSTS, EACH = 262, 100
PATIENT = 60.0  # seconds: as long as a phone waits before it tries again


def singles() -> Iterator[dict[str, Any]]:
    """POST one pass a request, 8 connections: a car of two, unnamed, with its plate; beside readings one by one."""
    posts = _lay(6)
    token = village.token()
    warm, rows = _passes(posts, CONNECTIONS * 10), _passes(posts, SINGLES)
    with village.server() as port:
        _post_all(port, token, _bodies(warm, 1), CONNECTIONS)
        took = _post_all(port, token, _bodies(rows, 1), CONNECTIONS)
        who = village.observed(200, clock.now() - timedelta(days=2))
        readings = _post_all(
            port, token, _bodies(village.readings(who, SINGLES // 2, clock.now()), 1), CONNECTIONS
        )
    _check(2 * (len(warm) + len(rows)))
    rate, beside = SINGLES / took, SINGLES / 2 / readings
    yield result("pass", rate, "rows/s", beside, None, True)


def sync() -> Iterator[dict[str, Any]]:
    """262 posts come back at once with 100 passes each: all acknowledged, the whole time and the longest wait."""
    posts = _lay(POSTS)
    tokens = [_token(post, n) for n, post in enumerate(posts)]
    batches = [_passes([post], EACH) for post in posts]
    with village.server() as port:
        start = time.perf_counter()
        waits = _all_at_once(port, tokens, [_bodies(batch, EACH)[0] for batch in batches])
        took = time.perf_counter() - start
    _check(2 * POSTS * EACH)
    yield result("sync-posts", took, "s", took, PATIENT, took <= PATIENT)
    median = statistics.median(waits)
    yield result("sync-posts-wait", max(waits), "s", median, PATIENT, max(waits) <= PATIENT)


def _lay(count: int) -> list[Checkpoint]:
    take_county(SYSTEM, village.COUNTY)
    codes = village.villages()
    said = [
        (ids.new(), CheckpointIn(place=codes[n % len(codes)], kind="village", name=f"{n + 1}号卡口"))
        for n in range(count)
    ]
    return actions.open_posts(SYSTEM, said)


def _token(post: Checkpoint, n: int) -> str:
    raw, now = f"{village.TOKEN}-{n}", clock.now()
    account = Account.objects.create(username=f"bench-post-{n}", name="bench", made_at=now)
    held = Post.objects.create(
        account=account, role=Role.CHECKPOINT_STAFF, place=post.place, from_at=now - timedelta(days=1)
    )
    Token.objects.create(digest=token_digest(raw), account=account, post=held, made_at=now)
    return raw


def _passes(posts: list[Checkpoint], count: int) -> list[dict[str, Any]]:
    now = clock.now()
    return [
        {
            "kind": "checkpoints.pass", "id": str(ids.new()), "place": posts[n % len(posts)].place, "device": "bench",
            "happened_at": (now - timedelta(seconds=n % 3000)).isoformat(),
            "data": {
                "checkpoint": str(posts[n % len(posts)].id), "people": 2, "plate": f"晋L{10000 + n}",
                "tenths": 355 + n % 15, "origin": "own-county", "outcome": "let_in",
            },
        }
        for n in range(count)
    ]  # fmt: skip


def _all_at_once(port: int, tokens: list[str], bodies: list[bytes]) -> list[float]:
    """Each phone on a connection of its own, all begun together; how long each waited. Raises for a refusal."""
    waits: list[float] = []
    faults: list[str] = []
    begin = threading.Barrier(len(bodies))

    def phone(token: str, body: bytes) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENT * 2)
        begin.wait()
        start = time.perf_counter()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        line.request("POST", "/api/v1/records", body, headers)
        said = line.getresponse().read()
        waits.append(time.perf_counter() - start)
        if said.count(b'"accepted"') != EACH:
            faults.append(said[:300].decode())

    phones = [threading.Thread(target=phone, args=pair) for pair in zip(tokens, bodies, strict=True)]
    for one in phones:
        one.start()
    for one in phones:
        one.join()
    if faults:
        raise RuntimeError(faults[0])
    return waits


def _check(people: int) -> None:
    """What was acknowledged is counted, and counted once."""
    counted = sum(total("checkpoints.people", village.COUNTY).values())
    if counted != people:
        raise RuntimeError(f"{people} people passed, {counted} are counted")
    if differences := recount():
        raise RuntimeError(f"{len(differences)} cells differ from their records: {differences[0]}")
