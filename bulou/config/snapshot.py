"""One moment of the whole database as a file, and back: SQLite's own copy, PostgreSQL's own dump.

`counts` is {table: rows} of the same moment. Nothing here is encrypted; `backup` does that, and the
files made here live in BULOU_HOME beside the database, for as long as they are needed.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from bulou.lib import refusals, sql
from bulou.lib.refusals import Refusal

Counts = dict[str, int]

refusals.declare(
    "backup-no-tool",
    _("%(tool)s is not on this machine. Install PostgreSQL's client programs (Debian: postgresql-client)."),
)
refusals.declare("backup-tool-failed", _("%(tool)s could not do its work: %(words)s"))
refusals.declare(
    "backup-unsound",
    _("What is in the backup is not whole: %(words)s. Nothing was changed; take an earlier backup."),
)


def _tool(name: str) -> str:
    """A program of PostgreSQL's: the one on the path, else Debian's newest."""
    found = shutil.which(name) or max(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), default="")
    if not found:
        raise Refusal("backup-no-tool", tool=name)
    return found


def _postgres() -> tuple[dict[str, str], str]:
    """The environment that leads PostgreSQL's programs to our database, and its name."""
    conf = connection.settings_dict
    given = {
        "PGHOST": conf["HOST"],
        "PGPORT": conf["PORT"],
        "PGUSER": conf["USER"],
        "PGPASSWORD": conf["PASSWORD"],
    }
    return os.environ | {k: str(v) for k, v in given.items() if v}, str(conf["NAME"])


def _count_sqlite(file: Path) -> Counts:
    """Row counts of a database file, after its integrity is checked. Raises Refusal."""
    with closing(sqlite3.connect(file)) as db:
        try:
            verdict = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
            names = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            counts = {n: db.execute(f'SELECT count(*) FROM "{n}"').fetchone()[0] for n in names}
        except sqlite3.DatabaseError as error:
            raise Refusal("backup-unsound", words=error) from error
    if verdict != "ok":
        raise Refusal("backup-unsound", words=verdict)
    return counts


@contextmanager
def taken(side: Path) -> Iterator[tuple[Counts, IO[bytes]]]:
    """This moment of the database: its counts and its bytes. `side` is a file we may use and remove."""
    with _taken_postgres() if sql.is_postgres() else _taken_sqlite(side) as moment:
        yield moment


@contextmanager
def _taken_sqlite(side: Path) -> Iterator[tuple[Counts, IO[bytes]]]:
    side.unlink(missing_ok=True)
    try:
        sql.run("VACUUM INTO %s", [str(side)])
        side.chmod(0o600)
        counts = _count_sqlite(side)
        with side.open("rb") as file:
            yield counts, file
    finally:
        side.unlink(missing_ok=True)


@contextmanager
def _taken_postgres() -> Iterator[tuple[Counts, IO[bytes]]]:
    env, name = _postgres()
    with transaction.atomic():
        sql.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        shot = sql.rows("SELECT pg_export_snapshot()")[0][0]
        tables = sorted(connection.introspection.table_names())
        counts = {t: int(sql.rows(f'SELECT count(*) FROM "{t}"')[0][0]) for t in tables}
        command = [
            _tool("pg_dump"),
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={shot}",
            name,
        ]
        dump = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert dump.stdout and dump.stderr
        try:
            yield counts, dump.stdout
            words = dump.stderr.read().decode(errors="replace").strip()
            if dump.wait():
                raise Refusal("backup-tool-failed", tool="pg_dump", words=words)
        finally:
            dump.kill()
            dump.wait()


def put_back(side: Path, counts: Counts) -> None:
    """Make the database what is in `side`, all of it or not at all. Raises Refusal and changes nothing."""
    connection.close()
    if sql.is_postgres():
        _put_back_postgres(side, counts)
    else:
        _put_back_sqlite(side, counts)


def _put_back_sqlite(side: Path, counts: Counts) -> None:
    found = _count_sqlite(side)
    if found != counts:
        raise Refusal("backup-unsound", words=_differ(found, counts))
    target = Path(connection.settings_dict["NAME"])
    # The log of the old file must not be replayed into the new one.
    for tail in ("-wal", "-shm"):
        target.with_name(target.name + tail).unlink(missing_ok=True)
    side.replace(target)


def _differ(found: Counts, counts: Counts) -> str:
    tables = sorted(t for t in found.keys() | counts.keys() if found.get(t) != counts.get(t))
    return ", ".join(f"{t} {found.get(t)} ≠ {counts.get(t)}" for t in tables)


def _checks(counts: Counts) -> str:
    """SQL that fails unless every table has the rows it should have."""
    tests = "".join(
        f"IF (SELECT count(*) FROM public.\"{t}\") <> {n} THEN RAISE EXCEPTION 'rows differ: {t}'; END IF;\n"
        for t, n in counts.items()
    )
    return f"\nDO $check$ BEGIN\n{tests}END $check$;\n"


def _put_back_postgres(side: Path, counts: Counts) -> None:
    """In one transaction: clear, load, compare. A failure anywhere leaves everything as it was."""
    env, name = _postgres()
    load = [_tool("psql"), "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-f", "-", "-d", name]
    read = [_tool("pg_restore"), "--no-owner", "--no-privileges", "-f", "-", str(side)]
    psql = subprocess.Popen(load, env=env, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    assert psql.stdin and psql.stderr
    script = subprocess.Popen(read, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert script.stdout and script.stderr
    try:
        psql.stdin.write(b"SET lock_timeout = '30s';\nDROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n")
        shutil.copyfileobj(script.stdout, psql.stdin)
        failed = script.wait()
        # Without the checks and with a last error, psql ends its one transaction by undoing it.
        psql.stdin.write(b"\\quit_on_purpose\n" if failed else _checks(counts).encode())
        psql.stdin.close()
    except BrokenPipeError:
        failed = 1
    words = (script.stderr.read() if failed else b"") + psql.stderr.read()
    script.kill()
    if psql.wait() or failed:
        raise Refusal("backup-unsound", words=words.decode(errors="replace").strip().splitlines()[:1])


def schema_of(known: Any) -> list[str]:
    """The migrations that a loader or recorder knows, as `app.name`, sorted."""
    return sorted(f"{app}.{name}" for app, name in known)
