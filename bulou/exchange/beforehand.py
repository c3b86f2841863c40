"""What can be worked out of a line before anybody knows whether its person is here. No database.

The process that reads a file does it while it is ahead (`ledger.ahead`), so that neither waits for the other.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from bulou.core.people import names, seal
from bulou.core.people.persons import RESIDENT_ID, NewPerson
from bulou.core.people.told import Ready, Told, ready, told
from bulou.exchange.ledger import codes as code_book
from bulou.lib import ids

if TYPE_CHECKING:
    from uuid import UUID

    from bulou.exchange.ledger.reading import Row

_PLAIN_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_TEXTS = frozenset({str, dt.date})  # cells of which the text is what JSON makes of them
_EMPTY = ["ROW_BLANK"]
_DOC_KINDS = (
    ("护照", "passport"), ("港澳", "hk-macau-permit"), ("回乡证", "hk-macau-permit"), ("台", "taiwan-permit"),
    ("永久居留", "foreign-residence"), ("军", "military-id"), ("士兵", "military-id"),
)  # fmt: skip


class Beforehand(NamedTuple):
    """Of a line that is in order: its person's indexes, what is stored of them should they be new (as in
    `told.Ready`), and the line sealed under that key. All plain values, for the way between two processes."""

    doc_index: str | None
    phone_index: str | None
    id: str
    pinyin: str
    initials: str
    key: bytes
    wrapped: bytes
    identifiers: bytes
    line: bytes

    def told(self, new: NewPerson) -> Told:
        """The person of the line, whose place is known by now."""
        read = names.Reading(self.pinyin, self.initials)
        stored = Ready(ids.stored(self.id), read, self.key, self.wrapped, self.identifiers)
        return Told(new, self.doc_index, self.phone_index, None, stored)


def prepare(rows: Iterable[Row], at: int, run: UUID) -> None:
    """Work it out for those of the rows that are in order; `at`: where in its file the first one stands."""
    for n, row in enumerate(rows, at):
        if row.verdict == code_book.ACCEPTED and is_plain(new := person(row, "")):
            row.beforehand = _of(row, new, n, run)


def _of(row: Row, new: NewPerson, at: int, run: UUID) -> Beforehand:
    one = told(new)
    id_, read, key, wrapped, sealed = ready(new.name, one.identifiers)
    return Beforehand(
        one.doc_index, one.phone_index, id_.hex, read.pinyin, read.initials, key, wrapped, sealed,
        line(key, run, at, row, row.words or {}),
    )  # fmt: skip


def person(row: Row, place: str) -> NewPerson:
    """The person that a line tells, as the line has it."""
    values = row.values
    birth, number = values.get("birth_date"), values.get("id_number", "")
    return NewPerson(
        name=values.get("name", ""), place=place, sex=values.get("sex", ""),
        birth_date=dt.date.fromisoformat(birth) if birth else None,
        doc_kind=RESIDENT_ID if number else _doc_kind(values.get("doc_kind", "")),
        doc_number=number or values.get("doc_number", ""),
        phone=values.get("phone", ""), phone2=values.get("phone2", ""), address=values.get("address", ""),
    )  # fmt: skip


def _doc_kind(text: str) -> str:
    return next((kind for word, kind in _DOC_KINDS if word in text), "other")


def is_plain(new: NewPerson) -> bool:
    """Whether the reading has settled everything already: nearly all lines, and validating is dear.

    A resident number that stands among the values is sound, and sex and birth beside it are its own.
    """
    return (
        new.doc_kind == RESIDENT_ID and new.birth_date is not None and bool(new.sex) and not new.phone2
        and _PLAIN_NAME.fullmatch(new.name) is not None and new.address == new.address.strip()
        and (not new.phone or _MOBILE.fullmatch(new.phone) is not None)
    )  # fmt: skip


def line(key: bytes, run: UUID, at: int, row: Row, words: dict[str, Any]) -> bytes:
    """A line sealed: what was handed in and understood; days and times among the cells become ISO texts.

    What was understood as it stands is said by its cell alone (`as`, see `unsealed`): a third less to write.
    """
    if row.codes == _EMPTY and not words and not any(cell != "" for cell in row.raw):
        return b""  # as `seal.open_` has it: nothing sealed is nothing
    cells = {str(cell): n for n, cell in enumerate(row.raw) if type(cell) in _TEXTS}
    alike = {name: cells[text] for name, text in row.values.items() if type(text) is str and text in cells}
    said = {
        "raw": row.raw,
        "as": alike,
        "values": {name: value for name, value in row.values.items() if name not in alike},
        "readings": row.readings,
        "words": words,
        "day": row.day,
        "relation": row.relation,
        "unit": row.unit,
        "also": row.also,
    }
    said = {name: value for name, value in said.items() if value}
    bound = bound_to(run, at)
    try:
        return seal.seal(key, said, bound)
    except TypeError:  # a length of time is nothing that JSON knows
        plain = [str(cell) if isinstance(cell, dt.timedelta) else cell for cell in row.raw]
        return seal.seal(key, said | {"raw": plain}, bound)


def unsealed(key: bytes, cipher: bytes | memoryview, bound: bytes) -> dict[str, Any]:
    """What `line` sealed: raw, values, readings, words, day. Raises seal.Unreadable."""
    said = seal.open_(key, cipher, bound)
    if alike := said.pop("as", None):
        raw = said["raw"]
        said["values"] = {name: raw[n] for name, n in alike.items()} | said.get("values", {})
    return said


def bound_to(run: UUID, at: int) -> bytes:
    """What a sealed line is bound to: it opens nowhere else."""
    return run.bytes + at.to_bytes(4, "big")
