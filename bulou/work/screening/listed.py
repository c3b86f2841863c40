"""Doors and people of a round as lists show them: a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bulou.core.cards import Door
from bulou.core.people.models import Household, Person
from bulou.core.people.queries import visible
from bulou.core.staff.actor import Actor, within
from bulou.core.tasks.duties import duties as all_duties
from bulou.core.tasks.models import Task
from bulou.core.tasks.state import state
from bulou.desk import lists
from bulou.lib import clock
from bulou.work.screening import duties, queries, rules
from bulou.work.screening.models import Answer, Round, Visit
from bulou.work.screening.today import OUTCOMES
from bulou.work.screening.today import words as in_words

_COLUMNS = [_("Place"), pgettext_lazy("door", "Found"), _("Last tried")]
_TONES = {
    rules.SEEN: ("done", "done"), rules.MOVED: ("ended", "calm"), rules.REFUSED: ("held", "wait"),
    rules.NOBODY: ("not-yet", "wait"),
}  # fmt: skip

_DOORS = 12  # doors of a household that its page shows
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
        stands, tone = _stands(task, now)
        found.append(
            Line(
                task, person.name if person else named.get(task.subject_id, "—"),
                [one.name for one in living.get(task.subject_id, ())] or units.get(task.subject_id, []),
                where[task.place],
                OUTCOMES.get(task.detail, NOT_YET if times else NEVER), stands, tone, times[0] if times else 0,
                times[1].happened_at if times else None,
            )
        )  # fmt: skip
    return found


def _stands(task: Task, now: datetime) -> tuple[str, str]:
    """The state and the tone of a door, by what was found last."""
    return _TONES.get(task.detail, ("missed", "miss") if task.due_at < now else ("open", "now"))


def doors(by: Actor, home: UUID) -> list[Door]:
    """In which of an actor's rounds a household was to be entered, the latest first: three queries."""
    rounds = queries.rounds(by).order_by().values("pk")
    kinds = [rules.HOUSEHOLD, duties.AGAIN]
    found = Task.objects.filter(subject_id=home, kind__in=kinds, withdrawn_at=None, source__in=rounds)
    tasks = list(within(by, found).order_by("-due_at", "-id")[:_DOORS])
    plans = Round.objects.in_bulk({task.source for task in tasks if task.source})
    came: dict[str, list[datetime]] = defaultdict(list)
    for visit in Visit.objects.filter(member=home, replaced_by=None).order_by("happened_at"):
        came[visit.chain].append(visit.happened_at)
    return [
        _door(by, task, plans[task.source], came[plans[task.source].chain.hex])
        for task in tasks
        if task.source
    ]


def _door(by: Actor, task: Task, plan: Round, came: Sequence[datetime]) -> Door:
    now, name, last = clock.now(), plan.name, came[-1] if came else None
    url = (
        f"/screening/doors/{task.id}/"
        if by.role in queries.WRITERS
        else f"/screening/{plan.id}/?place={task.place}"
    )
    if task.kind == duties.AGAIN:
        name = f"{name} · {all_duties()[task.kind].title}"
        return Door(name, url, str(state(task, now)), "", "", task.due_at, len(came), last)
    stands, tone = _stands(task, now)
    word = OUTCOMES.get(task.detail, NOT_YET if came else NEVER)
    return Door(name, url, stands, word, tone, task.due_at, len(came), last)


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
