"""What the house itself has waiting for a post: records set aside, people entered twice, alerts of the audit."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from bulou.core.audit import looks
from bulou.core.audit import queries as audit
from bulou.core.cards import Card
from bulou.core.people.doubles import queries as doubles
from bulou.core.records import asides
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import AUDIT_READERS, OFFICE
from bulou.lib import clock


def cards(by: Actor) -> list[Card]:
    """Three queries at most; only what there is."""
    found: list[Card] = []
    if by.role in OFFICE:
        found.append(
            Card(_("Records that wait for a person"), asides.waiting(by).count(), "/asides/", rank=68)
        )
        found.append(
            Card(_("People perhaps entered twice"), doubles.waiting(by).count(), "/people/doubles/", rank=30)
        )
    if by.role in AUDIT_READERS:
        since = clock.now() - timedelta(days=1)
        alerts = audit.entries(by, place=by.place, act=looks.ALERT).filter(at__gt=since).count()
        found.append(Card(_("Alerts of the last day"), alerts, "/audit/?kind=alert", rank=66))
    return [card for card in found if card.count]
