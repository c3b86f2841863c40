"""What duty brings to first pages and lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from bulou.core.cards import Card, Headline
from bulou.core.own import sees_duty
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import OFFICE
from bulou.core.tasks.duties import duties as all_duties
from bulou.core.tasks.models import Task
from bulou.desk.common import short
from bulou.work.roster import duties, plan, queries
from bulou.work.roster.models import Decided, Off, On, Stood
from bulou.work.roster.shown import OUTCOMES, need_names, turn_words

_NAMED = 3  # names on a card


def headlines() -> list[Headline]:
    return [Headline("roster.signed", lazy("Signed on for duty"), day=True)]


def today(by: Actor, place: str) -> list[Card]:
    """Who is missing now, and which holes are coming."""
    cards = []
    if sees_duty(by.role, all_duties()[duties.SHIFT]):
        now = list(queries.empty_now(by, place))
        ahead = queries.holes_ahead(by, place) if by.role in OFFICE else []
        named = {seat.need.id: seat.need.name for seat in ahead}
        first = {one: short(next(s.span.start for s in ahead if s.need.id == one)) for one in named}
        where = need_names({task.subject_id for task in now}, place)
        cards += [
            Card(
                _("Nobody has signed on"), len(now), f"/roster/holes/?place={place}", "miss",
                _("somebody should stand there now"), _first(where.get(task.subject_id, "") for task in now),
                rank=90,
            ),
            Card(
                _("Seats with nobody on the roster"), len(ahead), f"/roster/holes/?place={place}&show=ahead", "wait",
                _("in the days ahead"), _first(f"{named[one]} {first[one]}" for one in named), rank=60,
            ),
        ]  # fmt: skip
    if by.role in OFFICE:
        cards.append(
            Card(
                _("Applications to stand duty"), queries.waiting(by, place).count(),
                f"/roster/applications/?place={place}", "wait", rank=45,
            )
        )  # fmt: skip
    return cards


def _first(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(name for name in names if name))[:_NAMED]


def act(task: Task) -> str:
    if task.kind == duties.SHIFT:
        return f"/roster/seats/{task.subject_id}/?slot={task.slot.replace('#', '%23').replace('+', '%2B')}"
    if task.kind == duties.HAND_OVER:
        return f"/roster/members/{task.subject_id}/"
    return f"/roster/applications/?place={task.place}" if task.kind == duties.DECIDE else ""


def words(record: Any) -> str:
    if isinstance(record, On | Off):
        named = getattr(record, "named", ())
        return " · ".join(filter(None, [*named, turn_words(record.slot.partition("#")[0])]))
    if isinstance(record, Stood):
        hours, minutes = divmod(record.minutes, 60)
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    return str(OUTCOMES.get(record.outcome, record.outcome)) if isinstance(record, Decided) else ""


def tick(_now: Any) -> None:
    """Tasks that were laid since are told who is to stand in them."""
    plan.label()


ANSWERS: dict[str, Callable[..., Any]] = {
    "today": today, "headlines": headlines, "act": act, "words": words, "tick": tick,
    "subject_names": queries.subject_names,
}  # fmt: skip
