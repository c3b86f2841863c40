"""A new round: what it would be is shown before it is begun."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST
from pydantic import ValidationError

from bulou.core.overview import below as length_below
from bulou.core.people.models import Unit
from bulou.core.places import queries as places
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.gate import acting
from bulou.desk import common
from bulou.lib import clock, sql
from bulou.lib.refusals import Refusal, sentence
from bulou.work.screening import actions, queries
from bulou.work.screening.forms import RoundIn
from bulou.work.screening.models import Round, Team

SETS_IN_WORDS = {
    "households": lazy("Households"), "people": lazy("People"), "unit-people": lazy("People of units"),
    "hotels": lazy("Hotels"), "rented-homes": lazy("Rented homes"), "shops": lazy("Shops"),
    "work-sites": lazy("Work sites"),
}  # fmt: skip
QUESTIONS_IN_WORDS = {
    "count": lazy("How many"), "who": lazy("Name, work, address, telephone"), "arrival": lazy("When they arrived"),
    "origin": lazy("Where from"), "itinerary": lazy("Places on the way"), "transport": lazy("How they came"),
    "contact": lazy("Contact with a case"), "health": lazy("Health"), "measures": lazy("Measures taken"),
    "household": lazy("Who lives with them"), "water": lazy("Standing water"),
}  # fmt: skip
_UNITS = 300  # so many units are offered to choose from


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget)


class NewRound(forms.Form):
    """The fields of a round; territory, set and unit of a second round are those of the first."""

    name = forms.CharField(label=pgettext_lazy("round", "Name"), max_length=100)
    place = forms.ChoiceField(label=lazy("Territory"))
    subjects = forms.ChoiceField(label=lazy("Who or what is screened"), choices=list(SETS_IN_WORDS.items()))
    unit = forms.ChoiceField(
        label=pgettext_lazy("door", "Unit"), required=False, help_text=lazy("For the people of one unit")
    )
    opens_at = _moment(lazy("Begins"))
    due_at = _moment(lazy("Due by"))
    questions = forms.MultipleChoiceField(
        label=lazy("Asked at the door"), choices=list(QUESTIONS_IN_WORDS.items()), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    teams = forms.CharField(
        label=lazy("Teams"), required=False, widget=forms.Textarea(attrs={"rows": 6, "wrap": "off"}),
        help_text=lazy("A line for each: name | place | members | points. Columns may be pasted from a sheet."),
    )  # fmt: skip

    def __init__(self, data: Any, by: Actor, first: Round | None, like: Round | None = None) -> None:
        top = first.place if first else by.place
        super().__init__(data, initial=_initial(by, top, first) if like is None else _like(like))
        own = [(top, (places.names([top]) or {top: top})[top])]
        under = [(place.code, f"　{place.name}") for place in places.children(top)]
        self.fields["place"].choices = own + under  # type: ignore[attr-defined]
        units = sql.subtree(within(by, Unit.objects.all()), top).order_by("name")[:_UNITS]
        self.fields["unit"].choices = [("", "—"), *((str(u.pk), u.name) for u in units)]  # type: ignore[attr-defined]
        if first:
            del self.fields["subjects"], self.fields["unit"]

    def said(self, first: Round | None) -> RoundIn:
        typed = {name: v for name, v in self.cleaned_data.items() if v not in (None, "")}
        fixed = {"after": first.id, "subjects": first.subjects} if first else {}
        return RoundIn.model_validate({**typed, **fixed})


def _initial(by: Actor, top: str, first: Round | None) -> dict[str, Any]:
    now = clock.now().replace(second=0, microsecond=0, tzinfo=None)
    due = now + actions.default_due(top)
    if first is None:
        asked = value("screening.questions", top, clock.today())
        return {"place": top, "questions": asked, "opens_at": now, "due_at": due}
    number = Round.objects.filter(chain=first.chain).count() + 1
    name = _("%(name)s, round %(number)s") % {"name": first.name, "number": number}
    return {
        "name": name[:100], "place": top, "questions": first.questions, "opens_at": now, "teams": _teams_of(first),
        "due_at": now + max(timedelta(hours=1), min(first.due_at - first.opens_at, actions.default_due(top))),
    }  # fmt: skip


def _like(plan: Round) -> dict[str, Any]:
    """The fields of a round that is held once more, over all its doors."""
    now = clock.now().replace(second=0, microsecond=0, tzinfo=None)
    said = {name: getattr(plan, name) for name in ("name", "place", "subjects", "unit", "questions")}
    return said | {"opens_at": now, "due_at": now + (plan.due_at - plan.opens_at), "teams": _teams_of(plan)}


def _teams_of(plan: Round) -> str:
    teams = Team.objects.filter(round=plan.id, replaced_by=None).order_by("id")
    return "\n".join(f"{team.name} | {team.place} | {team.members} |" for team in teams)


@acting(actions.MAKERS)
def new(request: HttpRequest, by: Actor) -> HttpResponse:
    """A new round, or (`?after=`) a second one that begins with the gaps of the first, or (`?like=`) it again."""
    first, like = (
        get_object_or_404(within(by, queries.rounds(by)), pk=_uuid(request.GET[one]))
        if request.GET.get(one)
        else None
        for one in ("after", "like")
    )
    form = NewRound(request.POST or None, by, first, like)
    seen: actions.Preview | None = None
    if request.method == "POST" and form.is_valid():
        try:
            said = form.said(first)
            if request.POST.get("act") == "begin":
                return redirect("screening:round", which=actions.issue(by, said).id)
            seen = actions.preview(by, said)
        except Refusal as refusal:
            common.not_there(refusal)
            form.add_error(None, refusal.message)
        except ValidationError:
            form.add_error(None, sentence("malformed", {"field": "questions"}))
    words = {
        "form": form,
        "first": first,
        "seen": seen,
        "parts": _parts(seen) if seen else [],
        "place": by.place,
    }
    return render(request, "screening/new.html", words, status=422 if form.errors else 200)


def _uuid(text: str) -> UUID:
    from django.http import Http404

    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


def _parts(seen: actions.Preview) -> list[dict[str, Any]]:
    """What a round would be, by the places right below its own."""
    size = length_below(seen.plan.place) or len(seen.plan.place)
    sums: dict[str, list[int]] = {}
    for code, (doors, people) in seen.doors.items():
        part = sums.setdefault(code[:size], [0, 0])
        part[0], part[1] = part[0] + doors, part[1] + people
    named = places.names(sums)
    teams = [team.place[:size] for team in seen.teams]
    return [
        {"name": named.get(code, code), "doors": doors, "people": people, "teams": teams.count(code)}
        for code, (doors, people) in sums.items()
    ]


@require_POST
@acting(actions.MAKERS)
def lay(request: HttpRequest, by: Actor, which: UUID) -> HttpResponse:
    """Lay what is missing: a round that was interrupted, or doors that came onto the register since."""
    return common.acted(
        request, lambda: actions.lay(by, which), _("All doors are laid."), f"/screening/{which}/"
    )


@require_POST
@acting(actions.MAKERS)
def call_off(request: HttpRequest, by: Actor, which: UUID) -> HttpResponse:
    return common.acted(
        request, lambda: actions.call_off(by, which), _("The round is called off."), f"/screening/{which}/"
    )
