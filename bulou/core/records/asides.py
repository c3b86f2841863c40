"""What did not become a record is kept with its reason, sealed, until a person has dealt with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models

from bulou.core.audit import verb
from bulou.core.records.kinds import Incoming, Item, Result
from bulou.core.records.models import Aside
from bulou.core.staff.actor import Actor, of_post
from bulou.core.staff.roles import OFFICE
from bulou.lib import clock, ids, secret, sql


def keep(items: Sequence[Item], now: datetime) -> None:
    """Keep these items aside; the same one handed in again is the same matter."""
    Aside.objects.bulk_create([_aside(item, now) for item in items], ignore_conflicts=True)


def _aside(item: Item, now: datetime) -> Aside:
    # A place that is not the sender's is not written down as theirs: the matter is theirs, at their place.
    place = item.came.place if item.by.reaches(item.came.place) else item.by.place
    return Aside(
        id=ids.new(), record=item.id, kind=item.came.kind[:40], place=place[:20], status=item.status,
        code=item.code, digest=item.digest, waits_for=item.waits_for, account=item.by.account or None,
        post=item.by.post or None, at=now, payload=_seal(item),
    )  # fmt: skip


def _cipher() -> AESGCM:
    return AESGCM(secret.key("asides"))


def _seal(item: Item) -> bytes:
    nonce = os.urandom(12)
    return nonce + _cipher().encrypt(nonce, orjson.dumps(asdict(item.came)), item.id.bytes)


def opened(aside: Aside) -> Incoming:
    """What was handed in, as it was handed in."""
    sealed = bytes(aside.payload)
    said: dict[str, Any] = orjson.loads(_cipher().decrypt(sealed[:12], sealed[12:], aside.record.bytes))
    said["id"] = UUID(said["id"])
    said["replaces"] = UUID(said["replaces"]) if said["replaces"] else None
    said["happened_at"] = datetime.fromisoformat(said["happened_at"])
    return Incoming(**said)


def release(came: Collection[UUID], take_items: Callable[[list[Item]], list[Result]]) -> None:
    """Take in the corrections that waited for these records."""
    clause, params = sql.among("waits_for", came)
    found = sql.rows(
        f"SELECT id FROM records_aside WHERE settled_at IS NULL AND {clause}", params, again=sql.few(came)
    )
    if not found:
        return
    waiting = list(Aside.objects.filter(pk__in=[sql.as_uuid(row[0]) for row in found]).order_by("record"))
    Aside.objects.filter(pk__in=[a.pk for a in waiting]).update(settled_at=clock.now(), settled_how="came")
    items = [Item(n, opened(aside), _sender(aside)) for n, aside in enumerate(waiting)]
    for aside, item, result in zip(waiting, items, take_items(items), strict=True):
        if result.code == aside.code:  # not its sender's to correct: it waits on, for a person
            on = None if item.came.replaces in came else item.came.replaces
            Aside.objects.filter(pk=aside.pk).update(settled_at=None, settled_how="", waits_for=on)


def _sender(aside: Aside) -> Actor:
    from bulou.core.staff.actor import SYSTEM
    from bulou.core.staff.models import Post

    post = Post.objects.select_related("account").filter(pk=aside.post or 0).first()
    return of_post(post) if post else SYSTEM


def waiting(actor: Actor) -> models.QuerySet[Aside]:
    """What waits for a person in the actor's territory, oldest first."""
    from bulou.core.staff.actor import within

    return within(actor, Aside.objects.filter(settled_at=None)).order_by("at")


@verb("records.settle", roles=OFFICE)
def settle(by: Actor, aside: UUID, how: str) -> None:
    """A person has dealt with one (`how`: entered-again, not-needed, …)."""
    waiting(by).filter(pk=aside).update(settled_at=clock.now(), settled_by=by.account, settled_how=how[:20])
