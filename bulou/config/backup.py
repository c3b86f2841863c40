"""`bulou backup FILE` and `bulou restore FILE`: one sealed file that has been read back, or none.

The file is sealed under the key `backup` of `lib.secret` (see `lib.sealed`); it holds a line of JSON
(database, moment, migrations, counts, the demonstration's clock and that it is one), the files that are
kept beside the database, each behind a line of its own, an empty line, and the database's own copy.
The master key is not in it: keep BULOU_KEY (or master.key) elsewhere, without it no backup opens.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import shutil
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import IO, Any

from django.conf import settings
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
refusals.declare(
    "backup-folder", _("There is no folder %(folder)s that a backup could be written to. Check the path.")
)
refusals.declare(
    "backup-into", _("%(file)s is a folder. Give the name of a file in it, such as %(file)s/county.bulou.")
)
refusals.declare("backup-missing", _("There is no file %(file)s."))
refusals.declare(
    "backup-other-database",
    _("The backup is of %(theirs)s, this house runs on %(ours)s. Set DATABASE_URL to the same kind."),
)
refusals.declare(
    "backup-nothing",
    _("There is nothing here to back up: the database has no tables. Check BULOU_HOME and DATABASE_URL."),
)
refusals.declare(
    "backup-newer",
    _("The backup was made by a newer version of this system (%(migration)s). Update it, then restore."),
)

# Small files in BULOU_HOME that are part of what the house is: where its clock stands, that it is a demonstration.
_BESIDE = {"clock": "clock.json", "demo": "demo.json"}
_KEPT = 5  # how many backups of our own making (before a migration, before a restore) stay


def _private(path: str, flags: int) -> int:
    """Opens a file that only its owner reads."""
    return os.open(path, flags, 0o600)


def _sealed(file: IO[bytes]) -> IO[bytes]:
    return io.BufferedReader(sealed.Reader(file, secret.key("backup")))  # type: ignore[arg-type]


def _manifest(counts: snapshot.Counts) -> bytes:
    applied = MigrationLoader(connection).applied_migrations
    beside = {key: clock.home() / name for key, name in _BESIDE.items()}
    head = {
        "database": connection.vendor,
        "made_at": clock.now().isoformat(),
        "migrations": snapshot.schema_of(applied),
        "counts": counts,
        **{key: file.read_text() if file.is_file() else None for key, file in beside.items()},
    }
    return _line(head)


def _line(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode() + b"\n"


def _files() -> Iterator[bytes]:
    """The files that the house keeps (MEDIA_ROOT), each as a line with its name and size and then its bytes."""
    top = Path(settings.MEDIA_ROOT)
    for path in sorted(top.rglob("*")) if top.is_dir() else []:
        try:
            data = path.read_bytes() if path.is_file() else None
        except (
            FileNotFoundError
        ):  # put away since: the database of this moment may know it, a file is not to be had
            continue
        if data is not None:
            yield _line({"file": path.relative_to(top).as_posix(), "size": len(data)})
            yield data
    yield b"\n"


def make(file: Path) -> snapshot.Counts:
    """Write a backup and read it back; what stood in `file` before is replaced only then.

    Refuses backup-into, backup-folder, backup-nothing.
    """
    if file.is_dir():
        raise Refusal("backup-into", file=file)
    if not file.parent.is_dir():
        raise Refusal("backup-folder", folder=file.parent)
    if not connection.introspection.table_names():
        raise Refusal("backup-nothing")
    part = file.with_name(file.name + ".part")
    try:
        with open(part, "wb", opener=_private) as raw:
            writer = sealed.Writer(raw, secret.key("backup"))
            digest = hashlib.sha256()
            with snapshot.taken(clock.home() / "backup.side") as (counts, data):
                for piece in chain([_manifest(counts)], _files(), iter(lambda: data.read(1 << 20), b"")):
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


def _open_up(file: Path, side: Path, kept: Path) -> dict[str, Any]:
    """Decrypt the whole of `file` into `side` and its files into the folder `kept`; its manifest.

    Raises Refusal; `side` and `kept` may be left.
    """
    try:
        with file.open("rb") as raw, open(side, "wb", opener=_private) as out:
            plain = _sealed(raw)
            head: dict[str, Any] = json.loads(plain.readline())
            _check(head)
            while (line := plain.readline()) not in (b"\n", b""):
                _put(json.loads(line), plain, kept)
            shutil.copyfileobj(plain, out, 1 << 20)
    except sealed.Broken as error:
        raise Refusal(f"backup-{error.why}", file=file) from error
    return head


def _put(said: dict[str, Any], plain: IO[bytes], kept: Path) -> None:
    path = kept / str(said["file"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(plain.read(int(said["size"])))


def restore(file: Path) -> snapshot.Counts:
    """Make the database what it was; the present one is backed up first.

    Raises Refusal, and then nothing has changed.
    """
    side, kept = clock.home() / "restore.side", clock.home() / "restore.files"
    shutil.rmtree(kept, ignore_errors=True)
    try:
        head = _open_up(file, side, kept)
        if connection.introspection.table_names():
            kept_in = before("restore")
            say(_("bulou: what is here now is kept in %(file)s") % {"file": kept_in})
        snapshot.put_back(side, head["counts"])
        _put_beside(head, kept)
    finally:
        side.unlink(missing_ok=True)
        shutil.rmtree(kept, ignore_errors=True)
    counts: snapshot.Counts = head["counts"]
    return counts


def _put_beside(head: dict[str, Any], kept: Path) -> None:
    """What stands in files and not in the database, as it was: what is there now goes with the database it was of."""
    for key, name in _BESIDE.items():
        path = clock.home() / name
        if head.get(key):
            path.write_text(head[key])
        else:
            path.unlink(missing_ok=True)
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    if kept.is_dir():
        kept.replace(settings.MEDIA_ROOT)


def _backup(args: argparse.Namespace) -> None:
    counts = make(args.file)
    rows = sum(counts.values())
    said = {"file": args.file, "rows": rows, "tables": len(counts)}
    say(_("bulou: %(file)s holds %(rows)s rows of %(tables)s tables, read back and equal") % said)


def _restore(args: argparse.Namespace) -> None:
    from bulou.config.alone import alone

    if not args.file.exists():
        raise Refusal("backup-missing", file=args.file)
    with alone():
        counts = restore(args.file)
    said = {"rows": sum(counts.values()), "tables": len(counts)}
    say(_("bulou: restored %(rows)s rows of %(tables)s tables; start the server again") % said)


def register(commands: Any) -> None:
    """Enter `backup` and `restore`."""
    for name, run, about in (
        ("backup", _backup, _("write the whole database, sealed, to a file, and read it back")),
        ("restore", _restore, _("make the database what it was when a backup was made")),
    ):
        one = commands.add_parser(name, help=about, description=str(about))
        one.add_argument("file", type=Path, metavar="FILE")
        one.set_defaults(run=run, begins=run is _restore)
