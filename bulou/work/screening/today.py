"""What rounds bring to first pages, to persons' pages and to the board."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from bulou.core.cards import Card, Headline
from bulou.core.staff.actor import Actor
from bulou.core.tasks.models import Task
from bulou.desk.common import short
from bulou.lib import clock
from bulou.work.screening import actions, cycle, duties, queries, rules
from bulou.work.screening.models import Answer, Round, Visit

OUTCOMES = {
    rules.SEEN: pgettext_lazy("door", "Seen"), rules.NOBODY: lazy("Nobody home"),
    rules.REFUSED: pgettext_lazy("door", "Refused"),
    rules.MOVED: lazy("Moved away"),
}  # fmt: skip
FOUND = {rules.HERE: lazy("Here"), rules.AWAY: lazy("Away, known where"), rules.GONE: lazy("Nobody can find")}
_RUNNING = 6  # rounds that a first page names


def headlines() -> list[Headline]:
    return [Headline("screening.left", lazy("Households not entered"), gap=True)]


def today(by: Actor, place: str) -> list[Card]:
    """The rounds that run or have left gaps, each with what is left of it here."""
    now = clock.now()
    begun = queries.rounds(by).filter(ended_at=None, opens_at__lte=now)
    # Of a chain the last that goes through all of the place: what it has left is what all of them have.
    around = [place[:size] for size in range(2, len(place) + 1)]
    later = begun.filter(after=OuterRef("pk")).filter(Q(place=OuterRef("place")) | Q(place__in=around))
    running = list(begun.exclude(Exists(later.order_by()))[:_RUNNING])
    found = queries.own_covers(by, running, place)
    cards = []
    for plan in running:
        if cover := found.get(plan.id):
            late = plan.due_at < now
            note = _("%(percent)s reached, by %(due)s; never reached: %(never)s") % {
                "percent": cover.percent, "due": short(plan.due_at), "never": cover.never,
            }  # fmt: skip
            url = f"/screening/{plan.id}/?place={place}"
            cards.append(
                Card(plan.name, cover.gap, url, "miss" if late else "now", note, rank=78 if late else 44)
            )
    return [*cards, *_next_rounds(by, running, found, now)]


def _next_rounds(
    by: Actor, running: list[Round], found: dict[UUID, rules.Cover], now: datetime
) -> list[Card]:
    """Rounds that are over and whose doors are to be seen anew, for those who would begin the next one."""
    own = [
        plan for plan in running if by.role in actions.MAKERS and by.reaches(plan.place) and plan.id in found
    ]
    next_due = cycle.next_due(own, now)
    return [
        Card(
            _("Begin the next round: %(name)s") % {"name": plan.name}, found[plan.id].expected,
            f"/screening/new/?like={plan.id}", "miss" if due < now else "wait",
            _("Each of these doors again by %(due)s") % {"due": short(due)}, rank=79 if due < now else 46,
        )
        for plan in own if (due := next_due.get(plan.id))
    ]  # fmt: skip


def act(task: Task) -> str:
    if task.kind in rules.KINDS or task.kind == duties.AGAIN:
        return f"/screening/doors/{task.id}/"
    return ""


def words(record: Any) -> str:
    """A visit: what was found; an answer: where the person is, and what was said of them."""
    if isinstance(record, Visit):
        return str(OUTCOMES.get(record.outcome, record.outcome))
    if not isinstance(record, Answer):
        return ""
    said = [
        FOUND.get(record.found, record.found),
        "" if record.known else _("was not on the register"),
        _("returned from elsewhere") if record.returned else "",
        _("contact with a case") if record.contact else "",
        _("fever") if record.fever else "",
        _("cough or short of breath") if record.symptoms else "",
    ]
    return " · ".join(str(part) for part in said if part)


ANSWERS: dict[str, Callable[..., Any]] = {
    "today": today, "headlines": headlines, "act": act, "words": words, "timeline": queries.timeline,
    "subject_names": queries.subject_names,
}  # fmt: skip
