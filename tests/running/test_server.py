"""`script/server`, the first command of the README: it lays a county down once, says who may sign in, and serves."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from bulou.core.staff.roles import EVERYONE

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300  # seconds, on a machine that stands still for a while


def started(home: Path, port: int) -> tuple[str, str]:
    """Run the script until it serves, then stop it as Ctrl+C does; what it said on both streams."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("BULOU_", "DATABASE_"))}
    own |= {"BULOU_HOME": str(home), "BULOU_DEMO": "teng", "BULOU_LANG": "en"}
    out, err = home.parent / "out", home.parent / "err"
    with out.open("w") as said, err.open("w") as told:
        command = ["bash", str(ROOT / "script/server"), "--port", str(port)]
        process = subprocess.Popen(command, env=own, stdout=said, stderr=told, cwd=home.parent)
        try:
            end = time.monotonic() + PATIENCE
            while not answers(port):
                assert process.poll() is None and time.monotonic() < end, err.read_text()[-3000:]
                time.sleep(0.2)
            page = urllib.request.urlopen(f"http://localhost:{port}/sign-in/", timeout=60).read().decode()
            assert 'value="county-office"' in page and "Demonstration" in page
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)
    return out.read_text(), err.read_text()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://localhost:{port}/healthz", timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.skipif(not (ROOT / ".venv/bin/bulou").exists(), reason="script/install has made no .venv here")
def test_it_lays_down_a_county_once_and_says_where_it_is_and_who_may_sign_in(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    out, err = started(home, port)
    named = {line.split("\t")[0] for line in out.splitlines() if "\t" in line}
    assert named == set(EVERYONE)
    assert re.search(rf"http://(localhost|127\.0\.0\.1):{port}", out + err)
    assert "laying down" in err
    laid = (home / "demo.json").stat().st_mtime_ns
    again, err = started(home, port)
    assert {line.split("\t")[0] for line in again.splitlines() if "\t" in line} == named
    assert "laying down" not in err and (home / "demo.json").stat().st_mtime_ns == laid
