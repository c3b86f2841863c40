"""A place ends, goes into another, or is split: first what is there and what would go along, then the act."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from bulou.core import ending, succession
from bulou.core.places import queries as places
from bulou.core.places.codes import TOWNSHIP
from bulou.core.places.models import Place
from bulou.core.staff.actor import Actor
from bulou.core.staff.forms import PlaceField
from bulou.core.staff.gate import acting
from bulou.desk import common
from bulou.lib import clock
from bulou.lib.refusals import Refusal, at_form

WAYS = {
    "merge": lazy("It goes into another place"), "split": lazy("Parts of it become places of their own"),
    "end": lazy("It is no more, and nobody takes it over"),
}  # fmt: skip


class _MaybePlace(PlaceField):
    """A place, or nothing."""

    def clean(self, value: Any) -> str:
        return super().clean(value) if str(value or "").strip() else ""


class EndingForm(forms.Form):
    """What becomes of a place. `into` cleans to a code, `parts` to `ending.Part`s."""

    how = forms.ChoiceField(label=lazy("What becomes of it"), choices=WAYS.items())
    day = forms.DateField(
        label=lazy("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    into = _MaybePlace(required=False)
    parts = forms.CharField(
        label=lazy("Parts"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy("A line for each: name | the house numbers that go there, for example 1-30, 45"),
    )  # fmt: skip
    ends = forms.BooleanField(
        label=lazy("The old place is no more; the first part gets the rest"), required=False
    )

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].within = by.place  # type: ignore[attr-defined]
        self.fields["into"].label = lazy("Into which place")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("how") == "merge" and "into" in data and not data["into"]:
            self.add_error("into", _("Say into which place it goes."))
        if data.get("how") == "split":
            if data.get("day") not in (None, clock.today()):
                self.add_error("day", _("A place is split on the day of today only."))
            try:
                data["parts"] = ending.parts(data.get("parts", ""))
            except Refusal as refusal:
                self.add_error("parts", str(refusal.message))
        return data


@acting(ending.ENDERS)
def page(request: HttpRequest, by: Actor, code: str) -> HttpResponse:
    """`sure` in what is sent: somebody has seen what goes along, and does it."""
    place = places.get(code) if by.reaches(code) else None
    if place is None or place.level < TOWNSHIP:
        raise Http404
    form = EndingForm(request.POST or None, by=by, initial={"how": "merge", "day": clock.today()})
    asked = request.method == "POST" and form.is_valid()
    if asked and request.POST.get("sure"):
        try:
            _do(by, code, form.cleaned_data)
        except Refusal as refusal:
            common.not_there(refusal)
            form.add_error(None, at_form(refusal.code, refusal.message))
            asked = False
        else:
            messages.success(request, _("Done. It stands on the page of the place, and can be taken back."))
            return redirect("place-end", code=code)
    last = succession.latest(code)
    return render(request, "desk/ending.html", {
        "here": place, "form": form, "sure": asked, "told": _told(place, form.cleaned_data) if asked else "",
        "lines": [line for line in succession.look(code) if line.n], "last": last,
        "undoable": last is not None or place.to_day is not None,
        "heir": places.get(place.merged_into) if place.merged_into else None,
    }, status=422 if form.errors else 200)  # fmt: skip


def _told(place: Place, said: dict[str, Any]) -> str:
    words = {"name": place.name, "day": said["day"].isoformat()}
    if said["how"] == "merge":
        into = places.describe(said["into"], said["into"][:6])
        return _("From %(day)s on %(name)s is part of %(into)s, which takes over what goes along.") % (
            words | {"into": into}
        )
    if said["how"] == "end":
        return _("From %(day)s on %(name)s is no more.") % words
    names = _(", ").join(part.name for part in said["parts"])
    if said["ends"]:
        return _("From today on %(name)s is no more: %(parts)s take over what goes along.") % (
            words | {"parts": names}
        )
    return _("From today on %(parts)s come out of %(name)s, which keeps what no part was given.") % (
        words | {"parts": names}
    )


def _do(by: Actor, code: str, said: dict[str, Any]) -> None:
    if said["how"] == "merge":
        ending.merge(by, code, said["into"], said["day"])
    elif said["how"] == "end":
        ending.end(by, code, said["day"])
    else:
        ending.split(by, code, said["parts"], said["ends"])


@acting(ending.ENDERS)
def undo(request: HttpRequest, by: Actor, code: str) -> HttpResponse:
    """Take the last of it back."""
    if request.method != "POST":
        raise Http404
    return common.acted(
        request, lambda: ending.undo(by, code), _("Taken back: the place is there again."), f"/places/{code}/"
    )
