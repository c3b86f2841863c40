"""Backups that have been restored: the right key, a wrong one, a cut file, an aborted stream."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Bulou

COUNT = "SELECT count(*), coalesce(sum(length(session_data)), 0) FROM django_session"


def ask(url: str, statement: str, params: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Run one statement on the house's database, from outside the house."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as db:
            return db.execute(statement, params).fetchall()
    import psycopg

    with psycopg.connect(url) as server:
        cursor = server.execute(statement.replace("?", "%s").encode(), params)
        return cursor.fetchall() if cursor.description else []


def write(url: str, rows: int, size: int = 900) -> None:
    one = "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (?, ?, '2020-02-12')"
    for n in range(rows):
        ask(url, one, (f"key{n}", "数" * size))


@pytest.fixture
def house(database_url: str) -> str:
    """A house with some rows; the address of its database."""
    write(database_url, 5)
    return database_url


def test_a_backup_restores_every_row(bulou: Bulou, house: str, tmp_path: Path) -> None:
    file = tmp_path / "county.bulou"
    made = bulou("backup", file)
    assert made.returncode == 0, made.stderr
    before = ask(house, COUNT)
    ask(house, "DELETE FROM django_session WHERE session_key <> ?", ("key1",))
    restored = bulou("restore", file)
    assert restored.returncode == 0, restored.stderr
    assert ask(house, COUNT) == before
    assert bulou("migrate").returncode == 0


@pytest.mark.sqlite
def test_a_backup_goes_into_an_empty_house(bulou: Bulou, house: str, tmp_path: Path) -> None:
    file = tmp_path / "county.bulou"
    assert bulou("backup", file).returncode == 0
    other = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    restored = bulou("restore", file, DATABASE_URL=other, BULOU_HOME=str(tmp_path / "other"))
    assert restored.returncode == 0, restored.stderr
    assert ask(other, COUNT) == ask(house, COUNT)


def test_what_a_backup_says_is_in_the_language_of_who_asked(bulou: Bulou, house: str, tmp_path: Path) -> None:
    file = tmp_path / "county.bulou"
    assert "已读回核对" in bulou("backup", file, BULOU_LANG="zh").stderr
    assert "read back and equal" in bulou("backup", file, BULOU_LANG="en").stderr
    assert "请重新启动服务" in bulou("restore", file, BULOU_LANG="zh").stderr


def test_what_was_there_before_a_restore_is_kept(
    bulou: Bulou, house: str, tmp_path: Path, home: dict[str, str]
) -> None:
    file = tmp_path / "county.bulou"
    bulou("backup", file)
    write_more = "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (?, ?, ?)"
    ask(house, write_more, ("later", "x", "2020-02-13"))
    newest = ask(house, COUNT)
    bulou("restore", file)
    assert ask(house, COUNT) != newest
    (kept,) = (Path(home["BULOU_HOME"]) / "backups").glob("*-before-restore.bulou")
    bulou("restore", kept)
    assert ask(house, COUNT) == newest


def test_before_a_migration_there_is_a_backup_that_brings_back_what_was(
    bulou: Bulou, house: str, home: dict[str, str]
) -> None:
    applied = "SELECT count(*) FROM django_migrations"
    back = [sys.executable, "-m", "django", "migrate", "people", "0001", "-v", "0"]
    subprocess.run(back, env=home, check=True)  # as a version before this one left it
    before = ask(house, COUNT), ask(house, applied)
    assert bulou("migrate").returncode == 0
    assert ask(house, applied) > before[1]
    (kept,) = (Path(home["BULOU_HOME"]) / "backups").glob("*-before-migration.bulou")
    ask(house, "DELETE FROM django_session WHERE session_key <> ?", ("key1",))
    assert bulou("restore", kept).returncode == 0
    assert (ask(house, COUNT), ask(house, applied)) == before
    assert bulou("migrate").returncode == 0
    assert ask(house, COUNT) == before[0]
    assert ask(house, applied) > before[1]


def test_where_nothing_waits_to_be_migrated_no_backup_is_made(
    bulou: Bulou, house: str, home: dict[str, str]
) -> None:
    assert bulou("migrate").returncode == 0
    assert list((Path(home["BULOU_HOME"]) / "backups").glob("*")) == []


@pytest.mark.parametrize("cut", [1, 1024])
def test_a_cut_file_is_refused_and_nothing_changes(
    bulou: Bulou, house: str, tmp_path: Path, cut: int
) -> None:
    file = tmp_path / "county.bulou"
    bulou("backup", file)
    file.write_bytes(file.read_bytes()[:-cut])
    before = ask(house, COUNT)
    refused = bulou("restore", file)
    assert refused.returncode == 2
    assert "backup-cut" in refused.stderr
    assert ask(house, COUNT) == before


def test_another_key_is_refused_and_nothing_changes(bulou: Bulou, house: str, tmp_path: Path) -> None:
    file = tmp_path / "county.bulou"
    bulou("backup", file)
    before = ask(house, COUNT)
    refused = bulou("restore", file, BULOU_KEY="cd" * 32)
    assert refused.returncode == 2
    assert "backup-key" in refused.stderr
    assert ask(house, COUNT) == before


@pytest.mark.sqlite
def test_a_changed_file_is_refused(bulou: Bulou, house: str, tmp_path: Path) -> None:
    ask(
        house,
        "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (?, ?, '2020-02-12')",
        ("big", os.urandom(2_000_000).hex()),
    )
    file = tmp_path / "county.bulou"
    bulou("backup", file)
    data = bytearray(file.read_bytes())
    data[-100] ^= 1
    file.write_bytes(data)
    refused = bulou("restore", file)
    assert refused.returncode == 2
    assert "backup-changed" in refused.stderr


@pytest.mark.sqlite
def test_two_bytes_overwritten_in_the_middle_are_a_change_and_not_another_key(
    bulou: Bulou, house: str, tmp_path: Path
) -> None:
    file = tmp_path / "county.bulou"
    bulou("backup", file)
    data = bytearray(file.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2] = bytes(255 - b for b in data[middle : middle + 2])
    file.write_bytes(data)
    refused = bulou("restore", file)
    assert refused.returncode == 2
    assert "backup-changed" in refused.stderr


@pytest.mark.sqlite
def test_the_files_beside_the_database_and_that_it_is_a_demonstration_come_back(
    bulou: Bulou, house: str, tmp_path: Path, home: dict[str, str]
) -> None:
    here, other = Path(home["BULOU_HOME"]), tmp_path / "other"
    (here / "files" / "ledgers").mkdir(parents=True)
    (here / "demo.json").write_text('{"name": "xixian", "as_of": "2020-02-12T18:00:00+08:00"}')
    kept = {"ledgers/one.sealed": os.urandom(3_000_000), "ledgers/二.sealed": b"\n\n", "empty": b""}
    for name, data in kept.items():
        (here / "files" / name).write_bytes(data)
    file = tmp_path / "county.bulou"
    assert bulou("backup", file).returncode == 0
    own = {"DATABASE_URL": f"sqlite:///{tmp_path / 'other.sqlite3'}", "BULOU_HOME": str(other)}
    restored = bulou("restore", file, **own)
    assert restored.returncode == 0, restored.stderr
    assert (other / "demo.json").read_text() == (here / "demo.json").read_text()
    found = {
        p.relative_to(other / "files").as_posix(): p for p in (other / "files").rglob("*") if p.is_file()
    }
    assert {name: path.read_bytes() for name, path in found.items()} == kept
    assert not (other / "restore.files").exists()


def test_a_real_house_restored_over_a_demonstration_is_none(
    bulou: Bulou, house: str, tmp_path: Path, home: dict[str, str]
) -> None:
    file, here = tmp_path / "county.bulou", Path(home["BULOU_HOME"])
    bulou("backup", file)
    here.mkdir(exist_ok=True)
    (here / "demo.json").write_text("{}")
    (here / "files").mkdir(exist_ok=True)
    (here / "files" / "later").write_text("x")
    assert bulou("restore", file).returncode == 0
    assert not (here / "demo.json").exists() and not (here / "files" / "later").exists()


@pytest.mark.sqlite
def test_a_folder_that_is_not_there_is_said_in_words(bulou: Bulou, house: str, tmp_path: Path) -> None:
    for language, words in (("zh", "没有可写入备份的文件夹"), ("en", "There is no folder")):
        refused = bulou("backup", tmp_path / "no" / "such.bulou", BULOU_LANG=language)
        assert refused.returncode == 2
        assert "backup-folder" in refused.stderr and words in refused.stderr


@pytest.mark.sqlite
def test_a_file_of_something_else_is_refused(bulou: Bulou, house: str, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear county")
    assert "backup-foreign" in bulou("restore", file).stderr
    assert "backup-missing" in bulou("restore", tmp_path / "nothing").stderr


@pytest.mark.sqlite
def test_a_backup_that_fails_leaves_the_old_one(bulou: Bulou, house: str, tmp_path: Path) -> None:
    file = tmp_path / "county.bulou"
    bulou("backup", file)
    old = file.read_bytes()
    broken = {"DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3"}
    assert bulou("backup", file, **broken).returncode == 2
    assert file.read_bytes() == old
    assert not list(tmp_path.glob("*.part"))


def test_no_row_can_be_read_in_the_file(bulou: Bulou, house: str, tmp_path: Path) -> None:
    file = tmp_path / "county.bulou"
    bulou("backup", file)
    data = file.read_bytes()
    assert "数数数".encode() not in data
    assert b"django_session" not in data
    assert file.stat().st_mode & 0o077 == 0


def test_a_backup_of_the_other_database_is_refused(bulou: Bulou, house: str, tmp_path: Path) -> None:
    if not house.startswith("sqlite"):
        file = tmp_path / "small.bulou"
        own = {
            "DATABASE_URL": f"sqlite:///{tmp_path / 'small.sqlite3'}",
            "BULOU_HOME": str(tmp_path / "small"),
        }
        bulou("migrate", **own)
        bulou("backup", file, **own)
        refused = bulou("restore", file)
        assert refused.returncode == 2
        assert "backup-other-database" in refused.stderr
