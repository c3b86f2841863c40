"""What reports bring to first pages: what I owe and by when, who below me is late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bulou.core.cards import Card
from bulou.core.places.codes import LENGTHS, is_code, level_of
from bulou.core.staff.actor import Actor
from bulou.core.tasks.models import Task
from bulou.lib import clock
from bulou.reports import queries, shown, turns
from bulou.reports.actions import WRITERS

_NAMES = 6


def today(by: Actor, place: str) -> list[Card]:
    """The turns that this place owes, and the places right below it that are silent."""
    if by.role not in WRITERS or not is_code(place):
        return []
    now = clock.now()
    return [*_owed(by, place, now), *_silent(by, place, now)]


def _owed(by: Actor, place: str, now: datetime) -> list[Card]:
    unsent = (
        [turn for turn in queries.owed(by, place, now) if turn.report is None] if turns.level(place) else []
    )
    return [
        Card(
            _("Report of %(turn)s") % {"turn": shown.turn_word(turn.slot.name)}, 1,
            f"/reports/?place={place}&slot={turn.slot.name}", "miss" if turn.slot.due_at < now else "now",
            _("due at %(time)s") % {"time": f"{turn.slot.due_at.astimezone(clock.zone()):%m-%d %H:%M}"}, rank=88,
        )
        for turn in unsent
    ]  # fmt: skip


def _silent(by: Actor, place: str, now: datetime) -> list[Card]:
    level = level_of(place) + 1
    if level not in turns.LEVELS:
        return []
    silent = [one for one in queries.turnout(by, place, level, now) if one.done_at is None]
    word = turns.LEVELS[level]
    title = (
        _("Villages that are late with their report")
        if word == "village"
        else _("Townships that are late with their report")
    )
    url = f"/reports/turnout/?place={place}&level={word}"
    return [Card(title, len(silent), url, "miss", names=[one.name for one in silent[:_NAMES]], rank=87)]


def act(task: Task) -> str:
    """A report is sent on the page of reports of the place that owes it."""
    own = task.kind.startswith("reports.") and len(task.place) in LENGTHS
    return f"/reports/?place={task.place}&slot={task.slot}" if own else ""


def words(record: Any) -> str:
    from bulou.reports.models import Sent

    return shown.turn_word(record.slot) if isinstance(record, Sent) else ""


ANSWERS: dict[str, Callable[..., Any]] = {"today": today, "act": act, "words": words}
