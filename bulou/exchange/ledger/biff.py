"""Cells of an old workbook (.xls) that show an error: the reader gives them as empty ones.

Its one stream is a row of records, each with a kind and a length (MS-XLS 2.1.4); sheets begin where a list says.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

_EOF, _BOF, _SHEET, _FORMULA, _BOOL_OR_ERROR = 0x0A, 0x809, 0x85, 0x06, 0x205
_WORKSHEET, _NO_NUMBER, _IS_ERROR = 0, 0xFF, 2  # kinds of a sheet, and of what a formula came to
_ERRORS: Final = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
# What every cell with an error looks like, and now and then something else: only then it is worth to go through all.
_LIKE: Final = re.compile(
    rb"\x05\x02\x08\x00.{7}\x01|\x06\x00.{8}\x02.[\x00\x07\x0f\x17\x1d\x24\x2a].{3}\xff\xff", re.DOTALL
)
_BROKEN = (OSError, struct.error, ValueError, IndexError, KeyError, RecursionError)


def errors(path: Path) -> list[list[tuple[int, int, str]]]:
    """(row, column, error) of each sheet's cells that show one, from 0; empty where there are none.

    Also where the file is too odd to be gone through: then its errors are not known.
    """
    from olefile import OleFileIO  # here: few files are so old

    try:
        with OleFileIO(path) as file:
            name = next((one for one in ("Workbook", "Book") if file.exists(one)), "")
            if not name:
                return []
            stream = file.openstream(name).getbuffer()
        if not _LIKE.search(stream):
            return []
        starts = _starts(stream)
        ends = dict(pairwise([*sorted(set(starts)), len(stream)]))
        if len(ends) < len(starts):  # sheets that are one: each would be gone through anew
            return []
        return [list(_of_sheet(stream[: ends[start]], start)) for start in starts]
    except _BROKEN:
        return []


def _records(stream: memoryview, at: int) -> Iterator[tuple[int, memoryview]]:
    """(kind, what it holds) from a beginning to its end; what is nested (a chart) is left out."""
    deep = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        deep += (kind == _BOF) - (kind == _EOF)
        if deep == 0:
            return
        if deep == 1:
            yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _starts(stream: memoryview) -> list[int]:
    return [
        struct.unpack_from("<I", held)[0]
        for kind, held in _records(stream, 0)
        if kind == _SHEET and held[5] == _WORKSHEET
    ]


def _of_sheet(stream: memoryview, start: int) -> Iterator[tuple[int, int, str]]:
    for kind, held in _records(stream, start):
        code = None
        if kind == _BOOL_OR_ERROR and held[7] == 1:
            code = held[6]
        elif kind == _FORMULA and held[6] == _IS_ERROR and held[12] == held[13] == _NO_NUMBER:
            code = held[8]
        if code is not None and (error := _ERRORS.get(code)):
            row, column = struct.unpack_from("<HH", held)
            yield row, column, error
