"""The office's pages of reports: what I owe by when, drafted; who below is late; send without them."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bulou.core.places import queries as places
from bulou.core.staff import queries as staff
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.lib import clock
from bulou.lib.refusals import Refusal
from bulou.reports import actions, drafts, forms, links, queries, shown, turns
from bulou.reports.models import Sent

_HISTORY = 15


@acting()
def index(request: HttpRequest, by: Actor) -> HttpResponse:
    """What a place owes and has sent. `?place=`, `?slot=` one of its turns."""
    return _index(request, by)


def _index(
    request: HttpRequest, by: Actor, typed: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    here = shown.place_of(request, by)
    owed = queries.owed(by, here.code)
    chosen = _chosen(request, owed)
    draft = drafts.draft(by, here.code, turns.DAILY, chosen.slot.name) if chosen else None
    upcoming = turns.upcoming(here.code, clock.now())
    words: dict[str, Any] = {
        "here": here,
        "owes": bool(turns.level(here.code)),
        "turns": [_tab(here.code, turn, turn is chosen) for turn in owed],
        "chosen": chosen,
        "upcoming": upcoming,
        "upcoming_word": shown.turn_word(upcoming.name) if upcoming else "",
        "stale": [
            {"stale": s, "turn": shown.turn_word(s.report.slot)} for s in queries.watched(by, here.code)
        ],
        "history": [_past(past) for past in queries.history(by, here.code, _HISTORY)],
        "may_send": by.role in actions.WRITERS,
        "note": (typed or {}).get("note", ""),
        "said": _said(chosen.report) if chosen and chosen.report else [],
    }
    if draft:
        words |= _draft_words(draft, typed or {})
    return render(request, "reports/index.html", words, status=status)


def _chosen(request: HttpRequest, owed: list[queries.Turn]) -> queries.Turn | None:
    """The turn asked for, else the one that is due first and not sent, else the last."""
    asked = request.GET.get("slot") or request.POST.get("slot")
    named = [turn for turn in owed if turn.slot.name == asked]
    unsent = [turn for turn in owed if turn.report is None]
    return next(iter([*named, *unsent, *reversed(owed)]), None)


def _tab(place: str, turn: queries.Turn, active: bool) -> dict[str, Any]:
    url = "?" + urlencode({"place": place, "slot": turn.slot.name})
    return {"word": shown.turn_word(turn.slot.name), "turn": turn, "url": url, "active": active}


def _draft_words(draft: drafts.Draft, typed: dict[str, str]) -> dict[str, Any]:
    lines = [
        {
            "line": line,
            "href": links.href(line.name, draft.place, draft.as_of, (draft.slot.name, clock.now())),
            "field": line.name.removeprefix(forms.TYPED),
            "typed": typed.get(line.name.removeprefix(forms.TYPED), ""),
        }
        for line in draft.lines
    ]
    return {
        "draft": draft,
        "draft_word": shown.turn_word(draft.slot.name),
        "lines": lines,
        "children": shown.children(draft.children),
        "reported": len(draft.children) - len(draft.missing),
        "looked": json.dumps(draft.figures),
    }


def _said(one: Sent) -> list[dict[str, Any]]:
    """The numbers of a report that was sent, each with where it leads."""
    titles = queries.titles(one)
    return [
        {"title": titles[name], "value": value, "href": links.of(name, one)}
        for name, value in one.figures.items()
    ]


def _past(past: queries.Past) -> dict[str, Any]:
    return {"past": past, "turn": shown.turn_word(past.report.slot), "missing": len(past.report.missing)}


@require_POST
@acting()
def send(request: HttpRequest, by: Actor) -> HttpResponse:
    """Send what was drafted; what changed while somebody looked at it is said."""
    here = shown.place_of(request, by)
    try:
        said = _typed(request)
        one = actions.send(
            by, here.code, turns.DAILY, request.POST.get("slot", ""), said, request.POST.get("note", "")
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
        given = {name.removeprefix("typed-"): str(value) for name, value in request.POST.items()}
        return _index(request, by, given, status=422)
    messages.success(
        request, _("Sent at %(time)s.") % {"time": f"{one.happened_at.astimezone(clock.zone()):%H:%M}"}
    )
    _say_changed(request, one)
    return redirect("reports:report", pk=one.pk)


def _typed(request: HttpRequest) -> dict[str, int | None]:
    """The typed numbers of a form: empty is none. Refuses report-typed-wrong."""
    given = {
        k.removeprefix("typed-"): str(v).strip() for k, v in request.POST.items() if k.startswith("typed-")
    }
    try:
        return {name: int(value) if value else None for name, value in given.items()}
    except ValueError:
        raise Refusal("report-typed-wrong") from None


def _say_changed(request: HttpRequest, one: Sent) -> None:
    try:
        looked: dict[str, int] = {
            str(k): int(v) for k, v in json.loads(request.POST.get("looked", "{}")).items()
        }
    except (ValueError, TypeError, AttributeError):
        return
    mine = {name: value for name, value in one.figures.items() if name in looked}
    changed = queries.difference(mine, looked)
    if changed:
        titles = queries.titles(one)
        said = "; ".join(f"{titles[n]} {looked[n]} → {one.figures[n]}" for n in changed if n in titles)
        words = {"changes": said}
        messages.warning(request, _("Records came in while you looked; the report says: %(changes)s") % words)


@acting()
def report(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """A report and its revisions side by side, what the records say now, and the form of a revision."""
    try:
        return _report(request, by, pk)
    except Refusal as refusal:
        raise Http404 from refusal


def _report(request: HttpRequest, by: Actor, pk: UUID, status: int = 200) -> HttpResponse:
    one = queries.report(by, pk)
    family = queries.family(one)
    last = family[-1]
    stale = next(iter(queries.stale([last])), None)
    texts = queries.texts(family) if by.sees_people else {}
    who = staff.names(row.account for row in family if row.account)
    own = forms.typed([last.place], last.slot, last.as_of)[last.place]
    columns = [
        {"row": row, "who": who.get(row.account or 0, ""), "text": texts.get(row.id, {}),
         "missing": sorted(places.names(row.missing).values())}
        for row in family
    ]  # fmt: skip
    words = {
        "one": last,
        "here": places.get(last.place),
        "turn": shown.turn_word(last.slot),
        "columns": columns,
        "rows": _beside(family, stale),
        "stale": stale,
        "came": sorted(places.names(stale.came).values()) if stale else [],
        "own": [
            {"entry": e, "field": e.name.removeprefix(forms.TYPED), "value": last.figures.get(e.name, "")}
            for e in own
        ],
        "may_revise": by.role in actions.WRITERS,
        "note": texts.get(last.id, {}).get("note", ""),
    }
    return render(request, "reports/report.html", words, status=status)


def _beside(family: list[Sent], stale: queries.Stale | None) -> list[dict[str, Any]]:
    """A row for each number: what each revision says with its difference, and what the records say now."""
    titles = queries.titles(family[-1])
    rows = []
    for name, title in titles.items():
        values = [row.figures.get(name) for row in family]
        steps = [None, *(None if a is None or b is None else b - a for a, b in pairwise(values))]
        rows.append({
            "title": title, "href": links.of(name, family[-1]),
            "cells": list(zip(values, steps, strict=True)),
            "now": stale.now.get(name) if stale else None,
            "changed": stale.changed.get(name, 0) if stale else 0,
        })  # fmt: skip
    return rows


@require_POST
@acting()
def revise(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """Send the next revision of a report."""
    try:
        typed = {name: value for name, value in _typed(request).items() if value is not None}
        one = actions.revise(by, pk, typed, request.POST.get("why", ""), request.POST.get("note", ""))
    except Refusal as refusal:
        if refusal.code in ("report-unknown", "not-allowed"):
            raise Http404 from refusal
        messages.error(request, refusal.message)
        return _report(request, by, pk, status=422)
    messages.success(request, _("Revision %(number)d sent.") % {"number": one.revision})
    return redirect(reverse("reports:report", args=[one.pk]))
