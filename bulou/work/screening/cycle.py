"""Doors that a rule wants to be seen anew after some days, clear or not: by when the next round is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from bulou.core.places.codes import path_codes
from bulou.core.rulebook import book
from bulou.lib import clock
from bulou.work.screening.models import Round

_DAYS = "screening.cycle_days"


def next_due(plans: Sequence[Round], now: datetime) -> dict[UUID, datetime]:
    """{round: by when its doors want the next one}: of those that are over, with none begun since. Two queries.

    A chain is one round here: it began with its first. What another set asks, or about other things, is no next one.
    """
    over = [plan for plan in plans if "water" in plan.questions and plan.due_at < now]
    if not over:
        return {}
    began = dict(Round.objects.filter(pk__in={plan.chain for plan in over}).values_list("pk", "opens_at"))
    around = {code for plan in over for code in path_codes(plan.place)}
    begun = Round.objects.filter(after=None, ended_at=None, place__in=around)
    later = list(begun.filter(opens_at__gt=min(began.values())))
    found = {}
    for plan in over:
        first = began[plan.chain]
        day = clock.day_of(first)
        days = book().find(_DAYS, plan.place, day, plan.profile)
        if days is not None and not any(_is_next(one, plan, first) for one in later):
            found[plan.id] = first + timedelta(days=int(days.value))
    return found


def _is_next(other: Round, plan: Round, first: datetime) -> bool:
    same = (other.subjects, other.unit) == (plan.subjects, plan.unit) and "water" in other.questions
    return same and other.opens_at > first and other.place in path_codes(plan.place)
