"""Who may have been entered twice: pairs side by side, decided with the keyboard, many at a time."""

from __future__ import annotations

import threading
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db import connection
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bulou.core import exports
from bulou.core.people import queries as people
from bulou.core.people.doubles import deciding, linking, looking, queries
from bulou.core.people.doubles.words import in_words
from bulou.core.people.models import Double, Person, full_years
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.core.staff.roles import OFFICE
from bulou.desk import common, lists
from bulou.lib import clock, phones, resident_id
from bulou.lib.beside import differing
from bulou.lib.refusals import Refusal

SHOW = {"waiting": lazy("To be decided"), Double.ONE: lazy("One person"), Double.TWO: lazy("Two people")}
_REOPEN = "reopen"
_BACK = "/people/doubles/"
# So many are compared while the page waits; more, behind it.
_AT_ONCE = 2_000


@never_cache
@acting(OFFICE)
def page(request: HttpRequest, by: Actor) -> HttpResponse:
    """The pairs of a place, the likeliest first."""
    place, show = common.place_asked(request, by), request.GET.get("show", "waiting")
    if show not in SHOW:
        raise Http404
    if request.GET.get("export"):
        return exports.ask_for(request, "doubles", place=place, show=show)
    found = listed(by, place, show)
    page = common.paged(request, found, queries.KEYS)
    words = {
        "place": place, "rows": _rows(by, page.rows, place), "next": page.next, "total": found.count(), "show": show,
        "filters": common.words(request, "show", SHOW, show), "look": queries.latest(place),
        "running": looking.is_running(place), "splink": linking.is_here(),
        "columns": ["", _("One"), _("The other"), _("How likely, and what agrees")],
    }  # fmt: skip
    return render(request, "desk/doubles.html", words)


def listed(by: Actor, place: str, show: str) -> QuerySet[Double]:
    """The pairs that a page shows."""
    return queries.waiting(by, place) if show == "waiting" else queries.decided(by, show, place)


def _rows(by: Actor, pairs: list[Double], place: str) -> list[dict[str, Any]]:
    """Pairs with both sides; a constant number of queries. Of numbers only what differs, or masked."""
    wanted = {person for pair in pairs for person in (pair.one, pair.other)}
    found = Person.objects.in_bulk(wanted)
    told = people.identifiers(wanted)
    where = lists.place_names({one.place for one in found.values()}, place)
    rows = []
    for pair in pairs:
        kept, gone = deciding.kept_of(pair, found)
        both = ((kept, gone), (gone, kept))
        sides = [_side(found[a], told.get(a, {}), found[b], told.get(b, {}), where) for a, b in both]
        rows.append(
            {"pair": pair, "percent": pair.score // 10, "sides": sides, "agrees": in_words(pair.evidence)}
        )
    return rows


def _side(
    one: Person, told: dict[str, Any], other: Person, others: dict[str, Any], where: dict[str, str]
) -> dict[str, Any]:
    number, phone = told.get("doc_number", ""), told.get("phone", "")
    return {
        "person": one, "age": full_years(one.birth_date, clock.today()), "where": where.get(one.place, one.place),
        "name": _marked(one.name, other.name),
        "number": differing(number, others.get("doc_number", "")) or resident_id.mask(number),
        "number_differs": bool(number and others.get("doc_number") and number != others["doc_number"]),
        "phone": differing(phone, others.get("phone", "")) or phones.mask(phone),
        "phone_differs": bool(phone and others.get("phone") and phone != others["phone"]),
        "born_differs": bool(one.birth_date and other.birth_date and one.birth_date != other.birth_date),
    }  # fmt: skip


def _marked(name: str, other: str) -> list[tuple[str, bool]]:
    """A name in stretches of characters, and whether the other one has others in their place."""

    def differs(at: int) -> bool:
        return other[at] != name[at] if len(name) == len(other) else name[at] not in other

    return [
        ("".join(name[at] for at in stretch), here)
        for here, stretch in groupby(range(len(name)), key=differs)
    ]


@require_POST
@acting(OFFICE)
def decide(request: HttpRequest, by: Actor) -> HttpResponse:
    """All pairs that are ticked, in one way; or a decision taken back."""
    pairs, way = lists.ids_of(request.POST.getlist("pair")), request.POST.get("way", "")
    if way not in (Double.ONE, Double.TWO, _REOPEN):
        raise Http404
    if not pairs:
        messages.info(request, _("No pair was ticked."))
        return redirect(_BACK)
    if way == _REOPEN:
        done = _("They wait to be decided again.")
        return common.acted(request, lambda: [deciding.reopen(one, by) for one in pairs], done, _BACK)
    return common.acted(
        request, lambda: deciding.decide(pairs, way, by, request.POST.get("why", "").strip()[:200]),
        _("Decided. A decision can be taken back under its word above the list."), _BACK,
    )  # fmt: skip


@require_POST
@acting(OFFICE)
def look(request: HttpRequest, by: Actor) -> HttpResponse:
    """Look for doubles in a place now; a large register is gone through behind the page."""
    place = request.POST.get("place", "")
    if not place or not by.reaches(place):
        raise Http404
    try:
        one = looking.begin(place, by)
    except Refusal as refusal:
        common.not_there(refusal)
        messages.error(request, refusal.message)
        return redirect(f"{_BACK}?place={place}")
    if one.people > _AT_ONCE:
        threading.Thread(target=_behind, args=(one, by), daemon=True).start()
    else:
        looking.finish(one, by)
        messages.success(request, _("%(n)s pairs may be one person.") % {"n": one.pairs})
    return redirect(f"{_BACK}?place={place}")


def _behind(one: Any, by: Actor) -> None:
    try:
        looking.finish(one, by)
    finally:
        connection.close()
