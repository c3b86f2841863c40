"""Tasks and the missed, over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema

from bulou.core.answers import also
from bulou.core.people.queries import names
from bulou.core.places.queries import get as get_place
from bulou.core.staff.actor import Actor
from bulou.core.tasks import queries, rising
from bulou.core.tasks.duties import known_kind
from bulou.core.tasks.models import Task
from bulou.core.tasks.owners import owners
from bulou.core.tasks.state import State, state
from bulou.lib import clock, paging
from bulou.lib.refusals import Refusal, declare
from bulou.lib.values import AsOf

router = Router()
declare("cursor-unknown", _("This is no cursor of this list. Begin again without one."))
declare("state-unknown", _("There is no state named %(name)s. There are: %(names)s."))


class SubjectOut(Schema):
    type: str
    id: UUID
    name: str


class TaskOut(Schema):
    id: UUID
    kind: str
    state: str
    place: str
    opens_at: datetime
    due_at: datetime
    subject: SubjectOut


class TasksOut(Schema):
    items: list[TaskOut]
    next: str | None


class OwnerOut(Schema):
    title: str
    name: str


class MissedTaskOut(TaskOut):
    owner: OwnerOut | None


class MissedOut(Schema):
    items: list[MissedTaskOut]
    next: str | None
    count: int


def _place(actor: Actor, place: str) -> str:
    """The place asked for, if it lies in the actor's territory; theirs when none is asked for."""
    asked = place or actor.place
    if not actor.reaches(asked) or (asked and get_place(asked) is None):
        raise Refusal("place-unknown")
    return asked


def subject_names(tasks: list[Task], actor: Actor) -> dict[UUID, str]:
    """The names of the subjects of tasks; none of a person for whoever sees no people."""
    from bulou.core.room import ask

    people = [t.subject_id for t in tasks if t.subject_type == "person"]
    found: dict[UUID, str] = names(people) if actor.sees_people else {}
    others = [(t.subject_type, t.subject_id) for t in tasks if t.subject_type != "person"]
    for answer in ask("subject_names", others) if others else []:
        found |= answer
    return found


def as_json(tasks: list[Task], actor: Actor, at: datetime) -> list[dict[str, Any]]:
    named = subject_names(tasks, actor)
    return [
        {
            "id": t.id, "kind": t.kind, "state": state(t, at), "place": t.place, "opens_at": _local(t.opens_at),
            "due_at": _local(t.due_at),
            "subject": {"type": t.subject_type, "id": t.subject_id, "name": named.get(t.subject_id, "")},
        }
        for t in tasks
    ]  # fmt: skip


def missed_as_json(tasks: list[Task], actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """As `as_json`, each with who should have done it."""
    who = owners(tasks)
    said = {pk: {"title": one.title, "name": one.name} for pk, one in who.items()}
    return [one | {"owner": said.get(one["id"])} for one in as_json(tasks, actor, at)]


def _local(moment: datetime) -> datetime:
    return moment.astimezone(clock.zone())


@router.get("/tasks", response=also(TasksOut, 404), summary="Tasks")
def get_tasks(
    request: HttpRequest,
    kind: str = "",
    state: str = "",
    place: str = "",
    cursor: str = "",
    next_: Annotated[str, Query(alias="next", description="The same as cursor.")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """Tasks in a place, open and actionable now unless a state is asked for; most overdue places first."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    at = clock.now()
    asked, wanted = _place(actor, place), _state(state)
    known_kind(kind)
    page = _page(queries.tasks(asked, kind, wanted, at, actor), limit, cursor or next_)
    return {"items": as_json(page.rows, actor, at), "next": page.next}


@router.get("/missed", response=also(MissedOut, 404), summary="The missed by name")
def get_missed(
    request: HttpRequest,
    place: str = "",
    at: AsOf | None = None,
    kind: str = "",
    risen: bool = False,
    cursor: str = "",
    next_: Annotated[str, Query(alias="next", description="The same as cursor.")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """Who or what is missed at a moment (now), and how many; `risen`: only what rose to this post in the day before."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    asked, moment = _place(actor, place), at or clock.now()
    known_kind(kind)
    try:
        which = rising.risen(actor, moment) if risen else None
        page = queries.missed(asked, moment, kind, which, limit, cursor or next_ or None, actor)
    except (ValueError, TypeError):
        raise Refusal("cursor-unknown") from None
    count = sum(queries.missed_count(asked, moment, kind, by=actor, which=which).values())
    return {"items": missed_as_json(page.rows, actor, moment), "next": page.next, "count": count}


def _state(name: str) -> State | None:
    try:
        return State(name) if name else None
    except ValueError:
        raise Refusal("state-unknown", name=name[:20], names=", ".join(State)) from None


def _page(found: Any, limit: int, cursor: str) -> paging.Page:
    try:
        return paging.page(found, queries.KEYS, limit, cursor or None)
    except (ValueError, TypeError):
        raise Refusal("cursor-unknown") from None
