"""Tasks as lists show them: who, with village and age; what; where; by when; and where it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from bulou.core import cards, own
from bulou.core.room import ask
from bulou.core.staff.actor import Actor
from bulou.core.tasks import owners, rising
from bulou.core.tasks.duties import duties
from bulou.core.tasks.models import Task
from bulou.core.tasks.state import state
from bulou.desk import lists

RISEN_TO = {5: _("Risen to the village"), 4: _("Risen to the township"), 3: _("Risen to the county")}


@dataclass(frozen=True)
class Due:
    """A task on a list. `person` None: about something else (`name`), or for somebody who sees no people.

    What is owed turn by turn, such as a report of a place, says which turn in `what`, and has no name beside its place.
    """

    task: Task
    person: lists.Shown | None
    name: str
    what: Any
    where: str
    state: str
    url: str
    owner: owners.Owner | None
    told: Any = ""  # which level has heard that it is missed


def dues(tasks: Sequence[Task], by: Actor, below: str, now: datetime) -> list[Due]:
    """Those of some tasks that are an actor's own work, with names and links: a constant number of queries."""
    mine = own.task_kinds(by.role)
    tasks = [task for task in tasks if task.kind in mine]
    people = [task.subject_id for task in tasks if task.subject_type == "person"] if by.sees_people else []
    persons = lists.shown(set(people), below) if people else {}
    others = [(task.subject_type, task.subject_id) for task in tasks if task.subject_type != "person"]
    named: dict[UUID, str] = {}
    for answer in ask("subject_names", others) if others else []:
        named |= answer
    who = owners.owners(tasks)
    where = lists.place_names({task.place for task in tasks}, below)
    turns = {task.id: turn for task in tasks if (turn := next(filter(None, ask("slot_words", task)), ""))}
    return [
        Due(
            task, persons.get(task.subject_id), "" if task.id in turns else named.get(task.subject_id, ""),
            _what(task, turns.get(task.id, "")), where.get(task.place, task.place), state(task, now),
            cards.act(task) if by.sees_people or task.subject_type != "person" else "", who.get(task.id),
            RISEN_TO.get(rising.told(task, now) or 0, ""),
        )
        for task in tasks
    ]  # fmt: skip


def _what(task: Task, turn: str) -> Any:
    title = duties()[task.kind].title
    return format_lazy("{} · {}", title, turn) if turn else title
