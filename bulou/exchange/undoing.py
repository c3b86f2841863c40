"""A file or a line of it is taken back: what it brought counts no more. Records stay and name what replaced them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bulou.core.audit import note, verb
from bulou.core.places.refused import UNKNOWN
from bulou.core.records import families
from bulou.core.records.intake import take
from bulou.core.records.kinds import Batch, Incoming
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import OFFICE, Role
from bulou.core.tasks.models import OPEN, Task
from bulou.core.tasks.write import dismiss
from bulou.exchange.ledger import codes as code_book
from bulou.exchange.models import ImportRow, ImportRun, Undone
from bulou.lib import clock, ids, sql
from bulou.lib.pace import Pace
from bulou.lib.refusals import Refusal, declare

UNDO_STATE = declare("undo-state", _("Only a file that was taken in can be taken back."))
UNDO_WHY = declare("undo-why", _("Say why the file is taken back."))
_TAKEN = (code_book.ACCEPTED, code_book.DUPLICATE)
_AT_ONCE = 40


def undo(run: ImportRun, by: Actor, why: str) -> int:
    """Take a file back, in pieces; how many people it concerned. Again after it stopped: it goes on.

    What somebody has corrected since stays, and so do the people themselves. Raises Refusal: undo-state,
    undo-why, place-unknown, not-allowed.
    """
    if not by.reaches(run.place):
        raise Refusal(UNKNOWN)
    if not why.strip():
        raise Refusal(UNDO_WHY)
    _begin(run, by=by)
    lines = ImportRow.objects.filter(run=run.id, verdict__in=_TAKEN).exclude(person=None)
    named = lines.order_by("at").values_list("person", flat=True)
    people = list(dict.fromkeys(person for person in named if person is not None))
    pace = Pace(people, _AT_ONCE, least=10)
    for some in pace:
        with pace.held():
            _piece(run, some, why.strip(), by=by)
    return len(people)


def undo_line(run: ImportRun, row: ImportRow, by: Actor) -> None:
    """What one line brought of its person counts no more. Whoever may decide lines may do it, so none is asked."""
    assert row.person is not None
    which = ids.derived("exchange.undone", run.id, row.person, row.at, row.decided_at)
    data = {"person": str(row.person), "run": str(run.id), "line": row.at}
    take([Incoming("exchange.undone", which, run.place, clock.now(), data)], replace(by, role=Role.SYSTEM))


@verb("exchange.undo", roles=OFFICE)
def _begin(run: ImportRun, by: Actor) -> None:
    if not ImportRun.objects.filter(pk=run.pk, state__in=(ImportRun.DONE, ImportRun.UNDONE)).update(
        state=ImportRun.UNDONE
    ):
        raise Refusal(UNDO_STATE)
    run.state = ImportRun.UNDONE
    note(subject_type="import", subject_id=run.id, place=run.place, count=run.counts.get("accepted"))


def _piece(run: ImportRun, people: Collection[UUID], why: str, by: Actor) -> None:
    now = clock.now()
    said = {
        person: Incoming(
            "exchange.undone", ids.derived("exchange.undone", run.id, person), run.place, now,
            {"person": str(person), "run": str(run.id), "note": why[:200]},
        )
        for person in people
    }  # fmt: skip
    known = set(
        Undone.objects.filter(id__in=[record.id for record in said.values()]).values_list("id", flat=True)
    )
    with transaction.atomic():
        take([record for record in said.values() if record.id not in known], by)


def stored(batch: Batch) -> None:
    """The records that the file brought about these people count no more, and the rooms hear of it."""
    said: dict[tuple[UUID, UUID], list[tuple[int, UUID]]] = {}
    runs = {item.data.run for item in batch.items}
    where, params = sql.among("person", [item.data.person for item in batch.items])
    lines = ImportRow.objects.extra(where=[where], params=params).filter(run__in=runs, verdict__in=_TAKEN)
    for run, person, at, records in lines.values_list("run", "person", "at", "records"):
        said.setdefault((run, person), []).extend((at, UUID(text)) for text in records.split())
    told = {
        item: [r for at, r in said.get((item.data.run, item.data.person), ()) if item.data.line in (None, at)]
        for item in batch.items
    }
    gone = families.void({record: item.id for item, records in told.items() for record in records})
    waiting = Task.objects.filter(
        OPEN, kind="exchange.assign", subject_id__in=[i.data.person for i in batch.items]
    )
    dismiss(list(waiting.values_list("id", flat=True)), "import-undone")
    for item in batch.items:
        batch.say("record.undone", item, records=[r for r in told[item] if r in gone])


def check(batch: Batch) -> None:
    """Only within the house: who may take a file back is asked by `undo`."""
    for item in batch.live:
        item.row["person"], item.row["run"], item.row["line"] = (
            item.data.person,
            item.data.run,
            item.data.line,
        )


def renamed(known: Collection[UUID], table_of: Callable[[UUID], str]) -> dict[UUID, UUID]:
    """New ids for records that were taken back and are told again, by their old ids."""
    by_table: dict[str, list[UUID]] = {}
    for record in known:
        by_table.setdefault(table_of(record), []).append(record)
    found: dict[UUID, UUID] = {}
    for table, records in by_table.items():
        where, params = sql.among("r.id", records)
        for record, undone in sql.rows(
            f"SELECT r.id, r.replaced_by FROM {table} r JOIN exchange_undone u ON u.id = r.replaced_by WHERE {where}",
            params,
        ):
            found[sql.as_uuid(record)] = ids.derived("again", sql.as_uuid(record), sql.as_uuid(undone))
    return found
