"""A benchmark that is told to end leaves nothing of what it started."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PATIENCE


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL's own account can walk to."""
    made = Path(tempfile.mkdtemp(prefix="bulou-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.mark.sqlite
def test_a_bench_that_is_told_to_end_stops_the_server_that_it_started(
    folder: Path, home: dict[str, str]
) -> None:
    command = [sys.executable, "-m", "bulou.cli", "bench", "signin", "--database", "postgresql", "--json"]
    bench = subprocess.Popen(
        command,
        env=home | {"TMPDIR": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert bench.stderr is not None
    said = next((line for line in bench.stderr if "postgresql" in line or "PostgreSQL" in line), "")
    if "no PostgreSQL here" in said:
        bench.wait()
        pytest.skip("no PostgreSQL on this machine (Debian: apt install postgresql)")
    (server,) = folder.glob("bulou-bench-pg-*/**/postmaster.pid")
    process = Path("/proc") / server.read_text().split()[0]
    assert process.exists()
    bench.send_signal(signal.SIGTERM)
    bench.stderr.read()
    assert bench.wait() == 128 + signal.SIGTERM
    assert not list(folder.iterdir())
    # Its last breath is drawn after its files are gone, and whoever inherited it may be slow to notice.
    end = time.monotonic() + PATIENCE
    while _runs(process) and time.monotonic() < end:
        time.sleep(0.05)
    assert not _runs(process)


def _runs(process: Path) -> bool:
    """Whether a process is there, and not only its entry."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False
