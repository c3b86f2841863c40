"""What arrivals bring to first pages, to persons' pages and to the board."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from bulou.core.cards import Card, Headline
from bulou.core.people.models import Person
from bulou.core.places.origins import origin_name
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import FIELD, OFFICE
from bulou.core.tasks.models import Task
from bulou.lib import clock
from bulou.work.arrivals import queries
from bulou.work.arrivals.models import Arrival, Seen

HEADLINES = (
    Headline("arrivals.arrived", lazy("Arrived today"), day=True),
)  # fmt: skip
OUTCOMES = {"at-home": lazy("at home"), "not-found": lazy("not found")}


def headlines() -> list[Headline]:
    return list(HEADLINES)


def today(by: Actor, place: str) -> list[Card]:
    """Who arrived and has not been seen, and whom the rules cannot decide about."""
    if by.role not in queries.READERS:
        return []
    waiting = queries.waiting(by, place)
    late = waiting.filter(due_at__lt=clock.now()).count()
    open_, url = waiting.count(), f"/arrivals/?place={place}"
    held = queries.counts(by, place)[queries.HELD] if by.role in OFFICE else 0
    behind = queries.late_today(by, place) if by.role in OFFICE else 0
    return [
        Card(_("Arrived, not seen at home in time"), late, url, "miss", rank=80),
        Card(_("Arrived, to be seen at home"), open_ - late, url, "now", rank=45),
        Card(_("Registered late today"), behind, f"{url}&show={queries.LATE}", rank=50),
        Card(_("Arrivals the rules cannot decide"), held, f"{url}&show={queries.HELD}", rank=60),
    ]


def act(task: Task) -> str:
    return f"/arrivals/?place={task.place}" if task.kind == queries.VISIT else ""


def words(record: Any) -> str:
    """An arrival: from where, by what; a visit: what was found."""
    if isinstance(record, Seen):
        return str(OUTCOMES.get(record.outcome, record.outcome))
    if not isinstance(record, Arrival):
        return ""
    from bulou.work.arrivals.desk import MEASURES, ORIGINS

    origin = origin_name(record.origin_code) or ORIGINS.get(record.origin, record.origin)
    left = (
        _("left the affected area %(day)s") % {"day": record.left_day.isoformat()} if record.left_day else ""
    )
    met = (
        _("last contact with a case %(day)s") % {"day": record.contact_day.isoformat()}
        if record.contact_day
        else ""
    )
    said = [origin, left, met, record.measure and MEASURES.get(record.measure, record.measure)]
    return " · ".join(str(part) for part in said if part)


def choices(record: Any, by: Actor) -> dict[str, list[tuple[str, Any]]]:
    """What may be chosen where a visit is corrected."""
    return {"outcome": [*OUTCOMES.items()]} if isinstance(record, Seen) else {}


def person_acts(by: Actor, person: Person) -> list[tuple[Any, str]]:
    return (
        [(_("Enter an arrival"), f"/arrivals/new/?person={person.id}")] if by.role in FIELD | OFFICE else []
    )


ANSWERS: dict[str, Callable[..., Any]] = {
    "today": today,
    "headlines": headlines,
    "act": act,
    "words": words,
    "choices": choices,
    "person_acts": person_acts,
}
