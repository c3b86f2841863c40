"""Doors and people of a round as lists show them: a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bulou.core.people.models import Household, Person
from bulou.core.people.queries import visible
from bulou.core.staff.actor import Actor
from bulou.core.tasks.models import Task
from bulou.desk import lists
from bulou.lib import clock
from bulou.work.screening import queries, rules
from bulou.work.screening.models import Answer, Round, Visit
from bulou.work.screening.today import OUTCOMES
from bulou.work.screening.today import words as in_words

_COLUMNS = [_("Place"), pgettext_lazy("door", "Found"), _("Last tried")]
_TONES = {
    rules.SEEN: ("done", "done"), rules.MOVED: ("ended", "calm"), rules.REFUSED: ("held", "wait"),
    rules.NOBODY: ("not-yet", "wait"),
}  # fmt: skip

# A second round says of whom the first one tried that they have not been reached in it.
NEVER, NOT_YET = _("Never reached"), _("Not in this round yet")


@dataclass(frozen=True)
class Line:
    """A door: what it is called, who lives there (of a unit's people the unit), what was found last, after how many
    times."""

    task: Task
    name: str
    people: list[str]
    place: str
    word: Any
    state: str
    tone: str
    times: int
    last: datetime | None


def columns(plan: Round) -> list[Any]:
    """The heads of a list of doors: who lives there, or of which unit somebody is."""
    of_unit = plan.subjects == "unit-people"
    return [_("Door"), pgettext_lazy("door", "Unit") if of_unit else _("People"), *_COLUMNS]


def lines(by: Actor, tasks: Sequence[Task], below: str) -> list[Line]:
    """Doors with names; who lives there only for those who may see people."""
    named = queries.subject_names([(task.subject_type, task.subject_id) for task in tasks])
    homes = [task.subject_id for task in tasks if task.subject_type == "household"]
    living = queries.living(homes) if homes and by.sees_people else {}
    persons = [task.subject_id for task in tasks if task.subject_type == "person"]
    shown = lists.shown(persons, below) if persons and by.sees_people else {}
    where = lists.place_names({task.place for task in tasks}, below)
    plans = Round.objects.in_bulk({task.source for task in tasks if task.source})
    of_units = {plan.pk for plan in plans.values() if plan.subjects == "unit-people"}
    units = queries.unit_names([task.subject_id for task in tasks if task.source in of_units])
    tried: dict[UUID, tuple[int, Visit]] = {}
    for plan in plans.values():
        tried |= queries.last_visits([task.subject_id for task in tasks if task.source == plan.id], plan)
    now = clock.now()
    found = []
    for task in tasks:
        person, times = shown.get(task.subject_id), tried.get(task.subject_id)
        state, tone = _TONES.get(task.detail, ("missed", "miss") if task.due_at < now else ("open", "now"))
        found.append(
            Line(
                task, person.name if person else named.get(task.subject_id, "—"),
                [one.name for one in living.get(task.subject_id, ())] or units.get(task.subject_id, []),
                where[task.place],
                OUTCOMES.get(task.detail, NOT_YET if times else NEVER), state, tone, times[0] if times else 0,
                times[1].happened_at if times else None,
            )
        )  # fmt: skip
    return found


def matching(by: Actor, found: QuerySet[Task], text: str) -> QuerySet[Task]:
    """Doors with this number, or where somebody lives who is called so."""
    if not text:
        return found
    own = lists.matching(visible(by), text, "pk")
    numbers = Household.objects.filter(number__startswith=text)
    said = (
        Q(subject_id__in=own.values("household")) | Q(subject_id__in=own.values("pk"))
        | Q(subject_id__in=numbers.values("pk"))
    )  # fmt: skip
    if by.sees_people:  # of a unit's people the door says the name, wherever they live
        theirs = lists.matching(Person.objects.filter(pk__in=_at_units(found)), text, "pk")
        said |= Q(subject_id__in=theirs.values("pk"))
    return found.filter(said)


def _at_units(found: QuerySet[Task]) -> Any:
    over_units = Round.objects.filter(subjects="unit-people").values("pk")
    return found.filter(source__in=over_units).order_by().values("subject_id")


@dataclass(frozen=True)
class Who:
    """A person on a list of a round, with what was said of them."""

    person: lists.Shown | None
    words: str
    at: datetime | None


def persons(rows: Sequence[Answer | Person], below: str) -> list[Who]:
    shown = lists.shown({row.person if isinstance(row, Answer) else row.pk for row in rows}, below)
    return [
        Who(shown.get(row.person), in_words(row), row.happened_at) if isinstance(row, Answer)
        else Who(shown.get(row.pk), "", None)
        for row in rows
    ]  # fmt: skip
