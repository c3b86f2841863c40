"""For tests of the whole house: a home and a database of their own, and a browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from playwright.sync_api import Playwright, sync_playwright

# Playwright runs a loop in this thread; the database is used beside it, not in it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
Bulou = Callable[..., "subprocess.CompletedProcess[str]"]
# Seconds that something may take before it counts as never: a machine that stands still for a while fails no test.
PATIENCE = 120


def environment(folder: Path, url: str) -> dict[str, str]:
    """What a house of its own is told: its folder, its database, its key."""
    own = {"BULOU_HOME": str(folder / "home"), "DATABASE_URL": url, "BULOU_KEY": "ab" * 32}
    mine = {k: v for k, v in os.environ.items() if not k.startswith("BULOU_")}
    return mine | own | {"BULOU_LANG": "en", "DJANGO_SETTINGS_MODULE": "bulou.config.settings"}


@contextmanager
def database(folder: Path, like: str = "") -> Iterator[str]:
    """A database of the kind that this run tests: a file, or one more in the same server; a copy of `like`."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        file = folder / "bulou.sqlite3"
        if like:
            shutil.copy(like.removeprefix("sqlite:///"), file)
        yield f"sqlite:///{file}"
        return
    import psycopg

    name = f"house_{uuid.uuid4().hex[:12]}"
    model = f" TEMPLATE {urlsplit(like).path[1:]}" if like else ""
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}{model}".encode())
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def again(url: str, like: str) -> None:
    """Make a database anew what another one is. Nobody may be at work in it."""
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite:///"))
        for beside in ("-wal", "-shm"):
            file.with_name(file.name + beside).unlink(missing_ok=True)
        shutil.copy(like.removeprefix("sqlite:///"), file)
        return
    import psycopg

    name, model = (urlsplit(one).path[1:] for one in (url, like))
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
        server.execute(f"CREATE DATABASE {name} TEMPLATE {model}".encode())


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database with all tables and nothing in them, to be copied: laying them takes seconds."""
    folder = tmp_path_factory.mktemp("migrated")
    with database(folder) as url:
        command = [sys.executable, "-m", "bulou.cli", "migrate"]
        subprocess.run(command, env=environment(folder, url), capture_output=True, check=True)
        yield url


@pytest.fixture
def database_url(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of this test's own, with its tables; one without, for a test that is marked `empty`."""
    like = "" if request.node.get_closest_marker("empty") else request.getfixturevalue("migrated")
    with database(tmp_path, like) as url:
        yield url


@pytest.fixture
def home(tmp_path: Path, database_url: str) -> dict[str, str]:
    """The environment of a house of its own: its folder, its database, its key."""
    return environment(tmp_path, database_url)


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


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one who drives browsers: of two in a process the second would not start."""
    with sync_playwright() as found:
        yield found
