"""One server to a BULOU_HOME and to a port: whoever comes second is refused."""

from __future__ import annotations

import errno
import fcntl
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from django.utils.translation import gettext_lazy as _

from bulou.lib import clock, refusals
from bulou.lib.refusals import Refusal

refusals.declare(
    "serve-running",
    _("A server is at work on this BULOU_HOME. Stop it first, then try again."),
)
refusals.declare(
    "serve-port", _("Port %(port)s is taken by somebody else. Stop that, or choose another with --port.")
)

_PATIENCE = 5  # seconds to wait for the lock and the port of a server that was just killed


@contextmanager
def alone() -> Iterator[None]:
    """Hold BULOU_HOME against a second server, and against a restore under a running one."""
    with (clock.home() / "serve.lock").open("a") as lock:
        try:
            _patiently(partial(fcntl.flock, lock, fcntl.LOCK_EX | fcntl.LOCK_NB), errno.EWOULDBLOCK)
        except OSError as held:
            raise Refusal("serve-running") from held
        yield


def alone_on(host: str, port: int) -> None:
    """Raise Refusal where somebody else listens: the system would hand each request to one or the other of us."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET

    def listen() -> None:
        socket.create_server((host, port), family=family).close()

    try:
        _patiently(listen, errno.EADDRINUSE)
    except OSError as taken:
        if taken.errno == errno.EADDRINUSE:
            raise Refusal("serve-port", port=port) from taken
        # whatever else is wrong with the address, the server says


def _patiently(take: Callable[[], object], taken: int) -> None:
    """Take what somebody else may hold (then it raises OSError with errno `taken`), within some seconds.

    The worker of a server that was killed holds lock and port until it sees that it is alone.
    """
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            take()
            return
        except OSError as error:
            if error.errno != taken or time.monotonic() > until:
                raise
            time.sleep(0.2)
