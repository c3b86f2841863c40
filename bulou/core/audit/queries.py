"""What is read of the audit. Its readers see the entries of their territory."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bulou.core.audit.models import AuditEntry
from bulou.core.staff.actor import within
from bulou.core.staff.roles import AUDIT_READERS, Role
from bulou.lib import sql

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from bulou.core.staff.actor import Actor


def entries(
    actor: Actor,
    *,
    place: str = "",
    act: str = "",
    account: int | None = None,
    subject_id: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[AuditEntry]:
    """The entries that an actor may read, narrowed; none for those who are no readers of the audit.

    `act`: an act, or the beginning of one up to a dot ("observation").
    """
    qs = AuditEntry.objects.all()
    if actor.role not in AUDIT_READERS and actor.role is not Role.SYSTEM:
        return qs.none()
    qs = sql.subtree(within(actor, qs), place)
    if act:
        qs = qs.filter(act=act) if "." in act else sql.starts_with(qs, "act", act)
    if account is not None:
        qs = qs.filter(account=account)
    if subject_id:
        qs = qs.filter(subject_id=subject_id)
    if since:
        qs = qs.filter(at__gte=since)
    return qs.filter(at__lt=until) if until else qs


def alerts(actor: Actor) -> QuerySet[AuditEntry]:
    """What the audit itself has noticed in the actor's territory."""
    return entries(actor, act="alert")
