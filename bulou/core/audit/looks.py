"""Looks at people: each one kept, and reading in bulk noticed."""

from __future__ import annotations

import os
import tomllib
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction

from bulou.core.audit.door import Note, enter
from bulou.core.audit.models import AuditEntry, AuditReason
from bulou.lib import clock, secret

if TYPE_CHECKING:
    from bulou.core.staff.actor import Actor

LOOK = "look"
ALERT = "alert.bulk-reading"
_NONCE = 12


@cache
def limits() -> dict[str, Any]:
    """The audit's own numbers, from `limits.toml`."""
    return tomllib.loads((Path(__file__).parent / "limits.toml").read_text())


def look(by: Actor, subject_type: str, subject_id: object, place: str, why: str = "") -> None:
    """Keep that `by` opened a subject. `why` is sealed apart, because words may name a person.

    Enters an `alert.bulk-reading` when one account opened too many different people in a short time,
    once per such time.
    """
    what = Note(subject_type=subject_type, subject_id=str(subject_id), place=place)
    if why:
        what.detail["why"] = True
    with transaction.atomic():
        entry = enter(LOOK, by, what)
        if why:
            AuditReason.objects.create(entry=entry.pk, cipher=_seal(why, entry.pk))
        _notice_bulk(by)


def _notice_bulk(by: Actor) -> None:
    rule = limits()["bulk-reading"]
    since = clock.now() - timedelta(minutes=rule["minutes"])
    recent = AuditEntry.objects.filter(account=by.account, at__gt=since)
    looks = recent.filter(act=LOOK).exclude(subject_id="").values("subject_id").distinct().count()
    if looks >= rule["persons"] and not recent.filter(act=ALERT).exists():
        enter(
            ALERT, by, Note(subject_type="account", subject_id=str(by.account), place=by.place, count=looks)
        )


def _seal(text: str, entry: int) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(secret.key("audit-reason")).encrypt(nonce, text.encode(), str(entry).encode())


def reason(entry: int) -> str:
    """The words given for a look; empty when there were none or they have been destroyed."""
    kept = AuditReason.objects.filter(entry=entry).values_list("cipher", flat=True).first()
    if kept is None:
        return ""
    raw = bytes(kept)
    return (
        AESGCM(secret.key("audit-reason")).decrypt(raw[:_NONCE], raw[_NONCE:], str(entry).encode()).decode()
    )
