"""What changed of a post since a phone last asked, told by the version that it names: nothing sent is kept here.

A post is cut into pieces: each of its parts, and its long lists into `PIECES` by the ids of their rows. The version is
a digest of each piece, one after the other; pieces whose digest is another go over the line, the others do not.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Iterator
from typing import Any

import orjson

# The lists that are cut, and where in a row the id stands by whose last digits it goes into its piece.
LISTS = {"tasks": 2, "people": 0, "households": 0}
# More make a difference smaller and the version longer, which goes over the line each time: 0.6 KB with these.
PIECES = 32
_BYTES = 5

Post = dict[str, Any]
Marks = dict[tuple[str, int], bytes]


def piece(part: str, row: list[Any]) -> int:
    """Into which piece of its list a row goes. The id is 32 hexadecimal digits."""
    return int(row[LISTS[part]][-2:], 16) % PIECES


def pieces(post: Post) -> Iterator[tuple[tuple[str, int], Any]]:
    """All of a post in a fixed order: ((part, number of the piece), what is in it)."""
    for part, what in sorted(post.items()):
        if part not in LISTS:
            yield (part, 0), what
            continue
        cut: list[list[Any]] = [[] for _ in range(PIECES)]
        for row in what:
            cut[piece(part, row)].append(row)
        yield from (((part, n), rows) for n, rows in enumerate(cut))


def marks(post: Post) -> Marks:
    return {key: _digest(orjson.dumps(what)) for key, what in pieces(post)}


def version(found: Marks) -> str:
    """Changes whenever what a phone should hold changes; phones hand it back as it is, and read nothing in it."""
    return urlsafe_b64encode(_shape(found) + b"".join(found.values())).decode().rstrip("=")


def since(held: str, post: Post, found: Marks) -> dict[str, Any] | None:
    """What changed since a version: {"changes": {part: all of it, or of a list {number of the piece: its rows}}},
    with how lists are cut. None where the version is none of ours, or of a post that was cut otherwise.
    """
    try:
        raw = urlsafe_b64decode(held + "=" * (-len(held) % 4))
    except (Error, ValueError):
        return None
    shape, known = raw[:_BYTES], raw[_BYTES:]
    if shape != _shape(found) or len(known) != _BYTES * len(found):
        return None
    before = {key: known[n * _BYTES : (n + 1) * _BYTES] for n, key in enumerate(found)}
    said: dict[str, Any] = {}
    for key, what in pieces(post):
        part, number = key
        if before[key] == found[key]:
            continue
        if part in LISTS:
            said.setdefault(part, {})[str(number)] = what
        else:
            said[part] = what
    return {"changes": said, "cut": LISTS, "pieces": PIECES}


def _digest(text: bytes) -> bytes:
    return hashlib.blake2b(text, digest_size=_BYTES).digest()


def _shape(found: Marks) -> bytes:
    """Two versions can be compared when their posts were cut alike."""
    return _digest(orjson.dumps([[part, number] for part, number in found]))
