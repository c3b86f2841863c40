"""A place goes into another: open cases, and those who are to come back, go along; said in records."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from bulou.core.records.intake import take
from bulou.core.records.kinds import Batch, Event, Incoming
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.core.succession import Standing, among
from bulou.lib import ids
from bulou.work.cases import queries
from bulou.work.cases.models import Case, Moved

_UNDER_WAY = queries.OPEN_CASE | queries.WAITING["back"]


def stands_at() -> list[Standing]:
    return [
        Standing(
            "case",
            _("Fevers without an outcome, or not back yet"),
            lambda: Case.objects.filter(_UNDER_WAY),
            "person",
        )
    ]


def on_handed(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """A case leaves the place that was, and goes on in the one that took it over; what the clinic owes stays."""
    for event in events:
        records = []
        old, new = event.facts["from"], event.place
        for case in among(Case.objects.all(), "id", event.facts["moved"]["case"]).order_by("pk"):
            for direction, place, other in (("out", old, new), ("in", new, old)):
                key = ids.derived(Moved.kind, case.id, direction, event.source, new)
                data = {"person": str(case.person), "direction": direction, "other": other}
                # What a phone's clock opened a little ahead of ours goes along too.
                at = max(event.at, case.opened_at)
                records.append(Incoming(Moved.kind, key, place, at, data))
        take(records, replace(by, role=Role.SYSTEM))
