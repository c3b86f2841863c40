"""The page on which people from ledgers are given the village that could not be found."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from bulou.core.people import queries as people
from bulou.core.places import queries as places
from bulou.core.places.codes import VILLAGE, above
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.gate import acting
from bulou.core.staff.roles import OFFICE
from bulou.core.tasks.models import OPEN, Task
from bulou.lib import clock, ids

_KIND = "exchange.assign"
_MOST = 200


def waiting(by: Actor) -> QuerySet[Task]:
    """Who has no village yet in an actor's territory."""
    return within(by, Task.objects.filter(OPEN, kind=_KIND))


@never_cache
@acting(OFFICE)
def assign(request: HttpRequest, by: Actor) -> HttpResponse:
    """Tick people and choose their village; who has the same address stands together."""
    if request.method == "POST":
        _assign(request, by)
        return redirect("exchange:assign")
    tasks = list(waiting(by).order_by("due_at", "id")[:_MOST])
    persons = [task.subject_id for task in tasks]
    named, told = people.with_ages(persons, clock.today()), people.identifiers(persons)
    described = places.described({task.place for task in tasks}, above(by.place))
    rows: list[dict[str, Any]] = [
        {
            "task": task, "person": named.get(task.subject_id), "place": described[task.place],
            "address": told.get(task.subject_id, {}).get("address", "") or task.detail,
        }
        for task in tasks
    ]  # fmt: skip
    rows.sort(key=lambda row: (row["task"].place, row["address"]))
    words: dict[str, Any] = {
        "rows": rows, "total": waiting(by).count(), "villages": _villages(by, {task.place for task in tasks}),
        "columns": ["", _("Name"), _("Address as written"), _("Place")],
    }  # fmt: skip
    return render(request, "exchange/assign.html", words)


def _villages(by: Actor, taken_at: set[str]) -> list[tuple[str, str]]:
    """The villages below the places at which these people were taken in."""
    found = {
        p.pk: p.name
        for code in sorted(taken_at)
        if by.reaches(code)
        for p in places.subtree(code, level=VILLAGE)
    }
    return sorted(found.items())


def _assign(request: HttpRequest, by: Actor) -> None:
    wanted = {UUID(text) for text in request.POST.getlist("task") if len(text) in (32, 36)}
    village, now = request.POST.get("village", ""), clock.now()
    tasks = list(waiting(by).filter(id__in=wanted))
    if not tasks:
        messages.info(request, _("Nobody was ticked."))
        return
    results = take([_record(task.subject_id, village, now) for task in tasks], by)
    done = sum(result.status == "accepted" for result in results)
    if done:
        messages.success(request, _("%(n)s people were given their village.") % {"n": done})
    for message in {result.message for result in results if result.message}:
        messages.error(request, message)


def _record(person: UUID, village: str, now: Any) -> Incoming:
    return Incoming("exchange.assigned", ids.new(), village, now, {"person": str(person)})
