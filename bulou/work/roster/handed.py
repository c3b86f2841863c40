"""A place goes into another: who may be rostered there, its teams, seats and pairs go along, said in records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from bulou.core.records.intake import take
from bulou.core.records.kinds import Batch, Event, Incoming
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.core.succession import Standing
from bulou.lib import clock, ids
from bulou.work.roster.models import Formed, Joined, Member, Paired, Pairing, Stand, Team


def stands_at() -> list[Standing]:
    return [
        Standing("member", _("People who may be rostered"), lambda: Member.objects.filter(to_at=None)),
        Standing("team", _("Service teams"), lambda: Team.objects.filter(ended_at=None)),
        Standing("stand", _("Seats on the roster"), lambda: Stand.objects.filter(ends_at__gt=clock.now())),
        Standing("pairing", _("Compounds paired with a unit"), lambda: Pairing.objects.filter(to_day=None)),
    ]


def on_handed(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """What is counted of them is less in the place that was, and more in the one that took it over."""
    for event in events:
        moved = event.facts["moved"]
        said: list[tuple[str, Any, dict[str, Any]]] = [
            (Joined.kind, one.id, {"member": str(one.id), "origin": one.origin})
            for one in Member.objects.filter(pk__in=moved["member"])
        ]
        said += [
            (Formed.kind, one.id, {"team": str(one.id), "colour": one.colour})
            for one in Team.objects.filter(pk__in=moved["team"])
        ]
        said += [
            (Paired.kind, one.id, {"unit": str(one.unit), "units": 0})
            for one in Pairing.objects.filter(pk__in=moved["pairing"])
        ]
        records = [
            Incoming(
                kind,
                ids.derived(kind, pk, share, event.source, event.place),
                place,
                event.at,
                {**data, "share": share},
            )
            for kind, pk, data in said
            for share, place in ((-1, event.facts["from"]), (1, event.place))
        ]
        take(records, replace(by, role=Role.SYSTEM))
