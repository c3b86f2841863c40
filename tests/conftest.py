"""For tests of the whole house: a home and a database of their own, and a browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

Bulou = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def database_url(tmp_path: Path) -> Iterator[str]:
    """An empty database of the kind that this run tests: a file, or one more in the same server."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{tmp_path / 'bulou.sqlite3'}"
        return
    import psycopg

    name = f"house_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def home(tmp_path: Path, database_url: str) -> dict[str, str]:
    """The environment of a house of its own: its folder, its database, its key."""
    own = {"BULOU_HOME": str(tmp_path / "home"), "DATABASE_URL": database_url, "BULOU_KEY": "ab" * 32}
    mine = {k: v for k, v in os.environ.items() if not k.startswith("BULOU_")}
    return mine | own | {"BULOU_LANG": "en", "DJANGO_SETTINGS_MODULE": "bulou.config.settings"}


@pytest.fixture
def bulou(home: dict[str, str]) -> Bulou:
    """The command: `bulou("backup", file)`; keyword arguments change its environment."""

    def run(*words: object, **changes: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "bulou.cli", *map(str, words)]
        return subprocess.run(command, env=home | changes, capture_output=True, text=True, check=False)

    return run


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is; without one, the browser tests are skipped and say so."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.skip("no Chromium on this machine (Debian: apt install chromium)")
    return found
