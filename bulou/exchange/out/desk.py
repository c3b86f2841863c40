"""The pages of exports: say what a list is for, have it approved, take it while its link lives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bulou.core import exports
from bulou.core.exports import EXPORTERS, Asked
from bulou.core.places import queries as places
from bulou.core.staff import queries as staff
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.exchange.out import actions, form_fill, handing, queries
from bulou.exchange.out.models import Export, Form
from bulou.exchange.out.purposes import IDENTIFIERS, OTHER, PURPOSES, may_be_plain
from bulou.lib import clock, paging, sought
from bulou.lib.refusals import Refusal

_SIZE = 50
FILES = {"xlsx": "Excel", "csv": "CSV"}
_OWN = ("list", "export", "cursor", "csrfmiddlewaretoken", "purpose", "why", "file", "identifiers")


@never_cache
@acting(EXPORTERS)
def index(request: HttpRequest, by: Actor) -> HttpResponse:
    """What waits for this post as second person, then what it asked for itself, the latest first."""
    try:
        page = paging.page(queries.own(by), ("-at", "-id"), _SIZE, request.GET.get("cursor") or None)
    except (ValueError, TypeError) as error:
        raise Http404 from error
    waiting = list(queries.waiting(by).order_by("at", "id")[:_SIZE])
    words = {
        "waiting": described(waiting), "rows": described(page.rows), "next": page.next,
        "columns": [_("File"), _("Place"), _("What for"), _("People"), _("State"), _("Link until"), ""],
        "asked": [_("File"), _("Place"), _("What for"), _("People"), _("Who asks"), _("Asked at")],
    }  # fmt: skip
    return render(request, "out/index.html", words)


def described(rows: list[Export]) -> list[dict[str, Any]]:
    """Exports as lists show them: a constant number of queries."""
    known, now = exports.every(), clock.now()
    where = places.described({one.place for one in rows}, rows[0].place[:4] if rows else "")
    who = staff.names({account for one in rows for account in (one.account, one.decided_by or 0)})
    forms = dict(
        Form.objects.filter(pk__in={one.form for one in rows if one.form}).values_list("pk", "title")
    )

    def title(one: Export) -> Any:
        own = forms.get(one.form) if one.form else None
        return own or (known[one.list].title if one.list in known else one.list)

    def second(one: Export) -> str:
        return who.get(one.decided_by or 0, "") if one.decided_by != one.account else ""

    return [
        {
            "export": one, "title": title(one),
            "place": where[one.place], "why": handing.why(one),
            "by": who.get(one.account, ""), "second": second(one),
            "state": look(queries.state(one, now)), "ready": queries.state(one, now) == queries.READY,
            "file": one.file.upper() if one.file == "csv" else {"xlsx": "Excel", "docx": "Word"}[one.file],
            "identifiers": IDENTIFIERS[one.identifiers],
        }
        for one in rows
    ]  # fmt: skip


def look(state: str) -> dict[str, Any]:
    word, sign, tone = queries.STATES[state]
    return {"state": state, "word": word, "sign": sign, "tone": tone}


@never_cache
@acting(EXPORTERS)
def new(request: HttpRequest, by: Actor) -> HttpResponse:
    """Say what a list is taken out for. Its name and the words of its page come in the address."""
    said = request.POST if request.method == "POST" else request.GET
    words = {key: str(text) for key, text in said.items() if key not in _OWN}
    place = words.get("place") or by.place
    wanted = Asked(by, place, _as_typed(request, words))
    if not by.reaches(place) or places.get(place) is None:
        raise Http404
    try:
        listed = exports.get(by, str(said.get("list", "")))
        about, named = listed.said(wanted), listed.person is not None
        rows = actions.counted(listed.name, wanted) if named else listed.found(wanted).count()
    except Refusal as refusal:
        raise Http404 from refusal
    error = ""
    if request.method == "POST":
        try:
            return redirect("out:one", _asked(request, by, listed.name, place, wanted.words).id)
        except Refusal as refusal:
            error = refusal.message
    alone = actions.rule("alone", place)
    shown = {
        "list": listed, "about": about, "place": place, "place_name": places.describe(place, place[:4]), "rows": rows,
        "people": named, "second": named and rows > alone, "alone": alone,
        "words": words, "purposes": PURPOSES.items(), "other": OTHER, "files": FILES.items(), "error": error,
        "said": said, "identifiers": identifiers(by) if named else [],
        "hours": actions.rule("hours", place),
    }  # fmt: skip
    return render(request, "out/new.html", shown, status=422 if error else 200)


def _as_typed(request: HttpRequest, words: dict[str, str]) -> dict[str, str]:
    """The words of a list's page: a search that is sealed in its address as it was typed."""
    text = words.get(sought.WORD)
    if text is None:
        return words
    try:
        return words | {sought.WORD: sought.unseal(text, request.session.session_key or "")}
    except (ValueError, sought.Ended) as error:
        raise Http404 from error


def identifiers(by: Actor) -> list[tuple[str, Any]]:
    """How numbers may stand in the file: whole ones only where some purpose allows them to this post."""
    plain = any(may_be_plain(by.role, purpose) for purpose in PURPOSES)
    return [(key, title) for key, title in IDENTIFIERS.items() if plain or key != Export.PLAIN]


def _asked(request: HttpRequest, by: Actor, name: str, place: str, words: Mapping[str, str]) -> Export:
    said = request.POST
    wish = actions.Wish(
        place=place, purpose=said.get("purpose", ""), why=said.get("why", ""), list=name, words=words,
        file=said["file"] if said.get("file") in FILES else "xlsx",
        identifiers=said.get("identifiers", Export.NONE),
    )  # fmt: skip
    return actions.ask(wish, by)


@never_cache
@acting(EXPORTERS)
def one(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """One export: how it stands, what it is for; the file, or the decision of the second person."""
    try:
        found = queries.get(by, pk)
    except Refusal as refusal:
        raise Http404 from refusal
    row = described([found])[0]
    mine = found.account == by.account
    deciding = not mine and row["state"]["state"] == queries.WAITING
    words = {
        "row": row, "export": found, "mine": mine, "deciding": deciding, "answer": queries.said(found)["answer"],
        "unfilled": [
            f"{form_fill.where(spot)} {spot.written or spot.title}" for spot in form_fill.unfilled(found, by)
        ] if found.form and mine else [],
        "role": staff.role_of_post(found.post), "shown": handing.shown(found, by),
    }  # fmt: skip
    return render(request, "out/export.html", words)


@require_POST
@acting(queries.APPROVERS)
def decide(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """The second person's word."""
    try:
        if request.POST.get("act") == "approve":
            actions.approve(pk, by)
            messages.success(request, _("Approved: the file may be taken now, until its link ends."))
        else:
            actions.decline(pk, by, request.POST.get("answer", ""))
            messages.success(request, _("Declined."))
    except Refusal as refusal:
        if refusal.code == "export-unknown":
            raise Http404 from refusal
        messages.error(request, refusal.message)
    return redirect("out:one", pk)


@require_POST
@acting(EXPORTERS)
def withdraw(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """Whoever asked needs it no longer."""
    try:
        actions.withdraw(pk, by)
        messages.success(request, _("Withdrawn: nobody is asked for it any more."))
    except Refusal as refusal:
        if refusal.code == "export-unknown":
            raise Http404 from refusal
        messages.error(request, refusal.message)
    return redirect("out:one", pk)


@never_cache
@acting(EXPORTERS)
def file(request: HttpRequest, by: Actor, pk: UUID) -> Any:
    """The file itself."""
    try:
        found = actions.take(pk, by)
        return form_fill.answer(found, by) if found.form else handing.answer(found, by)
    except Refusal as refusal:
        if refusal.code in ("export-unknown", "list-unknown"):
            raise Http404 from refusal
        messages.error(request, refusal.message)
        return redirect("out:one", pk)
