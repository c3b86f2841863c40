"""The chain: closed entries are sealed block by block, so that a changed or missing row is found.

Entries commit with their acts and are chained only afterwards, so the chain never makes writers wait.
The hashes are keyed with a key outside the database: whoever can write there cannot mend the chain.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from bulou.core.audit.door import Note, enter, mac
from bulou.core.audit.models import AuditBlock, AuditEntry
from bulou.core.staff.actor import SYSTEM
from bulou.lib import clock, secret

if TYPE_CHECKING:
    from collections.abc import Iterable

_ROWS = 5_000  # of one block, so that sealing never holds a write transaction for long
_START = "0" * 64
ALERT_BROKEN = "alert.audit-broken"


@dataclass(frozen=True)
class Break:
    """Where the chain does not hold: a block, or one entry of it. `why`: changed, missing, unlinked."""

    why: str
    block: int | None = None
    entry: int | None = None


def seal_blocks() -> int:
    """Seal what has been entered so far; how many blocks were made. Safe beside another sealer."""
    made = 0
    try:
        while _seal_one():
            made += 1
    except IntegrityError:
        pass  # another process has just sealed the same rows: `prev_hash` is unique
    return made


def _seal_one() -> bool:
    with transaction.atomic():
        rows = list(
            AuditEntry.objects.filter(block=None, at__lte=clock.now())
            .order_by("id")
            .values_list("id", "mac")[:_ROWS]
        )
        if not rows:
            return False
        previous = AuditBlock.objects.order_by("-id").values_list("hash", flat=True).first() or _START
        block = AuditBlock.objects.create(
            at=clock.now(),
            first=rows[0][0],
            last=rows[-1][0],
            count=len(rows),
            prev_hash=previous,
            hash=_hash(previous, rows),
        )
        # Rows of a transaction that was slower may lie between: they keep no block and wait for the next.
        AuditEntry.objects.filter(pk__in=[pk for pk, _ in rows]).update(block=block.pk)
    return True


def _hash(previous: str, rows: Iterable[tuple[int, str]]) -> str:
    text = previous + "".join(f"|{pk}:{mac_}" for pk, mac_ in rows)
    return hmac.new(secret.key("audit"), text.encode(), hashlib.sha256).hexdigest()


def verify() -> list[Break]:
    """Every place where the audit has been changed; empty when it is whole. Reads block by block."""
    broken: list[Break] = []
    previous, last = _START, 0
    for block in AuditBlock.objects.order_by("id").iterator():
        if block.prev_hash != previous:
            broken.append(Break("unlinked", block=block.pk))
        broken += _verify_block(block)
        previous, last = block.hash, block.pk
    for entry in AuditEntry.objects.filter(block=None).iterator():
        if entry.mac != mac(entry):
            broken.append(Break("changed", entry=entry.pk))
    for pk in AuditEntry.objects.filter(block__gt=last).values_list("id", flat=True)[:_ROWS]:
        broken.append(Break("unlinked", entry=pk))
    return broken


def _verify_block(block: AuditBlock) -> list[Break]:
    entries = list(AuditEntry.objects.filter(block=block.pk).order_by("id"))
    changed = [Break("changed", block=block.pk, entry=e.pk) for e in entries if e.mac != mac(e)]
    if _hash(block.prev_hash, [(e.pk, e.mac) for e in entries]) != block.hash:
        why = "missing" if len(entries) < block.count else "changed"
        changed.append(Break(why, block=block.pk))
    return changed


def check() -> list[Break]:
    """The daily check: what `verify` finds is also entered as an alert that the audit's readers see."""
    broken = verify()
    if broken:
        enter(ALERT_BROKEN, SYSTEM, Note(count=len(broken)))
    return broken
