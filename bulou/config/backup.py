"""`bulou backup FILE` and `bulou restore FILE`: one sealed file that has been read back, or none.

The file is sealed under the key `backup` of `lib.secret` (see `lib.sealed`); it holds a line of JSON
(database, moment, migrations, counts, the demonstration's clock) and then the database's own copy.
The master key is not in it: keep BULOU_KEY (or master.key) elsewhere, without it no backup opens.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import shutil
from pathlib import Path
from typing import IO, Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext_lazy as _

from bulou.config import snapshot
from bulou.lib import clock, refusals, sealed, secret
from bulou.lib.refusals import Refusal
from bulou.lib.terminal import say

refusals.declare(
    "backup-foreign", _("%(file)s is no backup of this system. Choose a file that `bulou backup` made.")
)
refusals.declare(
    "backup-key",
    _("The key of this house does not open %(file)s. Set BULOU_KEY to the key in use when it was made."),
)
refusals.declare("backup-cut", _("%(file)s ends too early: it was cut or not copied whole. Copy it again."))
refusals.declare("backup-changed", _("%(file)s was changed after it was made. Take another copy of it."))
refusals.declare("backup-missing", _("There is no file %(file)s."))
refusals.declare(
    "backup-other-database",
    _("The backup is of %(theirs)s, this house runs on %(ours)s. Set DATABASE_URL to the same kind."),
)
refusals.declare(
    "backup-newer",
    _("The backup was made by a newer version of this system (%(migration)s). Update it, then restore."),
)

_KEPT = 5  # how many backups of our own making (before a migration, before a restore) stay


def _private(path: str, flags: int) -> int:
    """Opens a file that only its owner reads."""
    return os.open(path, flags, 0o600)


def _sealed(file: IO[bytes]) -> IO[bytes]:
    return io.BufferedReader(sealed.Reader(file, secret.key("backup")))  # type: ignore[arg-type]


def _manifest(counts: snapshot.Counts) -> bytes:
    applied = MigrationLoader(connection).applied_migrations
    kept = clock.home() / "clock.json"
    head = {
        "database": connection.vendor,
        "made_at": clock.now().isoformat(),
        "migrations": snapshot.schema_of(applied),
        "counts": counts,
        "clock": kept.read_text() if kept.is_file() else None,
    }
    return json.dumps(head, ensure_ascii=False).encode() + b"\n"


def make(file: Path) -> snapshot.Counts:
    """Write a backup and read it back; what stood in `file` before is replaced only then."""
    part = file.with_name(file.name + ".part")
    try:
        with open(part, "wb", opener=_private) as raw:
            writer = sealed.Writer(raw, secret.key("backup"))
            digest = hashlib.sha256()
            with snapshot.taken(clock.home() / "backup.side") as (counts, data):
                for piece in (_manifest(counts), *iter(lambda: data.read(1 << 20), b"")):
                    digest.update(piece)
                    writer.write(piece)
            writer.close()
            os.fsync(raw.fileno())
        _compare(part, digest.hexdigest())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return counts


def _compare(part: Path, wanted: str) -> None:
    with part.open("rb") as raw:
        found = hashlib.file_digest(_sealed(raw), "sha256").hexdigest()  # type: ignore[arg-type]
    if found != wanted:
        raise Refusal("backup-changed", file=part)


def before(what: str) -> Path:
    """A backup of our own, made before something that cannot be undone; the oldest of them go."""
    folder = clock.home() / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / f"{clock.now():%Y%m%dT%H%M%S}-before-{what}.bulou"
    make(file)
    for old in sorted(folder.glob("*-before-*.bulou"))[:-_KEPT]:
        old.unlink()
    return file


def _check(head: dict[str, Any]) -> None:
    if head["database"] != connection.vendor:
        raise Refusal("backup-other-database", theirs=head["database"], ours=connection.vendor)
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    for migration in head["migrations"]:
        if migration not in known:
            raise Refusal("backup-newer", migration=migration)


def _open_up(file: Path, side: Path) -> dict[str, Any]:
    """Decrypt the whole of `file` into `side`; its manifest. Raises Refusal; `side` may be left."""
    try:
        with file.open("rb") as raw, open(side, "wb", opener=_private) as out:
            plain = _sealed(raw)
            head: dict[str, Any] = json.loads(plain.readline())
            _check(head)
            shutil.copyfileobj(plain, out, 1 << 20)
    except FileNotFoundError as error:
        raise Refusal("backup-missing", file=file) from error
    except sealed.Broken as error:
        raise Refusal(f"backup-{error.why}", file=file) from error
    return head


def restore(file: Path) -> snapshot.Counts:
    """Make the database what it was; the present one is backed up first.

    Raises Refusal, and then nothing has changed.
    """
    side = clock.home() / "restore.side"
    try:
        head = _open_up(file, side)
        if connection.introspection.table_names():
            say(f"bulou: what is here now is kept in {before('restore')}")
        snapshot.put_back(side, head["counts"])
    finally:
        side.unlink(missing_ok=True)
    kept = clock.home() / "clock.json"
    if head["clock"]:
        kept.write_text(head["clock"])
    else:
        kept.unlink(missing_ok=True)
    counts: snapshot.Counts = head["counts"]
    return counts


def _backup(args: argparse.Namespace) -> None:
    counts = make(args.file)
    rows = sum(counts.values())
    say(f"bulou: {args.file} holds {rows} rows of {len(counts)} tables, read back and equal")


def _restore(args: argparse.Namespace) -> None:
    from bulou.config.serve import alone

    with alone():
        counts = restore(args.file)
    say(f"bulou: restored {sum(counts.values())} rows of {len(counts)} tables; start the server again")


def register(commands: Any) -> None:
    """Enter `backup` and `restore`."""
    for name, run, about in (
        ("backup", _backup, "write the whole database, sealed, to a file, and read it back"),
        ("restore", _restore, "make the database what it was when a backup was made"),
    ):
        one = commands.add_parser(name, help=about, description=about)
        one.add_argument("file", type=Path, metavar="FILE")
        one.set_defaults(run=run)
