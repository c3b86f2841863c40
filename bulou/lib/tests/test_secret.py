"""The key file that is made on first need: whole or not there at all, however many ask at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from bulou.lib import secret


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("BULOU_KEY", raising=False)
    monkeypatch.setattr(secret.clock, "home", lambda: tmp_path)
    return tmp_path


def test_all_who_need_the_first_key_at_once_have_the_same(home: Path) -> None:
    for _again in range(30):
        ready = Barrier(8)

        def ask(_n: int, ready: Barrier = ready) -> bytes:
            ready.wait()
            return secret._master.__wrapped__()

        with ThreadPoolExecutor(8) as threads:
            assert len(set(threads.map(ask, range(8)))) == 1
        (made,) = home.iterdir()
        assert made.name == "master.key" and made.stat().st_mode & 0o077 == 0
        made.unlink()
