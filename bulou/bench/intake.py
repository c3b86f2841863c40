"""`intake-batch` and `intake-single`: readings over HTTP, acknowledged means kept."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from bulou.bench import village
from bulou.config import ticker
from bulou.config.bench import result
from bulou.core.figures.recount import recount
from bulou.core.records.rows import BASE, db_types
from bulou.lib import clock, ids, sql
from bulou.work.observation.models import Reading

BATCH, BATCHES, BATCH_CONNECTIONS = 500, 80, 4
SINGLES, SINGLE_CONNECTIONS = 8000, 8


def batch() -> Iterator[dict[str, Any]]:
    """POST batches of 500 readings, 4 connections; rows a second beside a bare multi-row insert of the same rows
    into the same table."""
    rows, rate = _send(BATCH * BATCHES, BATCH, BATCH_CONNECTIONS)
    limit = _bare(rows, BATCH)
    yield result("intake-batch", rate, "rows/s", limit, 0.20, rate / limit >= 0.20)


def single() -> Iterator[dict[str, Any]]:
    """POST one reading a request, 8 connections; beside bare commits of the same rows."""
    rows, rate = _send(SINGLES, 1, SINGLE_CONNECTIONS)
    limit = _bare(rows[:2000], 1)
    yield result("intake-single", rate, "rows/s", limit, 1000, rate >= 1000)


def _send(count: int, size: int, connections: int) -> tuple[list[dict[str, Any]], float]:
    now = clock.now()
    who = village.observed(2000, now - timedelta(days=2))
    # What two days without a reading have made late is settled before, as it is where the clock runs all the time.
    ticker.turn(ticker.jobs(), time.monotonic())
    warm, rows = (
        village.readings(who, max(2000, size * connections * 4), now),
        village.readings(who, count, now),
    )
    token = village.token()
    with village.server() as port:
        _post_all(port, token, _bodies(warm, size), connections)
        took = _post_all(port, token, _bodies(rows, size), connections)
    differences = recount()
    if differences:
        raise RuntimeError(f"{len(differences)} cells differ from their records: {differences[0]}")
    return rows, count / took


def _bodies(rows: list[dict[str, Any]], size: int) -> list[bytes]:
    return [json.dumps({"records": rows[i : i + size]}).encode() for i in range(0, len(rows), size)]


def _post_all(port: int, token: str, bodies: list[bytes], connections: int) -> float:
    """Send all bodies over so many connections; the seconds it took. Raises when one is not accepted."""
    faults: list[str] = []
    # Said by hand: http.client takes a quarter of the processors that the server is measured on.
    head = (
        b"POST /api/v1/records HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %b\r\n"
        b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    )

    def work(mine: list[bytes]) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
            for body in mine:
                line.sendall(head % (token.encode(), len(body)) + body)
                answer = _answer(line)
                if answer.count(b'"accepted"') != body.count(b'"kind"'):
                    faults.append(answer[:300].decode())

    threads = [threading.Thread(target=work, args=(bodies[n::connections],)) for n in range(connections)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - start
    if faults:
        raise RuntimeError(faults[0])
    return took


def _answer(line: socket.socket) -> bytes:
    """One whole answer, its head included. Raises ConnectionError when the line ends before."""
    got, length = b"", None
    while length is None or len(got) < length:
        some = line.recv(65536)
        if not some:
            raise ConnectionError("the server hung up")
        got += some
        if length is None and (end := got.find(b"\r\n\r\n")) >= 0:
            said = re.search(rb"(?i)content-length: *(\d+)", got[:end])
            length = end + 4 + int(said[1]) if said else end + 4
    return got


def _bare(rows: list[dict[str, Any]], size: int) -> float:
    """The same rows once more into the same table with its indexes, in transactions of the same size, unchecked."""
    now, today = sql.moment(clock.now()), clock.today().isoformat()
    values = []
    for r in rows:
        key = sql.uid(ids.new())
        values.append(
            (
                key, r["place"], today, sql.moment(clock.parse(r["happened_at"])), now, None, r["device"], None, key,
                None, sql.uid(UUID(r["data"]["person"])), r["data"]["tenths"], False, "",
            )
        )  # fmt: skip
    table, columns = Reading._meta.db_table, (*BASE, "person", "tenths", "fever", "symptoms")
    types = [db_types(Reading)[name] for name in columns]
    start = time.perf_counter()
    for first in range(0, len(values), size):
        with transaction.atomic():
            sql.insert(table, columns, values[first : first + size], types)
    return len(values) / (time.perf_counter() - start)
