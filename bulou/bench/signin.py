"""The bench `signin`: a wrong password for names that there are, and for names that there are not.

A door that answers faster to the one than to the other tells who works here. Each kind of name is tried in
turns, each time from another address; the page that follows is the same for all. What is measured is the work,
the processor's time: how long anything takes on a busy machine says more of the machine.
"""

from __future__ import annotations

import logging
import statistics
import time
from collections.abc import Iterator
from typing import Any

from django.test import RequestFactory

from bulou.config.bench import result
from bulou.core.staff import signin
from bulou.core.staff.models import Account
from bulou.lib import clock

NAMES, TIMES = 8, 4  # of each kind, so that each place in the turn comes to each kind; a hash takes long
APART = 0.10
_KINDS = ("known", "unknown", "closed", "no-password")
_PASSWORD = "bench gu yu han lu"  # noqa: S105 - of accounts in a database that is removed afterwards


def bench(names: int = NAMES, times: int = TIMES) -> Iterator[dict[str, Any]]:
    """What a try costs (ms), for each other kind of name beside one with a password; at most a tenth apart."""
    logging.getLogger("axes").setLevel(logging.ERROR)  # of each try it would say a line
    _lay(names)
    took: dict[str, list[list[float]]] = {kind: [[] for _ in range(names)] for kind in _KINDS}
    for kind in _KINDS:
        _try(kind, 0, 0)  # what is loaded once
    for turn in range(times):
        for n in range(names):
            for kind in _KINDS[turn % 4 :] + _KINDS[: turn % 4]:
                took[kind][n].append(_try(kind, n, turn + 1))
    # What else the machine does makes a try slower, never faster: of each name its best.
    best = {kind: statistics.median(map(min, tries)) for kind, tries in took.items()}
    known = best["known"]
    for kind in _KINDS[1:]:
        ours = best[kind]
        met = abs(ours / known - 1) <= APART
        yield result(f"signin-{kind}", ours, "ms", known, round(known * (1 + APART), 1), met)


def _lay(names: int) -> None:
    model = Account(username="bench", name="bench", made_at=clock.now())
    model.set_password(_PASSWORD)
    Account.objects.bulk_create(
        Account(
            username=f"{kind}-{n}", name="bench", made_at=model.made_at, is_active=kind != "closed",
            password=model.password if kind != "no-password" else "!",
        )
        for kind in ("known", "closed", "no-password")
        for n in range(names)
    )  # fmt: skip


def _try(kind: str, n: int, turn: int) -> float:
    """Give a wrong password; how much work it was to say no, in ms. Raises RuntimeError when it said yes."""
    address = f"10.{_KINDS.index(kind)}.{turn}.{n}"
    request = RequestFactory(REMOTE_ADDR=address).post("/sign-in/")
    start = time.thread_time()
    found = signin.by_password(request, f"{kind}-{n}", "wrong")
    took = (time.thread_time() - start) * 1000
    if found is not None:
        raise RuntimeError("a wrong password was let through")
    return took
