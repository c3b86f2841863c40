"""Putting right what is known of people: a correction with its reason, two who are one, two again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bulou.core import audit
from bulou.core.people import actions, keys, units
from bulou.core.people import queries as people
from bulou.core.people.doubles import queries as doubles
from bulou.core.people.doubles.words import in_words
from bulou.core.people.lineage import whose
from bulou.core.people.models import Merge, Person, Unit
from bulou.core.people.names import LONGEST
from bulou.core.places.codes import COUNTY_DIGITS
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming, Kind, kinds
from bulou.core.records.models import Entry
from bulou.core.room import ask
from bulou.core.staff.actor import Actor
from bulou.core.staff.forms import suggested
from bulou.core.staff.gate import acting
from bulou.core.staff.roles import OFFICE
from bulou.desk import common, lists
from bulou.desk.pages.person import correctable, known, timeline
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal, at_form, sentence

_PLAIN = ("name", "sex", "birth_date")
_SEXES = (("", "—"), ("男", lazy("male")), ("女", lazy("female")))


class PersonForm(forms.Form):
    """What may be said anew of a person. What is sealed is typed whole, or left as it is."""

    name = forms.CharField(label=lazy("Name"), max_length=LONGEST)
    sex = forms.ChoiceField(label=lazy("Sex"), choices=_SEXES, required=False)
    birth_date = forms.DateField(
        label=lazy("Date of birth"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    doc_number = forms.CharField(
        label=lazy("Number of the document"), required=False, max_length=30,
        help_text=lazy("Leave it empty to keep what is known."),
    )  # fmt: skip
    phone = forms.CharField(
        label=lazy("Phone"),
        required=False,
        max_length=20,
        help_text=lazy("Leave it empty to keep what is known."),
    )
    address = forms.CharField(
        label=lazy("Address"), required=False, max_length=200,
        help_text=lazy("Leave it empty to keep what is known."),
    )  # fmt: skip
    unit = forms.CharField(
        label=pgettext_lazy("post", "Unit"), required=False, max_length=120,
        help_text=lazy("As on the list of units. Its liaison sees whoever belongs to it."),
        widget=forms.TextInput(attrs=suggested("unit")),
    )  # fmt: skip
    why = forms.CharField(label=lazy("Why is it put right?"), max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, by: Actor, unit: Unit | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.now = by, unit
        self.fields["unit"].initial = unit.name if unit else ""

    def clean_unit(self) -> UUID | None:
        """The unit's id; one that stands there already may lie where the actor does not reach."""
        text = self.cleaned_data["unit"].strip()
        if self.now and text == self.now.name:
            return self.now.pk
        found = units.called(text, self.by, self.by.place) if text else None
        if text and found is None:
            raise forms.ValidationError(sentence("staff-unit"))
        return found


@never_cache
@acting(OFFICE)
def correct(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """Say a person's fields anew; what they said before is kept, and the reason with the look."""
    person = known(by, pk)
    now = {field: getattr(person, field) for field in _PLAIN} | {"version": person.version}
    unit = Unit.objects.filter(pk=person.unit).first() if person.unit else None
    form = PersonForm(request.POST or None, initial=now, by=by, unit=unit)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        said = {field: given[field] for field in (*_PLAIN, "unit")}
        said |= {field: given[field] for field in ("doc_number", "phone", "address") if given[field]}
        try:
            actions.update(person.id, given["version"], said, by)
            audit.look(by, "person", person.id, person.place, given["why"])
            messages.success(request, _("Put right; what it said before is kept."))
            return redirect("person", pk=person.id)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            if refusal.code == actions.PERSON_CHANGED:  # who has seen it may save all the same
                form.data = {**form.data.dict(), "version": known(by, pk).version}  # type: ignore[attr-defined]
    return _form(request, _("Put right: %(name)s") % {"name": person.name}, form, person)


def _form(
    request: HttpRequest, title: str, form: forms.Form, person: Person, submit: str = ""
) -> HttpResponse:
    words = {
        "title": title, "form": form, "submit": submit or _("Save"), "cancel": f"/people/{person.id}/",
        "place": person.place,
    }  # fmt: skip
    return render(request, "desk/common_form.html", words, status=422 if form.errors else 200)


@never_cache
@acting(OFFICE)
def merge(request: HttpRequest, by: Actor, pk: UUID, other: UUID) -> HttpResponse:
    """Two side by side, with both histories; said to be one with a reason, and undone as easily."""
    kept, gone = known(by, pk), known(by, other)
    if kept.id == gone.id:
        return redirect("person", pk=kept.id)
    error, pair = "", doubles.between(kept.id, gone.id)
    if pair is not None and pair.decided:
        pair = None
    if request.method == "POST":
        try:
            actions.merge(kept.id, gone.id, by, request.POST.get("why", ""))
            messages.success(request, _("They are one person now. It can be undone on this page."))
            return redirect("person", pk=kept.id)
        except Refusal as refusal:
            error = refusal.message
    masked = people.masked([kept.id, gone.id])
    where = lists.place_names({kept.place, gone.place}, by.place[:COUNTY_DIGITS])
    sides = [
        {
            "person": one, "masked": masked.get(one.id), "where": where[one.place], "age": one.age(clock.today()),
            "timeline": timeline(people.others(one.id), one),
        }
        for one in (kept, gone)
    ]  # fmt: skip
    for one in (kept, gone):
        audit.look(by, "person", one.id, one.place)
    words = {"kept": kept, "gone": gone, "sides": sides, "differs": _differing(*sides),
             "error": error, "why": request.POST.get("why", ""), "pair": pair,
             "agrees": in_words(pair.evidence) if pair else ""}  # fmt: skip
    return render(request, "desk/merge.html", words, status=422 if error else 200)


def _differing(one: dict[str, Any], other: dict[str, Any]) -> set[str]:
    """Which facts stand on both sides and are not the same: those to be looked at."""

    def facts(side: dict[str, Any]) -> dict[str, Any]:
        person, masked = side["person"], side["masked"]
        return {
            "name": person.name, "sex": person.sex, "born": person.birth_date, "where": side["where"],
            "number": masked and masked.doc_number, "phone": masked and masked.phone,
        }  # fmt: skip

    here, there = facts(one), facts(other)
    return {name for name, said in here.items() if said and there[name] and said != there[name]}


@require_POST
@acting(OFFICE)
def unmerge(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """Two again, each with their own history."""
    person = known(by, pk)
    chosen = lists.ids_of([request.POST.get("merge", "")])
    found = Merge.objects.filter(pk__in=chosen[:1], kept=person.id).first()
    if found is None:
        raise Http404
    other = Person.objects.get(pk=found.other)
    done = format_html('{} <a href="/people/{}/">{}</a>', _("They are two again."), other.pk, other.name)
    return common.acted(request, lambda: actions.unmerge(found.pk, by), done, f"/people/{person.id}/")


# Names of the fields that records share, for a form that no room has drawn.
LABELS = {
    "tenths": lazy("Temperature"), "symptoms": lazy("Symptoms"),
    "note": lazy("Note"), "outcome": pgettext_lazy("record", "Outcome"), "reason": lazy("Reason"),
    "from_place": lazy("Came from"), "left_day": lazy("Left the affected area on"), "transport": lazy("Came by"),
    "transport_no": lazy("Number of the train, flight or car"), "affected": lazy("Stayed in an affected area"),
    "what": lazy("What happened"), "action": lazy("What was done"), "notice": lazy("Notice handed over"),
    "seal": lazy("Door sealed"), "found": lazy("Found"), "fever": lazy("Fever"), "contact": lazy("Contact with a case"),
    "contact_day": lazy("Last contact with a case on"), "taker": lazy("Taken over by"),
    "to_place": lazy("Village they go to"),
}  # fmt: skip


class Degrees(forms.CharField):
    """A temperature as on every other form: 36.5 or 365 is typed, tenths of a degree are kept."""

    def __init__(self) -> None:
        super().__init__(label=LABELS["tenths"], required=False, max_length=8)
        self.widget.attrs.update(inputmode="decimal", placeholder="36.5", autocomplete="off")

    def prepare_value(self, value: Any) -> Any:
        return f"{value / 10:.1f}" if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        try:
            return common.tenths_typed(value or "")
        except Refusal as refusal:
            raise forms.ValidationError(refusal.message) from None

    def run_validators(self, value: Any) -> None:
        """Whether it is one of a living person, the intake says."""


@never_cache
@acting(OFFICE)
def correct_record(request: HttpRequest, by: Actor, pk: UUID, record: UUID) -> HttpResponse:
    """Hand in a record that takes the place of another, with the reason; the other stays, and says by which."""
    person = known(by, pk)
    entry = Entry.objects.filter(id=record).first()
    kind = kinds().get(entry.kind) if entry else None
    if kind is None or not correctable(by, kind):
        raise Http404
    mine = people.others(person.id)
    found: Any = kind.model._default_manager.filter(pk=record, replaced_by=None)
    old = found.filter(person__in=mine).first()
    if old is None or not (by.reaches(old.place) or by.reaches(whose([(old.place, person.id)])[0])):
        raise Http404
    now = {**_values(kind, old), **keys.open_parts([record]).get(record, {})}
    form = _record_form(kind, old, by)(request.POST or None, initial={**_typed(now), "id": ids.new()})
    if request.method == "POST" and form.is_valid():
        result = take([_replacement(kind, old, person, now, form.cleaned_data)], by)[0]
        if result.status in ("accepted", "duplicate"):
            audit.look(by, "person", person.id, old.place, form.cleaned_data["why"])
            messages.success(request, _("Put right; what it said before is kept."))
            return redirect("person", pk=person.id)
        form.add_error(None, at_form(result.code, result.message))
    title = _("Put right: %(record)s of %(time)s") % {
        "record": kind.title, "time": f"{old.happened_at.astimezone(clock.zone()):%Y-%m-%d %H:%M}",
    }  # fmt: skip
    return _form(request, title, form, person)


def _values(kind: Kind, old: Any) -> dict[str, Any]:
    """What the record says, by the names of its shape."""
    return {
        name: getattr(old, name) for name in kind.data.model_fields if name != "person" and hasattr(old, name)
    }


def _typed(now: Mapping[str, Any]) -> dict[str, Any]:
    return {
        k: v.replace(",", " ").split() if k == "symptoms" and isinstance(v, str) else v
        for k, v in now.items()
    }


def _record_form(kind: Kind, old: Any, by: Actor) -> type[forms.Form]:
    """The fields of the kind that have a name here, and the reason; the others keep what they say.

    The new record's id is made once: twice sent is one.
    """
    labels = {name: LABELS[name] for name in kind.data.model_fields if name in LABELS}
    choices = {name: words for answer in ask("choices", old, by) for name, words in answer.items()}
    form = common.form_of(kind.data, labels, choices)
    more = {
        "why": forms.CharField(label=lazy("Why is it put right?"), max_length=200),
        "id": forms.UUIDField(widget=forms.HiddenInput),
    }
    if "tenths" in labels:
        more["tenths"] = Degrees()
    return type("RecordForm", (form,), more)


def _replacement(
    kind: Kind, old: Any, person: Person, now: Mapping[str, Any], given: Mapping[str, Any]
) -> Incoming:
    """The record that takes the old one's place: what was typed, else what it said."""
    data: dict[str, Any] = {"person": str(person.id)}
    for name in kind.data.model_fields:
        if name in given:
            value = given[name]
            data[name] = value.isoformat() if isinstance(value, date) else value
        elif name in now:
            data[name] = now[name]
    data = {name: value for name, value in data.items() if value not in ("", None)}
    said = given["why"].strip()
    return Incoming(
        kind.name, given["id"], old.place, old.happened_at, data, replaces=old.id, why=said, typed=True
    )
