"""Taking people in, many at once: found again or new, with a constant number of statements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from bulou.core.people import changes, keys, matching, merging, seal, told
from bulou.core.people.matching import Known
from bulou.core.people.models import Person, PersonKey
from bulou.core.people.told import Ready, Told
from bulou.lib import sql

COLUMNS = (
    "id", "name", "pinyin", "initials", "sex", "birth_date", "place", "household", "relation", "unit",
    "unit_post", "doc_kind", "doc_index", "phone_index", "phone2_index", "sealed", "merged_into", "version",
)  # fmt: skip
_DOC_INDEX = COLUMNS.index("doc_index")
# How often two who enrol the same new person at one moment may find each other in the way.
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What became of a row: the person to refer to (`id`), whether new, whom it was found to be.

    `differs` names what the row tells otherwise (see `matching.Match`); nothing known is overwritten.
    `key` is that of a new person, for whoever seals more about them at once.
    """

    id: UUID
    new: bool
    same_as: UUID | None = None
    differs: tuple[str, ...] = ()
    key: bytes = field(default=b"", repr=False)


@dataclass
class _Batch:
    """What one call will write: new persons, other ids of known ones, blanks that got filled."""

    book: matching.Book
    fresh: list[Known] = field(default_factory=list)
    stubs: list[tuple[Known, Known]] = field(default_factory=list)
    joined: list[tuple[UUID, UUID]] = field(default_factory=list)
    filled: dict[UUID, tuple[Known, dict[str, Any]]] = field(default_factory=dict)
    ready: dict[UUID, Ready] = field(default_factory=dict, repr=False)


# A merge that enrolling brought about: its id, who was kept, who turned out to be them, the place.
Join = tuple[UUID, UUID, UUID, str]


def take(
    rows: list[Told], account: int, may_fill: Callable[[str], bool]
) -> tuple[list[Enrolled], list[Join]]:
    """Store who is new; answer each row in order, with the merges that came of it. Must run in a transaction.

    `may_fill(place)`: whether blanks of somebody known who lives there may be filled in.
    """
    alone = not sql.is_postgres()  # nobody comes between there, and to be able to go back is dear
    for attempt in range(_TRIES):
        batch = _Batch(matching.Book(rows))
        answers = [_settle(row, batch, may_fill) for row in rows]
        try:
            with transaction.atomic(savepoint=not alone):
                return answers, _store(batch, account)
        except _TakenMeanwhileError:
            if alone or attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


class _TakenMeanwhileError(Exception):
    """Somebody else enrolled one of these at the same moment."""


def _settle(row: Told, batch: _Batch, may_fill: Callable[[str], bool]) -> Enrolled:
    known = batch.book.find(row)
    if known is None:
        ready = row.ready or told.ready(row.new.name, row.identifiers, row.new.id)
        known = matching.fresh(row, ready.id)
        batch.book.add(known, row)
        batch.fresh.append(known)
        batch.ready[known.id] = ready
        return Enrolled(known.id, True, key=ready.key)
    differs = matching.differences(row, known)
    other = batch.book.by_doc.get(row.doc_index) if row.doc_index else None
    if other is not None and other is not known:
        if known.doc_index or not may_fill(known.place):
            # The id is one person's and the document another's: for somebody to look at.
            return Enrolled(known.id, False, other.id, tuple(dict.fromkeys((*differs, "doc_number"))))
        _join(known, other, batch)
        known, differs = other, matching.differences(row, other)
    if row.new.id and row.new.id not in batch.book.by_id:
        stub = matching.fresh(row, row.new.id)
        stub.doc_index = None
        batch.stubs.append((stub, known))
        batch.ready[stub.id] = told.ready(stub.name, stub.identifiers, stub.id)
    if may_fill(known.place):
        _fill(row, known, batch)
    batch.book.add(known, row)
    return Enrolled(known.id, False, known.id, differs)


def _join(known: Known, other: Known, batch: _Batch) -> None:
    """Somebody known without a document turns out to be who holds this one."""
    batch.book.lead(known, other)
    batch.stubs = [(stub, other if kept is known else kept) for stub, kept in batch.stubs]
    if known.version:
        batch.joined.append((known.id, other.id))
    else:
        batch.fresh = [k for k in batch.fresh if k is not known]
        batch.stubs.append((known, other))


def _fill(row: Told, known: Known, batch: _Batch) -> None:
    """Enter what was blank until now. Nothing that is known is changed."""
    blank: dict[str, Any] = {}
    for name in matching.BLANKS:
        if getattr(row.new, name) and not getattr(known, name):
            blank[name] = getattr(row.new, name)
    if len(row.new.place) > len(known.place) and row.new.place.startswith(known.place):
        blank["place"] = row.new.place
    if row.doc_index and not known.doc_index:
        blank |= {"doc_index": row.doc_index, "doc_kind": row.new.doc_kind}
    if row.phone_index and not known.phone_index:
        blank["phone_index"] = row.phone_index
    if row.phone2_index and not known.phone2_index:
        blank["phone2_index"] = row.phone2_index
    fresh = {n: v for n, v in row.identifiers.items() if not known.identifiers.get(n)}
    if known.doc_index and known.doc_index != row.doc_index:
        fresh.pop("doc_number", None)
    if not blank and not fresh:
        return
    if known.version:
        before = batch.filled.setdefault(known.id, (known, {}))[1]
        for name in (*blank, *fresh):
            before.setdefault(name, getattr(known, name, None))
    for name, value in blank.items():
        setattr(known, name, value)
    known.identifiers |= fresh
    _seal_again(known, batch)


def _seal_again(known: Known, batch: _Batch) -> None:
    """What identifies somebody who is new has become more."""
    ready = batch.ready.get(known.id)
    if ready:
        sealed = seal.seal(ready.key, known.identifiers, known.id.bytes)
        batch.ready[known.id] = ready._replace(sealed=sealed)


def _store(batch: _Batch, account: int) -> list[Join]:
    uid, ready = keys.uids(), batch.ready
    rows = [_row(known, ready[known.id], None, uid) for known in batch.fresh]
    rows += [_row(stub, ready[stub.id], known.id, uid) for stub, known in batch.stubs]
    if rows:
        # In the same order for everybody, so that two who enrol the same people wait instead of deadlocking.
        rows.sort(key=lambda row: (row[_DOC_INDEX] or "", row[0]))
        try:
            keys.insert(Person, COLUMNS, rows)
        except IntegrityError as error:
            raise _TakenMeanwhileError from error
        keys.insert(
            PersonKey, ("person", "wrapped"), sorted((uid(id_), one.wrapped) for id_, one in ready.items())
        )
    made = merging.note([*((s.id, k.id) for s, k in batch.stubs), *batch.joined], account)
    for one, other in batch.joined:
        merging.lead([one], other)
    if batch.filled:
        _store_filled(batch.filled, account)
    if not batch.joined:
        return []
    places = {one.id: one.place for one in (*batch.book.by_id.values(), *batch.book.by_doc.values())}
    pairs = zip(made[len(batch.stubs) :], batch.joined, strict=True)
    return [(merge, kept, other, places.get(kept, "")) for merge, (other, kept) in pairs]


def _row(
    known: Known, ready: Ready, merged_into: UUID | None, uid: Callable[[UUID | None], Any]
) -> tuple[Any, ...]:
    """A new person's row, in the order of COLUMNS."""
    return (
        uid(known.id), known.name, ready.read.pinyin, ready.read.initials, known.sex,
        known.birth_date.isoformat() if known.birth_date else None, known.place, uid(known.household),
        known.relation, uid(known.unit), known.unit_post, known.doc_kind, known.doc_index, known.phone_index,
        known.phone2_index, ready.sealed, uid(merged_into), 1,
    )  # fmt: skip


def _store_filled(filled: dict[UUID, tuple[Known, dict[str, Any]]], account: int) -> None:
    held = keys.fetch(filled.keys())
    alive = {i: pair for i, pair in filled.items() if i in held}
    changes.note([changes.Before(k.id, k.version, was) for k, was in alive.values()], held, account)
    columns = (*matching.BLANKS, "place", "doc_kind", "doc_index", "phone_index", "phone2_index")
    changes.write(
        [
            (
                known,
                {name: getattr(known, name) for name in columns},
                seal.seal(held[i], known.identifiers, i.bytes),
            )
            for i, (known, _) in alive.items()
        ]
    )
