"""A breach that starts the term again does so by itself, whichever way it was handed in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bulou.core.records.kinds import Batch
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import OFFICE, Role
from bulou.lib import clock
from bulou.work.observation import rules
from bulou.work.observation.models import Breach, Observation
from bulou.work.observation.opening import restart, running_of
from bulou.work.observation.queries import terms_of

RESTARTED = "restarted"  # what was done about a breach
NOT_KEPT, KEPT = "not-kept", "kept"
# Of anybody else it is a wish: it stands against the release until an office acts.
MAY = OFFICE | {Role.SYSTEM}


def stored(batch: Batch) -> None:
    """The term counts from the day of the breach, unless it began later already."""
    said = [item for item in batch.counting if item.row["action"] == RESTARTED and item.by.role in MAY]
    for item in sorted(said, key=lambda item: item.came.happened_at):
        plan = running_of([item.row["person"]]).get(item.row["person"])
        if plan is None or item.came.happened_at < plan.opened_at or item.row["day"] <= plan.clock_from:
            continue
        days = int(value("observation.days", plan.place, item.row["day"], plan.profile))
        first, last = rules.term(item.row["day"], days)
        _owed_from_now(plan, batch.now)
        restart(item.by, plan, first, last, NOT_KEPT, item.came.happened_at)


def corrected(pairs: list[tuple[UUID, UUID]], batch: Batch) -> None:
    """One that did not start it again after all: the term is what it was before, unless it was changed since."""
    rows = {row.id: row for row in Breach.objects.filter(id__in=[one for pair in pairs for one in pair])}
    by = {item.id: item.by for item in batch.items}
    for before, after in pairs:
        was, row = rows[before], rows[after]
        if was.action == RESTARTED and row.action != RESTARTED:
            _take_back(was, by.get(after, batch.items[0].by), batch.now)


def _take_back(was: Breach, by: Actor, now: datetime) -> None:
    plan = running_of([was.person]).get(was.person)
    if plan is None:
        return
    terms = terms_of(plan.id)
    if len(terms) > 1 and (terms[-1].happened_at, getattr(terms[-1], "reason", "")) == (
        was.happened_at,
        NOT_KEPT,
    ):
        _owed_from_now(plan, now)
        restart(by, plan, terms[-2].clock_from, terms[-2].until_day, KEPT, now)


def _owed_from_now(plan: Observation, now: datetime) -> None:
    """Nobody was to be measured between the end of a term and the moment it was known to go on."""
    if clock.day_of(now) > plan.until_day:
        plan.owed_from = max(plan.owed_from, now)
