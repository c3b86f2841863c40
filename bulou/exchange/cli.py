"""`bulou import`: take a clerk's file in."""

from __future__ import annotations

import argparse
import errno
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from bulou.lib.refusals import Refusal

DONE, LOOK, COULD_NOT = 0, 1, 2
KINDS = ("auto", "returnees", "roster", "readings", "passes")
_SHOWN = 20


def register(subparsers: Any) -> None:
    """Add the command `import`."""
    parser = subparsers.add_parser("import", help=gettext("take a ledger (.xlsx, .xls, .csv) in at a place"))
    _arguments(parser, gettext)
    parser.set_defaults(run=run)


def early(argv: Sequence[str]) -> int | None:
    """Before the house is up, which takes as long as to open a long file: have it opened meanwhile.

    For a file that nobody could take, the house is not called and nothing is kept: the exit code.
    """
    from django.conf import settings

    from bulou.exchange.ledger import ahead

    asked = _asked(argv)
    refusal = ahead.begin(asked.file) if asked else None
    if asked is None or refusal is None or settings.configured:
        return None
    from bulou.exchange.ledger.reading import Reading
    from bulou.lib import tongue

    tongue.alone(Path(__file__).parent / "locale")
    reading = Reading(asked.file.name, "refused", refusal.code)
    if asked.json:
        print(json.dumps(reading.to_json(), ensure_ascii=False))
    else:
        _tell_refused(reading)
    return LOOK


def _asked(argv: Sequence[str]) -> argparse.Namespace | None:
    """What is asked for; None where the whole command line has something to say about it."""
    asked = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    _arguments(asked, str)
    try:
        # A missing argument would be said twice, and once under a wrong name.
        with redirect_stderr(StringIO()):
            found, unknown = asked.parse_known_args(argv)
    except (argparse.ArgumentError, SystemExit):
        return None
    return None if unknown else found


def _arguments(parser: argparse.ArgumentParser, _: Callable[[str], str]) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--place", required=True, metavar="CODE", help=_("the code of a place of any level"))
    parser.add_argument("--kind", choices=KINDS, default="auto", help=_("what the ledger is about"))
    parser.add_argument("--dry-run", action="store_true", help=_("only say what would become of each row"))
    parser.add_argument("--json", action="store_true", help=_("print JSON"))
    parser.add_argument(
        "--annotated", type=Path, metavar="OUT.xlsx", help=_("write the file back with verdict and reason")
    )


def run(args: argparse.Namespace) -> int:
    from bulou.core.staff.actor import SYSTEM
    from bulou.exchange.take import take_ledger

    args.file.open("rb").close()  # a file that is not there is said by everybody alike
    if args.annotated:
        _can_be_written(args.annotated)
    bar = _Bar() if sys.stderr.isatty() else None
    try:
        taken = take_ledger(args.file, args.place, SYSTEM, kind=args.kind, dry_run=args.dry_run, progress=bar)
    except Refusal as refusal:
        if args.json:
            told = {
                "file": args.file.name,
                "verdict": "refused",
                "code": refusal.code,
                "message": refusal.message,
            }
            print(json.dumps(told | {"sheets": [], "rows": [], "counts": {}}, ensure_ascii=False))
        raise
    if args.annotated and taken.reading.verdict != "refused":
        from bulou.exchange.annotate import write

        whole = args.annotated.with_name(f"{args.annotated.name}.part")  # it may be the file itself
        write(taken.reading.rows, whole, like=args.file, name=args.file.name)
        whole.replace(args.annotated)
    if args.json:
        print(json.dumps(taken.to_json(), ensure_ascii=False))
    else:
        _tell(taken)
    return LOOK if taken.waits else DONE


def _can_be_written(path: Path) -> None:
    """Raise OSError before anything is taken in, and not after, where no file can be at a path."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not os.access(path.parent, os.W_OK | os.X_OK):
        error = errno.EACCES if path.parent.exists() else errno.ENOENT
        raise OSError(error, os.strerror(error), str(path.parent))


class _Bar:
    """Progress in words, on one line."""

    def __call__(self, done: int, whole: int) -> None:
        end = "\n" if done >= whole else ""
        print(f"\r{done} / {whole}", end=end, file=sys.stderr, flush=True)


def _tell_refused(reading: Any) -> None:
    print(f"{reading.file}: {reading.message}")


def _tell(taken: Any) -> None:
    reading = taken.reading
    if reading.code:
        _tell_refused(reading)
        return
    print(f"{reading.file}: {reading.kind}")
    for verdict, count in taken.counts.items():
        print(f"  {count:>7}  {verdict}")
    looked = [row for row in reading.rows if row.verdict in ("held", "refused")]
    for row in looked[:_SHOWN]:
        print(f"! {row.sheet} {row.row}: {row.message}")
    if len(looked) > _SHOWN:
        print(f"… {len(looked) - _SHOWN}")
