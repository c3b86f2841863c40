"""The pages of departments' tables: upload a form once, say what goes where, print it for any place and day."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bulou.core import exports
from bulou.core.exports import EXPORTERS, Asked
from bulou.core.places import queries as places
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.exchange.out import actions, desk, form_fill, form_values, forms
from bulou.exchange.out import names as name_book
from bulou.exchange.out.models import Export, Form
from bulou.exchange.out.purposes import PURPOSES
from bulou.lib import clock
from bulou.lib.refusals import Refusal

_KINDS = {
    name_book.ONCE: gettext_lazy("Once in the table"), name_book.ROW: gettext_lazy("In each row, for the places below"),
    name_book.LINE: gettext_lazy("In each row, for the lines of the list"), name_book.FIGURE: gettext_lazy("Figures"),
}  # fmt: skip
FILE = {"xlsx": "Excel", "docx": "Word"}


def offered(by: Actor) -> list[tuple[str, Any]]:
    """The lists whose lines a form may show: those that need no further words."""
    found: list[tuple[str, Any]] = []
    for name, listed in exports.mine(by).items():
        try:
            listed.found(Asked(by, by.place))
        except Refusal:
            continue
        if listed.person is not None:
            found.append((name, listed.title))
    return found


@never_cache
@acting(EXPORTERS)
def index(request: HttpRequest, by: Actor) -> HttpResponse:
    """The forms that this post may print, and uploading one more."""
    error = ""
    if request.method == "POST" and by.role in forms.MAKERS:
        file = request.FILES.get("file")
        try:
            content = file.read(forms.MOST_READ) if file else b""
            listed = request.POST.get("list", "")
            title = (
                request.POST.get("title", "").strip() or (file.name or "").rpartition(".")[0] if file else ""
            )
            one_ = forms.add(content, title, listed, by)
            _tell(request, one_)
            return redirect("out:form", one_.id)
        except Refusal as refusal:
            error = refusal.message
    found = list(form_fill.forms(by).order_by("title", "id"))
    where = places.names({form.place for form in found})
    known = exports.every()
    words = {
        "rows": [
            {"form": form, "place": where.get(form.place, form.place), "file": FILE[form.file],
             "list": known[form.list].title if form.list in known else _("Figures")}
            for form in found
        ],
        "lists": offered(by), "may_make": by.role in forms.MAKERS, "error": error,
        "columns": [_("Table"), _("Shows"), _("File"), _("Of"), ""],
    }  # fmt: skip
    return render(request, "out/forms.html", words, status=422 if error else 200)


def _tell(request: HttpRequest, form: Form) -> None:
    """Whether everything in the form has a name, and what has none."""
    spots = form_fill.spots(form)
    empty = [spot for spot in spots if not spot.name]
    if not empty:
        messages.success(request, _("All %(n)s places of the form have a name.") % {"n": len(spots)})
        return
    listed = _(", ").join(f"{form_fill.where(spot)} {spot.written or spot.title}" for spot in empty[:8])
    told = ngettext(
        "The system cannot fill %(n)s place: %(listed)s",
        "The system cannot fill %(n)s places: %(listed)s",
        len(empty),
    )
    messages.warning(request, told % {"n": len(empty), "listed": listed})


def _form(by: Actor, pk: UUID) -> Form:
    try:
        return form_fill.get(by, pk)
    except Refusal as refusal:
        raise Http404 from refusal


@never_cache
@acting(EXPORTERS)
def one(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """A form: what goes where, what the system cannot fill, and printing it."""
    form = _form(by, pk)
    if request.method == "POST":
        chosen = {key[2:]: str(text) for key, text in request.POST.items() if key.startswith("s:")}
        try:
            _tell(request, forms.mark(form.id, chosen, by))
        except Refusal as refusal:
            raise Http404 from refusal
        return redirect("out:form", pk)
    spots = form_fill.spots(form)
    wanted = [spot.name for spot in spots if spot.name]
    own = places.get(by.place)
    known = exports.every()
    words = {
        "form": form, "spots": _said(spots, form), "groups": _groups(form.list),
        "missing": sum(not s.name for s in spots),
        "open": any(not (spot.written or spot.sums) for spot in spots),
        "may_mark": forms.may_change(form, by), "file": FILE[form.file], "today": clock.today(),
        "list": known[form.list].title if form.list in known else "",
        "places": [(p.pk, p.name) for p in ([own, *places.children(by.place)] if own else [])],
        "purposes": PURPOSES.items(), "numbers": form_values.wants_numbers(wanted) and bool(form.list),
        "identifiers": [row for row in desk.identifiers(by) if row[0] != Export.NONE],
        "columns": [_("Cell"), _("What stands over it"), _("What goes there")],
    }  # fmt: skip
    return render(request, "out/form.html", words)


def _said(spots: list[Any], form: Form) -> list[dict[str, Any]]:
    known = name_book.every(form.list)
    return [
        {"spot": spot, "where": form_fill.where(spot),
         "name": name_book.ADD.join(
             str(known[part].title) if part in known else part for part in spot.name.split(name_book.ADD)
         ),
         "perhaps": [known[key] for key in spot.perhaps if key in known],
         "either": _(", ").join(str(known[key].title) for key in spot.perhaps if key in known)}
        for spot in spots
    ]  # fmt: skip


def _groups(listed: str) -> list[tuple[Any, list[name_book.Name]]]:
    """All names that a form may hold, kind by kind."""
    known = list(name_book.every(listed).values())
    found = [(title, [name for name in known if name.kind == kind]) for kind, title in _KINDS.items()]
    return [group for group in found if group[1]]


@acting(EXPORTERS)
def names(request: HttpRequest, by: Actor) -> HttpResponse:
    """The names that may be written into a form."""
    listed = request.GET.get("list", "")
    lists = dict(offered(by))
    if listed and listed not in lists:
        raise Http404
    filters = [
        {"label": title, "url": f"?list={name}", "active": name == listed}
        for name, title in [("", _("Figures")), *lists.items()]
    ]
    columns = [_("Write this"), _("What goes there")]
    return render(
        request, "out/names.html", {"groups": _groups(listed), "filters": filters, "columns": columns}
    )


@require_POST
@acting(EXPORTERS)
def fill(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """Ask for the form of a place and a day; one of figures may be taken at once."""
    form, said = _form(by, pk), request.POST
    try:
        day = date.fromisoformat(said.get("day") or clock.today().isoformat())
        place = said.get("place") or by.place
        words = {"place": place} if form.list else {}
        wish = actions.Wish(
            place=place, purpose=said.get("purpose", ""), why=said.get("why", ""), list=form.list, form=form, day=day,
            words=words, identifiers=said.get("identifiers", Export.NONE),
        )  # fmt: skip
        return redirect("out:one", actions.ask(wish, by).id)
    except ValueError as error:
        raise Http404 from error
    except Refusal as refusal:
        if refusal.code == "list-unknown":
            raise Http404 from refusal
        messages.error(request, refusal.message)
        return redirect("out:form", pk)


@require_POST
@acting(forms.MAKERS)
def end(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """Put a form away."""
    try:
        forms.end(pk, by)
    except Refusal as refusal:
        raise Http404 from refusal
    messages.success(request, _("The table was put away."))
    return redirect("out:forms")
