"""The pages on which lines that wait are decided and corrected, and columns are said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bulou.core.audit.door import Note, enter
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.core.staff.roles import FILE_TAKERS, OFFICE
from bulou.exchange import annotate, behind, deciding, evidence, keep, mapping, retracting, shown, undoing
from bulou.exchange.ledger.again import about
from bulou.exchange.ledger.rows import text_of
from bulou.exchange.models import ImportRow, ImportRun
from bulou.exchange.where import county_of
from bulou.exchange.wording import FIELDS
from bulou.lib.refusals import Refusal

_MOST = 300  # characters of one field
_LEFT = {
    deciding.NOBODY: lazy(
        "%(n)s lines still wait: there is nobody yet who could be the same person. Decide the line first that they "
        "repeat, or choose “Another person”."
    ),
    deciding.SEVERAL: lazy(
        "%(n)s lines still wait: they may mean one of several people. Open each line and choose the one."
    ),
    deciding.UNFIT: lazy(
        "%(n)s lines still wait: what is in doubt about them cannot be decided this way. Open each line: it says why, "
        "and what can be done."
    ),
}


def find(by: Actor, pk: UUID) -> ImportRun:
    """A run within the actor's territory; any other is not there."""
    found = shown.runs(by).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_POST
@acting(FILE_TAKERS)
def decide(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """All lines that are ticked, in one way."""
    run = find(by, pk)
    lines = [int(text) for text in request.POST.getlist("line") if text.isdigit() and len(text) < 9]
    back = f"{reverse('exchange:run', args=[pk])}?show={_show(request)}"
    if not lines:
        messages.info(request, _("No line was ticked."))
        return redirect(back)
    try:
        told = deciding.decide(run, lines, request.POST.get("way", ""), by)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect(back)
    _say(request, told)
    return redirect(back)


def _show(request: HttpRequest) -> str:
    show = request.POST.get("show", "held")
    return show if show in shown.VERDICTS else "held"


def _say(request: HttpRequest, told: dict[str, int]) -> bool:
    """Say what was decided, and of what was not why and what to do; whether there is such."""
    left = {why: n for why in deciding.NOT_SO if (n := told.pop(why, 0))}
    done = [f"{annotate.VERDICTS[verdict]} {n}" for verdict, n in told.items() if n]
    if done:
        messages.success(request, _("Decided. %(what)s") % {"what": _(", ").join(done)})
    for why, n in left.items():
        messages.warning(request, str(_LEFT[why]) % {"n": n})
    return bool(left)


@never_cache
@acting(FILE_TAKERS)
def line(request: HttpRequest, by: Actor, pk: UUID, at: int) -> HttpResponse:
    """One line that waits: its cells as they came, and what has to be written anew. Looking is logged."""
    run = find(by, pk)
    row = shown.rows(run).filter(at=at, verdict__in=deciding.WAITING).first()
    if row is None:
        raise Http404
    ((_row, said),) = keep.opened([row])
    fields = about(row.codes.split())
    if request.method == "POST" and (who := _chosen(request.POST.get("who", ""))):
        return _settled(request, run, row, lambda: deciding.choose(run, row.at, who, by))
    ways = deciding.ways(row.codes.split())
    if request.method == "POST" and (way := request.POST.get("way", "")) in ways:
        return _settled(request, run, row, lambda: deciding.decide(run, [row.at], way, by))
    if request.method == "POST":
        written = {name: request.POST[name][:_MOST] for name in fields if name in request.POST}
        return _settled(request, run, row, lambda: deciding.correct(run, row.at, written, by))
    enter("exchange.line", by, Note(subject_type="import", subject_id=str(run.id), place=run.place, count=1))
    values, raw = said.get("values", {}), evidence.written(run, row, said, fields)
    # Three columns may hold a temperature: asked for is what the file has a column for.
    asked = [name for name in fields if name in raw or name in values] or fields
    choices = evidence.choices(row, said, run, by)
    words: dict[str, Any] = {
        "run": run, "row": row, "name": values.get("name", ""), "cells": _cells(run, row, said.get("raw", [])),
        "fields": [
            {"name": name, "title": FIELDS[name], "value": values.get(name) or raw.get(name, "")}
            for name in asked if name in FIELDS
        ],
        "reason": shown.reason(row, said, shown.repeated([(row, said)], run)),
        "other": evidence.beside([(row, said)], run, by).get(row.at), "mine": run.account == by.account,
        "namesakes": choices, "none_of_them": deciding.OTHER if deciding.OTHER in ways else "",
        "ways": [] if choices else [(way, deciding.WAYS[way]) for way in ways], **_among(run, row),
    }  # fmt: skip
    return render(request, "exchange/line.html", words)


def _chosen(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _settled(
    request: HttpRequest, run: ImportRun, row: ImportRow, settle: Callable[[], dict[str, int]]
) -> HttpResponse:
    """Correct the line, or choose whom it means; then on to the next one that waits."""
    try:
        told = settle()
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("exchange:line", run.id, row.at)
    if _say(request, told) or any(told.get(verdict) for verdict in deciding.WAITING):
        return redirect("exchange:line", run.id, row.at)
    return redirect(_among(run, row)["after"])


def _among(run: ImportRun, row: ImportRow) -> dict[str, Any]:
    """How many lines wait, and where the next one after this is: after the last, the first of those passed over."""
    waiting = shown.rows(run).filter(verdict__in=deciding.WAITING).exclude(at=row.at).order_by("at")
    after = waiting.filter(at__gt=row.at).first() or waiting.first()
    pages = f"{reverse('exchange:run', args=[run.id])}?show=held"
    return {
        "others": waiting.count(),
        "after": reverse("exchange:line", args=[run.id, after.at]) if after else pages,
    }


def _cells(run: ImportRun, row: ImportRow, raw: list[Any]) -> list[tuple[str, str]]:
    """The cells as they came under the titles of their columns."""
    columns: list[dict[str, Any]] = next((t["columns"] for t in run.tables if t["sheet"] == row.sheet), [])
    titles = [column["title"] or column["column"] for column in columns]
    titles += [""] * (len(raw) - len(titles))
    return [(title, text_of(cell)) for title, cell in zip(titles, raw, strict=False) if cell != ""]


@require_POST
@acting(FILE_TAKERS)
def retract(request: HttpRequest, by: Actor, pk: UUID, at: int) -> HttpResponse:
    """What was decided about a line is taken back; there it can be decided anew."""
    run = find(by, pk)
    try:
        retracting.retract(run, at, by)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("exchange:run", pk)
    messages.success(request, _("The decision was taken back: the line waits again."))
    return redirect("exchange:line", pk, at)


@require_POST
@acting(FILE_TAKERS)
def columns(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """Somebody says what the columns hold: it is remembered for the layout, and the file is read again."""
    run = find(by, pk)
    layout = request.POST.get("layout", "")
    table = next((t for t in run.tables if t["layout"] == layout), None)
    if table is None:
        raise Http404
    said = {}
    for index, column in enumerate(table["columns"]):
        wanted = request.POST.get(f"c{index}")
        if wanted is not None and wanted != (column["field"] if column["field"] in FIELDS else ""):
            said[index] = wanted
    before = mapping.said(county_of(run.place)).get(layout, {})
    try:
        if request.POST.get("forget"):
            mapping.forget(county_of(run.place), layout, by)
        elif said:
            mapping.remember(county_of(run.place), layout, {**before, **said}, by)
        behind.look_again(run, by)
        messages.success(
            request, _("This file is read anew, and every file of this layout will be read so from now on.")
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("exchange:run", pk)


@require_POST
@acting(OFFICE)
def undo(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """The whole file is taken back, with the reason."""
    run = find(by, pk)
    try:
        n = undoing.undo(run, by, request.POST.get("why", ""))
        messages.success(
            request, _("The file was taken back: what it told of %(n)s people counts no more.") % {"n": n}
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("exchange:run", pk)
