"""Lines that break: answers that never arrive, clients that hang up, batches that are cut."""

from __future__ import annotations

import http.client
import json
import os
import random
import socket
import threading
import time
from typing import Any

import pytest

from bulou.config.api import api
from tests.conftest import PATIENCE
from tests.faults.conftest import Yard, all_kept_once, senders, status

CLIENTS = 40


def _ask_and_hang_up(port: int, who: str, path: str, body: bytes = b"", announced: int | None = None) -> None:
    """Send a request with the header that says who asks, read a few bytes of the answer at most, and go."""
    method = "POST" if body else "GET"
    head = [
        f"{method} {path} HTTP/1.1", "Host: localhost", who,
        "Content-Type: application/json", f"Content-Length: {len(body) if announced is None else announced}", "", "",
    ]  # fmt: skip
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
        line.sendall("\r\n".join(head).encode() + body)
        if announced is None:
            time.sleep(random.uniform(0, 0.05))


def _is_answered(port: int, who: str, path: str) -> bool:
    """Whether somebody gets the whole page or file, and not the page to sign in on."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    name, _colon, value = who.partition(": ")
    line.request("GET", path, headers={name: value})
    answer = line.getresponse()
    whole = len(answer.read())
    line.close()
    return answer.status == 200 and whole > 1000


def _described() -> list[str]:
    """What the API's description says can be read, with long answers where there may be."""
    read = [(path, of["get"]) for path, of in api.get_openapi_schema()["paths"].items() if "get" in of]
    long = {path for path, get in read if any(one["name"] == "limit" for one in get["parameters"])}
    assert long
    return [f"{path}?limit=500" if path in long else path for path, _get in read]


def test_no_endpoint_holds_a_connection_after_its_client_has_hung_up(yard: Yard, database_url: str) -> None:
    laid = yard("lay", 40)
    yard.serve()
    (phone,) = senders(yard, laid, 1, seed=3)
    batch = json.dumps({"records": [phone.made[one] for one in phone.make(300)]}).encode()
    asked: list[tuple[Any, ...]] = [
        (path, b"") for path in [*_described(), "/api/v1/openapi.json", "/", "/sign-in/", "/healthz"]
    ]
    asked += [("/api/v1/records", batch), ("/api/v1/records", batch[:-500], len(batch))]
    phones, office = f"Authorization: Bearer {laid['token']}", yard("sign in")
    clients: list[tuple[Any, ...]] = [(phones, *one) for one in asked]
    for path in ("/", "/people/", office["file"]):  # a page, a list, an export, of somebody who is signed in
        assert _is_answered(yard.port, office["who"], path), path
        clients.append((office["who"], path))
    threads = [
        threading.Thread(target=_ask_and_hang_up, args=(yard.port, *clients[n % len(clients)]))
        for n in range(CLIENTS * len(clients) // 2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    end = time.monotonic() + PATIENCE  # until all that was asked before is answered to nobody
    while status(yard.port, "/healthz") != 200:
        assert time.monotonic() < end
    assert phone.send(phone.make(20))
    assert phone.doubts == []
    if database_url.startswith("postgres"):
        _nothing_hangs_in(database_url)
    while phone.unsent:
        assert phone.send(phone.unsent[:1000])
    yard.end()
    all_kept_once(yard, [phone])


def _nothing_hangs_in(url: str) -> None:
    """No connection waits inside a transaction, and there are no more than threads and writers."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as server:
        asked = (
            "SELECT state, count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() GROUP BY 1"
        )
        end = time.monotonic() + PATIENCE
        while (found := dict(server.execute(asked).fetchall())).keys() - {"idle"} and time.monotonic() < end:
            time.sleep(0.1)
    assert set(found) <= {"idle"}, found
    threads = int(os.environ.get("BULOU_THREADS") or 8) + 1
    assert found.get("idle", 0) <= 2 * threads + 2


@pytest.mark.parametrize("cut", ["in the text", "after the text"])
def test_half_a_batch_leaves_nothing(yard: Yard, cut: str) -> None:
    laid = yard("lay", 10)
    yard.serve()
    (phone,) = senders(yard, laid, 1, seed=4)
    whole = json.dumps({"records": [phone.made[one] for one in phone.make(50)]}).encode()
    sent, announced = (whole[:-400], len(whole)) if cut == "in the text" else (whole, len(whole) + 10)
    for _time in range(5):
        _ask_and_hang_up(
            yard.port, f"Authorization: Bearer {laid['token']}", "/api/v1/records", sent, announced
        )
    time.sleep(0.5)
    assert status(yard.port, "/healthz") == 200
    assert yard("look")["readings"] == []
    assert phone.send(phone.unsent)
    assert len(yard("look")["readings"]) == 50
