"""`bulou demo NAME`: lay down a demonstration county, record by record."""

from __future__ import annotations

import argparse
import gc
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from bulou.lib import asked, clock, sql
from bulou.lib.refusals import Refusal, declare
from bulou.lib.terminal import say

if TYPE_CHECKING:
    from bulou.demo.play import Progress
    from bulou.demo.spec import County

declare("demo-unknown", _("There is no demonstration named %(name)s. There are: %(names)s."))
declare("demo-too-early", _("The demonstration begins on %(day)s. Choose a later --as-of."))
declare("demo-scale", _("--scale is a whole number from 1."))
declare(
    "demo-other",
    _("The demonstration %(name)s stands here already. Set BULOU_HOME to another folder for this one."),
)
declare(
    "demo-not-empty",
    _(
        "There is somebody's data here. A demonstration needs an empty BULOU_HOME (and an empty DATABASE_URL)."
    ),
)

_BEGUN = "demo-begun.json"
_STRETCHES = {"people": _("Households and people"), "days": _("The days, one by one")}


def _run(args: argparse.Namespace) -> int:
    county, until = _asked(args)
    from bulou.core.staff.demo import laid

    if here := laid():
        if here.get("name") != county.name:
            raise Refusal("demo-other", name=here.get("name", "?"))
        say(_("The demonstration is laid down here already; nothing was changed."))
        _print_accounts()
        return 0
    _prepare(county)
    started = time.monotonic()
    stage = _lay(county, until, args.scale)
    say(
        _("%(records)s records in %(seconds)s seconds.")
        % {"records": stage, "seconds": round(time.monotonic() - started)}
    )
    _print_accounts()
    return 0


def _asked(args: argparse.Namespace) -> tuple[County, datetime]:
    """The county and the moment that were asked for. Refuses whatever is not there, before anything is touched."""
    from bulou.demo import spec

    try:
        county = spec.load(args.name)
    except KeyError as error:
        raise Refusal("demo-unknown", name=args.name, names=", ".join(spec.names())) from error
    until = args.as_of or county.as_of
    if clock.day_of(until) < county.begins:
        raise Refusal("demo-too-early", day=county.begins.isoformat())
    if args.scale < 1:
        raise Refusal("demo-scale")
    return county, until


def _prepare(county: County) -> None:
    """A database that is up to date and empty; what an interrupted demonstration left is cleared away."""
    from django.db import connections

    from bulou.config.serve import migrate
    from bulou.core.staff.models import Account

    begun = clock.home() / _BEGUN
    if begun.is_file() and not sql.is_postgres():
        say(_("A demonstration was interrupted here; it is begun anew."))
        connections.close_all()
        database = clock.home() / "bulou.sqlite3"
        for file in database.parent.glob(f"{database.name}*"):
            file.unlink()
    migrate()
    if Account.objects.exists():
        raise Refusal("demo-not-empty")
    begun.write_text(json.dumps({"name": county.name}))


def _lay(county: County, until: datetime, scale: int) -> int:
    from bulou.core.staff.demo import mark
    from bulou.demo.play import play

    # Hundreds of thousands of short-lived objects and no cycles: to look for some costs a twentieth of the time.
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)
    with _bar(county) as progress, _many_pages(), _never_back():
        stage = play(county, until, scale, progress)
    clock.keep(until)
    mark(county.name, until, county=county.county, title=county.title)
    (clock.home() / _BEGUN).unlink(missing_ok=True)
    return stage.accepted


@contextmanager
def _many_pages() -> Iterator[None]:
    """The same pages change again and again: keep them at hand, and copy them out of the log now and then."""
    if sql.is_postgres():
        yield
        return
    for said in ("cache_size = -262144", "wal_autocheckpoint = 40000"):
        sql.rows(f"PRAGMA {said}")
    try:
        yield
    finally:
        sql.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()  # the next one has the settings of the house again


@contextmanager
def _never_back() -> Iterator[None]:
    """No savepoints: what is not taken ends the play, and to be able to go back to each step costs a tenth of it."""
    features: Any = connection.features
    features.uses_savepoints = False
    try:
        yield
    finally:
        del features.uses_savepoints  # the backend's own word again


@contextmanager
def _bar(county: County) -> Iterator[Progress]:
    """A bar on standard error."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    from bulou.demo.play import Progress

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True)) as bars:
        current: list[Any] = []

        def stretch(name: str, size: int) -> None:
            current[:] = [bars.add_task(f"{county.title} · {_STRETCHES[name]}", total=size)]

        yield Progress(stretch, lambda n: bars.advance(current[0], n))


def _print_accounts() -> None:
    """One line for each role's account: name to sign in with, role, name, place."""
    from bulou.core.places import queries as places
    from bulou.core.staff.models import Post
    from bulou.core.staff.roles import EVERYONE, Role

    held = {
        p.account.username: p
        for p in Post.objects.filter(account__username__in=EVERYONE).select_related("account")
    }
    names = places.described({post.place for post in held.values()}, below="0000")
    for role in Role:
        if role.value in held:
            post = held[role.value]
            print(role.value, role.title, post.account.name, names[post.place], sep="\t")


def register(commands: Any) -> None:
    """Enter `demo`."""
    one = commands.add_parser("demo", help=_("lay down a demonstration county, record by record"))
    one.add_argument("name", metavar="NAME", help=_("xixian, fuxian, shanwang, fugou or teng"))
    one.add_argument(
        "--as-of", type=asked.as_of, metavar="DATETIME",
        help=_("the moment up to which its days are told; a bare date: its end"),
    )  # fmt: skip
    one.add_argument(
        "--scale", type=int, default=1, metavar="N", help=_("so many times the households and grids")
    )
    one.set_defaults(run=_run, begins=True)
