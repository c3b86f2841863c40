"""Those who keep a server waiting keep it neither from others nor from its end, and nothing acknowledged is lost."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from signal import SIGTERM
from typing import Any

import pytest

from tests.conftest import PATIENCE
from tests.faults.conftest import Yard, all_kept_once, senders, status

HALF, UNREAD = 10, 10  # more than there are threads


@pytest.fixture
def house(home: dict[str, str], tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Yard]:
    """A yard whose servers wait as long for others as the test says."""
    one = Yard({**home, **request.param}, tmp_path / "words")
    try:
        yield one
    finally:
        one.close()


def hold(yard: Yard, token: str, lines: ExitStack) -> None:
    """Requests that do not end: of some the half is never sent, of others the answers are never read."""
    head = f"Host: localhost\r\nAuthorization: Bearer {token}\r\n"
    half = f"POST /api/v1/records HTTP/1.1\r\n{head}Content-Type: application/json\r\nContent-Length: 999\r\n\r\n{{"
    asked = f"GET /api/v1/openapi.json HTTP/1.1\r\n{head}\r\n" * 20
    for said in [half] * HALF + [asked] * UNREAD:
        line = lines.enter_context(socket.socket())
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        line.connect(("127.0.0.1", yard.port))
        line.sendall(said.encode())


def lives(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def until(done: Any) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize("house", [{"BULOU_STOP_SECONDS": "1"}], indirect=True)
def test_one_signal_ends_a_server_that_is_kept_waiting_and_what_was_acknowledged_is_kept(
    house: Yard,
) -> None:
    laid = house("lay", 40)
    house.serve()
    server = house.server
    assert server is not None
    phones, stop = senders(house, laid, 3, seed=11), threading.Event()
    with ExitStack() as lines:
        work = [threading.Thread(target=phone.work, args=(stop,)) for phone in phones]
        for one in work:
            one.start()
        until(lambda: all(phone.acknowledged for phone in phones))
        hold(house, laid["token"], lines)
        os.kill(server, SIGTERM)
        until(lambda: not lives(server))
        stop.set()
        for one in work:
            one.join(PATIENCE)
    house.end()
    assert "bulou: stopped" in house.words.read_text()
    assert [phone.doubts for phone in phones] == [[]] * len(phones)
    all_kept_once(house, phones)


@pytest.mark.parametrize("house", [{"BULOU_STOP_SECONDS": str(100 * PATIENCE)}], indirect=True)
def test_a_second_signal_ends_it_at_once(house: Yard) -> None:
    laid = house("lay", 1)
    house.serve()
    server = house.server
    assert server is not None
    with ExitStack() as lines:
        hold(house, laid["token"], lines)
        os.kill(server, SIGTERM)
        until(lambda: "bulou: stopping" in house.words.read_text())
        assert lives(server)
        os.kill(server, SIGTERM)
        until(lambda: not lives(server))
    house.end()


@pytest.mark.parametrize("house", [{"BULOU_SILENT_SECONDS": "1"}], indirect=True)
def test_those_who_fall_silent_while_they_send_do_not_keep_the_house_from_others(house: Yard) -> None:
    laid = house("lay", 40)
    house.serve()
    (phone,) = senders(house, laid, 1, seed=12)
    phone.make(5)
    with ExitStack() as lines:
        hold(house, laid["token"], lines)
        until(lambda: phone.send(phone.unsent) and status(house.port, "/healthz") == 200)
    assert phone.doubts == []
    house.end()
    all_kept_once(house, [phone])
