"""`bulou match`: look for people who were entered twice."""

from __future__ import annotations

import argparse
import json
from typing import Any

from django.utils.translation import gettext as _

from bulou.lib.terminal import say

DONE, LOOK = 0, 1


def register(subparsers: Any) -> None:
    """Add the command `match`."""
    parser = subparsers.add_parser(
        "match",
        help=_("propose people who may have been entered twice"),
        description=_(
            "Looks for people of a place who may have been entered twice, and proposes them for somebody "
            "to decide (People, Entered twice?). Nothing is merged. With the extra `match` (Splink) names, "
            "numbers, births, phones and places are compared and scored; without it exact rules propose. Prints "
            "what was found; exit 1 when pairs wait to be decided."
        ),
    )
    parser.add_argument("--place", required=True, metavar="CODE", help=_("the code of a place of any level"))
    parser.add_argument("--json", action="store_true", help=_("print JSON"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from bulou.core.people.doubles import queries
    from bulou.core.people.doubles.looking import look
    from bulou.core.staff.actor import SYSTEM

    done = look(args.place, SYSTEM)
    waits = queries.waiting(SYSTEM, args.place).count()
    assert done.ended_at is not None
    told = {
        "place": args.place, "how": done.how, "people": done.people, "pairs": done.pairs, "waiting": waits,
        "seconds": round((done.ended_at - done.at).total_seconds(), 1),
    }  # fmt: skip
    if args.json:
        print(json.dumps(told))
    else:
        print("  ".join(f"{name} {value}" for name, value in told.items()))
    if done.how == done.RULES:
        say(_("bulou: Splink is not installed; exact rules alone have proposed (docs/doubles.md)"))
    return LOOK if waits else DONE
