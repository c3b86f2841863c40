"""A batch as it came. What one record in it says and nobody keeps costs that record alone.

Nobody keeps half a character, a number without end, what is no number, and what is nested too deep to be written again.
"""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

# Deeper than any kind of record is told, and a good deal less than what can still be read and written.
_DEEPEST = 100
# Stands for what could not even be read: more than is kept, so it is taken out like the rest.
_UNKEPT = 10**40
_DIGITS = len(str(_UNKEPT))
_MARKS = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)


def read(body: bytes) -> Any:
    """What a body says. Raises ValueError, TypeError or KeyError when it is no batch."""
    try:
        return orjson.loads(body)
    except ValueError:
        said = json.loads(_shallow(body), parse_constant=lambda _word: _UNKEPT, parse_int=_number)
    if isinstance(said["records"], list):
        said["records"] = [_cleaned(one) for one in said["records"]]
    return said


def apart(handed: list[Any]) -> list[Any]:
    """The records, without what nobody keeps: a record that lacks it is refused by its own shape."""
    return handed if _keeps(handed) else [_cleaned(one) for one in handed]


def _cleaned(record: Any) -> Any:
    if not isinstance(record, dict):
        return record if _keeps(record) else None
    return {key: told if _keeps(told) else None for key, told in record.items() if _keeps(key)}


def _keeps(told: Any) -> bool:
    """Whether it can be written again, also as a part of a record in a batch."""
    try:
        return orjson.dumps([[told]]) is not None
    except TypeError:
        return False


def _number(digits: str) -> int:
    """Python turns no endless row of digits into a number."""
    return int(digits[: _DIGITS + 1])


def _shallow(body: bytes) -> bytes:
    """The body, with a number that nobody keeps in the place of what is nested too deep."""
    depth, pieces, kept = 0, [], 0
    for mark in _MARKS.finditer(body):
        if mark[0] in b"[{":
            depth += 1
            if depth == _DEEPEST:
                pieces.append(body[kept : mark.start()])
        elif mark[0] in b"]}":
            if depth == _DEEPEST:
                pieces.append(str(_UNKEPT).encode())
                kept = mark.end()
            depth -= 1
    return body if depth or not pieces else b"".join([*pieces, body[kept:]])
