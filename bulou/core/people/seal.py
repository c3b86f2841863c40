"""Sealing: what identifies is kept as AES-GCM under a key of its own, and found by a keyed index.

Pure: keys and values in, bytes out; the database is `keys.py`'s. A sealed value is a nonce of 12 bytes,
then cipher text and tag; it is bound to its owner, so that it opens nowhere else.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bulou.lib import secret

if TYPE_CHECKING:
    from uuid import UUID

NONCE = 12
# What stands in Person.sealed, each only when it is known.
IDENTIFIERS = ("doc_number", "phone", "phone2", "address")


class Unreadable(Exception):  # noqa: N818 - what is unreadable is the value
    """The key is gone, or these bytes were not sealed for this owner."""


@cache
def _index_pads() -> tuple[hashlib._Hash, hashlib._Hash]:
    """HMAC-SHA-256 (RFC 2104) with its key laid already: that is half of its price, `hmac` a third of the rest."""
    key = secret.key("index").ljust(64, b"\0")
    inner, outer = (hashlib.sha256(bytes(byte ^ pad for byte in key)) for pad in (0x36, 0x5C))
    return inner, outer


@cache
def _wrapper() -> AESGCM:
    return AESGCM(secret.key("people"))


# What is sealed one after another is mostly one person's, and to lay a key is half of the price.
@lru_cache(maxsize=1)
def _box(key: bytes) -> AESGCM:
    return AESGCM(key)


def index(kind: str, value: str) -> str:
    """The blind index of an identifier: 32 hexadecimal digits, the same for the same kind and value.

    `kind`: "phone" or the kind of a document; `value`: in its normal form (`persons.document`, `phone`).
    """
    within, around = _index_pads()
    inner, outer = within.copy(), around.copy()
    inner.update(f"{kind}\0{value}".encode())
    outer.update(inner.digest())
    return outer.digest()[:16].hex()


def new_key() -> bytes:
    return os.urandom(32)


def wrap(key: bytes, owner: UUID) -> bytes:
    """A holder's key, as it may be kept: under the house's key and bound to the holder."""
    nonce = os.urandom(NONCE)
    return nonce + _wrapper().encrypt(nonce, key, owner.bytes)


def unwrap(wrapped: bytes, owner: UUID) -> bytes:
    """The holder's key. Raises Unreadable."""
    return _decrypt(_wrapper(), bytes(wrapped), owner.bytes)


def seal(key: bytes, values: dict[str, Any], owner: bytes) -> bytes:
    """Values (JSON) under a key, bound to `owner` (any bytes that name whose they are)."""
    nonce = os.urandom(NONCE)
    return nonce + _box(key).encrypt(nonce, orjson.dumps(values), owner)


def open_(key: bytes, cipher: bytes | memoryview, owner: bytes) -> dict[str, Any]:
    """The values again; nothing sealed is nothing. Raises Unreadable."""
    if not cipher:
        return {}
    values: dict[str, Any] = orjson.loads(_decrypt(_box(key), bytes(cipher), owner))
    return values


def _decrypt(box: AESGCM, cipher: bytes, owner: bytes) -> bytes:
    try:
        return box.decrypt(cipher[:NONCE], cipher[NONCE:], owner)
    except (InvalidTag, ValueError) as error:
        raise Unreadable from error
