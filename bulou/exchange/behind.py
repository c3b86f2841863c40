"""A long file that was handed in at the desk is looked at, and taken in, by a process of its own, beside the server.

In a thread of the server it would keep the interpreter from whoever sends a reading meanwhile: what is long gives
way between processes, not to threads of its own, and no process can be forked off from among threads to read ahead.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from typing import IO, TYPE_CHECKING
from uuid import UUID

from django.db import connection

if TYPE_CHECKING:
    from bulou.core.staff.actor import Actor
    from bulou.exchange.models import ImportRun

# Seconds after which whoever asks is told again that this goes on.
_ALIVE = 60
_AT_ONCE = 1000  # rows that are looked at again while somebody waits: under a second
_far: dict[UUID, tuple[int, int]] = {}
_looking: dict[UUID, subprocess.Popen[str]] = {}


def far(run: UUID) -> tuple[int, int] | None:
    """How far a file is that this server began to look at or take in: (rows, of how many; 0 until that is known)."""
    return _far.get(run)


def look(run: ImportRun, by: Actor) -> None:
    """Begin to look at a file that is kept. Should its process end too soon, it can be looked at again."""
    _begin("look_through", run, by)


def look_again(run: ImportRun, by: Actor) -> None:
    """Read a file that waits once more: at once, or a long one behind the page. Raises Refusal."""
    from bulou.exchange import waiting

    if run.counts.get("rows", _AT_ONCE + 1) <= _AT_ONCE:
        waiting.look_again(run, by)
        return
    waiting.reopen(run)
    look(run, by)


def take(run: ImportRun, by: Actor) -> None:
    """Begin to take in a file that was claimed. Should its process end too soon, it can be gone on with."""
    _begin("take", run, by)


def put_away(run: ImportRun) -> None:
    """Put a file away that was only looked at; who still looks at it, begun by this server, ends. Raises Refusal."""
    from bulou.exchange import waiting

    child = _looking.get(run.id)
    if child is not None:
        child.kill()
        child.wait()
        run.refresh_from_db(fields=["state"])
        if run.state == run.LOOKING:
            waiting.stopped(run.id)
    waiting.leave(run)


def _begin(what: str, run: ImportRun, by: Actor) -> None:
    _far[run.id] = (0, run.counts.get("rows", 0))
    # Here the file lies unsealed while it is read: gone with its process, also with one that was killed.
    folder = tempfile.TemporaryDirectory()
    child = subprocess.Popen(
        [sys.executable, "-m", __name__, what, str(run.id), str(by.post)], env=os.environ | {"TMPDIR": folder.name},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    if what == "look_through":
        _looking[run.id] = child
    threading.Thread(target=_follow, args=(run.id, child, child.stdout, folder), daemon=True).start()


def _follow(
    run: UUID, child: subprocess.Popen[str], told: IO[str], folder: tempfile.TemporaryDirectory[str]
) -> None:
    from bulou.exchange import waiting

    try:
        for line in told:
            done, whole = line.split()
            _far[run] = (int(done), int(whole))
        failed = child.wait()
        folder.cleanup()
        if failed:
            waiting.stopped(run)
    finally:
        _far.pop(run, None)
        _looking.pop(run, None)
        connection.close()


def _teller(run: UUID) -> Callable[[int, int], None]:
    """Tells the server that began this how far it is; where that has gone this raises, and the file stops here."""
    from bulou.exchange import waiting

    last = time.monotonic()

    def tell(done: int, whole: int) -> None:
        nonlocal last
        print(done, whole, flush=True)
        if time.monotonic() - last > _ALIVE:
            waiting.alive(run)
            last = time.monotonic()

    return tell


def main(what: str, run: str, post: str) -> None:
    """The process: `look_through` the run, or `take` it in, for a post."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bulou.config.settings")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server
    import django

    django.setup()
    from bulou.core.staff.actor import of_post
    from bulou.core.staff.models import Post
    from bulou.exchange import waiting
    from bulou.exchange.models import ImportRun

    by = of_post(Post.objects.select_related("account").get(pk=int(post)))
    work = {"look_through": waiting.look_through, "take": waiting.take}[what]
    work(ImportRun.objects.get(pk=UUID(run)), by, _teller(UUID(run)))


if __name__ == "__main__":
    main(*sys.argv[1:])
