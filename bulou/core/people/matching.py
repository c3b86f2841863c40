"""Who is known already: found by a document or by our own id, never by a name alone."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from bulou.core.people import keys, names, seal
from bulou.core.people.models import Person
from bulou.core.people.told import Told, told
from bulou.lib import sql

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from bulou.core.people.persons import NewPerson

# What a row may say anew of somebody of whom it was not known.
BLANKS = ("sex", "birth_date", "household", "relation", "unit", "unit_post")
COLUMNS = ("name", *BLANKS, "place", "doc_kind", "doc_index", "phone_index", "phone2_index")


@dataclass(slots=True)
class Known:
    """A person as stored, or as about to be; `filled`: columns that were blank before."""

    id: UUID
    name: str
    sex: str
    birth_date: date | None
    household: UUID | None
    relation: str
    unit: UUID | None
    unit_post: str
    place: str
    doc_kind: str
    doc_index: str | None
    phone_index: str | None
    phone2_index: str | None
    identifiers: dict[str, str]
    version: int = 0  # 0: not stored yet
    filled: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Match:
    """What is known of somebody who is told of.

    `known`: the person stored with this document or id; `row`: the earlier row of the batch with the same
    document or id; `differs`: what is told otherwise (name, sex, birth_date, doc_number, phone, place);
    `alike`: persons stored, and `alike_rows`: earlier rows, with the same name and phone, or the same name
    and birth, and not the same document: for somebody to look at, never merged by itself.
    """

    known: UUID | None = None
    row: int | None = None
    differs: tuple[str, ...] = ()
    alike: tuple[UUID, ...] = ()
    alike_rows: tuple[int, ...] = ()


class Book:
    """The known persons of one batch, by id (merged ones lead to the one kept) and by document."""

    def __init__(self, rows: Collection[Told]) -> None:
        self.by_id: dict[UUID, Known] = {}
        self.by_doc: dict[str, Known] = {}
        self._load({r.new.id for r in rows if r.new.id}, {r.doc_index for r in rows if r.doc_index})

    def _load(self, wanted: set[UUID], documents: set[str]) -> None:
        told = []
        if wanted:
            told.append(sql.among("id", wanted))
        if documents:
            told.append(_among_texts("doc_index", documents))
        found = [
            (sql.as_uuid(id_), index, sql.as_uuid(root or id_))
            for where, params in told
            for id_, index, root in sql.rows(
                f"SELECT id, doc_index, merged_into FROM people_person WHERE {where}", params
            )
        ]
        roots = load({root for _id, _index, root in found})
        for id_, index, root in found:
            self.by_id[id_] = roots[root]
            if index:
                self.by_doc[index] = roots[root]

    def find(self, row: Told) -> Known | None:
        """The person of a row: by its own id first, then by the document."""
        found = self.by_id.get(row.new.id) if row.new.id else None
        return found or (self.by_doc.get(row.doc_index) if row.doc_index else None)

    def lead(self, one: Known, other: Known) -> None:
        """From now on whoever was `one` is `other`."""
        for id_, known in self.by_id.items():
            if known is one:
                self.by_id[id_] = other

    def add(self, known: Known, row: Told) -> None:
        if row.new.id:
            self.by_id[row.new.id] = known
        if row.doc_index:
            self.by_doc.setdefault(row.doc_index, known)


def _where(condition: str, params: list[Any]) -> QuerySet[Person]:
    return Person.objects.extra(where=[condition], params=params)


def _among_texts(column: str, texts: Collection[str]) -> tuple[str, list[Any]]:
    """`column is one of texts` with one parameter, whatever their number."""
    if sql.is_postgres():
        return f"{column} = ANY(%s)", [list(texts)]
    return f"{column} IN (SELECT value FROM json_each(%s))", [json.dumps(list(texts))]


def load(wanted: Collection[UUID]) -> dict[UUID, Known]:
    """Persons as stored, identifiers opened (those of somebody whose key is gone: none)."""
    if not wanted:
        return {}
    held = keys.fetch(wanted)
    found = {}
    fields = ("id", *COLUMNS, "version", "sealed")
    for row in _where(*sql.among("id", wanted)).values(*fields):
        key, cipher = held.get(row["id"]), row.pop("sealed")
        opened = seal.open_(key, cipher, row["id"].bytes) if key else {}
        found[row["id"]] = Known(**row, identifiers=opened)
    return found


def differences(row: Told, known: Known) -> tuple[str, ...]:
    """What a row tells otherwise than what is known; what one of them does not say is no difference."""
    new = row.new
    phones = {known.phone_index, known.phone2_index} - {None}
    mine, theirs = new.place, known.place
    checks = (
        ("name", not names.same(new.name, known.name)),
        ("sex", bool(new.sex and known.sex and new.sex != known.sex)),
        ("birth_date", bool(new.birth_date and known.birth_date and new.birth_date != known.birth_date)),
        ("doc_number", bool(row.doc_index and known.doc_index and row.doc_index != known.doc_index)),
        ("phone", bool(row.phone_index and phones and row.phone_index not in phones)),
        # A village and one of its grids are one place, told more or less exactly.
        ("place", not (mine.startswith(theirs) or theirs.startswith(mine))),
    )
    return tuple(name for name, differs in checks if differs)


_STRANGER = Match()


def match(batch: Sequence[Told]) -> list[Match]:
    """What is known of each row, before anything is written. For ledgers, which hold what is doubtful."""
    if not batch:
        return []
    # In this order: whoever is entered by another file in between is then known, not a namesake of themselves.
    stored = _namesakes(batch)
    book = Book(batch)
    seen: dict[str | UUID, int] = {}
    earlier: dict[str, list[int]] = {}
    found = []
    for at, row in enumerate(batch):
        name = row.new.name
        marks = [m for m in (row.doc_index, row.new.id) if m]
        first = next((seen[m] for m in marks if m in seen), None)
        known = book.find(row)
        if known or first is not None or name in stored or name in earlier:
            found.append(_match(row, known, first, stored.get(name, []), earlier.get(name, []), batch))
        else:
            found.append(_STRANGER)
        for mark in marks:
            seen.setdefault(mark, at)
        earlier.setdefault(name, []).append(at)
    return found


def _match(
    row: Told, known: Known | None, first: int | None, stored: list[Namesake], earlier: list[int],
    batch: Sequence[Told],
) -> Match:  # fmt: skip
    against = known or (_as_known(batch[first]) if first is not None else None)
    return Match(
        known.id if known else None,
        first,
        differences(row, against) if against else (),
        tuple(p.id for p in stored if _alike(row, p) and (known is None or p.id != known.id)),
        tuple(i for i in earlier if i != first and _alike(row, _as_known(batch[i]))),
    )


def of_other_name(rows: list[NewPerson]) -> list[bool]:
    """Whether the document of each row is registered under another name, or was told so earlier in the batch.

    Writings of one name are the same name. Somebody who turned out to be another is known by both names.
    """
    batch = [told(row) for row in rows]
    where, params = _among_texts("p.doc_index", {row.doc_index for row in batch if row.doc_index})
    stored = sql.rows(
        "SELECT p.doc_index, p.name, k.name FROM people_person p "
        f"LEFT JOIN people_person k ON k.id = p.merged_into WHERE {where}",
        params,
    )
    known = {index: [name for name in called if name] for index, *called in stored}
    found = []
    for row in batch:
        called = known.setdefault(row.doc_index, [row.new.name]) if row.doc_index else [row.new.name]
        found.append(not any(names.same(row.new.name, name) for name in called))
    return found


def _alike(row: Told, other: Any) -> bool:
    """Whether somebody of the same name may be the same person: same phone, or same birth, not two documents.

    Two of the same name, phone and *different* documents are alike too: one of the numbers may be mistyped.
    """
    phones = {other.phone_index, other.phone2_index} - {None}
    if row.doc_index and row.doc_index == other.doc_index:
        return False
    if row.phone_index in phones or row.phone2_index in phones:
        return True
    both = row.doc_index and other.doc_index
    return not both and row.new.birth_date is not None and row.new.birth_date == other.birth_date


def _as_known(row: Told) -> Known:
    return fresh(row, row.new.id or UUID(int=0))


class Namesake(NamedTuple):
    """Somebody stored who has the name of somebody told of."""

    id: UUID
    name: str
    birth_date: date | None
    doc_index: str | None
    phone_index: str | None
    phone2_index: str | None


def _namesakes(batch: Sequence[Told]) -> dict[str, list[Namesake]]:
    found: dict[str, list[Namesake]] = {}
    wanted = {row.new.name for row in batch}
    # By the pinyin, for which there is an index.
    read = {row.read.pinyin for row in batch}
    called = _where(*_among_texts("pinyin", read)).filter(merged_into=None)
    for person in map(Namesake._make, called.values_list(*Namesake._fields)):
        if person.name in wanted:
            found.setdefault(person.name, []).append(person)
    return found


def fresh(row: Told, id_: UUID) -> Known:
    """A person to be stored, as a row tells."""
    new = row.new
    return Known(
        id_, new.name, new.sex, new.birth_date, new.household, new.relation, new.unit, new.unit_post,
        new.place, new.doc_kind, row.doc_index, row.phone_index, row.phone2_index, row.identifiers,
    )  # fmt: skip
