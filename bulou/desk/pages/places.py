"""From the county down to the household: at each place the gap first, then the totals, then who lives there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from bulou.core.ending import ENDERS
from bulou.core.people import queries as people
from bulou.core.people.models import Person
from bulou.core.places import actions, listed
from bulou.core.places import queries as places
from bulou.core.places.codes import COUNTY, GRID, TOWNSHIP, VILLAGE, subject
from bulou.core.places.models import Kind, Place, PlaceAlias
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.desk import common, lists, standing
from bulou.desk.pages.household import answering
from bulou.lib import clock
from bulou.lib.refusals import Refusal

# What may be set up under a place, by its level.
_BELOW = {
    3: (Kind.TOWNSHIP, Kind.STREET), 4: (Kind.VILLAGE, Kind.COMMUNITY),
    5: (Kind.GRID, Kind.COMPOUND, Kind.SITE, Kind.CLINIC),
}  # fmt: skip


@acting()
def mine(request: HttpRequest, by: Actor) -> HttpResponse:
    """The actor's own place."""
    return redirect("place", code=by.place)


def _there(by: Actor, code: str) -> Place:
    place = places.get(code) if by.reaches(code) else None
    if place is None:
        raise Http404
    return place


@acting()
def page(request: HttpRequest, by: Actor, code: str) -> HttpResponse:
    """A place: what is missed and where below, then the totals; at the bottom its households."""
    place, now = _there(by, code), clock.now()
    table, there = standing.table(code, now), place.exists(clock.today())
    words: dict[str, Any] = {
        "here": place, "table": table, "columns": standing.columns(table["lines"], False),
        "kinds": _kinds(table["whole"], code, now), "counts": _counts(code),
        "aliases": list(PlaceAlias.objects.filter(place=code).values_list("name", flat=True)),
        "may_change": by.role in actions.KEEPERS and there,
        "may_add": by.role in actions.KEEPERS and there and place.level in _BELOW, **_succession(by, place, there),
        "sees_people": by.sees_people,
    }  # fmt: skip
    if by.sees_people:
        words |= answering(by, "place", subject(code), code, f"/places/{code}/")
    words["bare"] = words["may_add"] and place.level < VILLAGE and not table["rows"]
    if by.sees_people and not by.unit and (place.level >= VILLAGE or not table["rows"]):
        words |= _households(request, by, code)
    return render(request, "desk/place.html", words)


def _succession(by: Actor, place: Place, there: bool) -> dict[str, Any]:
    """What took the place over and what it took over itself; linked where the actor reaches it."""
    gone = Place.objects.filter(pk__in=places.taken_over(place.code)).order_by("to_day", "code")
    heir = places.get(place.merged_into) if place.merged_into else None
    return {
        "heir": heir and {"place": heir, "reached": by.reaches(heir.code)},
        "took_over": [{"place": one, "reached": by.reaches(one.code)} for one in gone],
        "may_take_back": by.role in ENDERS,
        "may_end": by.role in ENDERS and there and place.level >= TOWNSHIP,
    }


def _kinds(whole: Any, code: str, now: Any) -> list[dict[str, Any]]:
    """What is missed at the place, by kind of act."""
    from bulou.core.tasks.duties import duties

    return [
        {"title": duties()[kind].title, "value": value, "today": whole.today[kind],
         "url": standing.missed_url(code, now, kind=kind)}
        for kind, value in whole.missed.most_common()
    ]  # fmt: skip


def _counts(code: str) -> list[dict[str, Any]]:
    """How many places of each kind there are below."""
    return [{"word": Kind(kind).label, "n": n} for kind, n in sorted(places.counts(code).items())]


def _households(request: HttpRequest, by: Actor, code: str) -> dict[str, Any]:
    """A page of households, each with its people; where they are, when grids lie below: four queries."""
    page = common.paged(request, people.households(by, code), ("place", "number", "id"))
    members: dict[UUID, list[Person]] = {}
    for person in people.of_households(by, [one.id for one in page.rows]):
        if person.household is not None:
            members.setdefault(person.household, []).append(person)
    today = clock.today()
    where = lists.place_names({one.place for one in page.rows}, code)
    apart = any(one.place != code for one in page.rows)
    rows = [
        {"household": one, "people": [{"person": p, "age": p.age(today)} for p in members.get(one.id, [])],
         "where": where[one.place] if one.place != code else ""}
        for one in page.rows
    ]  # fmt: skip
    columns = [_("House number"), *([_("Place")] if apart else []), _("People")]
    return {"households": rows, "next": page.next, "household_columns": columns, "apart": apart}


class NameForm(forms.Form):
    name = forms.CharField(label=lazy("Name of the place"), max_length=60)


@acting(actions.KEEPERS)
def change(request: HttpRequest, by: Actor, code: str, what: str) -> HttpResponse:
    """Set up a place below, rename one, or let it be found by another name too."""
    place = _there(by, code)
    titles = {
        "add": _("A new place in %(name)s"), "rename": _("A new name for %(name)s"),
        "alias": _("Another name of %(name)s"),
    }  # fmt: skip
    if what not in titles or (what == "add" and place.level not in _BELOW):
        raise Http404
    form = _form(request, place, what)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("place", code=_change(by, place, what, form.cleaned_data, request))
        except Refusal as refusal:
            common.not_there(refusal) if refusal.code == "not-allowed" else form.add_error(
                "name", refusal.message
            )
    words = {
        "title": titles[what] % {"name": place.name}, "form": form, "submit": _("Save"), "place": code,
        "cancel": f"/places/{code}/",
    }  # fmt: skip
    return render(request, "desk/common_form.html", words, status=422 if form.errors else 200)


class NamesForm(forms.Form):
    """One name or a whole list of them, pasted as it stands in a spreadsheet."""

    name = forms.CharField(
        label=lazy("Names, one a line"), max_length=200_000, strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )  # fmt: skip
    kind = forms.ChoiceField(label=lazy("What it is"))

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in _BELOW[place.level]]  # type: ignore[attr-defined]
        if place.level == COUNTY:
            self.fields["name"].help_text = _(
                "All townships and villages at once: copy the two columns, township and village, from a"
                " spreadsheet and paste them here. Where they have codes: the columns code and name."
            )


def _form(request: HttpRequest, place: Place, what: str) -> forms.Form:
    given = request.POST or None
    if what == "add":
        return NamesForm(given, place=place)
    return NameForm(given, initial={"name": place.name if what == "rename" else ""})


def _change(by: Actor, place: Place, what: str, given: dict[str, Any], request: HttpRequest) -> str:
    """Do it; the code of the place to go to."""
    if what == "add":
        return _set_up(by, place, given, request)
    if what == "rename":
        actions.rename(by, place.code, given["name"])
        messages.success(request, _("Renamed; the old name still finds it."))
    else:
        actions.alias(by, place.code, given["name"])
        messages.success(request, _("It is found by this name too."))
    return place.code


def _set_up(by: Actor, place: Place, given: dict[str, Any], request: HttpRequest) -> str:
    """Set up what was named; the code of the place to go to: one that stands alone, or the one above them."""
    made, known = listed.set_up(by, place, given["name"], given["kind"])
    if len(made) == 1 and not known:
        (one,) = made
        words = {"name": one.name, "code": one.code}
        messages.success(request, _("%(name)s is set up, with the code %(code)s.") % words)
        return place.code if one.level == GRID else one.code
    if known:
        said = _("%(count)s places are set up; %(known)s were there already.")
    else:
        said = _("%(count)s places are set up.")
    messages.success(request, said % {"count": len(made), "known": known})
    return place.code
