"""The office's pages of duty: the week as a grid, one shift, the holes; the rest is in the modules beside."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bulou.core.places.codes import COUNTY_DIGITS, TOWNSHIP_DIGITS
from bulou.core.records.single import tell_one
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.core.tasks.cover import minutes
from bulou.core.tasks.state import state as state_of
from bulou.desk import common, lists
from bulou.lib import clock
from bulou.lib.refusals import Refusal
from bulou.work.roster import desk_lists, desk_members, plan, queries, shown, solve, standing
from bulou.work.roster.forms import DrawIn

_WEEK = 7
_PAGE = 40  # rows of the grid


def _week(request: HttpRequest) -> date:
    """The Monday of the week that is asked for."""
    text = request.GET.get("week", "")
    try:
        day = date.fromisoformat(text) if text else clock.today()
    except ValueError as error:
        raise Http404 from error
    if not date(2000, 1, 1) < day < date(2100, 1, 1):
        raise Http404
    return day - timedelta(days=day.weekday())


@acting(queries.READERS)
def week(request: HttpRequest, by: Actor) -> HttpResponse:
    """What is to be manned down, the days of a week across: who stands, and the holes in red."""
    place, monday = common.place_asked(request, by), _week(request)
    since, until = clock.at(monday, time()), clock.at(monday + timedelta(days=_WEEK), time())
    every = queries.needs(by, place, since, until)
    first = max(0, int(request.GET["from"])) if request.GET.get("from", "").isdigit() else 0
    wanted = every[first : first + _PAGE]
    days = [monday + timedelta(days=n) for n in range(_WEEK)]
    words = {
        "place": place, "days": days, "today": clock.today(), "rows": shown.grid(wanted, days, since, until),
        "may_make": by.role in plan.MAKERS, "before": monday - timedelta(days=_WEEK),
        "after": monday + timedelta(days=_WEEK), "count": len(every), "first": first,
        "next": first + _PAGE if len(every) > first + _PAGE else None, "links": _links(by, place),
        "empty_now": queries.empty_now(by, place).count(), "ahead": len(queries.holes_ahead(by, place)),
        "solver": solve.is_installed(), "ahead_until": queries.ahead(place, clock.now()),
    }  # fmt: skip
    return render(request, "roster/week.html", words)


def _links(by: Actor, place: str) -> list[tuple[str, str]]:
    return [
        (title, f"/roster/{name}/?place={place}")
        for name, title, roles in (
            ("members", _("Who may stand"), queries.SIGNERS), ("applications", _("Applications"), queries.APPLICANTS),
            ("teams", _("Service teams"), queries.READERS), ("pairs", _("Units and compounds"), queries.READERS),
        )
        if by.role in roles
    ]  # fmt: skip


@acting(plan.MAKERS)
def draw(request: HttpRequest, by: Actor) -> HttpResponse:
    """Make the roster of some days: what it would be is shown before it is written."""
    place = common.place_asked(request, by)
    today = clock.today()
    labels = {"from_day": _("From"), "to_day": _("To")}
    form = common.form_of(DrawIn, labels, {})(
        request.POST or None, initial={"from_day": today, "to_day": today + timedelta(days=_WEEK - 1)}
    )
    made, status = None, 200
    if request.method == "POST" and form.is_valid():
        first, last = form.cleaned_data["from_day"], form.cleaned_data["to_day"]
        try:
            if request.POST.get("act") == "write":
                plan.draw(by, place, first, last)
                return redirect(f"/roster/?place={place}&week={first.isoformat()}")
            made = plan.preview(by, place, first, last)
        except Refusal as refusal:
            common.not_there(refusal)
            form.add_error(None, refusal.message)
    if form.errors:
        status = 422
    words = {"form": form, "place": place, "made": made, "solver": solve.is_installed()}
    if made:
        words |= {"left": shown.left(made), "drawn": shown.drawn(made)}
    return render(request, "roster/draw.html", words, status=status)


@acting(queries.READERS)
def holes(request: HttpRequest, by: Actor) -> HttpResponse:
    """Where nobody stands now, or (`?show=ahead`) will stand, by the name of what is to be manned."""
    place, show = common.place_asked(request, by), request.GET.get("show", "now")
    if show not in ("now", "ahead"):
        raise Http404
    offered = {"now": _("Nobody has signed on"), "ahead": _("Nobody on the roster")}
    rows = _empty(by, place) if show == "now" else _ahead(by, place)
    listing = common.Listing(
        title=_("Holes in the cover"), place=place, columns=[_("To be manned"), _("Place"), _("Shift"), _("Since")]
        if show == "now" else [_("To be manned"), _("Place"), _("Shift"), _("From")],
        rows=rows, words=common.words(request, "show", offered, show), total=len(rows),
        links=[(_("The week"), f"/roster/?place={place}")], leading=False,
        empty=_("Every seat of the shifts that run is manned.") if show == "now"
        else _("Every seat of the days ahead has somebody on the roster."),
    )  # fmt: skip
    return common.list_page(request, listing)


def _empty(by: Actor, place: str) -> list[common.Row]:
    tasks = list(queries.empty_now(by, place)[: common.SIZE * 4])
    named = shown.need_names({task.subject_id for task in tasks}, place)
    where = lists.place_names({task.place for task in tasks}, by.place[:COUNTY_DIGITS])
    return [
        common.Row(
            [
                common.Cell(named.get(task.subject_id, "—"), shown.seat_url(task.subject_id, task.slot), task.detail),
                common.Cell(where.get(task.place, "")), common.Cell(shown.slot_words(task.slot)),
                common.Cell(at=task.due_at),
            ],
            href=shown.seat_url(task.subject_id, task.slot),
        )
        for task in tasks
    ]  # fmt: skip


def _ahead(by: Actor, place: str) -> list[common.Row]:
    seats = queries.holes_ahead(by, place)[: common.SIZE * 4]
    where = lists.place_names({seat.need.place for seat in seats}, by.place[:COUNTY_DIGITS])
    return [
        common.Row(
            [
                common.Cell(seat.need.name, shown.seat_url(seat.need.id, seat.slot)),
                common.Cell(where.get(seat.need.place, "")), common.Cell(shown.slot_words(seat.slot)),
                common.Cell(at=seat.span.start),
            ],
            href=shown.seat_url(seat.need.id, seat.slot),
        )
        for seat in seats
    ]  # fmt: skip


@acting(queries.READERS)
def seat(request: HttpRequest, by: Actor, need: UUID) -> HttpResponse:
    """One seat of a shift: who is to stand, who signed on, what was handed over; who else could stand."""
    slot = request.GET.get("slot", "")
    relief = slot.partition("+")[0]  # a seat that was left early is planned as the seat it is part of
    try:
        one = plan.find_seat(by, need, relief)
    except Refusal as refusal:
        raise Http404 from refusal
    now = clock.now()
    since, until = one.span.start - timedelta(hours=12), one.span.end + timedelta(hours=12)
    ons, offs = queries.signed([need], since, until), queries.offs([need], since, until)
    spans = [span for _on, span in standing.signed(ons, offs, now)]
    gaps = standing.gaps(one.need, one.span.start, min(one.span.end, now), spans)
    held = queries.stands([need], *one.span).get((need, relief))
    task = queries.tasks([need], *one.span).get((need, slot))
    over = one.span.end <= now
    words: dict[str, Any] = {
        "seat": one, "slot": slot, "relief": relief, "title": f"{one.need.name} · {shown.slot_words(slot)}",
        "place": one.need.place, "held": held, "task": task, "state": state_of(task, now) if task else "", "over": over,
        "signed": shown.signed(ons, offs, one), "gaps": gaps, "gap_minutes": minutes(gaps),
        "fitting": [] if over or by.role not in plan.MAKERS else _fitting(by, one),
        "who": queries.names({held.member}).get(held.member, "") if held else "",
        # Whoever has no page of those on the list, or not of this one, is led to none.
        "opens": held and by.role in queries.SIGNERS and queries.members(by).filter(pk=held.member).exists(),
        "may_sign": by.role in queries.SIGNERS and task is not None and task.opens_at <= now,
        "others": list(queries.members(by, one.need.place[:TOWNSHIP_DIGITS])[:_MOST])
        if by.role in queries.SIGNERS else [],
    }  # fmt: skip
    return render(request, "roster/seat.html", words)


_MOST = 300  # names in a list to choose from


def _fitting(by: Actor, one: Any) -> list[dict[str, Any]]:
    return [
        {"id": hand.id, "name": hand.name, "why": shown.WHY.get(why, ""), "hours": round(stood)}
        for hand, why, stood in plan.fitting(by, one)[:_MOST]
    ]


@require_POST
@acting(plan.MAKERS)
def put(request: HttpRequest, by: Actor, need: UUID) -> HttpResponse:
    slot = request.POST.get("slot", "")
    member = next(iter(lists.ids_of([request.POST.get("member", "")])), None)
    version = request.POST.get("version", "0")
    return common.acted(
        request, lambda: plan.put(by, need, slot, member, int(version) if version.isdigit() else 0),
        _("The seat is changed."), shown.seat_url(need, slot),
    )  # fmt: skip


@require_POST
@acting(queries.SIGNERS)
def sign(request: HttpRequest, by: Actor, need: UUID) -> HttpResponse:
    """Somebody without a phone signs on or off at the desk."""
    slot = request.POST.get("slot", "")
    try:
        place = plan.find_seat(by, need, slot.partition("+")[0]).need.place
    except Refusal as refusal:
        raise Http404 from refusal
    data = {"need": str(need), "slot": slot, "name": request.POST.get("name", "").strip()[:60]}
    data |= {"member": request.POST["member"]} if request.POST.get("member") else {}
    kind = "roster.off" if request.POST.get("act") == "off" else "roster.on"
    if kind == "roster.off":
        data["note"] = request.POST.get("note", "")[:500]

    def act() -> None:
        if told := tell_one(kind, place, data, by):
            messages.warning(request, told)

    return common.acted(request, act, shown.SIGNED[kind], shown.seat_url(need, slot))


app_name = "roster"
urlpatterns = [
    path("roster/", week, name="week"),
    path("roster/draw/", draw, name="draw"),
    path("roster/holes/", holes, name="holes"),
    path("roster/seats/<uuid:need>/", seat, name="seat"),
    path("roster/seats/<uuid:need>/put/", put, name="put"),
    path("roster/seats/<uuid:need>/sign/", sign, name="sign"),
    *desk_members.urlpatterns,
    *desk_lists.urlpatterns,
]
