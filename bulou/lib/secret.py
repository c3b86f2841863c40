"""Keys that live outside the database: from the environment, else a key file in BULOU_HOME.

BULOU_KEY (64 hexadecimal digits) is the master key. Without it a development key is made when one
is first needed, kept in BULOU_HOME/master.key (mode 600), and that is said on standard error. Each
use takes its own key, derived from the master, so that none can stand in for another.
"""

from __future__ import annotations

import os
import secrets
import sys
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils.translation import gettext_lazy as _

from bulou.lib import clock
from bulou.lib.refusals import Refusal, declare

declare("key-file", _("The file %(file)s holds no key. Put the one back that was there, or set BULOU_KEY."))
_BYTES = 32


def read(text: str) -> bytes:
    """A master key from its 64 hexadecimal digits. Raises ValueError for anything else."""
    found = bytes.fromhex(text.strip())
    if len(found) != _BYTES:
        raise ValueError("a key has 64 hexadecimal digits")
    return found


@cache
def _master() -> bytes:
    given = os.environ.get("BULOU_KEY")
    if given:
        return read(given)
    path = clock.home() / "master.key"
    if not path.exists():
        _make(path)
    try:
        return read(path.read_text())
    except ValueError:
        raise Refusal("key-file", file=path) from None


def _make(path: Path) -> None:
    """Make a key file, unless somebody else just does. It appears whole: another may read it at any moment."""
    with NamedTemporaryFile("w", dir=path.parent, prefix="master.") as file:  # mode 600
        file.write(secrets.token_bytes(_BYTES).hex())
        file.flush()
        os.fsync(file.fileno())
        try:
            os.link(file.name, path)
        except FileExistsError:
            return
    print(f"bulou: made a development key in {path.name}; set BULOU_KEY for real use", file=sys.stderr)


@cache
def key(use: str) -> bytes:
    """The 32-byte key for one use (`web`, `people`, `index`, `backup`, …)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"bulou/{use}".encode()).derive(_master())
