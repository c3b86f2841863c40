"""Every verb that writes about people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bulou.core import audit
from bulou.core.people import (
    changes,
    enrolling,
    homes,
    keys,
    matching,
    merging,
    names,
    persons,
    queries,
    seal,
    units,
)
from bulou.core.people.enrolling import Enrolled
from bulou.core.people.models import Double, Household, Merge, Person, Unit
from bulou.core.people.persons import NewPerson, validate
from bulou.core.people.told import Told, told
from bulou.core.places.refused import UNKNOWN as PLACE_UNKNOWN
from bulou.core.staff.actor import Actor
from bulou.core.staff.queries import names as staff_names
from bulou.core.staff.roles import EVERYONE, NOBODY_SEES, OFFICE
from bulou.lib import clock, ids, sql
from bulou.lib.refusals import Refusal, declare

__all__ = ["Enrolled", "NewHousehold", "NewPerson", "validate"]

WRITERS = EVERYONE - NOBODY_SEES

PERSON_CHANGED = declare(
    "person-changed",
    _("%(who)s has changed this person meanwhile (%(fields)s). Look at it again, then save."),
)
DOCUMENT_KNOWN = declare(
    "document-known",
    _("Another person has this document. Check its number; if they are one person, merge them."),
)
MERGE_SAME = declare("merge-same", _("These two are one person already. Reload the page."))
MERGE_UNKNOWN = declare("merge-unknown", _("There is no such merge in force. Reload the page."))


def enrol(rows: Sequence[NewPerson | Told], by: Actor) -> list[Enrolled]:
    """Take people in, in order: each is found again by document or own id, or is new. Set-based.

    Values must be valid (`persons.validate`). Without an id and a document a row is always a new person, so
    whoever may repeat such rows gives them ids (`ids.derived`). Raises Refusal (`place-unknown`) for a place
    outside of the actor's territory.
    """
    batch = [row if isinstance(row, Told) else told(row) for row in rows]
    for place in {row.new.place for row in batch}:
        _own_place(place, by)
    return _enrol(batch, by)


@audit.verb("people.enrol", roles=WRITERS, apart=False)
def _enrol(batch: list[Told], by: Actor) -> list[Enrolled]:
    answers, joined = enrolling.take(batch, by.account, by.reaches)
    for join in joined:
        merging.tell_rooms("person.merged", *join, by)
    audit.note(subject_type="person", count=len(batch), new=sum(a.new for a in answers))
    return answers


def _own_place(place: str, by: Actor) -> None:
    if not by.reaches(place):
        raise Refusal(PLACE_UNKNOWN)


# What `update` takes: the fields of NewPerson that may be said anew.
_CHANGEABLE = frozenset(f.name for f in fields(NewPerson)) - {"id", "place"}


@audit.verb("people.update", roles=WRITERS)
def update(person: UUID, version: int, said: dict[str, Any], by: Actor) -> Person:
    """Say fields of a person (names as in NewPerson) anew; what they said before is kept.

    Raises Refusal: `person-unknown`, `person-changed` (saved by somebody else since `version`),
    `document-known`, or those of `persons.validate`.
    """
    if not said.keys() <= _CHANGEABLE:
        raise TypeError(f"not changeable: {sorted(said.keys() - _CHANGEABLE)}")
    return _change(queries.get(by, person), version, said, by)


@audit.verb("people.move", roles=WRITERS)
def move(
    person: UUID, place: str, by: Actor, household: UUID | None = None, address: str = "", relation: str = ""
) -> Person:
    """Let a person live at another place of the actor's territory, leaving household and address behind."""
    _own_place(place, by)
    found = queries.get(by, person)
    said = {"place": place, "household": household, "relation": relation, "address": address}
    return _change(found, found.version, said, by)


def _change(person: Person, version: int, said: dict[str, Any], by: Actor) -> Person:
    known = matching.load([person.id])[person.id]
    if known.version != version:
        raise _changed(person.id, version)
    now = _as_new(known)
    wanted = replace(now, **said)
    if {"name", "sex", "birth_date", "doc_kind", "doc_number", "phone", "phone2", "address"} & said.keys():
        wanted = validate(wanted, clock.today())
    row = told(wanted)
    before = {f: getattr(now, f) for f in said if getattr(now, f) != getattr(wanted, f)}
    if not before:
        return person
    _document_free(row.doc_index, person.id)
    held = keys.fetch([person.id])
    changes.note([changes.Before(person.id, version, before)], held, by.account)
    cipher = seal.seal(held[person.id], row.identifiers, person.id.bytes)
    if not changes.write([(known, _columns(row), cipher)]):
        raise _changed(person.id, version)
    audit.note(subject_type="person", subject_id=person.id, place=wanted.place, fields=len(before))
    person.refresh_from_db()
    return person


def _changed(person: UUID, version: int) -> Refusal:
    """The refusal that names what somebody else changed, in people's words, and who did."""
    titles = [str(persons.FIELDS[f]) for f in changes.since(person, version) if f in persons.FIELDS]
    who = [*staff_names(changes.by_whom(person, version)).values()] or [str(_("the system"))]
    return Refusal(PERSON_CHANGED, who=str(_(", ")).join(who), fields=str(_(", ")).join(titles))


def _as_new(known: matching.Known) -> NewPerson:
    return NewPerson(
        name=known.name, place=known.place, id=known.id, sex=known.sex, birth_date=known.birth_date,
        doc_kind=known.doc_kind, household=known.household, relation=known.relation, unit=known.unit,
        unit_post=known.unit_post, **known.identifiers,
    )  # fmt: skip


def _columns(row: Told) -> dict[str, Any]:
    fresh = matching.fresh(row, row.new.id or ids.new())
    read = names.reading(fresh.name)
    columns = {name: getattr(fresh, name) for name in matching.COLUMNS}
    return columns | {"pinyin": read.pinyin, "initials": read.initials}


def _document_free(doc_index: str | None, person: UUID) -> None:
    if doc_index and Person.objects.filter(doc_index=doc_index).exclude(pk=person).exists():
        raise Refusal(DOCUMENT_KNOWN)


@audit.verb("people.merge", roles=OFFICE)
def merge(keep: UUID, other: UUID, by: Actor, why: str) -> UUID:
    """Say that two are one person; the merge's id. Both keep their history, and it can be undone.

    Raises Refusal: `person-unknown` (for either), `merge-same`, `why-missing`.
    """
    if not why.strip():
        raise Refusal(queries.WHY_MISSING)
    roots = [queries.get(by, keep).id, queries.get(by, other).id]
    locked = merging.lock(roots)
    if roots[0] == roots[1] or any(person.merged_into for person in locked.values()):
        raise Refusal(MERGE_SAME)
    kept, gone = roots
    [made] = merging.note([(gone, kept)], by.account, (merging.why_sealed(kept, why.strip()),))
    merging.lead([gone], kept)
    _said_of_pair(Q(one__in=roots, other__in=roots), Double.ONE, made, by)
    audit.note(subject_type="person", subject_id=kept, place=locked[kept].place)
    merging.tell_rooms("person.merged", made, kept, gone, locked[kept].place, by)
    return made


@audit.verb("people.unmerge", roles=OFFICE)
def unmerge(merge: UUID, by: Actor) -> None:
    """Undo a merge: the two are two again. Raises Refusal (`merge-unknown`, `person-unknown`)."""
    found = Merge.objects.select_for_update().filter(pk=merge, undone_at=None).first()
    if found is None:
        raise Refusal(MERGE_UNKNOWN)
    person = queries.get(by, found.other)
    merging.lock([person.id, found.kept, found.other])
    merging.undo(found, by)
    _said_of_pair(Q(merge=found.id), Double.TWO, None, by)
    audit.note(subject_type="person", subject_id=found.other, place=person.place)
    merging.tell_rooms("person.unmerged", found.id, found.kept, found.other, person.place, by)


def _said_of_pair(which: Q, decided: str, merge: UUID | None, by: Actor) -> None:
    """What was proposed of two is decided with this: it is not asked again."""
    Double.objects.filter(which).update(
        decided=decided, decided_at=clock.now(), decided_by=by.account or None, merge=merge
    )


@dataclass(frozen=True, slots=True)
class NewHousehold:
    """A household to be entered; `number`: the house number; `head`: a person's id."""

    place: str
    number: str = ""
    address: str = ""
    head: UUID | None = None
    id: UUID | None = None


@audit.verb("people.add_households", roles=WRITERS)
def add_households(rows: list[NewHousehold], by: Actor) -> list[UUID]:
    """Enter households; their ids in order. The same id again says at most who the head is, if nobody is yet."""
    for row in rows:
        _own_place(row.place, by)
    made = [row.id or ids.new() for row in rows]
    where, params = sql.among("id", [row.id for row in rows if row.id])
    known = {sql.as_uuid(i) for (i,) in sql.rows(f"SELECT id FROM people_household WHERE {where}", params)}
    fresh = {i: row for i, row in zip(made, rows, strict=True) if i not in known}
    heads = [(sql.uid(row.head), sql.uid(row.id)) for row in rows if row.head and row.id in known]
    keys.many("UPDATE people_household SET head = %s WHERE id = %s AND head IS NULL", heads)
    secrets = {i: seal.new_key() for i in fresh}
    indexes = homes.address_indexes({i: (row.place, row.address) for i, row in fresh.items()})
    values = [
        (
            sql.uid(i),
            row.place,
            row.number,
            sql.uid(row.head) if row.head else None,
            seal.seal(secrets[i], {"address": row.address} if row.address else {}, i.bytes),
            indexes[i],
        )
        for i, row in fresh.items()
    ]
    keys.insert(Household, ("id", "place", "number", "head", "sealed", "address_index"), values)
    keys.store(secrets)
    audit.note(subject_type="household", count=len(fresh))
    return made


def add_household(row: NewHousehold, by: Actor) -> UUID:
    """Enter one household; its id."""
    return add_households([row], by)[0]


@audit.verb("people.add_unit", roles=WRITERS)
def add_unit(
    name: str,
    place: str,
    by: Actor,
    kind: str = "",
    code: str = "",
    id: UUID | None = None,  # noqa: A002
) -> UUID:
    """Enter an agency, firm or school; its id. The same code or id again is the same unit."""
    _own_place(place, by)
    title = names.normal(name)
    if not title:
        raise Refusal(persons.NAME_MISSING)
    known = Unit.objects.filter(code=code).first() if code else None
    known = known or (Unit.objects.filter(pk=id).first() if id else None)
    unit = known or units.made(units.NewUnit(title, place, kind, code), id)
    if known is None:
        unit.save(force_insert=True)
    audit.note(subject_type="unit", subject_id=unit.id, place=unit.place)
    return unit.id
