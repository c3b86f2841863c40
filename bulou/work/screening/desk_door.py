"""At a door: what was found, by whom it is lived in, and on to the next one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from pydantic import BaseModel, Field

from bulou.core.people import queries as people
from bulou.core.people.models import Person
from bulou.core.places.codes import level_of
from bulou.core.records.intake import take
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.gate import acting
from bulou.core.tasks.models import Task
from bulou.desk import common, lists
from bulou.lib import clock
from bulou.work.screening import actions, duties, earlier, listed, meanwhile, queries, rules
from bulou.work.screening.models import Round, Visit
from bulou.work.screening.today import OUTCOMES
from bulou.work.screening.typed import MOST_NEW, Before, Door, New

_VILLAGE, _GRID = 5, 6
_LISTED = 60  # people of a unit whose answers fit on one page


@never_cache
@acting(queries.WRITERS)
def door(request: HttpRequest, by: Actor, which: UUID) -> HttpResponse:
    """Enter what was found; once saved, the next door that is left in the place."""
    task, plan = _asked(by, which)
    if (row := request.GET.get("row", "")).isdigit() and task.subject_type != "person":
        return _one_more(request, plan, task, int(row))
    living = _living(by, task)
    before = earlier.of(by, plan, living)
    form, status = Door(None, plan, task, living, before), 200
    if request.method == "POST":
        form, status = _sent(request.POST, by, plan, task, living, before)
        if status == 302:
            return _on(request, by, plan, task)
    stood = queries.visits(task.subject_id, plan.chain.hex)
    words = {
        "form": form, "task": task, "plan": plan, "line": listed.lines(by, [task], by.place)[0], "visits": stood,
        "outcomes": OUTCOMES, "place": task.place, "again": task.kind == duties.AGAIN,
        "water": "water" in plan.questions, "next": len(form.new),
    }  # fmt: skip
    return render(request, "screening/door.html", words, status=status)


def _sent(
    said: QueryDict, by: Actor, plan: Round, task: Task, living: list[Person], before: list[Before | None]
) -> tuple[Door, int]:
    """Take what was sent; the page with what is wrong or newer in it (409 and 422), or what was saved (302)."""
    data, since = meanwhile.caught_up(by, plan, task, living, before, said)
    form = Door(data, plan, task, living, before)
    valid = form.valid()
    if form.overtaken(since, meanwhile.gone(by, living, said)):
        return form, 409
    if not valid:
        return form, 422
    sent = Visit.objects.filter(pk=form.cleaned_data["record"]).first()
    # Sent once more, since something else on the page was wrong, it happened when it did.
    results = take(form.incoming(sent.happened_at if sent else clock.now()), by)
    for message in dict.fromkeys(
        one.message for one in results if one.status not in ("accepted", "duplicate")
    ):
        form.add_error(None, message)
    return form, 422 if form.errors else 302


def _one_more(request: HttpRequest, plan: Round, task: Task, n: int) -> HttpResponse:
    """A row for one more person who is not on the register, in the place of the button that asked for it."""
    if n >= MOST_NEW:
        raise Http404
    words = {"told": New.row(plan, task, n), "next": n + 1 if n + 1 < MOST_NEW else None, "open": True}
    return render(request, "screening/one_more.html", words)


def _asked(by: Actor, which: UUID) -> tuple[Task, Round]:
    own = within(by, Task.objects.filter(kind__in=[*rules.KINDS, duties.AGAIN], withdrawn_at=None))
    own = own.filter(source__in=queries.rounds(by).order_by().values("pk"))
    if by.unit:
        own = own.filter(subject_id__in=people.visible(by).values("pk"))
    task = get_object_or_404(own, pk=which)
    assert task.source is not None
    return task, Round.objects.get(pk=task.source)


def _living(by: Actor, task: Task) -> list[Person]:
    """Who is on the register at a door."""
    if task.subject_type == "person":
        # Whoever reaches the door may ask; who lives elsewhere is behind it too.
        return list(Person.objects.filter(pk=task.subject_id, merged_into=None)) if by.sees_people else []
    if task.subject_type == "household":
        return queries.living([task.subject_id]).get(task.subject_id, [])
    return list(people.visible(by).filter(unit=task.subject_id).order_by("pinyin", "id")[:_LISTED])


def _on(request: HttpRequest, by: Actor, plan: Round, task: Task) -> HttpResponse:
    messages.success(request, _("Saved."))
    left = queries.doors(by, plan, task.place, "never").exclude(pk=task.pk).order_by("place", "id").first()
    if left is not None:
        return redirect("screening:door", which=left.pk)
    return redirect(f"/screening/{plan.id}/doors/?place={task.place}")


class AddIn(BaseModel, extra="forbid"):
    """A door that is not on the register: a household's number, or a unit's name."""

    name: str = Field(min_length=1, max_length=40)
    address: str = Field("", max_length=200)
    place: str


@acting(queries.WRITERS)
def add(request: HttpRequest, by: Actor, which: UUID) -> HttpResponse:
    """A door that was found and is not on the register; then what was found there."""
    plan = get_object_or_404(queries.rounds(by).filter(ended_at=None), pk=which)
    what = rules.SETS[plan.subjects][1]
    if what == "person" or by.unit:
        raise Http404
    labels = {
        "name": _("House number") if what == "household" else pgettext("round", "Name"),
        "place": _("Village or grid"),
    }
    if what == "household":
        labels["address"] = _("Address")
    top = queries.below(by, plan)
    choices = [
        (code, name)
        for _group, some in lists.place_choices(by, (_VILLAGE, _GRID))
        for code, name in some
        if code.startswith(top)
    ] or ([(top, top)] if level_of(top) >= _VILLAGE else [])

    def save(said: AddIn) -> str:
        return f"/screening/doors/{actions.add_door(by, plan, said.place, said.name, said.address)}/"

    return common.form_page(
        request, _("A door that is not on the register"), AddIn, save, labels=labels, choices={"place": choices},
        submit=_("Add and enter"), cancel=f"/screening/{plan.id}/", place=top,
    )  # fmt: skip
