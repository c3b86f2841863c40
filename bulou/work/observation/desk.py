"""The office's pages of observation: line lists by question, acts on many at once; and all addresses."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bulou.core import exports
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.core.staff.roles import COUNTY, TOWNSHIP, VILLAGE, Role
from bulou.desk import common, lists
from bulou.lib.refusals import Refusal, sentence
from bulou.work.observation import actions, grid, papers, plan, queries, rounds, shown, sites
from bulou.work.observation.models import Observation

# Who may take a step; actions refuses everybody else, this only shows the button.
MAY = {
    "propose": VILLAGE | TOWNSHIP, "check": TOWNSHIP,
    "approve": frozenset({Role.COUNTY_OFFICE, Role.COUNTY_LEADER}), "send-back": TOWNSHIP | COUNTY,
}  # fmt: skip
BUTTONS = {
    "propose": lazy("Propose the release"), "check": lazy("Checked: on to the county"),
    "approve": lazy("Approve the release"), "send-back": lazy("Send back"),
}  # fmt: skip
DONE = {
    "propose": lazy("Proposed"), "check": lazy("Checked"), "approve": lazy("Released"),
    "send-back": lazy("Sent back"),
}  # fmt: skip
OFFERED = {"propose": ("propose",), "check": ("check", "send-back"), "approve": ("approve", "send-back")}


@acting(queries.READERS)
def observation(request: HttpRequest, by: Actor) -> HttpResponse:
    """A line list: one question, its people, and what can be done about many of them at once."""
    place = common.place_asked(request, by)
    counts = queries.counts(by, place)
    question = request.GET.get("show") or next((q for q in ("missed", "fever") if counts[q]), "running")
    if question not in shown.QUESTIONS:
        raise Http404
    if request.GET.get("export"):
        return exports.ask_for(request, "observation", show=question)
    found, keys = queries.listed(by, place, question)
    found = queries.with_last_reading(lists.matching(found, request.GET.get("q", "")))
    page = common.paged(request, found, keys)
    words: dict[str, Any] = {
        "place": place,
        "question": question,
        "rows": shown.described(page.rows, below=place),
        "next": page.next,
        "filters": _words(request, question, counts),
        "acts": [(act, BUTTONS[act]) for act in OFFERED.get(question, ()) if by.role in MAY[act]],
        "empty": _("Nobody in this list is called so.") if request.GET.get("q") else shown.EMPTY[question],
        "here": request.get_full_path(),
        "may_measure": by.role in rounds.WRITERS,
    }
    titles: list[Any] = [
        _("Name"),
        _("Place"),
        _("Day of the term"),
        {"title": _("Missed readings"), "class": "right"},
    ]
    titles += [_("Last reading"), _("State"), _("Answer for it")]
    words["columns"] = [""] * bool(words["acts"]) + titles
    return render(request, "observation/list.html", words)


def _words(request: HttpRequest, question: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The questions with their counts: the gap first, those without anybody quiet."""
    found = common.words(request, "show", shown.QUESTIONS, question)
    return [{**word, "count": counts.get(key)} for word, key in zip(found, shown.QUESTIONS, strict=True)]


@never_cache
@require_POST
@acting(queries.READERS)
def many(request: HttpRequest, by: Actor) -> HttpResponse:
    """A step of the release for all that are ticked: first what will happen, then (`sure`) what did."""
    act = request.POST.get("act", "")
    if act not in MAY or by.role not in MAY[act]:
        raise Http404
    wanted = lists.ids_of(request.POST.getlist("observation"))
    why = request.POST.get("why", "")
    error = ""
    if request.POST.get("sure") and wanted:
        try:
            return _done(request, by, act, _act(by, act, wanted, why))
        except Refusal as refusal:
            error = refusal.message
    planned = queries.preview(by, wanted, act)
    rows = _by_name([p for p, _code in planned], {p.id: code for p, code in planned}, by)
    words = {
        "act": act, "button": BUTTONS[act], "error": error, "why": why, "back": _back(request),
        "going": [row for row in rows if not row["code"]], "staying": [row for row in rows if row["code"]],
        "place": by.place,
    }  # fmt: skip
    return render(request, "observation/many.html", words, status=422 if error else 200)


def _act(by: Actor, act: str, wanted: list[UUID], why: str) -> actions.Outcomes:
    if act == "send-back":
        return actions.send_back(by, wanted, why)
    return {"propose": actions.propose, "check": actions.check, "approve": actions.approve}[act](by, wanted)


def _done(request: HttpRequest, by: Actor, act: str, outcomes: actions.Outcomes) -> HttpResponse:
    """What became of each, by name."""
    codes = dict(outcomes)
    plans = list(queries.observations(by).filter(id__in=list(codes)).order_by("place", "id"))
    rows = _by_name(plans, codes, by)
    words = {
        "act": act, "word": DONE[act], "back": _back(request), "place": by.place,
        "done": [row for row in rows if not row["code"]], "staying": [row for row in rows if row["code"]],
    }  # fmt: skip
    return render(request, "observation/done.html", words)


def _by_name(plans: list[Observation], codes: dict[UUID, str], by: Actor) -> list[dict[str, Any]]:
    rows = shown.described(plans, below=by.place)
    return [{**row, "code": codes[row["plan"].id], "why": sentence(codes[row["plan"].id])} for row in rows]


def _back(request: HttpRequest) -> str:
    back = request.POST.get("back", "")
    return back if back.startswith("/observation/") else "/observation/"


app_name = "observation"
urlpatterns = [
    path("observation/", observation, name="list"),
    path("observation/many/", many, name="many"),
    path("observation/readings/", rounds.readings, name="readings"),
    path("observation/grid/", grid.page, name="grid"),
    path("observation/sites/", sites.page, name="sites"),
    path("observation/sites/<uuid:pk>/", sites.site, name="site"),
    path("observation/paper/", papers.find, name="paper"),
    path("observation/<uuid:pk>/", plan.page, name="plan"),
    path("observation/<uuid:pk>/notice/", papers.notice, name="notice"),
    path("observation/<uuid:pk>/release/", papers.release, name="release"),
    path("observation/<uuid:pk>/<slug:what>/", plan.act, name="act"),
]
