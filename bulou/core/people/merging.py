"""Two who turned out to be one: `merged_into` is always the last of the chain of merges in force.

The merges in force are a forest: each `other` points at the one that was kept. Both histories stay with
the ids under which they were written; undoing a merge works the pointers out again from those that are left.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from bulou.core.people import keys, seal
from bulou.core.people.models import Merge, Person
from bulou.lib import clock, ids, sql

if TYPE_CHECKING:
    from bulou.core.staff.actor import Actor


def note(pairs: Collection[tuple[UUID, UUID]], account: int, whys: tuple[bytes, ...] = ()) -> list[UUID]:
    """Write down merges (other, kept); their ids."""
    now = sql.moment(clock.now())
    made = [ids.new() for _ in pairs]
    rows = [
        (sql.uid(id_), sql.uid(kept), sql.uid(other), now, account, why)
        for id_, (other, kept), why in zip(made, pairs, whys or (b"",) * len(pairs), strict=True)
    ]
    keys.insert(Merge, ("id", "kept", "other", "at", "by", "why"), rows)
    return made


def lead(others: Collection[UUID], root: UUID | None) -> None:
    """Let these, and all who are merged into one of them, lead to `root` (None: for themselves)."""
    for other in others:
        Person.objects.filter(merged_into=other).update(merged_into=root or other)
        Person.objects.filter(pk=other).update(merged_into=root)


def lock(wanted: Collection[UUID]) -> dict[UUID, Person]:
    """Those persons, and no other merge of them meanwhile."""
    fields = ("id", "place", "merged_into")
    found = Person.objects.select_for_update().filter(pk__in=wanted).order_by("pk").only(*fields)
    return {person.id: person for person in found}


def members(roots: Collection[UUID]) -> dict[UUID, UUID]:
    """All ids under which the history of these kept persons is written, each with the one kept."""
    found = {root: root for root in roots}
    if roots:
        where, params = sql.among("merged_into", roots)
        rows = sql.rows(f"SELECT id, merged_into FROM people_person WHERE {where}", params)
        found |= {ids.parse(one): ids.parse(root) for one, root in rows}
    return found


def tell_rooms(event: str, merge: UUID, kept: UUID, other: UUID, place: str, by: Actor) -> None:
    """Let the rooms know of a merge (`person.merged`) or its undoing (`person.unmerged`), in this transaction.

    `kept` and `other` are as the merge names them; where they lead is in force already.
    """
    from bulou.core.records.kinds import Event, tell

    tell([Event(event, kept, place, clock.now(), merge, {"other": other, "merge": merge})], by)


def why_sealed(kept: UUID, why: str) -> bytes:
    return seal.seal(keys.need([kept])[kept], {"why": why}, kept.bytes + b"merge")


def why(merge: Merge) -> str:
    """The words of whoever merged; empty when there were none, or when the key is gone."""
    key = keys.fetch([merge.kept]).get(merge.kept)
    return str(seal.open_(key, merge.why, merge.kept.bytes + b"merge").get("why", "")) if key else ""


def undo(merge: Merge, by: Actor) -> None:
    """End a merge that is in force, and work out again where everybody below it leads."""
    merge.undone_at, merge.undone_by = clock.now(), by.account
    merge.save(update_fields=["undone_at", "undone_by"])
    below = _below(merge.other)
    Person.objects.filter(pk__in=below).update(merged_into=merge.other)
    Person.objects.filter(pk=merge.other).update(merged_into=None)


def _below(root: UUID) -> set[UUID]:
    """All who lead to `root` through merges in force."""
    found: set[UUID] = set()
    level = {root}
    while level:
        merges = Merge.objects.filter(kept__in=level, undone_at=None)
        level = set(merges.values_list("other", flat=True)) - found
        found |= level
    return found
