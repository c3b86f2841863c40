"""`bulou bulletin`: the figures of a place as of a moment, in words."""

from __future__ import annotations

import argparse
import json
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bulou.lib import asked, clock


def register(subparsers: Any) -> None:
    """Add the command `bulletin`."""
    parser = subparsers.add_parser("bulletin", help=_("the figures of a place as of a moment, in words"))
    parser.add_argument("--place", required=True, metavar="CODE", help=_("a place's code (141031)"))
    parser.add_argument(
        "--as-of", type=asked.as_of, metavar="DATETIME",
        help=_("2020-02-12T18:00; a bare date means to the end of that day, or to now if it is today (default: now)"),
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help=_("print JSON"))
    parser.set_defaults(run=run, tells_now=True)


def run(args: argparse.Namespace) -> int:
    from bulou.reports.bulletin import bulletin

    found = bulletin(args.place, args.as_of or clock.now())
    if args.json:
        print(json.dumps(found.as_json(), ensure_ascii=False))
    else:
        print(found.text["en" if (get_language() or "").startswith("en") else "zh"])
    return 0
