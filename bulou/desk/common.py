"""The pages that rooms share: a list with acts beside its rows, a form from a shape, an act and back.

Taken from what two rooms had each written by hand. A room that needs more writes its own page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Literal, get_args, get_origin

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError as BadValue
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticUndefined

from bulou.core.people import units
from bulou.core.people.models import Unit
from bulou.core.places import queries as places
from bulou.core.staff.actor import Actor
from bulou.lib import asked, clock, degrees, paging
from bulou.lib.refusals import Refusal, at_form, declare, sentence

SIZE = 50
Choices = Iterable[tuple[str, Any]]
_LONG = 200  # a text that may be longer than this is typed in a box
declare("temperature-unreadable", _("This is not a temperature. Enter it as 36.5 or 365."))


@dataclass(frozen=True)
class Act:
    """A button that posts `values` to `url`; `confirm` asks first. `tone` "primary" for the usual one."""

    url: str
    label: Any
    tone: str = ""
    confirm: Any = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cell:
    """What stands in a column: text (with a link, and a line below), a time, or a state; `states`: several of them."""

    text: Any = ""
    href: str = ""
    sub: Any = ""
    at: datetime | None = None
    state: str = ""
    word: Any = ""
    tone: str = ""
    states: Sequence[Cell] = ()


@dataclass(frozen=True)
class Row:
    cells: Sequence[Cell]
    acts: Sequence[Act] = ()
    href: str = ""


@dataclass(frozen=True)
class Listing:
    """A list page. `words` are the filters; `links` (label, address) what else one may do here."""

    title: Any
    columns: Sequence[Any]
    rows: Sequence[Row]
    subtitle: Any = ""
    place: str = ""
    words: Sequence[dict[str, Any]] = ()
    links: Sequence[tuple[Any, str]] = ()
    next: str | None = None
    total: int | None = None
    empty: Any = ""
    search: Any = ""
    facts: Sequence[tuple[Any, Any]] = ()
    text: str = ""
    acts: Sequence[Act] = ()
    # Whether `?export=1` on this page leads to its export.
    export: bool = False
    # Whether the first of the links is what one usually comes for. Acts come before links: they are due.
    leading: bool = True
    # What to do where there is nothing yet: (label, address).
    todo: tuple[Any, str] = ("", "")


def list_page(request: HttpRequest, listing: Listing) -> HttpResponse:
    """The common list page."""
    columns = list(listing.columns) + ([""] if any(row.acts for row in listing.rows) else [])
    return render(request, "desk/common_list.html", {"page": listing, "columns": columns})


def form_page(
    request: HttpRequest,
    title: Any,
    shape: type[BaseModel],
    save: Callable[[Any], str],
    *,
    labels: Mapping[str, Any],
    hints: Mapping[str, Any] | None = None,
    choices: Mapping[str, Choices] | None = None,
    fixed: Mapping[str, Any] | None = None,
    initial: Mapping[str, Any] | None = None,
    cancel: str = "",
    submit: Any = "",
    place: str = "",
) -> HttpResponse:
    """The common form page: the fields in `labels`, in its order, from a shape; `hints` stand under their fields.

    `fixed` are values that nobody types, `initial` those that stand there at first. `save` takes the checked
    shape and gives where to go next; what it (or the shape) refuses stands at the form's head.
    """  # fmt: skip
    first = {**(initial or {}), **request.GET.dict()}
    form = form_of(shape, labels, choices or {})(request.POST or None, initial=first)
    for name, hint in (hints or {}).items():
        form.fields[name].help_text = hint
    if request.method == "POST" and form.is_valid():
        typed = {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}
        try:
            return redirect(save(shape.model_validate({**typed, **(fixed or {})})))
        except Refusal as refusal:
            not_there(refusal)
            form.add_error(None, at_form(refusal.code, refusal.message))
        except ValidationError as error:
            for wrong in error.errors(include_url=False, include_input=False):
                name = str(wrong["loc"][0]) if wrong["loc"] else ""
                told = sentence("malformed", {"field": labels.get(name, name)})
                form.add_error(name if name in form.fields else None, told)
    words = {"title": title, "form": form, "cancel": cancel, "submit": submit, "place": place}
    return render(request, "desk/common_form.html", words, status=422 if form.errors else 200)


def form_of(
    shape: type[BaseModel], labels: Mapping[str, Any], choices: Mapping[str, Choices]
) -> type[forms.Form]:
    """A Django form for some fields of a shape."""
    fields = {name: _field(shape, name, label, choices.get(name)) for name, label in labels.items()}
    return type(f"{shape.__name__}Form", (forms.Form,), fields)


def _field(
    shape: type[BaseModel], name: str, label: Any, choices: Iterable[tuple[str, Any]] | None
) -> forms.Field:
    about = shape.model_fields[name]
    kinds = [kind for kind in get_args(about.annotation) if kind is not type(None)] or [about.annotation]
    kind = about.annotation if get_origin(about.annotation) in (Literal, list) else kinds[0]
    needed = about.is_required()
    initial = None if about.default is PydanticUndefined else about.default
    same: dict[str, Any] = {"label": label, "required": needed, "initial": initial}
    if get_origin(kind) is list:
        listed = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(**same, choices=list(choices or ()), widget=listed)
    if choices is not None or get_origin(kind) is Literal:
        offered = list(choices) if choices is not None else [(word, word) for word in get_args(kind)]
        return forms.ChoiceField(**same, choices=offered)
    if kind is bool:
        return forms.BooleanField(**{**same, "required": False})
    if kind is int:
        return forms.IntegerField(**same)
    if kind is float:
        return forms.FloatField(
            **same, widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
        )
    if kind is datetime:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        return forms.DateTimeField(**same, widget=widget)
    if kind is date:
        # Said as browsers ask for it: in the words of a language they show an empty field.
        return forms.DateField(**same, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    if kind is time:
        return forms.TimeField(**same, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    longest = next((m.max_length for m in about.metadata if hasattr(m, "max_length")), None)
    box = forms.Textarea(attrs={"rows": 4}) if longest is None or longest > _LONG else forms.TextInput()
    return forms.CharField(**same, max_length=longest, widget=box)


def acted(request: HttpRequest, act: Callable[[], Any], done: Any, then: str) -> HttpResponse:
    """Do what a button said, tell how it went, and go back to where it stood (else `then`)."""
    try:
        act()
        messages.success(request, str(done))
    except Refusal as refusal:
        not_there(refusal)
        messages.error(request, at_form(refusal.code, refusal.message))
    return redirect(asked.page(request.POST.get("next", ""), request) or then)


def not_there(refusal: Refusal) -> None:
    """What is not the actor's, or not their work, is not there: 404."""
    if refusal.code.endswith("-unknown") or refusal.code == "not-allowed":
        raise Http404


def place_asked(request: HttpRequest, by: Actor) -> str:
    """The place of the page (`?place=`), else the actor's own. One that is not theirs is not there."""
    code = request.GET.get("place", "")
    if code and (not by.reaches(code) or places.get(code) is None):
        raise Http404
    return code or by.place


def unit_asked(request: HttpRequest, by: Actor) -> Unit | None:
    """The unit of the page (`?unit=`), if it is about one. One that is not theirs is not there."""
    text = request.GET.get("unit", "")
    found = units.find(by, text) if text else None
    if text and found is None:
        raise Http404
    return found


def words(request: HttpRequest, key: str, choices: Mapping[str, Any], chosen: str) -> list[dict[str, Any]]:
    """Filters as words: each an address that keeps the rest of the page's query."""
    found = []
    for word, label in choices.items():
        query = request.GET.copy()
        query.pop("cursor", None)
        query[key] = word
        found.append({"label": label, "url": f"?{query.urlencode()}", "active": word == chosen})
    return found


def paged(request: HttpRequest, found: Any, keys: tuple[str, ...]) -> paging.Page:
    """The page of a queryset that the request asks for; no such page is 404."""
    try:
        return paging.page(found, keys, SIZE, request.GET.get("cursor") or None)
    except (ValueError, TypeError, BadValue) as error:
        raise Http404 from error


def version_asked(request: HttpRequest, now: int) -> int:
    """The version that a form was opened with (`?version=`), else the one of now; what is no number is none: 0."""
    text = request.GET.get("version", "") or str(now)
    return int(text) if text.isdecimal() else 0


def tenths_typed(text: str) -> int | None:
    """Tenths of a degree from what somebody typed, as `lib/degrees` reads it; None for nothing.

    Raises Refusal: temperature-unreadable.
    """
    try:
        return degrees.tenths_of(text)
    except ValueError:
        raise Refusal("temperature-unreadable") from None


def short(moment: datetime | None) -> str:
    """A time as lists say it: 02-12 18:00."""
    return f"{moment.astimezone(clock.zone()):%m-%d %H:%M}" if moment else ""
