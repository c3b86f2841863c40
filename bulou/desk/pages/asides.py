"""What was handed in and did not become a record: held, in conflict, refused. A person settles it here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache

from bulou.core import audit, exports
from bulou.core.people import keys
from bulou.core.people import queries as people
from bulou.core.records import asides
from bulou.core.records.kinds import kinds
from bulou.core.records.models import Aside
from bulou.core.staff import queries as staff
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.core.staff.roles import OFFICE
from bulou.desk import common, lists
from bulou.desk.pages.mending import LABELS
from bulou.lib import sql
from bulou.lib.refusals import sentence

SHOW = {
    "all": lazy("All that wait"), Aside.HELD: lazy("Held"), Aside.CONFLICT: lazy("Conflicts"),
    Aside.REFUSED: lazy("Refused"),
}  # fmt: skip
SAID = {**LABELS, "who": lazy("Person")}  # what a correction by hand does not ask again stands here
# How a person may deal with one: what is stored, and what the button says.
WAYS = {
    "entered-again": lazy("It has been entered rightly"), "not-needed": lazy("It is not needed"),
    "told-sender": lazy("The sender has been told"),
}  # fmt: skip


@never_cache
@acting(OFFICE)
def page(request: HttpRequest, by: Actor) -> HttpResponse:
    """What waits in a place, the oldest first."""
    place, show = common.place_asked(request, by), request.GET.get("show", "all")
    if show not in SHOW:
        raise Http404
    if request.GET.get("export"):
        return exports.ask_for(request, "asides", place=place, show=show)
    found = listed(by, place, show)
    page = common.paged(request, found, ("at", "id"))
    where = lists.place_names({one.place for one in page.rows}, place)
    who = staff.names({one.account for one in page.rows if one.account})
    rows = [
        {"aside": one, "kind": title(one), "why": sentence_of(one.code), "where": where.get(one.place, one.place),
         "by": who.get(one.account or 0, "")}
        for one in page.rows
    ]  # fmt: skip
    words = {
        "place": place, "rows": rows, "next": page.next, "total": found.count(),
        "filters": common.words(request, "show", SHOW, show),
        "columns": [_("What"), _("State"), _("Why"), _("Where"), _("Handed in by"), _("When")],
    }  # fmt: skip
    return render(request, "desk/asides.html", words)


def listed(by: Actor, place: str, show: str) -> QuerySet[Aside]:
    """What waits in a place, of one of SHOW."""
    waiting = sql.subtree(asides.waiting(by), place)
    return waiting if show == "all" else waiting.filter(status=show)


def title(one: Aside) -> Any:
    return kinds()[one.kind].title if one.kind in kinds() else one.kind


def sentence_of(code: str) -> str:
    """The sentence of a refusal; its words are not kept, so their places show as an ellipsis."""

    class _Unsaid(dict[str, Any]):
        def __missing__(self, _key: str) -> str:
            return "…"

    return sentence(code) % _Unsaid() if "%(" in sentence(code) else sentence(code)


@never_cache
@acting(OFFICE)
def one(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """One matter: what was handed in beside what is there, and how it is settled."""
    found = asides.waiting(by).filter(pk=pk).first()
    if found is None:
        raise Http404
    following = asides.waiting(by).exclude(pk=pk).filter(at__gte=found.at).first()
    if request.method == "POST":
        if request.POST.get("how") not in WAYS:
            raise Http404
        then = f"/asides/{following.pk}/" if following else "/asides/"
        return common.acted(request, lambda: asides.settle(by, pk, request.POST["how"]), _("Settled."), then)
    came = asides.opened(found)
    there = _there(found, came.replaces)
    audit.look(by, "aside", found.id, found.place)
    words = {
        "aside": found, "kind": title(found), "why": sentence_of(found.code), "ways": WAYS.items(),
        "came": came, "there": there, "person": _person(by, came.data.get("person")),
        "lines": _beside(came.data, there, _described(by, there)), "following": following,
        "by": staff.names([found.account]).get(found.account, "") if found.account else "",
        "where": lists.place_names([found.place], by.place).get(found.place, found.place),
    }  # fmt: skip
    return render(request, "desk/aside.html", words)


def _there(found: Aside, replaces: UUID | None) -> Any:
    """The record with the same id, or the one that this would correct: what is there already."""
    kind = kinds().get(found.kind)
    if kind is None:
        return None
    wanted = [found.record, *([replaces] if replaces else [])]
    return kind.model._default_manager.filter(pk__in=wanted).first()


def _person(by: Actor, given: Any) -> Any:
    ids = lists.ids_of([str(given)]) if given else []
    return people.visible(by).filter(pk__in=ids).first() if ids else None


def _described(by: Actor, there: Any) -> dict[str, Any]:
    """The person of a record that is there, as senders describe somebody: under `who`."""
    known = _person(by, getattr(there, "person", None))
    return {"who": {"name": known.name}} if known else {}


def _beside(data: dict[str, Any], there: Any, more: dict[str, Any]) -> list[dict[str, Any]]:
    """Field by field: what came and what is there; those that differ are marked."""
    sealed = keys.open_parts([there.id]).get(there.id, {}) if there is not None else {}
    lines = []
    for name, value in data.items():
        if name == "person":
            continue
        known = (more | sealed).get(name, getattr(there, name, None)) if there is not None else None
        pair = (_said(value, name), _said(known, name))
        lines.append(
            {
                "title": SAID.get(name, name),
                "came": pair[0],
                "there": pair[1],
                "differs": there is not None and pair[0] != pair[1],
            }
        )
    return lines


def _said(value: Any, name: str) -> str:
    """A field's value as a clerk reads it: tenths as degrees; of somebody described, the name alone."""
    if value is None or value == "":
        return ""
    if isinstance(value, dict):
        return str(value.get("name", ""))
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if name == "tenths" and isinstance(value, int):
        return f"{value / 10:.1f} °C"
    if isinstance(value, list):
        return _(", ").join(str(item) for item in value)
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
