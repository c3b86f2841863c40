"""Files that were looked at and wait to be taken in: sealed under their run's key, gone once taken.

What then stays of a workbook is how it looked, for the annotated file: what it says is with its rows.

Looking takes several transactions: a run is `looking` until the last of them, and one that was left so is looked
at again by whoever opens it. A long file is sealed first, and looked at by a process of its own (`behind`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import IO
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bulou.core.people import keys
from bulou.core.staff.actor import Actor
from bulou.exchange import annotate, keep
from bulou.exchange.ledger.files import weight
from bulou.exchange.ledger.reading import Row
from bulou.exchange.looks import Misfit
from bulou.exchange.models import ImportRow, ImportRun
from bulou.exchange.take import CHUNK, Progress, Taken, be_ready, digest, take_ledger
from bulou.lib import clock, ids
from bulou.lib.pace import Pace
from bulou.lib.refusals import Refusal, declare
from bulou.lib.sealed import Reader, Writer

TAKEN = declare(
    "import-taken",
    _("This file is being taken in, has been already, or was put away. Look at the list of files."),
)
LOST = declare(
    "import-lost", _("This file was not kept when it was read. Nothing of it was taken in: hand it in again.")
)
CUT_SHORT = declare(
    "import-cut-short",
    _("Reading this file was cut short. The file is kept, and nothing of it was taken in: read it again."),
)
_PIECE = 1 << 20
# Files that weigh more (`files.weight`) are looked at behind the page: some 600 rows of 15 columns, half a second.
_LONG = 100_000
# A run that says nothing for so long has lost its process, and may be gone on with.
_SILENT = timedelta(minutes=10)


def _path(run: UUID) -> Path:
    folder = clock.home() / "files" / "ledgers"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{run}.sealed"


def _looks(run: UUID) -> Path:
    return _path(run).with_suffix(".looks")


def _file_name(name: str) -> str:
    """What the clerk called the file, fit for any disk: a text file's sheet is called by it."""
    stem = "".join(c for c in Path(name).stem if c.isprintable() and c not in "/\\:")[:60]
    return f"{stem or 'ledger'}{Path(name).suffix[:8]}"


def look(
    pieces: Iterable[bytes], name: str, place: str, by: Actor, kind: str = "auto",
    later: Callable[[ImportRun, Actor], None] | None = None,
) -> ImportRun:  # fmt: skip
    """Read a file that was handed in and say what would become of each row; it waits to be taken in.

    `later`: has a long one, sealed by then, looked through (`look_through`). Raises Refusal as `take_ledger` does.
    """
    run = ImportRun(
        id=ids.new(), file=Path(name).name[:200], place=place, account=by.account or None, asked=kind
    )
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / _file_name(name)
        with plain.open("wb") as file:
            file.writelines(pieces)
        if later is None or weight(plain) <= _LONG:
            _keep(run, plain, take_ledger(plain, place, by, kind=kind, dry_run=True, name=run.file))
            return run
        be_ready(place, by)
        run.state, run.at = ImportRun.LOOKING, clock.now()
        run.save()
        _seal(run, plain)
    later(run, by)
    return run


def _keep(run: ImportRun, plain: Path, taken: Taken) -> None:
    reading = taken.reading
    run.digest, run.at, run.kind, run.form_day = digest(plain), clock.now(), reading.kind, reading.form_date
    run.code, run.counts = reading.code or "", reading.counts
    run.tables = [table.to_json() for table in reading.tables]
    run.state = ImportRun.REFUSED if reading.verdict == "refused" else ImportRun.LOOKING
    run.save()
    if run.state == ImportRun.REFUSED:
        _put_away(run)
        return
    if not _path(run.id).is_file():
        _seal(run, plain)
    pace = Pace(taken.fates.values(), CHUNK, least=100)
    for some in pace:
        with pace.held(), transaction.atomic():
            keep.rows(run.id, some)
    run.state = ImportRun.LOOKED
    run.save(update_fields=["state"])


def _seal(run: ImportRun, plain: Path) -> None:
    with plain.open("rb") as source:
        _write(run, source, _path(run.id))


def _write(run: ImportRun, source: IO[bytes], path: Path) -> None:
    """Seal it; under another name until it is whole."""
    key, part = keys.need({run.id})[run.id], path.with_suffix(".part")
    with part.open("wb") as target:
        writer = Writer(target, key)
        while piece := source.read(_PIECE):
            writer.write(piece)
        writer.close()
    part.replace(path)


def _keep_looks(run: ImportRun, plain: Path) -> None:
    """Before the file goes. What has none, or some that cannot be kept, is given back plainly."""
    with tempfile.TemporaryFile() as bare:
        try:
            annotate.keep(plain, bare)
        except Misfit:
            return
        bare.seek(0)
        _write(run, bare, _looks(run.id))


def was_left(run: ImportRun) -> bool:
    """Whether whoever looked at this file never came to the end.

    Raises Refusal where nothing is left of the file; then it is put away.
    """
    if run.state != ImportRun.LOOKING or run.code or not _resting().filter(pk=run.pk):
        return False
    if not _path(run.id).is_file():
        leave(run)
        raise Refusal(LOST)
    return True


def look_again(run: ImportRun, by: Actor) -> None:
    """Read a file that waits once more: somebody has said what its columns hold. Raises Refusal."""
    reopen(run)
    look_through(run, by)


def reopen(run: ImportRun) -> None:
    """From now on a file that waits is looked at again, by one only. Raises Refusal."""
    left = _resting().filter(pk=run.pk)
    if not _path(run.id).is_file() or not left.update(state=ImportRun.LOOKING, code="", at=clock.now()):
        raise Refusal(TAKEN)


def look_through(run: ImportRun, by: Actor, progress: Progress | None = None) -> None:
    """Say what would become of each row of a file that is kept. Raises Refusal as `take_ledger` does."""
    with _plain(run) as plain:
        taken = take_ledger(
            plain, run.place, by, kind=run.asked, dry_run=True, name=run.file, progress=progress
        )
        _forget(run)
        _keep(run, plain, taken)


def _forget(run: ImportRun) -> None:
    """What was said of the rows goes, in pieces: a long file has many."""
    rows = ImportRow.objects.filter(run=run.id)
    last = rows.aggregate(last=Max("at"))["last"]
    pace = Pace(range(0 if last is None else last + 1), CHUNK, least=100)
    for some in pace:
        with pace.held(), transaction.atomic():
            rows.filter(at__gte=some[0], at__lte=some[-1]).delete()


@contextmanager
def _plain(run: ImportRun) -> Iterator[Path]:
    """The file as it was handed in, for as long as it is read."""
    with _unsealed(run, _path(run.id)) as plain:
        yield plain


@contextmanager
def _unsealed(run: ImportRun, path: Path) -> Iterator[Path]:
    key = keys.fetch({run.id})[run.id]
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / _file_name(run.file)
        with path.open("rb") as source, plain.open("wb") as target:
            reader = Reader(source, key)
            while piece := reader.read(_PIECE):
                target.write(piece)
        yield plain


def give_back(run: ImportRun, rows: Iterable[Row], out: IO[bytes]) -> None:
    """The file with what became of each of its rows, in the looks of what was handed in."""
    gone = run.state == ImportRun.UNDONE
    kept = next((path for path in (_path(run.id), _looks(run.id)) if path.is_file()), None)
    if kept is None or run.id not in keys.fetch({run.id}):
        annotate.write(rows, out, gone, name=run.file)
        return
    with _unsealed(run, kept) as like:
        annotate.write(rows, out, gone, like, run.file)


def is_waiting(run: ImportRun) -> bool:
    """Whether a file may be taken in now."""
    return ImportRun.objects.filter(_free(), pk=run.pk).exists() and _path(run.id).is_file()


def _resting() -> QuerySet[ImportRun]:
    """Files that were looked at, and those at which nobody looks any more although they never came to the end."""
    left = Q(state=ImportRun.LOOKING) & (Q(code=CUT_SHORT) | Q(at__lt=clock.now() - _SILENT))
    return ImportRun.objects.filter(Q(state=ImportRun.LOOKED) | left)


def _free() -> Q:
    silent = Q(state=ImportRun.TAKING, at__lt=clock.now() - _SILENT)
    return Q(state__in=(ImportRun.LOOKED, ImportRun.STOPPED)) | silent


def claim(run: ImportRun) -> None:
    """From now on this run is being taken in, by one only. Raises Refusal."""
    free = ImportRun.objects.filter(_free(), pk=run.pk)
    if not _path(run.id).is_file() or not free.update(state=ImportRun.TAKING, at=clock.now()):
        raise Refusal(TAKEN)


def take(run: ImportRun, by: Actor, progress: Progress | None = None) -> Taken:
    """Take in a file that was looked at and claimed. Again after it stopped: nothing is taken twice."""
    with _plain(run) as plain:
        _keep_looks(run, plain)
        _forget(run)
        taken = take_ledger(plain, run.place, by, kind=run.kind, name=run.file, run=run, progress=progress)
    _path(run.id).unlink(missing_ok=True)
    return taken


def alive(run: UUID) -> None:
    """Whoever looks at this run or takes it in still does."""
    ImportRun.objects.filter(pk=run, state__in=(ImportRun.LOOKING, ImportRun.TAKING)).update(at=clock.now())


def stopped(run: UUID) -> None:
    """The process that looked at this run or took it in has ended before it was done."""
    ImportRun.objects.filter(pk=run, state=ImportRun.LOOKING).update(code=CUT_SHORT)
    ImportRun.objects.filter(pk=run, state=ImportRun.TAKING).update(state=ImportRun.STOPPED)


def leave(run: ImportRun) -> None:
    """Put a file that was only looked at away: nothing of it stays."""
    if not _resting().filter(pk=run.pk):
        raise Refusal(TAKEN)
    _forget(run)
    _put_away(run)
    run.delete()


def _put_away(run: ImportRun) -> None:
    _path(run.id).unlink(missing_ok=True)
    _path(run.id).with_suffix(".part").unlink(missing_ok=True)
    keys.destroy({run.id})


def ended(holders: Collection[UUID]) -> None:
    """Keys are destroyed: what was sealed under them of files and of their looks goes with them."""
    folder = clock.home() / "files" / "ledgers"
    gone = {str(one) for one in holders}
    files = [path for path in folder.iterdir() if path.stem in gone] if folder.is_dir() else []
    if files:
        transaction.on_commit(partial(_unlink, files))


def _unlink(files: Iterable[Path]) -> None:
    for path in files:
        path.unlink(missing_ok=True)
