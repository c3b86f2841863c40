"""Two who turned out to be one: a journey that both were registered with counts once, and so does its visit.

Worked out from the arrivals and the merges in force alone, so that undoing a merge restores both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from bulou.core.figures import cells
from bulou.core.people.merging import members
from bulou.core.people.queries import resolve
from bulou.core.records.kinds import Batch, Event
from bulou.core.staff.actor import Actor
from bulou.core.tasks import write as tasks
from bulou.core.tasks.models import Task
from bulou.exchange.ledger.doubles import SAME_JOURNEY
from bulou.lib import sql
from bulou.work.arrivals.models import Arrival
from bulou.work.arrivals.queries import VISIT
from bulou.work.arrivals.rules import agree

MERGED = "merged"


def follow(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """After a merge or its undoing: which arrivals count, and who is waited for."""
    touched = {event.facts["other"] for event in events} | {e.person for e in events if e.person is not None}
    ids = members(set(resolve(touched).values()))
    clause, params = sql.among("person", ids)
    rows = list(Arrival.objects.extra(where=[clause], params=params).filter(replaced_by=None))
    again = _told_again(rows, ids)
    changed = [row.id for row in rows if row.again != (row.id in again)]
    table = Arrival._meta.db_table
    with cells.gathered():
        cells.count_rows(table, changed, -1)
        for row in rows:
            row.again = row.id in again
        Arrival.objects.bulk_update([row for row in rows if row.id in changed], ["again"], batch_size=100)
        cells.count_rows(table, changed)
    _wait(rows, ids)


def _told_again(rows: Collection[Arrival], ids: Mapping[UUID, UUID]) -> set[UUID]:
    """Those whose journey an earlier arrival under another id of the same person tells already."""
    counting: dict[UUID, list[Arrival]] = defaultdict(list)
    again = set()
    for row in sorted(rows, key=lambda one: (one.happened_at, one.root.int)):
        known = counting[ids[row.person]]
        if any(_same(row, one) for one in known):
            again.add(row.id)
        else:
            known.append(row)
    return again


def _same(row: Arrival, other: Arrival) -> bool:
    near = abs(row.day - other.day) <= SAME_JOURNEY
    return near and row.person != other.person and agree(row.origin_code, other.origin_code)


def _wait(rows: Collection[Arrival], ids: Mapping[UUID, UUID]) -> None:
    """Each journey is waited for once, under the id that is kept. What was done or given up stays."""
    held: dict[str, list[Task]] = defaultdict(list)
    for task in Task.objects.filter(kind=VISIT, subject_id__in=list(ids)):
        held[task.slot].append(task)
    gone, back, new = [], [], []
    for row in rows:
        mine = held[str(row.root)]
        alive = [task for task in mine if task.withdrawn_at is None]
        aside = [task for task in mine if task.withdrawn_at is not None and task.reason == MERGED]
        if any(task.done_at for task in mine) or not (alive or aside):
            continue
        wanted = None if row.again else ids[row.person]
        gone += [task.id for task in alive if task.subject_id != wanted]
        if wanted is None or any(task.subject_id == wanted for task in alive):
            continue
        known = [task.id for task in aside if task.subject_id == wanted]
        back += known
        if not known:
            new.append(_for(wanted, mine[0]))
    tasks.dismiss(gone, MERGED)
    tasks.reinstate(back)
    tasks.expect(VISIT, new)


def _for(person: UUID, task: Task) -> tasks.Expected:
    return tasks.Expected(
        person,
        task.place,
        task.opens_at,
        task.due_at,
        slot=task.slot,
        source=task.source,
    )
