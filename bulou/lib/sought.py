"""What somebody searches for, as it stands in an address: a name as it is, a number that names somebody sealed.

Addresses stay behind in a browser's history and in the logs of whatever stands between. A sealed text opens
only in the sign-in in which it was sealed.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.http import QueryDict

from bulou.lib import secret

WORD = "q"  # what a search is called in an address
_MARK = "~"  # no name begins so
_NONCE, _DOOR = 12, 16
# With so many digits a text is no house number: it may be the beginning of a document or of a telephone.
_DIGITS = 6


class Ended(Exception):  # noqa: N818 - the sign-in has ended, the program goes on
    """It was sealed in another sign-in."""


def names_somebody(text: str) -> bool:
    """Whether a text may be a number of somebody's, however its digits are written or set apart."""
    return sum(sign.isdigit() for sign in text) >= _DIGITS


def seal(text: str, session: str) -> str:
    """A text for an address; `session` is the key of the sign-in."""
    nonce = os.urandom(_NONCE)
    raw = AESGCM(secret.key("search")).encrypt(nonce, _door(session) + text.encode(), None)
    return _MARK + urlsafe_b64encode(nonce + raw).decode().rstrip("=")


def unseal(text: str, session: str) -> str:
    """The text that was sealed; what is not sealed, as it is.

    Raises ValueError for what the house has not sealed so, Ended when that was in another sign-in.
    """
    if not text.startswith(_MARK):
        return text
    body = text.removeprefix(_MARK)
    raw = urlsafe_b64decode(body + "=" * (-len(body) % 4))
    try:
        opened = AESGCM(secret.key("search")).decrypt(raw[:_NONCE], raw[_NONCE:], None)
    except InvalidTag:
        raise ValueError("nothing sealed") from None
    if opened[:_DOOR] != _door(session):
        raise Ended
    return opened[_DOOR:].decode()


def _door(session: str) -> bytes:
    return sha256(session.encode()).digest()[:_DOOR]


class Words(QueryDict):
    """The words of an address with a sealed search: read by its name it is open, handed on it stays sealed."""

    opened = ""

    @classmethod
    def of(cls, words: QueryDict, opened: str) -> Any:  # Django's stubs know no class of one's own for it
        made: Any = cls(words.urlencode())
        made.opened = opened
        return made

    def __getitem__(self, key: str) -> Any:
        return self.opened if key == WORD else super().__getitem__(key)

    def items(self) -> Iterable[tuple[str, Any]]:  # type: ignore[override]  # as QueryDict has it
        return ((key, super(Words, self).__getitem__(key)) for key in self)

    def copy(self) -> QueryDict:  # type: ignore[override]  # a copy is sealed
        return QueryDict(self.urlencode(), mutable=True)
