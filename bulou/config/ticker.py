"""The clock's work: what must happen because time passes, in a process of its own beside the server.

`bulou serve` starts it and ends it; when the server goes without a word, it goes too. A job that
fails is said and tried again at its next turn; it never keeps the others from theirs.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

# Where a job lives, and after how many seconds it comes round again.
JOBS = (
    ("bulou.lib.sql", "write_back", 5.0),
    ("bulou.core.tasks.lay", "tick", 30.0),
    ("bulou.core.sync.devices", "tick", 60.0),
    ("bulou.core.ending", "tick", 60.0),
    ("bulou.core.audit.chain", "seal_blocks", 60.0),
    ("bulou.core.audit.chain", "check", 24 * 3600.0),
)


@dataclass
class Job:
    name: str
    run: Callable[[], object]
    every: float
    due: float = 0.0


def jobs() -> list[Job]:
    """The jobs that this house has."""
    found = []
    for module, function, every in JOBS:
        if importlib.util.find_spec(module) is not None:
            run = getattr(importlib.import_module(module), function)
            found.append(Job(f"{module}.{function}", run, every))
    return found


def turn(todo: list[Job], moment: float) -> float:
    """Do every job that is due at `moment` (monotonic seconds); the seconds until the next one."""
    from django.db import close_old_connections

    for job in todo:
        if job.due > moment:
            continue
        close_old_connections()
        try:
            job.run()
        except Exception:
            traceback.print_exc()
            print(f"bulou: {job.name} failed; it is tried again", file=sys.stderr, flush=True)
        job.due = moment + job.every
    return max(0.0, min((job.due for job in todo), default=moment + 60.0) - time.monotonic())


def orphaned(parent: int) -> bool:
    """Whether the process that started us has gone."""
    return os.getppid() != parent


def main() -> None:
    """Work until told to stop, or until nobody is there who could tell."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bulou.config.settings")
    import django

    parent, told = os.getppid(), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then tells us
    django.setup()
    todo = jobs()
    wait = 0.0
    while not told.wait(min(wait, 1.0)) and not orphaned(parent):
        wait = turn(todo, time.monotonic())


if __name__ == "__main__":
    main()
