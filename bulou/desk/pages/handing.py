"""All that somebody answers for, handed over in one act when they are ill or leave; and given back."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bulou.core.staff import queries as staff
from bulou.core.staff import responsibility
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.gate import acting
from bulou.core.staff.models import Responsibility
from bulou.core.staff.roles import OFFICE
from bulou.desk import common, lists
from bulou.desk.pages.responsible import candidates
from bulou.lib.refusals import Refusal


def _after(pk: int) -> str:
    """Where what was handed over is listed, with the way back."""
    return f"/responsible/?holder={pk}&show=ended"


@never_cache
@acting(OFFICE)
def hand_over_all(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """Look at all that an account answers for in the actor's territory, by place and role; then hand all of it over."""
    rows = list(within(by, staff.answering(Responsibility.objects.filter(holder=pk))))
    name = staff.names([pk]).get(pk, "")
    if not rows and not within(by, Responsibility.objects.filter(holder=pk)).exists():
        raise Http404
    error = ""
    if request.method == "POST":
        to, typed, seen = (request.POST.get(word, "").strip() for word in ("holder", "name", "seen"))
        try:
            count = responsibility.hand_over_all(
                pk, by, to=int(to) if to.isdigit() else None, name="" if to.isdigit() else typed[:64],
                seen=int(seen) if seen.isdigit() else 0,
            )  # fmt: skip
            messages.success(request, _("Handed over: %(n)s.") % {"n": count})
            return redirect(_after(pk))
        except Refusal as refusal:
            error = refusal.message
    words = {
        "name": name, "pk": pk, "error": error, "count": len(rows), "parts": _parts(rows, by),
        "columns": [_("Place"), _("As"), _("For whom"), _("How many")],
        "candidates": [one for one in candidates(by, [row.place for row in rows]) if one[0] != pk],
        "typed": request.POST.get("name", ""), "chosen": request.POST.get("holder", ""),
    }  # fmt: skip
    return render(request, "desk/hand_over_all.html", words, status=422 if error else 200)


def _parts(rows: list[Responsibility], by: Actor) -> list[dict[str, Any]]:
    """How many of what, in which role and place."""
    about = {"person": _("People"), "household": _("Households"), "place": _("Places")}
    counted = Counter((row.place, row.role, row.subject_type) for row in rows)
    where = lists.place_names({row.place for row in rows}, by.place)
    return [
        {"where": where.get(place, place), "title": responsibility.title(role), "n": n,
         "about": about.get(kind, _("Others"))}
        for (place, role, kind), n in sorted(counted.items())
    ]  # fmt: skip


@require_POST
@acting(OFFICE)
def hand_back(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """Give back what an account handed over to somebody on a day."""
    to, name = request.POST.get("to", ""), request.POST.get("name", "")
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError as error:
        raise Http404 from error
    holder = int(to) if to.isdigit() else None

    def act() -> None:
        responsibility.hand_back(pk, day, by, to=holder, name=name)

    return common.acted(request, act, _("Given back; it is theirs again from today on."), _after(pk))
