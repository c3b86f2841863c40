"""The command `bulou`: one sub-command for each thing that can be done from a terminal.

A module that offers commands has `register(commands)`; it adds its parsers and gives each one
`set_defaults(run=fn)`, where `fn(args) -> int | None` is the work; with `tells_now=True` what time brought while
nobody served is done first; with `begins=True` a database that is not there yet is begun. Data goes to standard
output, words to standard error. Exit codes: 0 done (None counts as 0), 1 something to look at, 2 could not run.
"""

from __future__ import annotations

import argparse
import errno
import gc
import importlib
import importlib.util
import io
import os
import sys
import traceback
from collections.abc import Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bulou.lib import sqlite, tongue, usage
from bulou.lib.refusals import Refusal, declare
from bulou.lib.terminal import say

declare("file-missing", _("There is no file or folder %(file)s. Check the path."))
declare(
    "file-forbidden", _("%(file)s may not be read or written by this account. Change who may, or the path.")
)
declare(
    "file-folder",
    _("%(file)s is a folder where a file is needed, or a file where a folder is. Check the path."),
)
declare(
    "file-failed",
    _("%(file)s could not be read or written (%(why)s). Free some space or choose another place."),
)
declare("disk-full", _("The disk is full. Free some space, then try again."))
declare(
    "database-away",
    _("The database cannot be used: it cannot be reached, or its tables are not there yet. Check DATABASE_URL "
      "and BULOU_HOME; `bulou init` begins a house, `bulou migrate` brings one up to date."),
)  # fmt: skip

MODULES = (
    "bulou.config.serve",
    "bulou.config.demo",
    "bulou.core.places.cli",
    "bulou.core.people.cli",
    "bulou.core.staff.cli",
    "bulou.core.rulebook.cli",
    "bulou.core.records.cli",
    "bulou.core.tasks.cli",
    "bulou.core.figures.cli",
    "bulou.reports.cli",
    "bulou.exchange.cli",
    "bulou.exchange.out.cli",
    "bulou.config.backup",
    "bulou.config.bench",
)

# What a command can begin before Django is set up: the module with its `early(argv)`. An exit code ends it there.
EARLY = {"import": "bulou.exchange.cli"}

DONE, LOOK, COULD_NOT = 0, 1, 2


def parser() -> argparse.ArgumentParser:
    """The whole command line; Django is set up before this is called."""
    from bulou import __doc__ as about

    top = usage.Parser(prog="bulou", description=about)
    commands = top.add_subparsers(title=gettext("commands"), metavar="COMMAND", required=True)
    for name in MODULES:
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name).register(commands)
    return top


def _run(argv: Sequence[str] | None) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bulou.config.settings")
    command, *rest = argv or sys.argv[1:] or [""]
    if command in EARLY:
        done: int | None = importlib.import_module(EARLY[command]).early(rest)
        if done is not None:
            return done

    import django

    from bulou.config.environment import slip

    wrong = slip()
    gc.disable()  # whatever is loaded stays: nothing in it is worth looking for
    try:
        django.setup()
        tongue.speak()
        usage.speak()
        commands = parser()
    finally:
        gc.enable()
    if wrong:
        raise wrong
    args = commands.parse_args(argv)
    sqlite.may_begin = getattr(args, "begins", False)
    if getattr(args, "tells_now", False):
        importlib.import_module("bulou.core.tasks.lay").caught_up()
    return int(args.run(args) or DONE)


def _refusal(error: Exception) -> Refusal | None:
    """What a fault of the machine's is called: a file that is not there, a database that is away."""
    from django.db import InterfaceError, OperationalError, ProgrammingError

    if getattr(error, "errno", 0) == errno.ENOSPC or "disk is full" in str(error):
        return Refusal("disk-full")
    if isinstance(error, OperationalError | ProgrammingError | InterfaceError):
        return Refusal("database-away")
    if not isinstance(error, OSError) or not error.filename:
        return None
    codes = {
        FileNotFoundError: "file-missing", PermissionError: "file-forbidden",
        IsADirectoryError: "file-folder", NotADirectoryError: "file-folder",
    }  # fmt: skip
    return Refusal(codes.get(type(error), "file-failed"), file=error.filename, why=error.strerror)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    debugging = os.environ.get("BULOU_DEBUG") == "1"
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal of another alphabet shows a name by its numbers, and gets all lines.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        return _run(argv)
    except KeyboardInterrupt:
        say("bulou: stopped")
        return COULD_NOT
    except BrokenPipeError:
        # The reader of our output has gone (`bulou missed | head`): nothing is wrong here.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Refusal as refusal:
        say(f"bulou: {refusal}")
        return COULD_NOT
    except Exception as error:  # the last stop: a sentence for a person, the details on request
        if debugging:
            traceback.print_exc()
        known = _refusal(error)
        say(f"bulou: {known or f'{type(error).__name__}: {error}'}")
        if not known and not debugging:
            say("bulou: BULOU_DEBUG=1 shows where this came from")
        return COULD_NOT
    finally:
        # Only once it is known that there is such a zone can the clock be read; before, no home was made.
        if clock := sys.modules.get("bulou.lib.clock"):
            clock.leave_no_home()


if __name__ == "__main__":
    sys.exit(main())
