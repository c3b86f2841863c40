"""What was handed in, kept: the run, and each row sealed under its person's key, else under the run's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from bulou.core.people import keys
from bulou.exchange import beforehand
from bulou.exchange.ledger import codes as code_book
from bulou.exchange.models import ImportRow, ImportRun
from bulou.exchange.who import Fate
from bulou.lib import sql

_COLUMNS = (
    "run", "at", "sheet", "number", "verdict", "codes", "place", "person", "records", "same_as", "event", "sealed",
    "decision",
)  # fmt: skip
_MOST_CODES = 300


def rows(run: UUID, fates: Sequence[Fate]) -> None:
    """Store a chunk's rows, and forget the keys of those who were new. In the transaction that took them in."""
    verdicts = [fate.verdict for fate in fates]
    holders = _holders(fates, verdicts)
    own = keys.need({run})[run]
    uid = keys.uids()
    values, id_ = [], uid(run)
    for fate, verdict, key in zip(fates, verdicts, holders, strict=True):
        person = fate.person if key else None
        cipher = _sealed(key or own, run, fate)
        row = fate.row
        row.beforehand, fate.told, fate.key = None, None, b""
        values.append((
            id_, fate.at, row.sheet[:60], row.row, verdict, " ".join(fate.codes)[:_MOST_CODES],
            fate.place, uid(person), " ".join([str(i) for i in fate.records]), fate.same_as, uid(fate.event), cipher,
            "",
        ))  # fmt: skip
    keys.insert(ImportRow, _COLUMNS, values)


def _holders(fates: Sequence[Fate], verdicts: Sequence[str]) -> list[bytes]:
    """For each line the key of the one of whom it surely speaks; b"" where it speaks of nobody, or the key is gone."""
    theirs = [v in _THEIRS and f.person is not None for f, v in zip(fates, verdicts, strict=True)]
    known = keys.fetch(
        {f.person for f, sure in zip(fates, theirs, strict=True) if sure and not f.key and f.person}
    )
    return [
        (f.key or known.get(f.person, b"")) if sure and f.person else b""
        for f, sure in zip(fates, theirs, strict=True)
    ]


def change(run: UUID, fates: Sequence[Fate]) -> None:
    """Lines that came to something else than foreseen, or have records now. In their transaction."""
    verdicts = [fate.verdict for fate in fates]
    holders = _holders(fates, verdicts)
    own = keys.need({run})[run] if fates else b""
    uid = keys.uids()
    values = []
    for fate, verdict, key in zip(fates, verdicts, holders, strict=True):
        person = fate.person if key else None
        cipher = _sealed(key or own, run, fate)
        values.append((
            verdict, " ".join(fate.codes)[:_MOST_CODES], uid(person), fate.place, uid(fate.event),
            " ".join([str(i) for i in fate.records]), cipher, uid(run), fate.at,
        ))  # fmt: skip
    keys.many(
        "UPDATE exchange_importrow SET verdict = %s, codes = %s, person = %s, place = %s, event = %s,"
        " records = %s, sealed = %s WHERE run = %s AND at = %s",
        values,
    )


# A row with one of these surely speaks of its person: a held one may speak of somebody else.
_THEIRS = frozenset({code_book.ACCEPTED, code_book.DUPLICATE})


def _sealed(key: bytes, run: UUID, fate: Fate) -> bytes:
    """A line under a key; most were sealed beforehand, and nothing was found out about them since."""
    ahead = fate.row.beforehand
    if ahead and ahead.key == key and fate.words == (fate.row.words or {}):
        return ahead.line
    return beforehand.line(key, run, fate.at, fate.row, fate.words)


def opened(found: Iterable[ImportRow]) -> list[tuple[ImportRow, dict[str, Any]]]:
    """Rows with what was sealed: raw, values, readings, words, day. Whose key is gone says nothing."""
    listed = list(found)
    held = keys.fetch({row.person or row.run for row in listed})
    told = []
    for row in listed:
        key = held.get(row.person or row.run)
        bound = beforehand.bound_to(row.run, row.at)
        told.append((row, beforehand.unsealed(key, row.sealed, bound) if key else {}))
    return told


def alone(run: ImportRun) -> None:
    """Until the transaction ends nobody else ends a run of the same file: of two at once one is the later."""
    same = ImportRun.objects.filter(digest=run.digest, place=run.place).order_by("pk")
    list(same.select_for_update().values_list("pk", flat=True))


def supersede(run: ImportRun) -> None:
    """The same file again: what waits of its earlier runs now waits here."""
    earlier = ImportRun.objects.filter(digest=run.digest, place=run.place, superseded_by=None)
    untaken = (ImportRun.LOOKING, ImportRun.LOOKED)
    earlier.exclude(pk=run.pk).exclude(state__in=untaken).update(superseded_by=run.pk)


def lock(place: str) -> None:
    """Files take turns chunk by chunk: two that name the same new person must not both make them.

    SQLite has one writer anyway.
    """
    if sql.is_postgres():
        sql.rows("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"exchange.take/{place}"])
