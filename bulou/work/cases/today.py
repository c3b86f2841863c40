"""What cases bring to first pages, to persons' pages and to the board."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from bulou.core.cards import Card, Headline
from bulou.core.people.models import Person
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.roles import CLINIC
from bulou.core.tasks.models import OPEN, Task
from bulou.lib import clock, degrees, sql
from bulou.work.cases import forms, queries, rules
from bulou.work.cases.actions import REPORTERS
from bulou.work.cases.models import Outcome, Reported, Turn

_KINDS = (rules.RECEIVE, rules.RESULT, rules.SETTLE)
HEADLINES = (
    Headline("cases.open", lazy("Fevers without an outcome"), "fever", gap=True),
    Headline("cases.confirmed_now", lazy("Confirmed")),
)


def headlines() -> list[Headline]:
    return list(HEADLINES)


def today(by: Actor, place: str) -> list[Card]:
    """Fevers that wait for the clinic, those whose outcome is overdue first."""
    if by.role not in queries.READERS:
        return []
    counts = queries.counts(sql.subtree(queries.cases(by), place))
    owed = sql.subtree(within(by, Task.objects.filter(OPEN, kind__in=_KINDS, due_at__lt=clock.now())), place)
    url = f"/cases/?place={place}"
    return [
        Card(_("The fever clinic is late with a fever"), owed.count(), url, "miss", rank=93),
        Card(
            _("On the way to the fever clinic"),
            counts["on-the-way"],
            f"{url}&waiting=on-the-way",
            "fever",
            rank=85,
        ),
        Card(_("Outcome of a fever owed"), counts["outcome"], f"{url}&waiting=outcome", "wait", rank=72),
    ]


def act(task: Task) -> str:
    return f"/cases/{task.source}/" if task.kind in _KINDS and task.source else ""


def words(record: Any) -> str:
    """What a record of a case says: why, which outcome, how high."""
    if not isinstance(record, Turn):
        return ""
    said: list[Any] = [
        forms.REASONS.get(getattr(record, "reason", "")), forms.OUTCOMES.get(getattr(record, "outcome", "")),
    ]  # fmt: skip
    if getattr(record, "tenths", None):
        said.append(degrees.celsius(record.tenths))  # type: ignore[attr-defined]
    return " · ".join(str(part) for part in said if part)


def choices(record: Any, by: Actor) -> dict[str, list[tuple[str, Any]]]:
    """What may be chosen where one of these records is corrected."""
    if isinstance(record, Reported):
        return {"reason": [(word, forms.REASONS[word]) for word in ("fever", "symptoms", "arrival")]}
    return {"outcome": [*forms.OUTCOMES.items()]} if isinstance(record, Outcome) else {}


def person_acts(by: Actor, person: Person) -> list[tuple[Any, str]]:
    return [(_("Report to the fever clinic"), f"/cases/report/{person.id}/")] if by.role in REPORTERS else []


def home(by: Actor) -> str:
    """The clinic's day begins with its list."""
    return "/cases/" if by.role in CLINIC else ""


ANSWERS: dict[str, Callable[..., Any]] = {
    "today": today, "headlines": headlines, "act": act, "words": words, "choices": choices,
    "person_acts": person_acts, "home": home,
}  # fmt: skip
