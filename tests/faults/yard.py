"""A yard in which servers are built and torn down fast.

One process imports the house once. For each order on its standard input (a line of JSON) it forks a child
that does it, so that a `bulou serve` stands within a second, and answers with a line of JSON.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from datetime import timedelta
from typing import Any


def lay(count: int) -> dict[str, Any]:
    """People under observation, spread over the county's villages, and a token of the county office."""
    from bulou.bench import village
    from bulou.config.serve import migrate
    from bulou.lib import clock

    migrate()
    people = village.observed(count, clock.now() - timedelta(days=2))
    return {"people": [[str(person), place] for person, place in people], "token": village.token()}


def sign_in() -> dict[str, str]:
    """The county office at its desk: the header that says who asks, and the address of a list taken out as a file."""
    from django.conf import settings
    from django.test import Client

    from bulou.bench import village
    from bulou.core.staff.roles import Role
    from bulou.core.staff.testing import actor, signed_in
    from bulou.exchange.out.actions import Wish, ask

    by = actor(Role.COUNTY_OFFICE, village.COUNTY)
    name = settings.SESSION_COOKIE_NAME
    cookie = signed_in(Client(), by).cookies[name].value
    taken = ask(Wish(village.COUNTY, "work", "csv", "people"), by)
    return {"who": f"Cookie: {name}={cookie}", "file": f"/exports/{taken.pk}/file/"}


def look() -> dict[str, Any]:
    """What is in the database: every reading, every id in the book, and what the figures differ by."""
    from bulou.core.figures.recount import recount
    from bulou.core.records.models import Aside, Entry
    from bulou.lib import sql
    from bulou.work.observation.models import Reading

    readings = Reading.objects.values_list("id", "person", "place", "tenths", "replaced_by")
    whole = [("ok",)] if sql.is_postgres() else sql.rows("PRAGMA integrity_check")
    return {
        "readings": [
            [str(i), str(who), place, tenths] for i, who, place, tenths, gone in readings if not gone
        ],
        "book": [str(i) for i in Entry.objects.values_list("id", flat=True)],
        "conflicts": Aside.objects.filter(status="conflict").count(),
        "differences": [str(difference) for difference in recount()],
        "integrity": whole[0][0],
    }


def tick_together(count: int) -> dict[str, Any]:
    """Forget every task laid by a rhythm; then so many processes tick at once, twice. What was laid, what differs."""
    from django.db import connections

    from bulou.core.figures.models import Cell, Running, Week
    from bulou.core.tasks.models import Task

    wanted = Task.objects.filter(kind="observation.reading").count()
    Task.objects.all().delete()
    for tally in (Cell, Week, Running):
        tally.objects.filter(figure__startswith="tasks.").delete()
    connections.close_all()
    ended = [_forked_ticks(count) for _time in range(2)]
    laid = Task.objects.filter(kind="observation.reading").values_list("subject_id", "slot")
    found = [[str(subject), slot] for subject, slot in laid]
    return {"wanted": wanted, "laid": found, "ended": ended, "differences": look()["differences"]}


def _forked_ticks(count: int) -> list[int]:
    """So many processes wait for a moment, then tick; their exit codes."""
    moment = time.monotonic() + 0.3
    children = []
    for _ in range(count):
        if (child := os.fork()) == 0:
            code = 1
            try:
                from bulou.core.tasks.lay import tick

                time.sleep(max(0.0, moment - time.monotonic()))
                tick()
                code = 0
            except BaseException:
                traceback.print_exc()
            os._exit(code)
        children.append(child)
    return [os.waitpid(child, 0)[1] for child in children]


class Clock(subprocess.Popen[bytes]):
    """The clock's process, forked: what `serve` would start anew, without importing the house once more."""

    def _execute_child(self, args: list[str], *_more: Any) -> None:
        from bulou.config import ticker

        assert args[1:] == ["-m", ticker.__name__]
        self._child_created = True
        self.pid = os.fork()
        if self.pid == 0:
            try:
                ticker.main()
            except BaseException:
                traceback.print_exc()
            os._exit(0)


def serve(port: int) -> int:
    from bulou import cli
    from bulou.config import serve as house

    house.subprocess.Popen = Clock  # type: ignore[misc]
    return cli.main(["serve", "--port", str(port)])


def answer(work: Callable[..., Any], *given: Any) -> str:
    """Do the work in a child that is gone afterwards, with its database connections."""
    there, here = os.pipe()
    if (child := os.fork()) == 0:
        os.close(there)
        try:
            said = json.dumps(work(*given))
        except BaseException:
            said = json.dumps({"fault": traceback.format_exc()})
        with os.fdopen(here, "w") as out:
            out.write(said)
        os._exit(0)
    os.close(here)
    with os.fdopen(there) as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return said


def _start(port: int) -> str:
    if (child := os.fork()) == 0:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(2, 1)
        os._exit(serve(port))
    return json.dumps(child)


def _end(pid: int, with_signal: int) -> str:
    """Signal the whole group of a server, and wait until its first process is gone."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, with_signal)
    os.waitpid(pid, 0)
    if with_signal == signal.SIGKILL:
        with contextlib.suppress(ChildProcessError):
            while True:  # the others of the group, which have become our children
                os.waitpid(-pid, 0)
    return json.dumps(None)


def _adopt_orphans() -> None:
    """Whom a killed server leaves behind comes to us: nobody else may look after them for a second or two."""
    pr_set_child_subreaper = 36
    assert ctypes.CDLL(None, use_errno=True).prctl(pr_set_child_subreaper, 1, 0, 0, 0) == 0


def main(**more: Callable[..., str]) -> None:
    """Take orders from standard input; `more` are those of whoever runs this yard."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bulou.config.settings")
    import django

    _adopt_orphans()
    django.setup()
    import granian  # noqa: F401 - so that no child needs to
    from django.urls import get_resolver

    from bulou import cli
    from bulou.config import ticker, wsgi  # noqa: F401

    cli.parser()
    _patterns = get_resolver().url_patterns
    orders: dict[str, Callable[..., str]] = {
        "lay": lambda count: answer(lay, count),
        "look": lambda: answer(look),
        "sign in": lambda: answer(sign_in),
        "tick": lambda count: answer(tick_together, count),
        "start": _start,
        "end": _end,
        **more,
    }
    for line in sys.stdin:
        name, *given = json.loads(line)
        print(orders[name](*given), flush=True)


if __name__ == "__main__":
    main()
