"""What the environment says, looked at before anything reads it: a slip there is a sentence, not a fault."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from errno import EACCES, EROFS
from zoneinfo import ZoneInfo

import dj_database_url
from django.utils.translation import gettext_lazy as _

from bulou.lib.refusals import Refusal, declare

declare(
    "env-home",
    _(
        "BULOU_HOME is no folder that bulou can keep its files in: %(text)s. Name another one, or change who may write."
    ),
)
declare(
    "env-home-read-only",
    _("The disk of BULOU_HOME can only be read: %(text)s. Make it writable, or name another folder."),
)
declare("env-zone", _("BULOU_TZ is no time zone: %(text)s. Write it like Asia/Shanghai."))
declare("env-now", _("BULOU_NOW is no date and time: %(text)s. Write it like 2020-02-12T18:00."))
declare("env-key", _("BULOU_KEY is no key: it has 64 hexadecimal digits. `openssl rand -hex 32` makes one."))
declare(
    "env-database",
    _("DATABASE_URL is no address of a database. Write it like postgres://user:password@host/name."),
)


def _home() -> Refusal | None:
    """Why the folder of bulou's files cannot be made or written to; None where it can.

    A temporary folder that is there already then stands in for it, so that settings can be loaded and the
    refusal told in the reader's language; nothing is written to it.
    """
    from bulou.lib import clock  # only now: it reads BULOU_TZ

    try:
        folder = clock.home()
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise OSError(EROFS if os.statvfs(folder).f_flag & os.ST_RDONLY else EACCES, "")
    except OSError as error:
        wanted = os.environ.get("BULOU_HOME") or "var"
        os.environ["BULOU_HOME"] = tempfile.gettempdir()
        return Refusal("env-home-read-only" if error.errno == EROFS else "env-home", text=wanted[:80])
    return None


def _zone(text: str) -> None:
    ZoneInfo(text)


def _now(text: str) -> None:
    from bulou.lib import clock  # only now: it reads BULOU_TZ

    clock.parse(text)


def _key(text: str) -> None:
    from bulou.lib import secret

    secret.read(text)


def _database(text: str) -> None:
    if not dj_database_url.parse(text).get("ENGINE"):
        raise ValueError(text)


_CHECKS: tuple[tuple[str, str, Callable[[str], None]], ...] = (
    ("BULOU_TZ", "env-zone", _zone),
    ("BULOU_NOW", "env-now", _now),
    ("BULOU_KEY", "env-key", _key),
    ("DATABASE_URL", "env-database", _database),
)


def slip() -> Refusal | None:
    """The first variable that is not what it should be; None when all are.

    Those that are not are taken out of the environment, so that the house can still say so in words.
    """
    found: Refusal | None = None
    for name, code, check in _CHECKS:
        text = os.environ.get(name)
        if not text:
            continue
        try:
            check(text)
        except (ValueError, KeyError, OSError, OverflowError):
            del os.environ[name]
            # A key is told nowhere, not even a wrong one; an address may hold a password.
            words = {} if name in ("BULOU_KEY", "DATABASE_URL") else {"text": text[:40]}
            found = found or Refusal(code, **words)
    return _home() or found
