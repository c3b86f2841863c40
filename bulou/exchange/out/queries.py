"""Reading exports: whose they are, how they stand, and who may decide about them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bulou.core.people import seal
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.roles import TOWNSHIP, Role
from bulou.exchange.out.models import Export
from bulou.lib import clock, secret
from bulou.lib.refusals import Refusal, declare

declare("export-unknown", _("There is no such export here. It may have been somebody else's."))
# Whoever answers for a township or a county looks at what leaves it.
APPROVERS = TOWNSHIP | {Role.COUNTY_OFFICE, Role.COUNTY_LEADER}
WAITING, READY, DECLINED, ENDED = "waiting", "ready", "declined", "ended"
WITHDRAWN = "withdrawn"
# State: word, sign, tone.
STATES: Final = {
    WAITING: (_("waits for a second person"), "clock", "wait"),
    READY: (_("may be taken"), "check", "done"),
    DECLINED: (_("declined"), "circle-x", "none"),
    WITHDRAWN: (pgettext_lazy("export", "withdrawn"), "circle-minus", "none"),
    ENDED: (_("link has ended"), "hourglass", "none"),
}


def state(export: Export, now: datetime) -> str:
    """How an export stands at a moment."""
    if export.declined:
        return WITHDRAWN if export.decided_by == export.account else DECLINED
    if now >= export.ends_at:
        return ENDED
    return WAITING if export.second and export.decided_at is None else READY


def own(by: Actor) -> QuerySet[Export]:
    """What an account asked for, in whatever post, within the territory of this one."""
    return within(by, Export.objects.filter(account=by.account))


def waiting(by: Actor, now: datetime | None = None) -> QuerySet[Export]:
    """What waits for this account to be the second person."""
    found = Export.objects.filter(second=True, decided_at=None, ends_at__gt=now or clock.now())
    if by.role not in APPROVERS:
        return found.none()
    return within(by, found.exclude(account=by.account))


def get(by: Actor, pk: UUID) -> Export:
    """An export that is one's own, or that one is or was the second person for. Raises Refusal `export-unknown`."""
    found = (own(by) | waiting(by) | within(by, Export.objects.filter(decided_by=by.account))).filter(pk=pk)
    one = found.first()
    if one is None:
        raise Refusal("export-unknown")
    return one


def said(export: Export) -> dict[str, Any]:
    """What is sealed of an export: `words` (of the list's address), `why`, `answer`."""
    held = seal.open_(secret.key("exports"), export.sealed, export.id.bytes)
    return {"words": {}, "why": "", "answer": "", **held}


def sealed(pk: UUID, held: dict[str, Any]) -> bytes:
    return seal.seal(secret.key("exports"), held, pk.bytes)


def by_number(numbers: Collection[str]) -> QuerySet[Export]:
    """The exports that a file's marks name."""
    return Export.objects.filter(number__in=list(numbers)).order_by("at")
