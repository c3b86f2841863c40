"""Who is to be measured now in a place: the round of a village doctor, and its answers row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from bulou.core.people.models import Household, Person
from bulou.core.places import queries as places
from bulou.core.places.codes import LENGTHS
from bulou.core.rulebook import value
from bulou.core.staff import telephones
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.roles import Role
from bulou.core.tasks.models import Task
from bulou.desk import common, lists
from bulou.lib import clock, ids, sql
from bulou.lib.refusals import Refusal
from bulou.work.observation import queries, shown
from bulou.work.observation import symptoms as complaints
from bulou.work.observation.models import Observation, Reading
from bulou.work.observation.rules import is_alarm

# Most rows of one round; a village with more is gone through by grid.
MOST = 200
CALLED = (Role.VILLAGE_CADRE, Role.TOWNSHIP_CLERK, Role.FEVER_CLINIC, Role.COUNTY_OFFICE)


@dataclass
class Row:
    """One person of a round. `record` is the id that the reading will have, made when the page was."""

    task: Task
    person: lists.Shown
    plan: Observation | None
    house: str
    line: int
    symptoms: list[tuple[str, Any]]
    readings: list[Reading] = field(default_factory=list)
    record: UUID = field(default_factory=ids.new)
    typed: str = ""
    ticked: list[str] = field(default_factory=list)
    asks: int | None = None
    error: str = ""
    calls: list[tuple[Any, str, str]] = field(default_factory=list)
    alarming: list[str] = field(default_factory=list)

    @property
    def done(self) -> bool:
        return bool(self.readings)

    @property
    def last(self) -> Reading | None:
        return self.readings[-1] if self.readings else None

    @property
    def fever(self) -> bool:
        """A fever or a complaint that the rules name, in any reading of this turn."""
        return any(is_alarm(r.fever, r.symptoms.split(","), self.alarming) for r in self.readings)

    @property
    def said(self) -> str:
        """The complaints of the last reading, in words."""
        return _(", ").join(complaints.titles(self.last.symptoms.split(",")) if self.last else [])

    @property
    def missed(self) -> bool:
        return not self.done and self.task.due_at < clock.now()

    @property
    def turn(self) -> str:
        return shown.turn(self.task.slot)


def owed(by: Actor, place: str) -> QuerySet[Task]:
    """Readings of the turns that a reading still serves now: owed ones, and those done."""
    if by.role not in queries.READERS:
        return Task.objects.none()
    now = clock.now()
    found = sql.subtree(within(by, Task.objects.filter(kind=queries.READING)), place)
    still = Q(until_at=None) | Q(until_at__gt=now)
    return found.filter(still, opens_at__lte=now, withdrawn_at=None, excused_at=None)


def below(by: Actor, place: str, level: int) -> list[dict[str, Any]]:
    """For a place above the villages: each child with how many are owed now and how many of them are missed."""
    size, now = LENGTHS[level], clock.now()
    people = Count("subject_id", distinct=True)
    late = Count("subject_id", filter=Q(due_at__lt=now), distinct=True)
    open_ = owed(by, place).filter(done_at=None).annotate(child=Substr("place", 1, size))
    counted = open_.order_by().values("child").annotate(owed=people, missed=late)
    numbers = {row["child"]: row for row in counted}
    children = places.children(place)
    rows = [{"place": p, **(numbers.get(p.code) or {"owed": 0, "missed": 0})} for p in children]
    return sorted(rows, key=lambda row: (-row["missed"], -row["owed"], row["place"].code))


def rows(by: Actor, place: str) -> list[Row]:
    """The round of a place: missed ones first, then by house; each person once, by the earliest turn owed."""
    tasks: dict[UUID, Task] = {}
    for task in owed(by, place).order_by("due_at", "place")[: 2 * MOST]:
        held = tasks.get(task.subject_id)
        if held is None or (held.done_at is not None and task.done_at is None):
            tasks[task.subject_id] = task
    found = _rows(by, place, list(tasks.values())[:MOST])
    return sorted(found, key=lambda r: (not r.missed, r.task.place, r.house, r.person.name))


def _rows(by: Actor, place: str, tasks: Sequence[Task]) -> list[Row]:
    wanted = [task.subject_id for task in tasks]
    people = lists.shown(wanted, place)
    plans = {o.person: o for o in Observation.objects.filter(person__in=wanted, closed_at=None)}
    houses, had = _houses(wanted), taken(tasks)
    calls = called({task.place for task in tasks})
    today, found = clock.today(), []
    for task in tasks:
        plan, person = plans.get(task.subject_id), people.get(task.subject_id)
        if person is None:
            continue
        profile = plan.profile if plan else None
        lay = [*value(complaints.LAY, task.place, today, profile), complaints.OTHER]
        found.append(
            Row(
                task, person, plan, houses.get(task.subject_id, ""), shown.fever_line(task.place, profile or ""),
                [(word, complaints.title(word)) for word in lay], had.get(task.subject_id, []),
                calls=calls[task.place], alarming=value(complaints.ALARM, task.place, today, profile),
            )
        )  # fmt: skip
    return found


def _houses(wanted: Sequence[UUID]) -> dict[UUID, str]:
    """The house number of each person, where it is known: two queries."""
    found = Person.objects.filter(pk__in=wanted).values_list("pk", "household")
    lives = {person: house for person, house in found if house is not None}
    numbers = dict(Household.objects.filter(pk__in=set(lives.values())).values_list("pk", "number"))
    return {person: numbers[house] for person, house in lives.items() if numbers.get(house)}


def taken(tasks: Sequence[Task]) -> dict[UUID, list[Reading]]:
    """The readings in each task's own time, earliest first: one query. A later fever counts, too."""
    if not tasks:
        return {}
    since = min(task.opens_at for task in tasks)
    window = {task.subject_id: task for task in tasks}
    found: dict[UUID, list[Reading]] = {}
    made = Reading.objects.filter(person__in=list(window), happened_at__gte=since, replaced_by=None)
    for reading in made.order_by("happened_at", "id"):
        task = window[reading.person]
        if reading.happened_at >= task.opens_at and (
            task.until_at is None or reading.happened_at < task.until_at
        ):
            found.setdefault(reading.person, []).append(reading)
    return found


def called(codes: set[str]) -> dict[str, list[tuple[Any, str, str]]]:
    """Whom to call about a fever at each place: who holds these posts nearest to it."""
    return telephones.called(CALLED, codes)


def read(row: Row, line: int, high: int, sure: str) -> int | None:
    """The temperature typed into a row. Marks the row when it cannot be read, or must be asked again."""
    try:
        tenths = common.tenths_typed(row.typed)
    except Refusal as refusal:
        row.error = refusal.message
        return None
    if tenths is not None and line <= tenths <= high and sure != str(tenths):
        row.asks = tenths
    return tenths


def happened(records: Sequence[UUID], now: datetime) -> dict[UUID, datetime]:
    """When each of these readings happened: now, or as it was said before, so that a form sent twice
    is one reading and not a conflict."""
    known = dict(Reading.objects.filter(id__in=records).values_list("id", "happened_at"))
    return {record: known.get(record, now) for record in records}
