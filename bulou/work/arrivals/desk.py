"""The office's pages of arrivals: who is not yet seen at home, and entering somebody who arrived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bulou.core import audit, exports
from bulou.core.people import queries as people
from bulou.core.people.finding import search
from bulou.core.people.keys import open_parts
from bulou.core.people.lineage import whose
from bulou.core.places.origins import origin_name
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.room import ask
from bulou.core.staff import queries as staff
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.core.staff.roles import FIELD, OFFICE
from bulou.core.tasks.models import Task
from bulou.core.tasks.state import state
from bulou.desk import common, lists
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal
from bulou.lib.tongue import chinese
from bulou.work.arrivals import queries
from bulou.work.arrivals.models import Arrival
from bulou.work.arrivals.typed import NewArrival, PutRight

WRITERS = FIELD | OFFICE
ORIGINS = {
    "affected-area": lazy("Affected area"), "other-province": lazy("Other province"),
    "own-province": lazy("Within the province"), "own-county": lazy("Within the county"),
    "abroad": lazy("Abroad"), "unknown": lazy("Origin not known"),
}  # fmt: skip
WORDS = {
    "waiting": lazy("Not seen yet"), "held": lazy("Rules cannot decide"), "late": lazy("Registered late"),
    "all": lazy("All"), **ORIGINS,
}  # fmt: skip
MEASURES = {
    "home": lazy("Observed at home"), "central": lazy("Central site"), "none": lazy("No observation"),
    "clinic": lazy("To the fever clinic"), "held": lazy("Undecided: observed meanwhile"),
}  # fmt: skip


@acting(queries.READERS)
def arrivals(request: HttpRequest, by: Actor) -> HttpResponse:
    """The list: who has not been seen at home first, then all, by origin, those the rules cannot decide."""
    place = common.place_asked(request, by)
    show = request.GET.get("show", "waiting")
    if show not in WORDS:
        raise Http404
    if request.GET.get("export"):
        return exports.ask_for(request, "arrivals", show=show)
    found, keys = listed(by, place, show, request.GET.get("q", "").strip())
    page = common.paged(request, found, keys)
    counts = queries.counts(by, place) | {"waiting": queries.waiting(by, place).count()}
    shown = {
        word: label
        for word, label in WORDS.items()
        if word not in ORIGINS or counts.get(word) or word == show
    }
    words = {
        "place": place,
        "rows": described(arrivals_of(page.rows), below=place),
        "next": page.next,
        "filters": _counted(common.words(request, "show", shown, show), shown, counts),
        "show": show,
        "waiting": counts["waiting"],
        "may_write": by.role in WRITERS,
        "empty": _empty(request, show, counts["all"]),
        "columns": [
            *([""] if by.role in WRITERS else []), _("Name"), _("Place"), _("Arrived"), _("Came from"),
            _("Measure"), _("Seen at home"),
        ],
    }  # fmt: skip
    return render(request, "arrivals/list.html", words)


def _counted(
    words: list[dict[str, Any]], keys: Iterable[str], counts: dict[str, int]
) -> list[dict[str, Any]]:
    return [{**word, "count": counts.get(key, 0)} for word, key in zip(words, keys, strict=True)]


def listed(by: Actor, place: str, show: str, text: str) -> tuple[QuerySet[Any], tuple[str, ...]]:
    """The arrivals (or the visits still due) that one of WORDS asks for, and their order."""
    if show == "waiting":
        return lists.matching(queries.waiting(by, place), text, "subject_id"), ("due_at", "id")
    found = queries.arrivals(by, place).order_by("-happened_at", "-id")
    if show == "held":
        found = found.filter(measure=queries.HELD)
    elif show == queries.LATE:
        found = found.filter(late=True)
    elif show in ORIGINS:
        found = found.filter(origin=show)
    return lists.matching(found, text), ("-happened_at", "-id")


def arrivals_of(rows: Sequence[Any]) -> list[Arrival]:
    """The arrivals of some rows, whether these are arrivals or the visits that they made due."""
    if not rows or isinstance(rows[0], Arrival):
        return list(rows)
    roots = [UUID(task.slot) for task in rows]
    by_root = {arrival.root: arrival for arrival in Arrival.objects.filter(root__in=roots, replaced_by=None)}
    return [by_root[root] for root in roots if root in by_root]


def described(found: list[Arrival], below: str) -> list[dict[str, Any]]:
    """Arrivals with their people, places and visits: a constant number of queries."""
    persons = lists.shown({arrival.person for arrival in found}, below)
    named = lists.place_names({arrival.place for arrival in found}, below)
    visits, now = queries.visits(found), clock.now()
    return [
        {
            "arrival": one,
            "person": persons.get(one.person),
            "place": named[one.place],
            "origin": origin_name(one.origin_code) or ORIGINS.get(one.origin, one.origin),
            "affected": one.origin == "affected-area",
            "measure": MEASURES.get(one.measure, one.measure),
            "visit": visits.get(one.root),
            "state": state(visits[one.root], now) if one.root in visits else "",
        }
        for one in found
    ]


def _empty(request: HttpRequest, show: str, known: int) -> str:
    """Why the list is empty: that nobody was entered is not that everybody has been seen."""
    if not known:
        return _("Nobody who came back has been entered here yet.")
    if request.GET.get("q"):
        return _("Nobody in this list is called so.")
    if show == "waiting":
        return _("Everybody who arrived has been seen at home.")
    return _("There is nobody in this list.")


@require_POST
@acting(WRITERS)
def seen(request: HttpRequest, by: Actor) -> HttpResponse:
    """Those ticked (or one, at its button) were seen at home, just now."""
    wanted = lists.ids_of(request.POST.getlist("only") or request.POST.getlist("visit"))
    tasks = list(queries.waiting(by, by.place).filter(id__in=wanted))
    now = clock.now()
    results = take([_seen(task, now) for task in tasks], by)
    done = sum(result.status == "accepted" for result in results)
    if done:
        text = ngettext("%(n)s person was seen at home.", "%(n)s people were seen at home.", done)
        messages.success(request, text % {"n": done})
    for message in {result.message for result in results if result.message}:
        messages.error(request, message)
    if not wanted:
        messages.info(request, _("Nobody was ticked."))
    elif len(tasks) < len(wanted):
        messages.info(request, _("Some had been seen already."))
    return redirect(request.POST.get("back") if _own(request.POST.get("back", "")) else "arrivals:list")  # type: ignore[arg-type]


def _seen(task: Task, now: Any) -> Incoming:
    data = {"person": str(task.subject_id), "outcome": "at-home"}
    return Incoming("arrivals.seen", ids.new(), task.place, now, data)


def _own(address: str) -> bool:
    return address.startswith("/arrivals/")


@never_cache
@acting(WRITERS)
def new(request: HttpRequest, by: Actor) -> HttpResponse:
    """Enter somebody who arrived; once saved, its page says what the rules decided and what follows."""
    form = NewArrival(request.POST or None, by=by)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            result = take([form.incoming()], by)[0]
            if result.status in ("accepted", "duplicate") and not result.code:
                return redirect("arrivals:arrival", pk=result.id)
            form.refuse(result.code, result.message)
    chosen = _candidates(by, [form["person"].value()] if form["person"].value() else [])
    return render(request, "arrivals/new.html", {"form": form, "candidates": chosen}, status=status)


@never_cache
@acting(OFFICE)
def correct(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """Tell an arrival otherwise, with the reason: what was not known, or was wrong. The rules decide anew."""
    old = queries.arrivals(by).filter(pk=pk).first()
    if old is None:
        return _told_meanwhile(request, by, pk)
    audit.look(by, "person", old.person, old.place)
    form = PutRight(request.POST or None, by=by, old=old, sealed=open_parts([pk]).get(pk, {}))
    if request.method == "POST" and form.is_valid():
        result = take([form.incoming()], by)[0]
        if result.status in ("accepted", "duplicate") and not result.code:
            messages.success(request, _("Put right; what it said before is kept."))
            return redirect("arrivals:arrival", pk=result.id)
        form.refuse(result.code, result.message)
    words = {"form": form, "old": old, "who": described([old], below=by.place)[0]["person"]}
    return render(request, "arrivals/new.html", words, status=422 if request.method == "POST" else 200)


def _told_meanwhile(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """Of two who put one arrival right, the second is shown what it says by now, and by whom."""
    root = Arrival.objects.filter(pk=pk).values_list("root", flat=True).first()
    now = get_object_or_404(queries.arrivals(by), root=root)
    who = staff.names({now.account} if now.account else ()).get(now.account or 0, "")
    what = f"{described([now], below=by.place)[0]['origin']} · {MEASURES.get(now.measure, now.measure)}"
    messages.error(request, Refusal("changed-meanwhile", who=who, what=what).message)
    return redirect("arrivals:correct", pk=now.pk)


@require_POST  # a number that is typed stands in no address
@acting(WRITERS)
def known(request: HttpRequest, by: Actor) -> HttpResponse:
    """The known people whom a name, pinyin or number may mean, to choose one from."""
    text = request.POST.get("who", "").strip()
    found = [str(person.pk) for person in search(by, text, limit=8)] if text else []
    return render(request, "arrivals/known.html", {"candidates": _candidates(by, found), "text": text})


def _candidates(by: Actor, wanted: list[Any]) -> list[dict[str, Any]]:
    """People in scope with their masked document, for choosing."""
    own = people.visible(by).filter(pk__in=lists.ids_of(map(str, wanted)))
    found = lists.shown(own.values_list("pk", flat=True), by.place)
    masked = people.masked(list(found))
    return [{"person": person, "masked": masked.get(i)} for i, person in found.items()]


@acting(queries.READERS)
def arrival(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """One arrival: what the rules decided and why, what follows, who answers for it."""
    found = get_object_or_404(queries.arrivals(by), pk=pk)
    row = queries.decision(found)
    words = {
        **described([found], below=by.place)[0],
        "here": found.place,
        "row": row,
        "why": (row.zh if chinese() else row.en) if row else found.decided_by,
        "now": next((said[found.person] for said in ask("under_way", [found.person]) if said), None),
        "answering": lists.answering({found.person: whose([(found.place, found.person)])[0]})[found.person],
        "yes_no": f"{_('Yes')},{_('No')}",
        "facts": [
            (_("Stayed in an affected area"), found.affected), (_("Fever"), found.fever),
            (_("Cough or short of breath"), found.symptoms), (_("Contact with a case"), found.contact),
            (_("Has a home to stay in"), found.own_home),
            (_("Brings a health certificate"), found.certificate),
            (_("Needed for urgent work"), found.needed_for_work),
        ],
        "may_write": by.role in WRITERS, "may_correct": by.role in OFFICE,
    }  # fmt: skip
    return render(request, "arrivals/arrival.html", words)


app_name = "arrivals"
urlpatterns = [
    path("arrivals/", arrivals, name="list"),
    path("arrivals/new/", new, name="new"),
    path("arrivals/known/", known, name="known"),
    path("arrivals/seen/", seen, name="seen"),
    path("arrivals/<uuid:pk>/", arrival, name="arrival"),
    path("arrivals/<uuid:pk>/correct/", correct, name="correct"),
]
