"""What was handed in, kept: the run, and each row sealed under its person's key, else under the run's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from bulou.core.people import keys, seal
from bulou.exchange.ledger import codes as code_book
from bulou.exchange.ledger.files import Cell
from bulou.exchange.models import ImportRow, ImportRun
from bulou.exchange.who import Fate
from bulou.lib import sql

_COLUMNS = (
    "run", "at", "sheet", "number", "verdict", "codes", "place", "person", "records", "same_as", "event", "sealed",
    "decision",
)  # fmt: skip
_MOST_CODES = 300


def rows(run: UUID, fates: Sequence[Fate]) -> None:
    """Store a chunk's rows. In the transaction that took them in."""
    holders = keys.fetch({fate.person for fate in fates if fate.person is not None and _theirs(fate)})
    own = keys.need({run})[run]
    uid = keys.uids()
    values = []
    for fate in fates:
        person = fate.person if fate.person in holders and _theirs(fate) else None
        key = holders[person] if person else own
        cipher = seal.seal(key, _said(fate), _bound(run, fate.at))
        row = fate.row
        values.append((
            uid(run), fate.at, row.sheet[:60], row.row, fate.verdict, " ".join(fate.codes)[:_MOST_CODES],
            fate.place, uid(person), " ".join(str(i) for i in fate.records), fate.same_as, uid(fate.event), cipher, "",
        ))  # fmt: skip
    keys.insert(ImportRow, _COLUMNS, values)


def change(run: UUID, fates: Sequence[Fate]) -> None:
    """Lines that came to something else than foreseen, or have records now. In their transaction."""
    holders = keys.fetch({fate.person for fate in fates if fate.person is not None and _theirs(fate)})
    own = keys.need({run})[run] if fates else b""
    uid = keys.uids()
    values = []
    for fate in fates:
        person = fate.person if fate.person in holders and _theirs(fate) else None
        cipher = seal.seal(holders[person] if person else own, _said(fate), _bound(run, fate.at))
        values.append((
            fate.verdict, " ".join(fate.codes)[:_MOST_CODES], uid(person), fate.place, uid(fate.event),
            " ".join(str(i) for i in fate.records), cipher, uid(run), fate.at,
        ))  # fmt: skip
    keys.many(
        "UPDATE exchange_importrow SET verdict = %s, codes = %s, person = %s, place = %s, event = %s,"
        " records = %s, sealed = %s WHERE run = %s AND at = %s",
        values,
    )


def _theirs(fate: Fate) -> bool:
    """Whether a row surely speaks of its person: a held one may speak of somebody else."""
    return fate.verdict in (code_book.ACCEPTED, code_book.DUPLICATE)


def _said(fate: Fate) -> dict[str, Any]:
    row = fate.row
    raw = [cell if isinstance(cell, (str, int, float, bool)) else _plain(cell) for cell in row.raw]
    said = {"raw": raw, "values": row.values, "readings": row.readings, "words": fate.words, "day": row.day}
    return {name: value for name, value in said.items() if value}


def _plain(cell: Cell) -> str:
    return str(cell) if isinstance(cell, dt.timedelta) else cell.isoformat()  # type: ignore[union-attr]


def _bound(run: UUID, at: int) -> bytes:
    return run.bytes + at.to_bytes(4, "big")


def opened(found: Iterable[ImportRow]) -> list[tuple[ImportRow, dict[str, Any]]]:
    """Rows with what was sealed: raw, values, readings, words, day. Whose key is gone says nothing."""
    listed = list(found)
    held = keys.fetch({row.person or row.run for row in listed})
    told = []
    for row in listed:
        key = held.get(row.person or row.run)
        told.append((row, seal.open_(key, row.sealed, _bound(row.run, row.at)) if key else {}))
    return told


def supersede(run: ImportRun) -> None:
    """The same file again: what waits of its earlier runs now waits here."""
    earlier = ImportRun.objects.filter(digest=run.digest, place=run.place, superseded_by=None)
    earlier.exclude(pk=run.pk).exclude(state=ImportRun.LOOKED).update(superseded_by=run.pk)


def lock(place: str) -> None:
    """Files take turns chunk by chunk: two that name the same new person must not both make them.

    SQLite has one writer anyway.
    """
    if sql.is_postgres():
        sql.rows("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"exchange.take/{place}"])
