"""What is acknowledged is kept when the database itself crashes under the house."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PATIENCE
from tests.faults.conftest import ROOT, Yard, all_kept_once, senders

CRASHES, PHONES = 2, 3


@pytest.fixture
def server(home: dict[str, str]) -> Iterator[Path]:
    """A PostgreSQL of this test's own, as it is shipped: the one of all tests doesn't wait for its disk."""
    folder = Path(tempfile.mkdtemp(prefix="bulou-crash-"))
    folder.chmod(0o755)
    try:
        home["DATABASE_URL"] = _script("start", folder)
        yield folder
    finally:
        _script("stop", folder)
        shutil.rmtree(folder)


def _script(verb: str, folder: Path) -> str:
    said = subprocess.run(
        [ROOT / "script" / "postgres", verb, folder], capture_output=True, text=True, check=True
    )
    return said.stdout.strip()


@pytest.mark.postgres
def test_what_was_acknowledged_outlives_a_crash_of_postgresql(server: Path, yard: Yard) -> None:
    phones = senders(yard, yard("lay", 20), PHONES, seed=20200213)
    yard.serve()
    for _crash in range(CRASHES):
        before, stop = sum(len(phone.acknowledged) for phone in phones), threading.Event()
        work = [threading.Thread(target=phone.work, args=(stop,)) for phone in phones]
        for one in work:
            one.start()
        end = time.monotonic() + PATIENCE
        while sum(len(phone.acknowledged) for phone in phones) < before + 50 and time.monotonic() < end:
            time.sleep(0.01)
        _script("crash", server)
        stop.set()
        for one in work:
            one.join(PATIENCE)
        assert sum(len(phone.acknowledged) for phone in phones) >= before + 50
    for phone in phones:
        while phone.unsent:
            assert phone.send(phone.unsent[:500])
        # While the database was away nothing was refused and nothing said to be kept: the server was at fault.
        assert all(status >= 500 for status, _answer in phone.doubts)
    yard.end()
    all_kept_once(yard, phones)
