"""`bulou missed`: who or what is missed in a place, by name."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bulou.lib import asked, clock
from bulou.lib.refusals import Refusal

_AT_ONCE = 500


def register(subparsers: Any) -> None:
    """Add the command `missed`."""
    parser = subparsers.add_parser("missed", help=_("who or what is missed in a place, by name"))
    parser.add_argument("--place", required=True, metavar="CODE", help=_("a place's code (141031)"))
    parser.add_argument(
        "--at",
        type=asked.as_of,
        metavar="DATETIME",
        help=_("as of then (default: now); a bare date: its end"),
    )
    parser.add_argument("--kind", default="", help=_("only of this kind (observation.reading)"))
    parser.add_argument("--json", action="store_true", help=_("print JSON"))
    parser.set_defaults(run=run, tells_now=True)


def run(args: argparse.Namespace) -> int:
    from bulou.core.places import queries as places
    from bulou.core.places import refused
    from bulou.core.tasks.duties import duties, known_kind

    known_kind(args.kind)
    if places.get(args.place) is None:
        raise Refusal(refused.UNKNOWN)
    at: datetime = args.at or clock.now()
    items = list(_items(args.place, at, args.kind))
    if args.json:
        said = {"place": args.place, "at": at.isoformat(), "count": len(items), "items": items}
        print(json.dumps(said, ensure_ascii=False, default=_plain))
        return 0
    named = places.described({item["place"] for item in items}, args.place)
    for item in items:
        due = item["due_at"].astimezone(clock.zone())
        title = duties()[item["kind"]].title if item["kind"] in duties() else item["kind"]
        owner = item["owner"]["name"] if item["owner"] else ""
        print(named[item["place"]], item["subject"]["name"], title, f"{due:%Y-%m-%d %H:%M}", owner, sep="\t")
    return 0


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _items(place: str, at: datetime, kind: str) -> Iterator[dict[str, Any]]:
    """As the API gives them, to the last page."""
    from bulou.core.staff.actor import SYSTEM
    from bulou.core.tasks.api import missed_as_json
    from bulou.core.tasks.queries import missed

    cursor: str | None = None
    while True:
        page = missed(place, at, kind, size=_AT_ONCE, cursor=cursor)
        yield from missed_as_json(page.rows, SYSTEM, at)
        cursor = page.next
        if cursor is None:
            return
