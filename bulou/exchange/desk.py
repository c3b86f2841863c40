"""The pages of ledgers: hand a file in, see what was understood, take it in, and every file since."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bulou.core.audit.door import Note, enter
from bulou.core.places import queries as places
from bulou.core.places.codes import above
from bulou.core.staff import queries as staff
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.core.staff.roles import FILE_TAKERS, OFFICE
from bulou.exchange import annotate, behind, deciding, desk_assign, shown, waiting
from bulou.exchange.desk_decide import find
from bulou.exchange.models import ImportRun
from bulou.exchange.wording import FIELDS
from bulou.lib import clock, paging
from bulou.lib.refusals import Refusal, sentence

_SIZE = 50
# Files of more rows than this are taken in behind the page, which then shows how far it is.
_AT_ONCE = 300
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATES = {
    ImportRun.LOOKING: (gettext_lazy("being read"), "hourglass", "now"),
    ImportRun.LOOKED: (gettext_lazy("not yet taken in"), "clock", "now"),
    ImportRun.TAKING: (gettext_lazy("being taken in"), "hourglass", "now"),
    ImportRun.DONE: (gettext_lazy("taken in"), "check", "done"),
    ImportRun.REFUSED: (gettext_lazy("cannot be read"), "circle-x", "wait"),
    ImportRun.STOPPED: (gettext_lazy("stopped half-way"), "alert-triangle", "wait"),
    ImportRun.UNDONE: (gettext_lazy("taken back"), "circle-minus", "none"),
}
_CUT = (gettext_lazy("reading cut short"), "alert-triangle", "wait")


@never_cache
@acting(FILE_TAKERS)
def index(request: HttpRequest, by: Actor) -> HttpResponse:
    """Hand a file in; below, those handed in before, the latest first."""
    try:
        page = paging.page(shown.runs(by), ("-at", "-id"), _SIZE, request.GET.get("cursor") or None)
    except (ValueError, TypeError) as error:
        raise Http404 from error
    named = places.described({run.place for run in page.rows}, above(by.place))
    accounts = staff.names({run.account for run in page.rows if run.account})
    rows = [
        {
            "run": run,
            "place": named[run.place],
            "by": accounts.get(run.account or 0, ""),
            "state": _state(run),
        }
        | {
            "held": 0 if run.superseded_by else run.counts.get("held", 0),
            "kind": shown.KINDS.get(run.kind, ""),
        }
        for run in page.rows
    ]
    words = {
        "unassigned": desk_assign.waiting(by).count(),
        "rows": rows, "next": page.next, "kinds": shown.KINDS.items(), "places": _places(by),
        "columns": [_("File"), _("Place"), _("State"), _("Taken in"), _("Waits"), _("Handed in by"), _("At")],
    }  # fmt: skip
    return render(request, "exchange/index.html", words)


def _places(by: Actor) -> list[tuple[str, str]]:
    """Where a file may be taken in: the actor's own place, and those right below it."""
    own = places.get(by.place)
    below = places.children(by.place) if own else []
    return [(p.pk, p.name) for p in ([own] if own else []) + below]


def _state(run: ImportRun) -> dict[str, Any]:
    cut = run.state == ImportRun.LOOKING and run.code
    word, sign, tone = _CUT if cut else STATES[run.state]  # type: ignore[index]
    return {"word": word, "sign": sign, "tone": tone}


@require_POST
@acting(FILE_TAKERS)
def look(request: HttpRequest, by: Actor) -> HttpResponse:
    """A file was dropped: read it, and show what was understood."""
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("Choose a file first."))
        return redirect("exchange:index")
    kind = request.POST.get("kind", "auto")
    kind = kind if kind in shown.KINDS else "auto"
    try:
        place = request.POST.get("place") or by.place
        run = waiting.look(file.chunks(), file.name or "", place, by, kind, behind.look)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("exchange:index")
    return redirect("exchange:run", run.id)


@require_POST
@acting(FILE_TAKERS)
def again(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """Read a file once more, of which the reading was cut short."""
    try:
        behind.look_again(find(by, pk), by)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("exchange:run", pk)


@never_cache
@acting(FILE_TAKERS)
def run(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """One file: what became (or would become) of each row, those that wait first."""
    one = find(by, pk)
    try:
        if waiting.was_left(one):
            behind.look_again(one, by)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("exchange:index")
    counts = one.counts
    show = request.GET.get("show", "")
    if show and show not in shown.VERDICTS:
        raise Http404
    if not show:
        show = next((v for v in shown.VERDICTS if counts.get(v)), "accepted")
    try:
        page = paging.page(shown.rows(one, show), ("at",), _SIZE, request.GET.get("cursor") or None)
    except (ValueError, TypeError) as error:
        raise Http404 from error
    deciding_here = (
        show in deciding.WAITING and one.state == ImportRun.DONE and not one.superseded_by
        and by.role in FILE_TAKERS
    )  # fmt: skip
    words = {
        "run": one, "state": _state(one), "kind": shown.KINDS.get(one.kind, ""), "waiting": waiting.is_waiting(one),
        "refused": sentence(one.code) if one.code else "", "mine": one.account == by.account,
        "place": places.describe(one.place, above(by.place)),
        "filters": [
            {"label": _verdict(one, v), "url": f"?show={v}", "active": v == show, "count": counts.get(v, 0)}
            for v in shown.VERDICTS if counts.get(v) or v == show
        ],
        "rows": shown.told(page.rows, one, by), "next": page.next, "done": _done(one), "show": show,
        "columns": ([""] if deciding_here else [])
        + [_("Row"), _("Name"), _("Place"), _("Came from"), _("Temperature"), _("Why")],
        "may_undo": one.state == ImportRun.DONE and by.role in OFFICE, "deciding": deciding_here,
        "may_retract": one.state == ImportRun.DONE and not one.superseded_by and by.role in FILE_TAKERS,
        "ways": deciding.WAYS.items(), "tables": _tables(one),
        "unassigned": one.state == ImportRun.DONE and by.role in OFFICE and desk_assign.waiting(by).count(),
    }  # fmt: skip
    return render(request, "exchange/run.html", words)


def _verdict(one: ImportRun, verdict: str) -> Any:
    """What became of rows, or would; of a file that was taken back nothing is taken in any more."""
    if one.state == ImportRun.LOOKED and verdict == "accepted":
        return _("Can be taken in")
    return annotate.told(verdict, one.state == ImportRun.UNDONE)


def _done(one: ImportRun) -> tuple[int, int] | None:
    """How far a file is that is being read or taken in, the latter also by another process: (rows, of how many)."""
    if one.state == ImportRun.LOOKING:
        return None if one.code else behind.far(one.id) or (0, 0)
    if one.state != ImportRun.TAKING:
        return None
    return behind.far(one.id) or (shown.rows(one).count(), one.counts.get("rows", 0))


def _tables(one: ImportRun) -> list[dict[str, Any]]:
    """The columns of a file that waits, each with what it is taken to hold."""
    if one.state != ImportRun.LOOKED:
        return []
    return [
        {
            "layout": table["layout"], "sheet": table["sheet"],
            "columns": [
                column | {"n": n, "held": column["field"] if column["field"] in FIELDS else ""}
                for n, column in enumerate(table["columns"]) if column["title"] or column["field"]
            ],
            "unused": [c["title"] for c in table["columns"] if c["title"] and not c["field"]],
            "fields": FIELDS.items(),
        }
        for table in {t["layout"]: t for t in one.tables}.values()
    ]  # fmt: skip


@require_POST
@acting(FILE_TAKERS)
def take(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """Take in what was looked at; a long file goes on behind the page."""
    one = find(by, pk)
    try:
        waiting.claim(one)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("exchange:run", pk)
    if one.counts.get("rows", 0) > _AT_ONCE:
        behind.take(one, by)
        return redirect("exchange:run", pk)
    taken = waiting.take(one, by)
    told = _("%(n)s people's lines were taken in, %(held)s wait for you.")
    messages.success(request, told % {"n": taken.counts["accepted"], "held": taken.counts["held"]})
    return redirect("exchange:run", pk)


@require_POST
@acting(FILE_TAKERS)
def leave(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """Put a file away that was only looked at."""
    try:
        behind.put_away(find(by, pk))
        messages.info(request, _("The file was put away; nothing of it was taken in."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("exchange:index")


@acting(FILE_TAKERS)
def annotated(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """The clerk's own file back with verdict and reason; only for whoever handed it in."""
    one = find(by, pk)
    if one.account != by.account or one.state in (ImportRun.REFUSED, ImportRun.LOOKING):
        raise Http404
    out = BytesIO()
    waiting.give_back(one, shown.as_rows(one), out)
    about = Note(subject_type="import", subject_id=str(one.id), place=one.place, count=one.counts.get("rows"))
    enter("exchange.annotated", by, about)
    response = HttpResponse(out.getvalue(), content_type=_XLSX)
    response["Content-Disposition"] = (
        f'attachment; filename="{clock.day_of(one.at):%Y%m%d}-{one.id.hex[-6:]}.xlsx"'
    )
    response["Cache-Control"] = "no-store"
    return response
