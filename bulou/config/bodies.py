"""Requests that do not come to their end: phones that lost their signal, somebody who sends half of one.

A thread that reads what never comes cannot be called back, and a worker has few. When half of them have waited for
long, every connection on which nothing has come meanwhile is cut: their reading ends, and whoever is there sends again.
"""

from __future__ import annotations

import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from threading import get_ident
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

# As many records share a commit on SQLite. Measured on two cores: more threads answer no more.
THREADS = int(os.environ.get("BULOU_THREADS") or 8)
# The longest pause of a phone that still sends, in seconds: what it has not sent by then it sends anew.
_SILENT = float(os.environ.get("BULOU_SILENT_SECONDS") or 10)
_MANY = max(1, THREADS // 2)
# Of Linux' struct tcp_info: the state first, and how many milliseconds ago something last came.
_INFO, _ESTABLISHED, _LAST_CAME = 104, 1, 52
_since: dict[int, float] = {}  # by thread: when it began to wait


class Body:
    """What is sent with a request (`wsgi.input`); who reads it is known meanwhile."""

    __slots__ = ("sent",)

    def __init__(self, sent: Any) -> None:
        self.sent = sent

    def read(self, *size: int) -> bytes:
        return _waiting(self.sent.read, *size)

    def readline(self, *size: int) -> bytes:
        return _waiting(self.sent.readline, *size)

    def readlines(self, *hint: int) -> list[bytes]:
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")


def _waiting(read: Callable[..., bytes], *size: int) -> bytes:
    _since[get_ident()] = time.monotonic()
    try:
        return read(*size)
    finally:
        del _since[get_ident()]


def watched(house: WSGIApplication) -> WSGIApplication:
    """The application, whose threads are looked after while they read."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.input"] = Body(environ["wsgi.input"])
        return house(environ, start_response)

    return application


def look(port: int) -> None:
    """Cut the silent among those who came to our port, when too many threads wait."""
    begun = time.monotonic() - _SILENT
    if sum(since < begun for since in list(_since.values())) >= _MANY:
        for name in os.listdir("/proc/self/fd"):
            with suppress(OSError):
                _cut(int(name), port)


def _cut(file: int, port: int) -> None:
    """Shut a connection on which nothing has come for so long. Raises OSError of what is none."""
    with socket.socket(fileno=os.dup(file)) as line:
        info = line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO)
        (quiet,) = struct.unpack_from("I", info, _LAST_CAME)
        if info[0] == _ESTABLISHED and line.getsockname()[1] == port and quiet > _SILENT * 1000:
            line.shutdown(socket.SHUT_RDWR)


def watch(port: int) -> None:
    """Look again and again, in a worker."""

    def again() -> None:
        while True:
            time.sleep(min(1.0, _SILENT))
            look(port)

    threading.Thread(target=again, daemon=True).start()
