"""`bulou init` and `bulou token`."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from bulou.lib import sqlite
from bulou.lib.refusals import Refusal
from bulou.lib.terminal import say


def register(subparsers: Any) -> None:
    """Adds `init` and `token USER` to the command line."""
    init = subparsers.add_parser(
        "init",
        help=_("the first administrator and the county, for real use"),
        description=_(
            "Makes the first administrator and takes the county in. Asks for what is not given; the "
            "password is read from the terminal, or from standard input when that is no terminal."
        ),
    )
    init.add_argument("--county", default="", metavar="CODE", help=_("the county's six-digit code"))
    init.add_argument("--username", default="", help=_("name to sign in with"))
    init.add_argument("--name", default="", help=_("the administrator's own name"))
    init.set_defaults(run=run_init, begins=True)
    token = subparsers.add_parser(
        "token", help=_("a bearer token for the API"), description=_("Prints a new bearer token.")
    )
    token.add_argument("user", metavar="USER", help=_("name to sign in with"))
    token.add_argument("--role", default="", help=_("act in the post of this role, when USER holds several"))
    token.set_defaults(run=run_token)


def run_init(args: argparse.Namespace) -> int:
    """Exit code: 0 done, 2 could not run."""
    from django.core.management import call_command

    from bulou.core.staff import actions, opening, queries
    from bulou.core.staff.models import Account

    if _says(queries.has_administrator):
        raise Refusal("first-done")
    county = args.county or _ask(_("County (six-digit code)"))
    if not county:
        raise Refusal("first-county-missing")
    # Before anything else is asked: nobody thinks of a password for a house that cannot be.
    if not (opening.is_listed(county) or _says(lambda: opening.is_here(county))):
        raise Refusal("first-county", code=county)
    username = args.username or _ask(_("Name to sign in with"))
    name = args.name or _ask(_("Your name"))
    password = _password()
    # Before anything is written: an answer that is missing leaves no half-made house behind.
    actions.check_strength(password, Account(username=username, name=name))
    call_command("migrate", interactive=False, verbosity=0)
    account = opening.first(county, username, name, password)
    say(_("%(name)s can sign in as %(username)s now; the second factor is set up there.")
        % {"name": account.name, "username": account.username})  # fmt: skip
    return 0


def _says(question: Callable[[], bool]) -> bool:
    """What the database answers; a house without one says no, and stays without."""
    from django.db import DatabaseError

    sqlite.may_begin = False
    try:
        return question()
    except DatabaseError:  # its tables are not there yet, or not as they are now
        return False
    finally:
        sqlite.may_begin = True


def _ask(words: str) -> str:
    sys.stderr.write(f"{words}: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    while True:
        once = getpass.getpass(_("Password") + ": ")
        if once == getpass.getpass(_("Password again") + ": "):
            return once
        say(_("The two passwords differ. Type the same one twice."))


def run_token(args: argparse.Namespace) -> int:
    """Prints the token on standard output. Exit code: 0 done, 2 could not run."""
    from bulou.core.staff import access, queries
    from bulou.core.staff.actor import SYSTEM
    from bulou.core.staff.models import Account

    account = Account.objects.filter(username=args.user.lower(), is_active=True).first()
    if account is None:
        raise Refusal("staff-unknown")
    posts = queries.current_posts(account.pk)
    post = (posts.filter(role=args.role) if args.role else posts).first()
    if post is None:
        raise Refusal("token-post")
    print(access.make_token(account, SYSTEM, post))
    return 0
