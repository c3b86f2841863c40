"""A file sealed in pieces: written and read as a stream, and whole or not at all.

Layout: the magic, 32 bytes of salt, 16 bytes that only the right key can have made, then pieces of at
most 1 MiB, each as 4 bytes of length and its AES-256-GCM ciphertext. The key is derived from the caller's
key and the salt, so each file has its own; a piece's nonce is its number and whether it is the last. So a
piece that was changed, moved, dropped, doubled or taken from another file is found, and so is a file that
was cut anywhere.
"""

from __future__ import annotations

import io
import os
from typing import IO, TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

if TYPE_CHECKING:
    from typing_extensions import Buffer

_MAGIC = b"bulou-sealed-2\n"
_SALT = 32
_PIECE = 1 << 20
_TAG = 16
_PROOF = b"\xff" * 12  # the nonce of the proof: no piece has so high a number


class Broken(Exception):  # noqa: N818 - what is broken is the file, not the program
    """The file cannot be read; `why` is one of `foreign` (not ours), `key` (another key, or its
    first 63 bytes were changed), `cut` (it ends too early), `changed` (a piece does not open)."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=_MAGIC).derive(key))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


class Writer(io.RawIOBase):
    """Bytes written here go sealed into `file`; nothing is readable until `close()` seals the end."""

    def __init__(self, file: IO[bytes], key: bytes) -> None:
        self._file = file
        salt = os.urandom(_SALT)
        self._cipher = _cipher(key, salt)
        self._rest = bytearray()
        self._number = 0
        file.write(_MAGIC + salt + self._cipher.encrypt(_PROOF, b"", None))

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer) -> int:
        self._rest += data
        # One byte more than a piece: only then is it known that this piece is not the last.
        while len(self._rest) > _PIECE:
            self._put(bytes(self._rest[:_PIECE]), last=False)
            del self._rest[:_PIECE]
        return memoryview(data).nbytes

    def _put(self, piece: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, last), piece, None)
        self._file.write(len(sealed).to_bytes(4, "big") + sealed)
        self._number += 1

    def close(self) -> None:
        if not self.closed:
            self._put(bytes(self._rest), last=True)
            self._file.flush()
        super().close()


class Reader(io.RawIOBase):
    """The bytes of a sealed file. Raises Broken as soon as something is wrong, at the latest at the end."""

    def __init__(self, file: IO[bytes], key: bytes) -> None:
        self._file = file
        if file.read(len(_MAGIC)) != _MAGIC:
            raise Broken("foreign")
        salt = file.read(_SALT)
        if len(salt) < _SALT:
            raise Broken("cut")
        self._cipher = _cipher(key, salt)
        proof = file.read(_TAG)
        if len(proof) < _TAG:
            raise Broken("cut")
        try:
            self._cipher.decrypt(_PROOF, proof, None)
        except InvalidTag:
            raise Broken("key") from None
        self._piece = memoryview(b"")
        self._number = 0
        self._done = False

    def readable(self) -> bool:
        return True

    def _open(self, sealed: bytes) -> bytes:
        for last in (False, True):
            try:
                piece = self._cipher.decrypt(_nonce(self._number, last), sealed, None)
            except InvalidTag:
                continue
            self._done = last
            return piece
        raise Broken("changed")

    def _next(self) -> None:
        head = self._file.read(4)
        size = int.from_bytes(head, "big")
        if len(head) < 4:
            raise Broken("cut")
        if not _TAG <= size <= _PIECE + _TAG:
            raise Broken("changed")
        sealed = self._file.read(size)
        if len(sealed) < size:
            raise Broken("cut")
        self._piece = memoryview(self._open(sealed))
        self._number += 1
        if self._done and self._file.read(1):
            raise Broken("changed")

    def readinto(self, buffer: Buffer) -> int:
        while not self._piece and not self._done:
            self._next()
        target = memoryview(buffer)
        count = min(len(target), len(self._piece))
        target[:count] = self._piece[:count]
        self._piece = self._piece[count:]
        return count
