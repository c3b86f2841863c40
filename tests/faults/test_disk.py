"""A disk that is full or that nothing can be written to: clear words, nothing lost, and it goes on afterwards."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import Bulou
from tests.faults.conftest import Sender, Yard, all_kept_once, senders, status

pytestmark = pytest.mark.sqlite


def _writers(group: int) -> list[int]:
    """The processes of a server."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[2]) == group:
                found.append(int(folder.name))
    return found


@contextmanager
def _nothing_may_grow(yard: Yard) -> Iterator[None]:
    """The server's processes may write no byte to any file: what a full disk says, to them alone."""
    assert yard.server is not None
    pids = _writers(yard.server)
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for pid in pids:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def _refused_in_words(phone: Sender, fresh: int) -> None:
    """Send until it is refused: in the database's log there may be room for a little more, and what fits is kept."""
    for _ in range(500):
        came = phone.post(phone.make(fresh))
        assert came is not None
        code, said = came
        if code != 200:
            break
        phone.acknowledged.update(one["id"] for one in said["results"] if one["status"] == "accepted")
        phone.unsent = [one for one in phone.unsent if one not in phone.acknowledged]
    assert (code, said["code"]) == (503, "not-kept")
    assert "disk" in said["message"]


def _through(yard: Yard, phone: Sender, hurt: Callable[[], object], heal: Callable[[], object]) -> None:
    """Some records go in; the disk fails; what is handed in then goes in once it is well again."""
    assert phone.send(phone.make(200))
    hurt()
    try:
        _refused_in_words(phone, 300)
        _refused_in_words(phone, 1)
        # A row that it writes may fit where a record does not.
        assert 503 in (status(yard.port, "/healthz") for _ in range(500))
    finally:
        heal()
    assert status(yard.port, "/healthz") == 200
    assert phone.send(phone.unsent[:1000])
    assert phone.doubts == []
    assert phone.unsent == []
    yard.end()
    all_kept_once(yard, [phone])
    assert phone.acknowledged == set(phone.made)


def test_a_disk_that_takes_nothing_more_is_told_in_words_and_loses_nothing(yard: Yard) -> None:
    laid = yard("lay", 20)
    yard.serve()
    (phone,) = senders(yard, laid, 1, seed=1)
    trouble = _nothing_may_grow(yard)
    _through(yard, phone, trouble.__enter__, lambda: trouble.__exit__(None, None, None))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, in memory; only root may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=40m", "bulou-test", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk, and only where mounting is allowed")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)


@pytest.fixture
def cramped(home: dict[str, str], small_disk: Path, tmp_path: Path) -> Iterator[Yard]:
    """A house on the small disk."""
    own = {"DATABASE_URL": f"sqlite:///{small_disk / 'bulou.sqlite3'}", "BULOU_HOME": str(small_disk)}
    one = Yard(home | own, tmp_path / "words")
    try:
        yield one
    finally:
        one.close()


def test_a_full_disk_is_told_in_words_and_loses_nothing(cramped: Yard, small_disk: Path) -> None:
    laid = cramped("lay", 20)
    cramped.serve()
    (phone,) = senders(cramped, laid, 1, seed=2)
    filler = small_disk / "filler"

    def fill() -> None:
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * 65536)
            except OSError:
                pass

    _through(cramped, phone, fill, filler.unlink)


def test_on_a_read_only_disk_it_says_so_and_ends(
    cramped: Yard, small_disk: Path, bulou: Bulou, home: dict[str, str]
) -> None:
    cramped("lay", 2)
    own = {"DATABASE_URL": f"sqlite:///{small_disk / 'bulou.sqlite3'}", "BULOU_HOME": str(small_disk)}
    # A file system with files open for writing cannot be made read-only: the house comes up on one that is.
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    refused = bulou("serve", "--port", cramped.port, **own)
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert refused.returncode == 2
    assert "env-home-read-only" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert cramped("look")["integrity"] == "ok"
