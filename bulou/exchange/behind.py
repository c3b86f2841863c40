"""A long file that was handed in at the desk is taken in by a process of its own, beside the server.

In a thread of the server it would keep the interpreter from whoever sends a reading meanwhile: what is long gives
way between processes, not to threads of its own, and no process can be forked off from among threads to read ahead.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import IO, TYPE_CHECKING
from uuid import UUID

from django.db import connection

if TYPE_CHECKING:
    from bulou.core.staff.actor import Actor
    from bulou.exchange.models import ImportRun

_far: dict[UUID, tuple[int, int]] = {}


def far(run: UUID) -> tuple[int, int] | None:
    """How far a file is that this server began to take in: (rows, of how many)."""
    return _far.get(run)


def take(run: ImportRun, by: Actor) -> None:
    """Begin to take in a file that was claimed. Should its process end too soon, it can be gone on with."""
    _far[run.id] = (0, run.counts["rows"])
    child = subprocess.Popen(
        [sys.executable, "-m", __name__, str(run.id), str(by.post)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    threading.Thread(target=_follow, args=(run.id, child, child.stdout), daemon=True).start()


def _follow(run: UUID, child: subprocess.Popen[str], told: IO[str]) -> None:
    from bulou.exchange import waiting

    try:
        for line in told:
            done, whole = line.split()
            _far[run] = (int(done), int(whole))
        if child.wait():
            waiting.stopped(run)
    finally:
        _far.pop(run, None)
        connection.close()


def _tell(done: int, whole: int) -> None:
    """To the server that began this; where it has gone this raises, and the file stops here."""
    print(done, whole, flush=True)


def main(run: str, post: str) -> None:
    """The process: take the run in for a post."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bulou.config.settings")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server
    import django

    django.setup()
    from bulou.core.staff.actor import of_post
    from bulou.core.staff.models import Post
    from bulou.exchange import waiting
    from bulou.exchange.models import ImportRun

    by = of_post(Post.objects.select_related("account").get(pk=int(post)))
    waiting.take(ImportRun.objects.get(pk=UUID(run)), by, _tell)


if __name__ == "__main__":
    main(*sys.argv[1:])
