"""`bulou mark`: which export a file came from."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from bulou.lib.terminal import say

DONE, LOOK, COULD_NOT = 0, 1, 2


def register(subparsers: Any) -> None:
    """Add the command `mark`."""
    parser = subparsers.add_parser(
        "mark", help=_("say which export a file came from, by the marks it carries")
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help=_("print JSON"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from bulou.core.staff import queries as staff
    from bulou.exchange.out import marks, queries

    args.file.open("rb").close()  # a file that is not there is said by everybody alike
    found = list(queries.by_number(marks.numbers_in(args.file)))
    names = staff.names({account for one in found for account in (one.account, one.decided_by or 0)})
    told = [
        {
            "number": one.number, "list": one.list or "form", "place": one.place, "people": one.people,
            "account": one.account, "name": names.get(one.account, ""), "asked_at": one.at.isoformat(),
            "taken_at": one.taken_at.isoformat() if one.taken_at else None, "purpose": one.purpose,
            "approved_by": names.get(one.decided_by or 0, ""),
        }
        for one in found
    ]  # fmt: skip
    if args.json:
        print(json.dumps({"file": args.file.name, "exports": told}, ensure_ascii=False))
    else:
        for line in told:
            print(" ".join(f"{key}={value}" for key, value in line.items() if value not in ("", None)))
        if not told:
            say(_("bulou: %(file)s: no mark of an export of this house") % {"file": args.file.name})
    return DONE if told else LOOK
