"""`bulou serve`: it comes up, answers, goes when told, and leaves nothing behind when it is killed."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from bulou.config import alone
from bulou.lib.refusals import Refusal
from tests.conftest import PATIENCE, Bulou


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answers(port: int) -> int:
    """The status of /healthz; 0 when nobody listens."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def wait_until(asked: Callable[[], int], status: int) -> int:
    end = time.monotonic() + PATIENCE
    while (found := asked()) != status and time.monotonic() < end:
        time.sleep(0.2)
    return found


def wait_for(port: int, status: int) -> int:
    return wait_until(lambda: answers(port), status)


@pytest.fixture
def served(home: dict[str, str], tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server of its own, with its port."""
    port = free_port()
    with (tmp_path / "words").open("wb") as words:
        command = [sys.executable, "-m", "bulou.cli", "serve", "--port", str(port)]
        server = subprocess.Popen(command, env=home, stderr=words)
        try:
            assert wait_for(port, 200) == 200, (tmp_path / "words").read_text()
            yield server, port
        finally:
            server.terminate()
            server.wait(PATIENCE)


@pytest.mark.empty
def test_it_says_where_it_serves_and_is_healthy(
    served: tuple[subprocess.Popen[bytes], int], tmp_path: Path
) -> None:
    assert f"http://localhost:{served[1]}/" in (tmp_path / "words").read_text()


def test_told_to_stop_it_stops_cleanly(served: tuple[subprocess.Popen[bytes], int]) -> None:
    server, port = served
    server.send_signal(signal.SIGTERM)
    assert server.wait(PATIENCE) == 0
    assert answers(port) == 0


def test_killed_it_leaves_no_worker_behind(served: tuple[subprocess.Popen[bytes], int]) -> None:
    server, port = served
    os.kill(server.pid, signal.SIGKILL)
    assert wait_for(port, 0) == 0


@pytest.mark.parametrize("lives", [True, False])
def test_what_the_worker_of_a_killed_server_still_holds_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lives: bool
) -> None:
    monkeypatch.setattr(alone.clock, "home", lambda: tmp_path)
    monkeypatch.setattr(alone, "_PATIENCE", 0.2 if lives else 60)
    with (tmp_path / "serve.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not lives:
            monkeypatch.setattr(time, "sleep", lambda _seconds: fcntl.flock(held, fcntl.LOCK_UN))
        with pytest.raises(Refusal, match="serve-running") if lives else nullcontext(), alone.alone():
            pass


def test_a_second_server_and_a_restore_are_refused_beside_it(
    served: tuple[subprocess.Popen[bytes], int], bulou: Bulou, tmp_path: Path
) -> None:
    (tmp_path / "any").write_bytes(b"a file that is there")
    for words in (("serve", "--port", str(free_port())), ("restore", tmp_path / "any")):
        refused = bulou(*words)
        assert refused.returncode == 2
        assert "serve-running" in refused.stderr


@pytest.mark.sqlite
def test_one_half_of_a_certificate_is_refused(bulou: Bulou, tmp_path: Path) -> None:
    refused = bulou("serve", "--tls-cert", tmp_path / "cert.pem")
    assert refused.returncode == 2
    assert "serve-tls-half" in refused.stderr


@pytest.mark.sqlite
def test_every_command_explains_itself(bulou: Bulou) -> None:
    told = bulou("--help")
    assert told.returncode == 0
    for command in ("serve", "backup", "restore", "migrate"):
        assert command in told.stdout
        assert bulou(command, "--help").returncode == 0


@pytest.mark.sqlite
def test_an_unknown_command_exits_2(bulou: Bulou) -> None:
    assert bulou("no-such-thing").returncode == 2


@pytest.mark.sqlite
def test_a_port_on_which_somebody_else_listens_is_refused(bulou: Bulou) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # the system would let us share it
        other.bind(("127.0.0.1", 0))
        other.listen()
        refused = bulou("serve", "--port", str(other.getsockname()[1]))
    assert refused.returncode == 2
    assert "serve-port" in refused.stderr
