"""The missed by name: how many and where, down to who, with the act beside each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bulou.core import exports, own
from bulou.core.overview import below
from bulou.core.places import queries as places
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.core.staff.roles import OFFICE
from bulou.core.tasks import queries as tasks
from bulou.core.tasks import rising
from bulou.core.tasks.duties import duties
from bulou.desk import common, names
from bulou.lib import clock


def moment_asked(request: HttpRequest) -> datetime | None:
    """`?at=`: a moment, not later than now; None when the page is of now. What is no moment is not there."""
    try:
        return moment_of(request.GET.get("at", ""))
    except ValueError as error:
        raise Http404 from error


def moment_of(text: str) -> datetime | None:
    """A moment that has been; None for none, or one that is still to come. Raises ValueError for what is no moment."""
    at = clock.parse(text.replace(" ", "+")) if text else None
    return at if at is not None and at < clock.now() else None


@acting()
def page(request: HttpRequest, by: Actor) -> HttpResponse:
    """`?place=`, `?kind=` of act, `?at=`, `?day=1` for what was due on that day alone, `?risen=1` for what has
    newly risen to this post, `?own=1` for what lies at the place itself and at none below it."""
    place, at = common.place_asked(request, by), moment_asked(request)
    now, kind = at or clock.now(), request.GET.get("kind", "")
    if kind and kind not in duties():
        raise Http404
    if request.GET.get("export"):
        return exports.ask_for(request, "missed", place=place, kind=kind)
    which = which_asked(request.GET, by, now)
    without = below_it(place, now) if request.GET.get("own") else []
    try:
        cursor = request.GET.get("cursor") or None
        found = tasks.missed(place, now, kind, which, common.SIZE, cursor, by, without)
    except (ValueError, TypeError) as error:
        raise Http404 from error
    counted = _counted(by, place, now, request.GET, which)
    by_kind: Counter[str] = Counter()
    by_child: Counter[str] = Counter()
    for (code, one), value in counted.items():
        if code in without:
            continue
        by_kind[one] += value
        if not kind or one == kind:
            by_child[code] += value
    words: dict[str, Any] = {
        "place": place, "now": now, "at": at, "total": sum(by_child.values()),
        "rows": names.dues(found.rows, by, place, now), "next": found.next,
        "filters": _words(request, kind, by_kind), "children": _children(request, place, by_child),
        "own": bool(without), "whole": _to(request, own=""), "at_itself": _itself(request, place, by_child),
        "span": _spans(request, by, now),
        "names": bool(own.task_kinds(by.role)),
        "columns": [_("Who"), _("What"), _("Where"), _("Who answers"), _("Due"), ""],
    }  # fmt: skip
    return render(request, "desk/missed.html", words)


def below_it(place: str, at: datetime) -> list[str]:
    """The codes of the places right below a place, as they are told apart from what lies at the place itself."""
    return [child.code for child in places.children(place, clock.day_of(at))]


def which_asked(words: Mapping[str, str], by: Actor, now: datetime) -> Q | None:
    """Which of the missed are asked for: those that rose to a post, those of the moment's day, or (None) all."""
    if words.get("risen"):
        return rising.risen(by, now)
    if words.get("day"):
        return Q(due_at__gte=clock.at(clock.day_of(now), datetime.min.time()))
    return None


def _counted(
    by: Actor, place: str, now: datetime, words: Mapping[str, str], which: Q | None
) -> dict[tuple[str, str], int]:
    if words.get("risen") and which:
        return tasks.missed_which(place, now, which, below(place), by)
    every, today = tasks.missed_kinds(place, now, below(place), by)
    # Who is shown no names (an administrator sees no person) is shown the numbers, which are for everybody.
    mine = own.task_kinds(by.role) or frozenset(duties())
    return {key: value for key, value in (today if which else every).items() if key[1] in mine}


def _spans(request: HttpRequest, by: Actor, now: datetime) -> list[dict[str, Any]]:
    day, risen = bool(request.GET.get("day")), bool(request.GET.get("risen"))
    spans = [
        (_("All that is still owed"), _to(request, day="", risen=""), not day and not risen),
        (_("Of this day"), _to(request, day="1", risen=""), day and not risen),
    ]
    if risen or (by.role in OFFICE and rising.hears_after(by, now)):
        spans.append((_("Newly risen to us"), _to(request, day="", risen="1"), risen))
    return [{"label": label, "url": url, "active": active} for label, url, active in spans]


def _to(request: HttpRequest, **changes: str) -> str:
    kept = {key: value for key, value in request.GET.items() if key != "cursor"} | changes
    return "?" + urlencode({key: value for key, value in kept.items() if value})


def _words(request: HttpRequest, kind: str, counts: Counter[str]) -> list[dict[str, Any]]:
    """What kinds of acts are missed, the most first."""
    every = {
        "label": _("Everything"),
        "url": _to(request, kind=""),
        "active": not kind,
        "count": sum(counts.values()),
    }
    shown = [one for one, value in counts.most_common() if value > 0]
    if kind and kind not in shown:
        shown.append(kind)
    return [every] + [
        {
            "label": duties()[one].title,
            "url": _to(request, kind=one),
            "active": one == kind,
            "count": counts[one],
        }
        for one in shown
    ]


def _itself(request: HttpRequest, place: str, counts: Counter[str]) -> dict[str, Any] | None:
    """What lies at the place itself, beside the places below: without it they would not add up."""
    named = places.names([code for code in counts if len(code) > len(place)])
    count = sum(value for code, value in counts.items() if code not in named)
    return {"count": count, "url": _to(request, own="1")} if count and len(counts) > 1 else None


def _children(request: HttpRequest, place: str, counts: Counter[str]) -> list[dict[str, Any]]:
    """The places below with what is missed in them, the most first."""
    codes = [code for code, value in counts.most_common() if value > 0 and len(code) > len(place)]
    named = places.names(codes)
    return [
        {"name": named.get(code, code), "count": counts[code], "url": _to(request, place=code)}
        for code in codes if code in named
    ]  # fmt: skip
