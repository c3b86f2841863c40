"""The form in which an office or a village types an arrival in; unknown stays unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bulou.core.people.names import LONGEST
from bulou.core.people.persons import DOC_KINDS, RESIDENT_ID
from bulou.core.places.codes import level_of
from bulou.core.records.kinds import Incoming
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor
from bulou.desk import lists
from bulou.lib import clock, ids
from bulou.work.arrivals import rules
from bulou.work.arrivals.forms import TRANSPORTS
from bulou.work.arrivals.models import Arrival

VILLAGE, GRID = 5, 6
ANSWERS = (("true", _("Yes")), ("false", _("No")), ("", pgettext_lazy("answer", "Not known")))
# What the field of a form is called for what a refusal is about; the first that the code begins with.
_FIELDS = {
    "arrival-nobody": "name", "arrival-": "arrived", "id-other-person": "doc_number",
    "person-unknown": "person", "person-name": "name", "person-sex": "sex",
    "id-sex": "sex", "birth-": "birth_date", "id-birth-differs": "birth_date", "doc-kind": "doc_kind",
    "doc-": "doc_number", "id-conflict": None, "id-": "doc_number", "phone-": "phone",
    "left-": "left_day", "contact-": "contact_day", "happened-": "arrived", "place-": "place",
}  # fmt: skip
_WHO = ("name", "sex", "birth_date", "doc_kind", "doc_number", "phone", "address")
_TOLD = (
    "from_place", "affected", "left_day", "transport", "transport_no", "came_with", "certificate", "fever",
    "symptoms", "contact", "contact_day", "own_home", "needed_for_work", "itinerary", "note",
)  # fmt: skip


def _three(label: Any, **more: Any) -> forms.TypedChoiceField:
    """Yes, no or not known: None is a value of its own, never false."""
    return forms.TypedChoiceField(
        label=label, choices=ANSWERS, coerce=lambda text: text == "true", empty_value=None, required=False,
        widget=forms.RadioSelect, **more,
    )  # fmt: skip


def _text(label: Any, most: int, lines: int = 0, **attrs: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": lines}) if lines else forms.TextInput(attrs=attrs)
    return forms.CharField(label=label, max_length=most, required=False, widget=widget)


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=_dated("date", "%Y-%m-%d"), **more)


def _dated(kind: str, form: str) -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": kind}, format=form)


class NewArrival(forms.Form):
    """Who arrived, where, from where and how. `person`: a known one; else the fields of a new person."""

    record = forms.UUIDField(widget=forms.HiddenInput)
    person = forms.UUIDField(required=False)
    name = _text(_("Full name"), LONGEST, autocomplete="off")
    doc_kind = forms.ChoiceField(label=_("Document"), choices=list(DOC_KINDS.items()), initial=RESIDENT_ID)
    doc_number = _text(_("Number of the document"), 40, autocomplete="off", spellcheck="false")
    sex = forms.ChoiceField(
        label=_("Sex"), required=False, widget=forms.RadioSelect,
        choices=(("男", _("Male")), ("女", _("Female")), ("", pgettext_lazy("answer", "Not known"))),
    )  # fmt: skip
    birth_date = _day(_("Date of birth"), help_text=_("Follows from the identity number"))
    phone = _text(_("Telephone"), 20, inputmode="tel", autocomplete="off")
    address = _text(_("Address"), 200, autocomplete="off")
    place = forms.ChoiceField(label=_("Village or grid"))
    arrived = forms.DateTimeField(label=_("Arrived at"), widget=_dated("datetime-local", "%Y-%m-%dT%H:%M"))
    from_place = _text(_("Came from"), 100, placeholder=_("Province, city, county"), autocomplete="off")
    affected = _three(_("Stayed in an affected area"))
    left_day = _day(_("Left the affected area on"))
    transport = forms.ChoiceField(
        label=_("Came by"), required=False, choices=[("", "—"), *TRANSPORTS.items()]
    )
    transport_no = _text(_("Train, flight or plate"), 40, autocomplete="off")
    came_with = _text(
        _("Came with"), 200, placeholder=_("Names, and who they are to the person"), autocomplete="off"
    )
    fever = _three(_("Fever"))
    symptoms = _three(_("Cough or short of breath"))
    contact = _three(_("Contact with a case"))
    contact_day = _day(_("Last contact with a case on"))
    own_home = _three(_("Has a home to stay in"), help_text=_("A room of their own, apart from the others"))
    certificate = _three(_("Brings a health certificate"))
    needed_for_work = _three(_("Needed for urgent work"))
    itinerary = _text(_("Places passed on the way"), 500, 2)
    note = _text(_("Remark"), 500, 2)

    def __init__(self, data: Any = None, *, by: Actor) -> None:
        now = clock.now().replace(second=0, microsecond=0, tzinfo=None)
        initial = {"record": ids.new(), "arrived": now, "place": by.place}
        super().__init__(data, initial=initial)
        counted = (rules.DAYS.get(word) for word in value(rules.CLOCK, by.place, clock.today()))
        first = next((name for name in counted if name in self.fields), None)
        if first:
            self.fields[first].help_text = _("The days of observation count from here")
        groups = lists.place_choices(by, (VILLAGE, GRID))
        one = level_of(by.place) >= VILLAGE if by.place else False
        choices: list[Any] = [] if one else [("", "—")]
        choices += [choice for _group, some in groups for choice in some] if one else groups
        self.fields["place"].choices = choices  # type: ignore[attr-defined]

    def incoming(self) -> Incoming:
        """The record that this form says (once valid)."""
        said = self.cleaned_data
        data = self._told()
        if said["person"]:
            data["person"] = str(said["person"])
        elif said["name"].strip():
            birth = said["birth_date"].isoformat() if said["birth_date"] else None
            data["who"] = {name: said[name] for name in _WHO} | {"birth_date": birth}
        record: UUID = said["record"]
        at = clock.local(said["arrived"])
        return Incoming("arrivals.arrival", record, said["place"], at, data, typed=True)

    def _told(self) -> dict[str, Any]:
        said = self.cleaned_data
        days = {day: said[day].isoformat() if said[day] else None for day in ("left_day", "contact_day")}
        return {name: said[name] for name in _TOLD} | days

    def refuse(self, code: str, message: str) -> None:
        """Put a refusal's sentence at the field that it is about."""
        field = next((name for start, name in _FIELDS.items() if code.startswith(start)), None)
        self.add_error(field if field in self.fields else None, message)


class PutRight(NewArrival):
    """What was told of an arrival, told otherwise, and why. Whose it is stays."""

    why = forms.CharField(label=_("Why is it put right?"), max_length=200)

    def __init__(self, data: Any = None, *, by: Actor, old: Arrival, sealed: Mapping[str, Any]) -> None:
        super().__init__(data, by=by)
        for name in ("person", *_WHO):
            del self.fields[name]
        self.old, self.came_from = old, str(sealed.get("from_place", ""))
        place: Any = self.fields["place"]
        known = {code for choice in place.choices for code in _codes(choice)}
        if old.place not in known:  # a township's, which nobody has put into a village yet
            place.choices = [(old.place, lists.place_names([old.place], by.place)[old.place]), *place.choices]
        said = {name: getattr(old, name) for name in _TOLD if hasattr(old, name)} | dict(sealed)
        answers = {True: "true", False: "false"}
        self.initial.update({name: answers.get(said[name], said[name]) for name in _TOLD if name in said})
        at = clock.minute(old.happened_at.astimezone(clock.zone())).replace(tzinfo=None)
        self.initial.update(place=old.place, arrived=at)

    def incoming(self) -> Incoming:
        """The record that takes the old one's place (once valid)."""
        said, old = self.cleaned_data, self.old
        data = self._told() | {"person": str(old.person)}
        if said["from_place"].strip() == self.came_from.strip():
            data["origin_code"] = old.origin_code
        at = clock.local(said["arrived"])
        at = old.happened_at if at == clock.minute(old.happened_at) else at
        return Incoming(
            Arrival.kind,
            said["record"],
            said["place"],
            at,
            data,
            replaces=old.id,
            why=said["why"],
            typed=True,
        )


def _codes(choice: Any) -> list[str]:
    """The codes of a choice, or of a group of choices."""
    code, words = choice
    return [code] if isinstance(words, str) else [one for one, _word in words]
