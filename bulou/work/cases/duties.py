"""What the fever clinic owes: each is received, and each outcome comes back, within hours of the rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from bulou.core.rulebook import value
from bulou.core.tasks.duties import Answer
from bulou.work.cases import rules


def _hours(key: str) -> Callable[[str, date, str], timedelta]:
    def within(place: str, day: date, profile: str) -> timedelta:
        return timedelta(hours=int(value(key, place, day, profile or None)))

    return within


DUTIES = (
    Answer(
        rules.RECEIVE, _("Receive at the fever clinic"), role="fever-clinic",
        done_by=rules.RECEIVED, within=_hours("cases.arrive_within_hours"),
    ),
    Answer(
        rules.RESULT, _("Say the outcome"), role="fever-clinic",
        done_by=rules.OUTCOME, when="r.outcome <> 'withdrawn'", within=_hours("cases.outcome_within_hours"),
    ),
    Answer(
        rules.SETTLE, _("Confirm or exclude a suspicion"), role="fever-clinic",
        done_by=rules.OUTCOME, when="r.outcome IN ('confirmed', 'excluded')",
        within=_hours("cases.settle_within_hours"),
    ),
)  # fmt: skip
