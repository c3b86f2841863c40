"""The rows behind a number, as its page and its file have them: records, tasks, or who is left of a difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bulou.core import cards, own
from bulou.core.exports import Asked, OutList
from bulou.core.figures import behind
from bulou.core.figures.figure import figures, formulas
from bulou.core.figures.queries import Asked as AskedFigures
from bulou.core.figures.queries import rows_behind, split
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import SEES_PEOPLE
from bulou.core.tasks.models import Task
from bulou.desk import lists, names
from bulou.desk.pages.missed import below_it, moment_of
from bulou.desk.states import look
from bulou.lib import clock, sql
from bulou.lib.refusals import Refusal

NAME = "figure-rows"
_COLUMNS = {
    "name": _("Who"), "sex": _("Sex"), "age": _("Age"), "what": _("What it says"), "place": _("Where"),
    "at": _("When"), "state": _("State"),
}  # fmt: skip


def opens(by: Actor) -> bool:
    """Whether somebody may see who stands behind a number: not who answers for a unit's people alone."""
    return by.sees_people and not by.unit


def moment(source: Any) -> str:
    """The column of a table's rows by whose time they stand in order."""
    return "due_at" if issubclass(source, Task) else "happened_at"


def rows(name: str, by: Actor, asked: AskedFigures, without: Sequence[str]) -> QuerySet[Any] | behind.Lefts:
    """The rows of a figure or formula; of a difference of people, who is left of it.

    `without`: codes of one level below the place, whose own are left out.
    """
    if name not in formulas():
        counted: behind.Rows | None = behind.Rows(figures()[split(name)[0]].source, *rows_behind(name, asked))
    else:
        counted = behind.rows(name, asked)
    if counted is None:
        return behind.Lefts(name, asked, tuple(without))
    found = counted.source._default_manager.extra(where=[counted.where], params=counted.params)
    if issubclass(counted.source, Task):
        found = found.filter(kind__in=own.task_kinds(by.role))
    return sql.outside(found, without)


def _asked(asked: Asked) -> tuple[str, AskedFigures]:
    """The number that is asked for. Raises Refusal `list-unknown`."""
    name = asked.get("figure")
    try:
        if not opens(asked.by) or (name not in formulas() and split(name)[0] not in figures()):
            raise Refusal("list-unknown")
        day = date.fromisoformat(asked.get("day")) if asked.get("day") else None
        return name, AskedFigures(asked.place, None, moment_of(asked.get("at")), day)
    except (ValueError, Refusal) as error:
        raise Refusal("list-unknown") from error


def _found(asked: Asked) -> QuerySet[Any] | behind.Lefts:
    name, about = _asked(asked)
    without = below_it(asked.place, about.at or clock.now()) if asked.get("own") else []
    found = rows(name, asked.by, about, without)
    # In the order of the index that every record has.
    return found if isinstance(found, behind.Lefts) else found.order_by("place", moment(found.model), "id")


def _heads(asked: Asked) -> int:
    """Each line is somebody, but where what is counted is about nobody."""
    found = _found(asked)
    if isinstance(found, QuerySet) and not issubclass(found.model, Task) and not _of_people(found.model):
        return 0
    return found.count()


def _of_people(source: Any) -> bool:
    return any(field.name == "person" for field in source._meta.concrete_fields)


def _who(row: Any) -> UUID | None:
    if isinstance(row, Task):
        return row.subject_id if row.subject_type == "person" else None
    return getattr(row, "person", None)


def _lines(asked: Asked, found: Sequence[Any]) -> Iterator[Sequence[Any]]:
    persons = lists.shown({who for row in found if (who := _who(row))}, asked.place)
    where = lists.place_names({row.place for row in found}, asked.place)
    for row, (name, what, at, state) in zip(found, _told(asked, found), strict=True):
        who = _who(row)
        person = persons.get(who) if who else None
        said = [person.name, person.sex, person.age] if person else [name, "", None]
        yield [*said, what, where.get(row.place, row.place), at and at.astimezone(clock.zone()), state]


def _told(asked: Asked, found: Sequence[Any]) -> Iterator[tuple[str, str, Any, str]]:
    """Of each row: a name where it is about no person, what it says, when, and how it stands."""
    if found and isinstance(found[0], Task):
        for due in names.dues(found, asked.by, asked.place, clock.now()):
            yield due.name, str(due.what), due.task.due_at, str(look(due.state).word)
    elif found and isinstance(found[0], behind.Left):
        for one in found:
            yield "", f"× {one.times}" if one.times != 1 else "", one.since, ""
    else:
        for record, what in zip(found, cards.worded(list(found)), strict=True):
            yield "", str(what), record.happened_at, ""


def exports(title: Any) -> OutList:
    """The list of what is behind a number; `title` gives the words of one."""

    def said(asked: Asked) -> str:
        return " · ".join(filter(None, (str(title(_asked(asked)[0])), asked.get("day"))))

    return OutList(
        NAME, _("What is behind a number"), SEES_PEOPLE, _COLUMNS, _found, _lines, _who, said, heads=_heads
    )
