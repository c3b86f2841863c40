"""Somebody moves and takes the observation along: said at both places, and handed over to those who answer there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from bulou.core.people import actions as people
from bulou.core.records.kinds import Batch, Event
from bulou.core.staff import responsibility
from bulou.core.staff.actor import Actor
from bulou.core.staff.queries import posted, responsible
from bulou.core.staff.responsibility import Named
from bulou.core.staff.roles import Role
from bulou.core.succession import Standing, among
from bulou.core.tasks import write as tasks
from bulou.core.tasks.owners import post_of
from bulou.work.observation import lodging
from bulou.work.observation.duties import ASKED
from bulou.work.observation.models import Observation, Site
from bulou.work.observation.opening import expect_notice, record, write

COUNTY, VILLAGE = 6, 12  # digits of their codes


def carry(by: Actor, plan: Observation, place: str, at: datetime) -> None:
    """From a moment on it is the new place's: the home, the release, what is to be measured, a notice anew."""
    before = plan.place
    write(by, [record(by, "observation.moved", plan, at, direction="out", other=place)])
    people.move(plan.person, place, by=by)
    _hand_over(by, plan.person, before, place)
    plan.place, plan.version = place, plan.version + 1
    write(by, [record(by, "observation.moved", plan, at, direction="in", other=before)])
    plan.save(update_fields=["place", "version"])
    tasks.move("observation.release", plan.person, place, at)
    lodging.hand_over(plan, at)
    for kind in ("observation.notice", *ASKED):
        tasks.withdraw(kind, [plan.person], at, "moved")
    expect_notice([plan], at)


def _hand_over(by: Actor, person: UUID, before: str, place: str) -> None:
    """Whoever answered by name hands over to who holds the same post at the new place; nobody is left in between.

    Within one village they keep answering. A role that nobody holds at the new place ends, and shows as open.
    """
    if before[:VILLAGE] == place[:VILLAGE]:
        return
    roles = {row.role: post_of(row.role, row.place) for row in responsible("person", [person])[person]}
    posts = posted({Role(role) for role in roles.values() if role in set(Role)}, [place])[place]
    named = [
        Named(said, "person", person, place, posts[Role(role)].account_id)
        for said, role in roles.items()
        if role in posts
    ]
    responsibility.move("person", [person], place, by, named=named)


def stands_at() -> list[Standing]:
    return [
        Standing(
            "observation",
            _("Under observation"),
            lambda: Observation.objects.filter(closed_at=None),
            "person",
        ),
        Standing("site", _("Central sites"), lambda: Site.objects.all()),
    ]


def on_handed(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """A place went into another: who is observed there, or lies in a bed there, is from now on at that one.

    Nobody moved and the same people measure, so no notice is owed anew.
    """
    for event in events:
        old, new = event.facts["from"], event.place
        plans = list(
            among(Observation.objects.all(), "id", event.facts["moved"]["observation"]).order_by("pk")
        )
        write(
            by,
            [
                record(by, "observation.moved", p, event.at, direction="out", other=new, place=old)
                for p in plans
            ],
        )
        write(by, [record(by, "observation.moved", p, event.at, direction="in", other=old) for p in plans])
        among(Observation.objects.all(), "id", [p.pk for p in plans]).update(version=F("version") + 1)
        sites = event.facts["moved"]["site"]
        lying = list(Observation.objects.filter(closed_at=None, bed__site__in=sites)) if sites else []
        lodging.rehouse(by, lying, old, new, event.at)
