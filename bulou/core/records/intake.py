"""The one way in: for the phone's batches, forms, ledgers and demonstrations alike.

Every record of a batch gets its own answer, whatever becomes of its neighbours. All of it is one
transaction: the rows, what they close, what they count, what other rooms do about them, the audit.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

import orjson
from django.db import DatabaseError, IntegrityError, OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from bulou.core.audit.door import Note, enter_all
from bulou.core.figures import cells
from bulou.core.records import asides, families, rows, wellformed
from bulou.core.records.kinds import Batch, Event, Incoming, Item, Kind, Result, kinds, tell
from bulou.core.records.models import Entry
from bulou.core.staff.actor import Actor
from bulou.core.tasks import settle
from bulou.lib import clock, sql
from bulou.lib.refusals import declare, sentence

declare(
    "id-conflict",
    _("A record with this id is already here with other content. Both are kept for a person to look at."),
)
declare("correction-early", _("The record that this corrects has not come yet. It is held until it comes."))
declare("correction-why", _("Say why the record is corrected: the reason stays beside it."))
declare("correction-other-kind", _("A correction must be of the same kind as the record it replaces."))
_TRIES = 4  # PostgreSQL may choose this transaction to break a deadlock


def take(incoming: Sequence[Incoming], by: Actor) -> list[Result]:
    """Take records in; one result for each, in order."""
    return take_items([Item(position, came, by) for position, came in enumerate(incoming)])


def foresee(incoming: Sequence[Incoming], by: Actor) -> list[Result]:
    """What the checks say of records that may be taken in later. Nothing is stored, except what a check stores.

    So it belongs in a transaction that is not kept.
    """
    items = [Item(position, came, by) for position, came in enumerate(incoming)]
    now = clock.now()
    _recognise(items)
    wellformed.check(items, now)
    for kind in kinds().values():
        if going := [item for item in items if not item.status and item.came.kind == kind.name]:
            _check(Batch(kind, going, now))
    for item in items:
        if not item.status:
            item.end("accepted")
    return results(items)


def _check(batch: Batch) -> None:
    families.find(batch)
    if batch.kind.check is not None:
        batch.kind.check(batch)


def take_items(items: list[Item]) -> list[Result]:
    """As `take`, for items that may come from different senders."""
    return results(settled(items))


def settled(items: list[Item]) -> list[Item]:
    """Take items in, in one transaction; the same ones, each with what became of it."""
    for attempt in range(_TRIES):
        try:
            with transaction.atomic(), cells.gathered():
                _take(items)
            break
        except (OperationalError, IntegrityError) as error:
            if attempt == _TRIES - 1 or not _passes(error, attempt):
                raise
            items = [Item(item.position, item.came, item.by) for item in items]
    return items


def _passes(error: DatabaseError, attempt: int) -> bool:
    """Whether it is gone when we try again: a deadlock, or (PostgreSQL) another who was just writing the same record.

    The latter has written it by now, so that the next time it is recognised; twice it is something else.
    """
    return attempt == 0 if isinstance(error, IntegrityError) else "deadlock" in str(error)


def results(items: Iterable[Item]) -> list[Result]:
    """What to tell about settled items, in the language that is active now."""
    return [Result(i.id, i.status, i.code, sentence(i.code, i.words) if i.code else "") for i in items]


def _take(items: list[Item]) -> None:
    now = clock.now()
    _recognise(items)
    wellformed.check(items, now)
    by_kind: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if not item.status:
            by_kind[item.came.kind].append(item)
    for name in kinds():
        for turn, wave in enumerate(families.waves(by_kind.get(name, []))):
            if turn:  # what was held for the first went in with it, and may be here once more
                _recognise(wave)
            if going := [item for item in wave if not item.status]:
                _take_kind(Batch(kinds()[name], going, now))
    asides.keep([item for item in items if _for_a_person(item)], now)
    _release_held(items)
    _audit(items)


def _for_a_person(item: Item) -> bool:
    """Whether this waits for somebody. What a form refused does not: whoever typed it is looking at it."""
    return item.status in ("held", "conflict") or (item.status == "refused" and not item.came.typed)


def _release_held(items: list[Item]) -> None:
    """What was held may have been let go meanwhile: its original came later in this very batch."""
    awaited = {item.waits_for for item in items if item.waits_for is not None and item.status == "held"}
    if awaited:
        came = Entry.objects.filter(id__in=awaited).values_list("id", flat=True)
        asides.release(list(came), take_items)


def _recognise(items: list[Item]) -> None:
    """Settle what was here before: the same id is the same record, or a conflict."""
    seen: dict[UUID, str] = {}
    for item in items:
        item.digest = digest(item.came)
    clause, params = sql.among("id", [item.id for item in items])
    found = sql.rows(f"SELECT id, digest FROM records_entry WHERE {clause}", params, again=sql.few(items))
    known = {sql.as_uuid(row[0]): row[1] for row in found}
    for item in items:
        before = known.get(item.id) or seen.get(item.id)
        if before is None:
            seen[item.id] = item.digest
        elif before == item.digest:
            item.end("duplicate")
        else:
            item.end("conflict", "id-conflict")


def digest(came: Incoming) -> str:
    """What makes the content of a record: everything but the phone it was sent from."""
    content = [came.kind, came.place, came.happened_at.timestamp(), came.replaces, came.data]
    said = orjson.dumps(content, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return hashlib.blake2b(said, digest_size=16).hexdigest()


def _take_kind(batch: Batch) -> None:
    kind = batch.kind
    _check(batch)
    going = batch.live
    if not going:
        return
    batch.items = going
    rows.insert(kind.model, going, batch.now)
    rows.enter_in_book(kind.name, going)
    rows.seal_parts(kind, going)
    changed = families.place(batch)
    replaced = {before for before, _after in changed}
    table = kind.model._meta.db_table
    cells.count_rows(table, [item.id for item in going])
    _close(kind, batch, changed, replaced)
    for item in going:
        item.end("accepted")
    if kind.stored is not None:
        kind.stored(batch)
    if changed and kind.corrected is not None:
        kind.corrected(changed, batch)
    tell(_with_senders(batch), batch.items[0].by, batch)
    asides.release(batch.ids, take_items)


def _close(kind: Kind, batch: Batch, changed: list[tuple[UUID, UUID]], replaced: set[UUID]) -> None:
    reopened = settle.served_by(replaced) if replaced else []
    settle.close_for(kind.name, [*batch.ids, *(after for _before, after in changed)])
    if reopened:
        settle.settle(reopened)


def _with_senders(batch: Batch) -> list[Event]:
    """What this batch lets be known, each in the name of whoever handed in its record."""
    senders = {item.id: item.by for item in batch.items} if batch.events else {}
    return [event if event.by else replace(event, by=senders.get(event.source)) for event in batch.events]


def _audit(items: list[Item]) -> None:
    """One entry a sender: how many came, and a digest of what was accepted."""
    by_sender: dict[Actor, list[Item]] = defaultdict(list)
    for item in items:
        by_sender[item.by].append(item)
    said = []
    for by, mine in by_sender.items():
        accepted = [item.digest for item in mine if item.status == "accepted"]
        if accepted:
            digest = hashlib.blake2b("".join(accepted).encode(), digest_size=16).hexdigest()
            said.append((by, Note(count=len(accepted), digest=digest)))
    enter_all("records.take", said)
