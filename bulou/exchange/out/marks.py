"""How a file says which export it is: a number that everybody sees, and the same number where nobody looks.

The number is keyed: without the house's key nobody can make one that is some export's. It stands in every
row, in the notice and the page footer, as signs without width in the notice, and in an Excel file's
properties. What it withstands, and what not, is in docs/exports.md.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import zipfile
from pathlib import Path
from uuid import UUID

from bulou.exchange.ledger.files import DAMAGED
from bulou.lib import secret

# Letters and digits that cannot be taken for one another.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SIZE = 8
PROPERTY = "bulou"
# Two bits each: signs that take no room and break no word.
_SIGNS = "\u200b\u200c\u200d\u2060"
_HIDDEN = re.compile(f"[{_SIGNS}]{{{_SIZE * 5 // 2}}}")
_SHOWN = re.compile(rf"(?<![0-9A-Za-z-])([{_LETTERS}]{{4}}-[{_LETTERS}]{{4}})(?![0-9A-Za-z-])")
_MOST = 256 << 20  # bytes of a file that are looked through


def number(export: UUID) -> str:
    """The number of an export: `7K3M-9QXA`."""
    bits = int.from_bytes(
        hmac.new(secret.key("export-mark"), export.bytes, hashlib.sha256).digest()[:5], "big"
    )
    text = "".join(_LETTERS[bits >> 5 * at & 31] for at in range(_SIZE))
    return f"{text[:4]}-{text[4:]}"


def hidden(shown: str) -> str:
    """The same number as signs without width."""
    bits = 0
    for letter in shown.replace("-", ""):
        bits = bits << 5 | _LETTERS.index(letter)
    return "".join(_SIGNS[bits >> 2 * at & 3] for at in range(_SIZE * 5 // 2))


def revealed(signs: str) -> str:
    """The number that signs without width say."""
    bits = sum(_SIGNS.index(sign) << 2 * at for at, sign in enumerate(signs))
    text = "".join(_LETTERS[bits >> 5 * at & 31] for at in reversed(range(_SIZE)))
    return f"{text[:4]}-{text[4:]}"


def numbers_in(path: Path) -> set[str]:
    """Every number that a file shows or hides; most files have none. Any kind of file may be asked."""
    found: set[str] = set()
    for text in _texts(path):
        found |= {revealed(signs) for signs in _HIDDEN.findall(text)} | set(_SHOWN.findall(text))
    return found


def _texts(path: Path) -> list[str]:
    raw = path.read_bytes()[:_MOST]
    if raw[:2] != b"PK":
        return [raw.decode("utf-8", "replace"), raw.decode("gb18030", "replace")]
    try:
        with zipfile.ZipFile(path) as packed:
            parts = [info for info in packed.infolist() if info.filename.lower().endswith((".xml", ".rels"))]
            if sum(info.file_size for info in parts) > _MOST:
                return []
            return [packed.read(info).decode("utf-8", "replace") for info in parts]
    except DAMAGED:
        return []
