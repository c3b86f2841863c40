"""A place goes into another: its posts and permits go along, and where posts stand is said in records."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from bulou.core.records.intake import take
from bulou.core.records.kinds import Batch, Event, Incoming
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.core.succession import Standing
from bulou.lib import ids
from bulou.work.checkpoints.models import Checkpoint, Permit, Turn


def stands_at() -> list[Standing]:
    return [
        Standing("checkpoint", _("Checkpoints"), lambda: Checkpoint.objects.filter(ended_at=None)),
        Standing("permit", _("Permits"), lambda: Permit.objects.filter(ended_at=None), "person"),
    ]


def on_handed(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """A post is closed in the place that was, and opened in the one that took it over."""
    for event in events:
        records = []
        for post in Checkpoint.objects.filter(pk__in=event.facts["moved"]["checkpoint"]).order_by("pk"):
            for what, place in (("closed", event.facts["from"]), ("opened", event.place)):
                key = ids.derived(Turn.kind, post.id, what, event.source, event.place)
                data = {"post": post.id.hex, "post_kind": post.kind, "what": what}
                records.append(Incoming(Turn.kind, key, place, event.at, data))
        take(records, replace(by, role=Role.SYSTEM))
