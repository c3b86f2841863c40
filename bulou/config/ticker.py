"""The clock's work: what must happen because time passes, in a process of its own beside the server.

`bulou serve` starts it and holds the other end of its standard input; when the server goes, however
it goes, that end closes and the ticker stops. A job that fails is said and tried again at its next
turn; it never keeps the others from theirs.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import select
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

# Where a job lives, and after how many seconds it comes round again.
JOBS = (
    ("bulou.core.tasks.lay", "tick", 30.0),
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


def main() -> None:
    """Work until standard input ends."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bulou.config.settings")
    import django

    django.setup()
    todo = jobs()
    wait = 0.0
    while not select.select([sys.stdin], [], [], wait)[0]:
        wait = turn(todo, time.monotonic())


if __name__ == "__main__":
    main()
