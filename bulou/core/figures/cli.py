"""`bulou figures` and `bulou recount`: what the tallies say, and whether the records bear them out."""

from __future__ import annotations

import argparse
import json
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bulou.core.places.codes import LENGTHS
from bulou.lib import asked, clock
from bulou.lib.refusals import Refusal

DONE, LOOK = 0, 1
_LEVELS = ("province", "city", "county", "township", "village", "grid")


def register(subparsers: Any) -> None:
    """Add the commands `figures` and `recount`."""
    show = subparsers.add_parser("figures", help=_("what the tallies say of a place"))
    show.add_argument("--place", required=True, metavar="CODE", help=_("a place's code (141031)"))
    show.add_argument(
        "--day", type=asked.day, metavar="DAY", help=_("only of that whole day (default: up to now)")
    )
    show.add_argument(
        "--down", choices=_LEVELS, metavar="LEVEL", help=_("by its places of a level: ") + ", ".join(_LEVELS)
    )
    show.add_argument("--json", action="store_true", help=_("print JSON"))
    show.set_defaults(run=run_figures, tells_now=True)
    again = subparsers.add_parser(
        "recount", help=_("count every figure again from the records; exit 1 when a tally differs")
    )
    again.add_argument(
        "--place", default="", metavar="CODE", help=_("only there and below (default: everywhere)")
    )
    again.add_argument("--json", action="store_true", help=_("print JSON"))
    again.set_defaults(run=run_recount)


def run_figures(args: argparse.Namespace) -> int:
    from bulou.core.figures.queries import Asked, read_so_far, title
    from bulou.core.places import queries as places

    _known(args.place)
    down = LENGTHS[_LEVELS.index(args.down)] if args.down else None
    found = read_so_far(None, Asked(args.place, down, day=args.day))
    below = places.subtree(args.place, level=LENGTHS.index(down) + 1) if down else None
    codes = {args.place} if below is None else {*below.values_list("code", flat=True)} | found.keys()
    named = places.names(codes)
    items: list[dict[str, Any]] = [
        {"place": code, "name": named.get(code, ""), "figures": found.get(code, {})} for code in sorted(codes)
    ]
    if args.json:
        head = {
            "place": args.place,
            "day": args.day.isoformat() if args.day else None,
            "as_of": clock.now().isoformat(),
        }
        print(json.dumps({**head, "items": items}, ensure_ascii=False))
        return DONE
    for item in items:
        print(f"{item['place']} {item['name']}")
        for name, value in sorted(item["figures"].items()):
            print(f"  {value:>9}  {title(name)}  ({name})")
    return DONE


def run_recount(args: argparse.Namespace) -> int:
    from bulou.core.figures.recount import recount

    if args.place:
        _known(args.place)
    found = recount(args.place)
    if args.json:
        cells = [{**vars(d), "day": _iso(d.day), "week": _iso(d.week)} for d in found]
        print(
            json.dumps({"place": args.place, "count": len(found), "differences": cells}, ensure_ascii=False)
        )
        return LOOK if found else DONE
    for d in found:
        when = d.day or (f"{d.week} +7" if d.week else "*")
        print(f"! {d.place} {d.figure}[{d.dim}] {when}: {d.tally} ≠ {d.records}")
    print(
        _("%(count)d tallies differ from the records.") % {"count": len(found)}
        if found
        else _("Every tally agrees with the records.")
    )
    return LOOK if found else DONE


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _known(code: str) -> None:
    from bulou.core.places import queries as places
    from bulou.core.places import refused

    if places.get(code) is None:
        raise Refusal(refused.UNKNOWN)
