"""Corrections: a record that names the one it replaces. Of a family, one counts.

Which one does not depend on the order in which they came: of those that nothing replaces, the one
with the greatest id. Two corrections of one record are a conflict that somebody is shown; the one
that does not count is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from bulou.core.figures import cells
from bulou.core.people.lineage import whose
from bulou.core.records.kinds import Batch, Item, kinds
from bulou.core.records.models import Entry, Record
from bulou.core.tasks import settle
from bulou.lib import sql


class _Target(NamedTuple):
    """A record that is to be corrected: the first of its family, and whose it is."""

    root: UUID
    place: str
    account: int | None
    kind: str
    person: UUID | None = None


def waves(items: list[Item]) -> list[list[Item]]:
    """Records before what corrects them in the same batch, so that what follows is the same as if each came alone."""
    inside = {item.id for item in items}
    later = [item for item in items if item.came.replaces in inside]
    first = [item for item in items if item.came.replaces not in inside] if later else items
    return [wave for wave in (first, later) if wave]


def find(batch: Batch) -> None:
    """The roots of what this batch corrects. A correction whose original has not come is held.

    So is that of a record which its sender neither reaches nor handed in: not theirs and not there
    are the same answer.
    """
    correcting = [item for item in batch.live if item.came.replaces]
    if not correcting:
        return
    inside = {item.id: item for item in batch.live}
    wanted = {item.came.replaces for item in correcting if item.came.replaces}
    known = _inherited(_known(batch.kind.name, wanted - inside.keys()), correcting)
    for item in correcting:
        _root(item, inside, known)


def _inherited(known: dict[UUID, _Target], items: list[Item]) -> dict[UUID, _Target]:
    """What was recorded at a place that went into another, or was split, is put right where its people are now."""
    found = [(item, known[item.came.replaces]) for item in items if item.came.replaces in known]
    far = {item.came.replaces: one for item, one in found if not item.by.reaches(one.place)}
    now = zip(far.items(), whose([(one.place, one.person) for one in far.values()]), strict=True)
    return known | {key: one._replace(place=place) for (key, one), place in now if key}


def _known(kind: str, wanted: set[UUID]) -> dict[UUID, _Target]:
    """Those of these records that are there, be they of another kind."""
    found = _of_kind(kind, wanted)
    others: dict[str, set[UUID]] = {}
    for other, key in Entry.objects.filter(id__in=wanted - found.keys()).values_list("kind", "id"):
        others.setdefault(other, set()).add(key)
    for other, keys in others.items():
        found |= _of_kind(other, keys)
    return found


def _of_kind(kind: str, wanted: set[UUID]) -> dict[UUID, _Target]:
    model = kinds()[kind].model
    of = ["person"] if any(field.name == "person" for field in model._meta.concrete_fields) else []
    found = model._default_manager.filter(id__in=wanted).values_list("id", "root", "place", "account", *of)
    return {key: _Target(root, at, account, kind, *who) for key, root, at, account, *who in found}


def _root(item: Item, inside: dict[UUID, Item], known: dict[UUID, _Target]) -> None:
    link, seen = item, {item.id}
    while (target := link.came.replaces) in inside and target not in seen:  # a chain within one batch
        seen.add(target)
        above = inside[target]
        if not _theirs(link, above.came.place, above.by.account):
            _hold(item, None)
            return
        if above.came.replaces is None:
            item.row["root"] = target
            return
        link = above
    found = known.get(target) if target else None
    if found is None:
        _hold(item, target)
    elif not _theirs(link, found.place, found.account):
        _hold(item, None)  # for a person; nothing will come that lets it go
    elif found.kind != item.came.kind:
        item.refuse("correction-other-kind")
    else:
        item.row["root"] = found.root


def _theirs(item: Item, place: str, account: int | None) -> bool:
    """Whether whoever corrects reaches the record, or handed it in."""
    return item.by.reaches(place) or (bool(account) and account == item.by.account)


def _hold(item: Item, target: UUID | None) -> None:
    item.waits_for = target
    item.hold("correction-early")


def place(batch: Batch) -> list[tuple[UUID, UUID]]:
    """Say of each family touched which record counts. The pairs (counted before, counts now).

    The new rows count until this says otherwise; a share is taken from the tallies once, from the
    record that counted before, while its row is locked.
    """
    roots = sorted({item.row["root"] for item in batch.items if item.came.replaces})
    changed = []
    fresh = {item.id for item in batch.items}
    counting = {}
    for root in roots:
        counting[root], pairs = _settle(batch.kind.model, root, fresh)
        changed += pairs
    for item in batch.items:
        item.counts = counting.get(item.row["root"], item.id) == item.id
    return changed


def _settle(model: type[Record], root: UUID, fresh: set[UUID]) -> tuple[UUID, list[tuple[UUID, UUID]]]:
    """Which record of a family counts, and the pairs (counted before, counts now)."""
    whole = Q(id=root) | Q(root=root, replaces__isnull=False)
    family = model._default_manager.filter(whole).order_by("id")
    if sql.is_postgres():
        family = family.select_for_update()
    rows = list(family.values_list("id", "replaces", "replaced_by"))
    replaced = {replaces for _id, replaces, _by in rows}
    counting = max((row for row, _r, _b in rows if row not in replaced), key=lambda i: i.int)
    before = [row for row, _r, by in rows if by is None and row not in fresh]
    gone = [row for row in before if row != counting]
    table = model._meta.db_table
    cells.count_rows(table, gone, -1)
    model._default_manager.filter(whole).exclude(id=counting).update(replaced_by=counting)
    back = model._default_manager.filter(id=counting, replaced_by__isnull=False).update(replaced_by=None)
    if back and counting not in fresh:
        cells.count_rows(table, [counting])
    return counting, [(row, counting) for row in gone]


def members(model: type[Record], roots: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """{the first record of a family: all of the family, the first one too}."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    whole = Q(id__in=roots) | Q(root__in=roots, replaces__isnull=False)
    for record, root in model._default_manager.filter(whole).values_list("id", "root") if roots else ():
        found[root].append(record)
    return found


def void(by_record: Mapping[UUID, UUID], of: Collection[str] = ()) -> set[UUID]:
    """Let records count no more, each because of another ({record: the other}); those that did until now.

    `of`: the kinds that they may be, every kind when none is said. What has been corrected since stays.
    """
    gone: set[UUID] = set()
    where, params = sql.among("id", list(by_record))
    with cells.gathered():
        for kind in [kinds()[name] for name in of or kinds()] if by_record else ():
            table = kind.model._meta.db_table
            found = sql.rows(f"SELECT id FROM {table} WHERE {where} AND replaced_by IS NULL", params)
            mine = {sql.as_uuid(row[0]) for row in found}
            if not mine:
                continue
            cells.count_rows(table, mine, -1)
            pairs = [(sql.uid(by_record[record]), sql.uid(record)) for record in mine]
            sql.run_many(f"UPDATE {table} SET replaced_by = %s WHERE id = %s", pairs)
            cells.count_rows(table, mine)
            gone |= mine
    if gone:
        settle.settle(settle.served_by(gone))
    return gone
