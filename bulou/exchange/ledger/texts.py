"""Text files as spreadsheets save them: encoding, delimiter, quotes. A row is a logical record."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from typing import TYPE_CHECKING

from bulou.lib.refusals import Refusal

from . import refused

if TYPE_CHECKING:
    from .files import Cell

_DELIMITERS = ",\t;|，"
_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"{\\rtf")
_MARKUP = re.compile(r"\s*<[!?/A-Za-z][^<>]*>")  # a web page; a cell may begin with < too
_CONTROL = bytes(range(9)) + bytes(range(14, 27))
csv.field_size_limit(1 << 20)


def read_text(data: bytes, most: int) -> list[list[Cell]]:
    """The records of a text file, every cell as text. Raises Refusal when it is no text table, or one of
    more than `most` cells."""
    text = _decode(data)
    if _MARKUP.match(text):
        raise Refusal(refused.FILE_TYPE_MISMATCH)
    if not text.strip():
        raise Refusal(refused.FILE_EMPTY)
    delimiter = _delimiter(text)
    if text.count(delimiter) + text.count("\n") > most:
        raise Refusal(refused.FILE_TOO_LARGE)
    try:
        return _records(text, delimiter)
    except csv.Error as error:
        raise Refusal(refused.FILE_UNREADABLE) from error


def _decode(data: bytes) -> str:
    if data.startswith(codecs.BOM_UTF8):
        encodings = ["utf-8-sig"]
    elif data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        if data.startswith(_BINARY) or data[:65536].translate(None, _CONTROL) != data[:65536]:
            raise Refusal(refused.FILE_TYPE_MISMATCH)
        # GB18030, not GBK: the rare characters of names have four bytes there.
        encodings = ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refusal(refused.FILE_UNREADABLE)


def _delimiter(text: str) -> str:
    """The sign that splits most of the first lines into the same number of cells."""
    lines = [line for line in text[:65536].splitlines()[:40] if line.strip()]
    best, best_score = ",", 0.0
    for sign in _DELIMITERS:
        counts = Counter(_outside_quotes(line).count(sign) for line in lines)
        counts.pop(0, None)
        if counts:
            cells, times = counts.most_common(1)[0]
            score = times + min(cells, 20) / 100
            if score > best_score:
                best, best_score = sign, score
    return best


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def _records(text: str, delimiter: str) -> list[list[Cell]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))  # type: ignore[arg-type]
    except csv.Error as error:
        if "unexpected end" in str(error):
            # A quote that is never closed would swallow every row behind it.
            lines = io.StringIO(text, newline=None)
            return list(csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE))  # type: ignore[arg-type]
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))  # type: ignore[arg-type]
