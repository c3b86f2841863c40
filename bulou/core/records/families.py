"""Corrections: a record that names the one it replaces. Of a family, one counts.

Which one does not depend on the order in which they came: of those that nothing replaces, the one
with the greatest id. Two corrections of one record are a conflict that somebody is shown; the one
that does not count is kept.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q

from bulou.core.figures import cells
from bulou.core.records.kinds import Batch, Item, kinds
from bulou.core.records.models import Entry, Record
from bulou.lib import sql

Targets = dict[UUID, Any]


def find(batch: Batch) -> Targets:
    """The roots of what this batch corrects. A correction whose original has not come is held."""
    correcting = [item for item in batch.live if item.came.replaces]
    if not correcting:
        return {}
    inside = {item.id: item for item in batch.live}
    wanted = {item.came.replaces for item in correcting if item.came.replaces}
    known = dict(
        batch.kind.model._default_manager.filter(id__in=wanted - inside.keys()).values_list("id", "root")
    )
    other = set(
        Entry.objects.filter(id__in=wanted - inside.keys() - known.keys()).values_list("id", flat=True)
    )
    for item in correcting:
        _root(item, inside, known, other)
    return known


def _root(item: Item, inside: dict[UUID, Item], known: dict[UUID, UUID], other: set[UUID]) -> None:
    target, seen = item.came.replaces, {item.id}
    while target in inside and target not in seen:  # a chain of corrections within one batch
        seen.add(target)
        above = inside[target].came.replaces
        if above is None:
            item.row["root"] = target
            return
        target = above
    if target in known:
        item.row["root"] = known[target]
    elif target in other:
        item.refuse("correction-other-kind")
    else:
        item.waits_for = target
        item.hold("correction-early")


def place(batch: Batch, targets: Targets) -> list[tuple[UUID, UUID]]:
    """Say of each family touched which record counts. The pairs (counted before, counts now).

    The new rows count until this says otherwise; a share is taken from the tallies once, from the
    record that counted before, while its row is locked.
    """
    roots = sorted({item.row["root"] for item in batch.items if item.came.replaces})
    changed = []
    fresh = {item.id for item in batch.items}
    for root in roots:
        changed += _settle(batch.kind.model, root, fresh)
    return changed


def _settle(model: type[Record], root: UUID, fresh: set[UUID]) -> list[tuple[UUID, UUID]]:
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
    return [(row, counting) for row in gone]


def conflicts(kind: str, record_ids: list[UUID]) -> list[tuple[UUID, UUID]]:
    """Of these records, those that a rival correction overrode: (the one that does not count, the one that does)."""
    model = kinds()[kind].model
    losers = model._default_manager.filter(id__in=record_ids, replaced_by__isnull=False)
    return [(row.id, row.replaced_by) for row in losers if row.replaced_by is not None]
