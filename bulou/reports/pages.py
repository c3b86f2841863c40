"""The pages that numbers of reports lead to, and the bulletin."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bulou.core import exports
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.lib import clock
from bulou.lib.refusals import Refusal
from bulou.reports import bulletin as bulletins
from bulou.reports import links, numbers, queries, shown, turns


@acting()
def received(request: HttpRequest, by: Actor) -> HttpResponse:
    """What has come in from below for a turn (`?slot=`), number by number, beside what the records say."""
    here = shown.place_of(request, by)
    begun = turns.begun(here.code, clock.now())
    slot = request.GET.get("slot") or (begun[-1].name if begun else "")
    if request.GET.get("export"):
        return exports.ask_for(request, "reports-received", place=here.code, slot=slot)
    try:
        found = queries.received(by, here.code, slot) if slot else []
    except Refusal as refusal:
        raise Http404 from refusal
    reports = [child.report for child in found if child.report]
    names = list(dict.fromkeys(name for report in reports for name in report.figures))
    titles: dict[str, object] = {}
    for report in reports:
        if report.figures.keys() - titles.keys():  # a place with a roster reports other lines
            titles |= queries.titles(report)
    rows = [
        {
            "title": titles.get(name, name),
            "cells": [child.report.figures.get(name) if child.report else None for child in found],
            "sum": sum(report.figures.get(name, 0) for report in reports),
        }
        for name in names
    ]
    words = {
        "here": here, "turn": shown.turn_word(slot) if slot else "", "slot": slot, "rows": rows,
        "children": shown.children(found), "reported": len(reports),
    }  # fmt: skip
    return render(request, "reports/received.html", words)


@acting()
def turnout(request: HttpRequest, by: Actor) -> HttpResponse:
    """All places of a level (`?level=village`) in their last turn of that day by `?at=`, silent first.

    `?show=reported` or `missing`: only these, as a number of the bulletin counts them; `?slot=`: in the turns
    that the place's report of that one gathers.
    """
    here, at = shown.place_of(request, by), shown.moment_of(request)
    if request.GET.get("export"):
        return exports.ask_for(request, "reports-turnout", place=here.code)
    level = shown.level_of(request.GET.get("level", "village"))
    if level is None:
        raise Http404
    slot = request.GET.get("slot", "")
    try:
        found = queries.turnout(by, here.code, level, at, slot)
    except Refusal as refusal:
        raise Http404 from refusal
    silent = [one for one in found if one.done_at is None]
    who = shown.holders([one.code for one in silent])
    listed = shown.narrowed(found, request.GET.get("show", ""))
    rows = [{"one": one, "turn": shown.turn_word(one.slot), "who": who.get(one.code, "")} for one in listed]
    words = {
        "here": here, "at": at, "turn": shown.turn_word(slot) if slot else "",
        "rows": rows, "silent": len(silent), "total": len(found),
        "columns": [_("Place"), _("Turn"), _("State"), _("Reported at"), _("Answers for it")],
    }  # fmt: skip
    return render(request, "reports/turnout.html", words)


@acting()
def bulletin(request: HttpRequest, by: Actor) -> HttpResponse:
    """The bulletin of a place as of a moment, in both languages; every number leads to what is behind it."""
    here, at = shown.place_of(request, by), shown.moment_of(request)
    found = bulletins.bulletin(here.code, at)
    before = bulletins.bulletin(here.code, at - timedelta(days=1)).figures
    words: dict[str, Any] = {
        "here": here, "found": found, "field": shown.as_field(at),
        "zh": _linked(found, "zh"), "en": _linked(found, "en"),
        "rows": [
            {"title": numbers.title(name), "value": value, "href": links.href(name, here.code, at),
             "change": value - before.get(name, 0)}
            for name, value in found.figures.items()
        ],
    }  # fmt: skip
    return render(request, "reports/bulletin.html", words)


def _linked(found: bulletins.Bulletin, language: str) -> list[tuple[str, str]]:
    """The text in pieces with where each leads (empty for words)."""
    return [
        (piece.text, links.href(piece.name, found.place, found.as_of) if piece.name else "")
        for piece in found.pieces[language]
    ]
