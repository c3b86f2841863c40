"""What is typed at a door: what was found, who lives there, who is not on the register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bulou.core.people.models import Person
from bulou.core.records.kinds import Incoming
from bulou.core.tasks.models import Task
from bulou.desk.lists import RELATIONS
from bulou.lib import ids
from bulou.work.screening import registering, rules
from bulou.work.screening.forms import AnswerIn
from bulou.work.screening.models import Round
from bulou.work.screening.today import FOUND, OUTCOMES

TRANSPORTS = {
    "": "—", "rail": _("Train"), "air": _("Plane"), "coach": _("Coach"), "car": _("Own car"), "ship": _("Ship"),
    "foot": _("On foot"), "other": _("Other"),
}  # fmt: skip
_THREE = (("true", _("Yes")), ("false", _("No")), ("", pgettext_lazy("answer", "Not known")))
_WHO = ("name", "sex", "birth_date", "doc_number", "phone")
_RELATIONS = (("", "—"), *RELATIONS.items())
_SIGNS = ("contact", "fever", "symptoms")
_WORDS = {True: "true", False: "false", None: ""}  # of a sign, as a form has them
SEALED = ("phone", "address")  # of what was said of these before a page shows nothing
_WAY = {"arrived", "from_place", "itinerary", "transport", "transport_no"}
# So many who are not on the register have a row on the page; more are added one by one, up to as many at once.
NEW, MOST_NEW = 2, 60


def _three(label: Any) -> forms.TypedChoiceField:
    """Yes, no or not known: None is a value of its own, never false."""
    return forms.TypedChoiceField(
        label=label, choices=_THREE, coerce=lambda text: text == "true", empty_value=None, required=False,
        widget=forms.RadioSelect,
    )  # fmt: skip


def _text(label: Any, most: int, **attrs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=False, widget=forms.TextInput(attrs=attrs))


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def _number(label: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=0, max_value=9999, required=False, widget=widget)


@dataclass(frozen=True)
class Before:
    """What was said of somebody earlier, and is corrected by what is said anew. `vehicle`: as it is shown.

    `sealed`: which of `SEALED` were said with it.
    """

    answer: UUID
    replaces: UUID | None
    said: Mapping[str, Any]
    vehicle: str
    sealed: frozenset[str] = frozenset()

    def shown(self) -> dict[str, Any]:
        """What a form opens with: a plate as lists show it, and nobody is taken off a household once more."""
        three = {name: _WORDS[self.said[name]] for name in _SIGNS}
        return {**self.said, **three, "transport_no": self.vehicle, "left": False}


class Told(forms.Form):
    """One person at the door. `before`: what was said of them earlier stands in it, and holds where it is not asked."""

    found = forms.ChoiceField(
        label=pgettext_lazy("door", "Where"),
        choices=list(FOUND.items()),
        initial=rules.HERE,
        widget=forms.RadioSelect,
    )
    returned = forms.BooleanField(label=_("Came back or came here from elsewhere"), required=False)
    arrived = _day(_("Arrived on"))
    from_place = _text(_("Came from"), 100, autocomplete="off")
    transport = forms.ChoiceField(label=_("How they came"), choices=list(TRANSPORTS.items()), required=False)
    transport_no = _text(_("Train, flight or plate"), 40, autocomplete="off")
    itinerary = _text(_("Places passed on the way"), 500)
    contact = _three(_("Contact with a case"))
    fever = _three(_("Fever"))
    symptoms = _three(_("Cough or short of breath"))
    job = _text(_("Work or school"), 60)
    measures = _text(_("Measures taken"), 200)
    phone = _text(_("Telephone, where it has changed"), 20, inputmode="tel", autocomplete="off")
    address = _text(_("Address, where it has changed"), 200, autocomplete="off")
    relation = forms.ChoiceField(label=_("Relation to the head"), choices=_RELATIONS, required=False)
    left = forms.BooleanField(label=_("Lives here no longer: take them off this household"), required=False)
    last = forms.UUIDField(required=False, widget=forms.HiddenInput)  # the answer that the page opened with
    own: tuple[str, ...] = ("last",)  # fields that are asked whatever the round asks

    def __init__(
        self,
        data: Any,
        questions: Sequence[str],
        prefix: str,
        home: bool = False,
        before: Before | None = None,
    ) -> None:
        opened = {**before.shown(), "last": before.answer} if before else None
        super().__init__(data, prefix=prefix, initial=opened)
        self.before = before
        kept = {"found", *rules.of_person(questions)} - (set() if home else rules.OF_HOME)
        self.asked = [name for name in self.fields if name in kept and name not in self.own]
        for name in [name for name in self.fields if name not in {*kept, *self.own}]:
            del self.fields[name]

    @property
    def more(self) -> bool:
        """Whether anything is asked but where they are."""
        return len(self.asked) > 1

    @property
    def told(self) -> bool:
        """Whether something was said of them earlier but where they are, and that there is none of it."""
        return any(
            self.initial.get(name) not in (None, "", False, "false") for name in self.asked if name != "found"
        )

    def said(self, clear: bool) -> dict[str, Any]:
        """The answer's data; `clear`: whoever asked says that none of it is so where nothing else is said."""
        said = {name: value for name, value in self.cleaned_data.items() if name in self.asked}
        if self.before and said.get("transport_no") == self.before.vehicle:
            said["transport_no"] = self.before.said["transport_no"]
        if said.get("arrived"):
            said["arrived"] = said["arrived"].isoformat()
        if said.get("arrived") or said.get("from_place"):
            said["returned"] = True
        for name in _SIGNS:
            if clear and name in said and said[name] is None and said["found"] == rules.HERE:
                said[name] = False
        return {**self._kept(said), **said}

    def _kept(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """What was said earlier and is not asked here; whoever did not come came from nowhere and by nothing."""
        earlier = self.before.said if self.before else {}
        off = {*said, *registering.SAID} | (set() if said.get("returned", True) else _WAY)
        usual = AnswerIn.model_fields
        return {
            name: value for name, value in earlier.items() if name not in off and value != usual[name].default
        }

    def same(self, said: Mapping[str, Any]) -> bool:
        """Whether this is what was said of them earlier: then it is not said once more."""
        return self.before is not None and all(
            self.before.said[name] == value for name, value in said.items()
        )


class New(Told):
    """Somebody who is not on the register."""

    name = _text(_("Full name"), 60, autocomplete="off")
    sex = forms.ChoiceField(
        label=_("Sex"), required=False, widget=forms.RadioSelect,
        choices=(("男", _("Male")), ("女", _("Female")), ("", pgettext_lazy("answer", "Not known"))),
    )  # fmt: skip
    birth_date = _day(_("Date of birth"))
    doc_number = _text(_("Identity number"), 40, autocomplete="off", spellcheck="false")
    phone = _text(_("Telephone"), 20, inputmode="tel", autocomplete="off")
    address = _text(_("Address"), 200, autocomplete="off")
    left = last = None  # type: ignore[assignment]
    own = _WHO

    @classmethod
    def row(cls, plan: Round, task: Task, n: int, data: Any = None) -> New:
        """The n-th of them at a door; empty where nothing of it was sent."""
        prefix = f"new{n}"
        sent = bool(data) and any(key.startswith(f"{prefix}-") for key in data)
        return cls(data if sent else None, plan.questions, prefix, task.subject_type == "household")

    def clean(self) -> None:
        """Nobody without a name is entered; what was typed of them is not passed over either."""
        said = {name for name, value in self.cleaned_data.items() if value not in (None, "", False)}
        if said - {"found"} and "name" not in said:
            self.add_error("name", _("Enter the name of this person, or clear what stands beside it."))

    @property
    def given(self) -> bool:
        return self.is_bound and bool(self.cleaned_data["name"].strip())

    def who(self) -> dict[str, Any]:
        said = {name: self.cleaned_data[name] for name in _WHO}
        return {**said, "birth_date": said["birth_date"].isoformat() if said["birth_date"] else None}


class Door(forms.Form):
    """What was found at a door."""

    record = forms.UUIDField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=_("At the door"), choices=list(OUTCOMES.items()), widget=forms.RadioSelect
    )
    people = _number(_("How many live here now"))
    clear = forms.BooleanField(
        label=_("All were asked: nobody has fever or cough, or was in contact with a case"), required=False
    )
    containers = _number(_("Containers with standing water"))
    larvae = _number(_("of them with larvae"))
    cleared = _three(_("All cleared away"))
    note = _text(_("Remark"), 500)

    def __init__(
        self, data: Any, plan: Round, task: Task, living: Iterable[Person], before: Iterable[Before | None]
    ) -> None:
        super().__init__(data, initial={"record": ids.new()})
        self.plan, self.task = plan, task
        asked = plan.questions
        for name in {"people", "containers", "larvae", "cleared"} - rules.of_door(asked):
            del self.fields[name]
        if not {"contact", "health"} & set(asked):
            del self.fields["clear"]
        home = task.subject_type == "household"
        self.told = [
            (person, Told(data, asked, person.pk.hex, home, earlier))
            for person, earlier in zip(living, before, strict=True)
        ]
        sent = next((n for n in range(MOST_NEW, NEW, -1) if data and f"new{n - 1}-found" in data), NEW)
        self.new = (
            [New.row(plan, task, n, data) for n in range(sent)] if task.subject_type != "person" else []
        )

    def valid(self) -> bool:
        every = [self, *(form for _person, form in self.told), *(form for form in self.new if form.is_bound)]
        # All of them are asked, so that each says what is wrong with it.
        return [form.is_valid() for form in every].count(False) == 0

    def overtaken(self, since: Mapping[UUID, str], gone: Sequence[str]) -> bool:
        """Whether something else would be said than was answered `since`, or of people who are gone: it is shown."""
        if self.cleaned_data.get("outcome") != rules.SEEN:
            return False
        clear = bool(self.cleaned_data.get("clear"))
        late = [
            (person, form, since[person.pk])
            for person, form in self.told
            if person.pk in since and (form.errors or not form.same(form.said(clear)))
        ]
        said = _("Answered since you opened this page: %(what)s. Look at it again, then save.")
        for _person, form, what in late:
            form.add_error(None, said % {"what": what})
        if late:
            told = _(
                "Not saved yet: others answered for %(names)s meanwhile. It is shown beside each of them."
            )
            called = str(_(", ")).join(person.name for person, _form, _what in late)
            self.add_error(None, told % {"names": called})
        if gone:
            said = _("No longer on the register here, and not saved: %(names)s. Look at it again, then save.")
            self.add_error(None, said % {"names": str(_(", ")).join(gone)})
        return bool(late or gone)

    def incoming(self, now: datetime) -> list[Incoming]:
        """The visit, and when they were seen an answer for each person of whom something new is said."""
        said, place, task = self.cleaned_data, self.task.place, self.task
        visit: dict[str, Any] = {
            name: said[name]
            for name in ("outcome", "people", "containers", "larvae", "cleared", "note")
            if name in said
        }
        visit |= {"member": str(task.subject_id), "round": str(self.plan.id)}
        found = [Incoming("screening.visit", said["record"], place, now, visit)]
        if said["outcome"] != rules.SEEN:
            return found
        base: dict[str, Any] = {"round": str(self.plan.id)}
        if task.subject_type != "person":
            base["member"] = str(task.subject_id)
        clear = bool(said.get("clear"))
        for person, form in self.told:
            told, last = form.said(clear), form.before
            if form.same(told):
                continue
            data = {**base, **told, "person": str(person.pk)}
            key = ids.derived("screening.answer", said["record"], person.pk)
            # Sent once more, since something else on the page was wrong, it is what it was.
            replaces = None if last is None else last.replaces if last.answer == key else last.answer
            found.append(Incoming("screening.answer", key, place, now, data, replaces=replaces))
        for n, new in enumerate(self.new):
            if new.given:
                data = {**base, **new.said(clear), "who": new.who()}
                key = ids.derived("screening.answer", said["record"], n)
                found.append(Incoming("screening.answer", key, place, now, data))
        return found
