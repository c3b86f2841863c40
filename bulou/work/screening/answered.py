"""What people answered at the doors of a round, as its list and its file show it: a constant number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext, pgettext_lazy

from bulou.core.exports import Asked
from bulou.core.people.keys import open_parts
from bulou.core.people.models import Household
from bulou.core.staff import queries as staff
from bulou.desk import lists
from bulou.lib import clock, plates
from bulou.lib.refusals import Refusal
from bulou.work.screening import queries, rules
from bulou.work.screening.models import Answer, Round
from bulou.work.screening.today import FOUND
from bulou.work.screening.typed import TRANSPORTS

SHOW = {
    "all": lazy("All"), "unwell": lazy("With symptoms"), "contact": lazy("Contact with a case"),
    "affected": lazy("Been in an affected area"), "returned": lazy("From elsewhere"),
}  # fmt: skip
# What may be said of somebody: what it is called, in the order of the questions.
SAID = {
    "fever": lazy("Fever"), "symptoms": lazy("Cough or short of breath"), "contact": lazy("Contact with a case"),
    "returned": lazy("Came back or came here from elsewhere"), "arrived": lazy("Arrived on"),
    "from_place": lazy("Came from"), "transport": lazy("How they came"),
    "transport_no": lazy("Train, flight or plate"), "itinerary": lazy("Places passed on the way"),
    "job": lazy("Work or school"), "measures": lazy("Measures taken"), "relation": lazy("Relation to the head"),
    "left": lazy("Lives in this household no longer"), "anew": lazy("Said anew"), "note": lazy("Remark"),
}  # fmt: skip
_SIGNS, _WAY = ("fever", "symptoms", "contact"), tuple(SAID)[3:9]
_REST = tuple(SAID)[9:]
_GROUPS = (
    (_SIGNS, lazy("Health and contact")), (_WAY, lazy("From where")), (_REST, lazy("Also said")),
)  # fmt: skip
# Of what identifies somebody a list says that it was put right; what it is stands on their page, sealed.
_ANEW = {"phone": lazy("telephone"), "address": lazy("address")}
COLUMNS = {
    "name": lazy("Name"), "sex": lazy("Sex"), "age": lazy("Age"), "place": lazy("Place"), "door": lazy("Door"),
    "found": pgettext_lazy("door", "Where"), "known": lazy("On the register before"), "by": lazy("Asked by"),
    "at": pgettext_lazy("door", "Asked at"),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """What was said of somebody. `said`: {field of `SAID`: what}, without what was not said; `page`: theirs."""

    answer: Answer
    person: lists.Shown | None
    page: str
    door: str
    place: str
    found: Any
    by: str
    said: Mapping[str, Any]
    asked: Collection[str]

    @property
    def signs(self) -> list[tuple[str, str, str]]:
        """(what, yes, no or not known, tone) of each that was asked; one line where the same is so of all."""
        told = {name: self.said.get(name) for name in _SIGNS if name in self.asked or name in self.said}
        if not any(told.values()) and len(set(told.values())) == 1:
            return [
                ("", _("None of it") if False in told.values() else pgettext("answer", "Not known"), "calm")
            ]
        return [(str(SAID[name]), *_told(name, value)) for name, value in told.items()]

    @property
    def way(self) -> str:
        """From where and how somebody came."""
        said = [_in_words(name, self.said[name]) for name in _WAY if name in self.said and name != "returned"]
        return " · ".join(said) or (_("returned from elsewhere") if "returned" in self.said else "")

    @property
    def rest(self) -> str:
        return " · ".join(_in_words(name, self.said[name]) for name in _REST if name in self.said)


def _told(name: str, value: bool | None) -> tuple[str, str]:
    if value is None:
        return pgettext("answer", "Not known"), "calm"
    return (_("Yes"), "fever" if name == "fever" else "wait") if value else (_("No"), "calm")


def _in_words(name: str, value: Any) -> str:
    if name == "itinerary":
        return _("by way of %(places)s") % {"places": value}
    if name == "anew":
        return _("%(what)s said anew") % {"what": value}
    return str(SAID[name]) if value is True else str(value)


def fields(plan: Round) -> list[str]:
    """What the rounds of a chain ask of each person, in order, by the names of `SAID`."""
    chain = Round.objects.filter(chain=plan.chain).values_list("questions", flat=True)
    asked = rules.of_person(question for questions in chain for question in questions)
    asked |= {"anew"} if asked & _ANEW.keys() else set()
    return [name for name in SAID if name in asked]


def matching(found: QuerySet[Answer], text: str) -> QuerySet[Answer]:
    """Answers about people who are called so, or at the door with this number."""
    if not text:
        return found
    named = lists.matching(found, text).order_by().values("pk")
    homes = Household.objects.filter(number__startswith=text).values("pk")
    return found.filter(Q(pk__in=named) | Q(member__in=homes))


def lines(asked: Asked, plan: Round, rows: Sequence[Answer]) -> list[Line]:
    """Answers with names, doors and their texts opened; of numbers that identify somebody there are none."""
    people = lists.shown({row.person for row in rows}, asked.place)
    members = {row.member for row in rows if row.member}
    doors = queries.subject_names([(kind, one) for one in members for kind in ("household", "unit")])
    where = lists.place_names({row.place for row in rows}, asked.place)
    who = staff.names({row.account for row in rows if row.account})
    texts, of_round = open_parts([row.pk for row in rows]), fields(plan)
    return [
        Line(
            row, (one := people.get(row.person)), _page(asked, one), doors.get(row.member, "") if row.member else "",
            where[row.place], FOUND.get(row.found, row.found), who.get(row.account or 0, ""),
            said(row, texts.get(row.pk, {})), of_round,
        )
        for row in rows
    ]  # fmt: skip


def _page(asked: Asked, person: lists.Shown | None) -> str:
    """The page of somebody, for whoever may see it: who lives elsewhere is a name."""
    return f"/people/{person.id}/" if person and (asked.by.unit or asked.by.reaches(person.place)) else ""


def said(row: Answer, texts: Mapping[str, Any]) -> dict[str, Any]:
    """What an answer says, by the names of `SAID`."""
    told: dict[str, Any] = {name: texts.get(name) for name in SAID}
    told |= {name: getattr(row, name) for name in (*_SIGNS, "arrived")}
    told |= {
        "returned": row.returned or None, "transport": row.transport and str(TRANSPORTS.get(row.transport, "")),
        "transport_no": vehicle(texts.get("transport_no") or ""),
        "relation": str(lists.RELATIONS.get(texts.get("relation") or "", texts.get("relation") or "")),
        "left": texts.get("left") or None,
        "anew": _(", ").join(str(title) for name, title in _ANEW.items() if texts.get(name) and row.known),
    }  # fmt: skip
    return {name: value for name, value in told.items() if value not in (None, "")}


def vehicle(number: str) -> str:
    """A train or a flight as it is; a plate, which names its owner, as lists show it."""
    try:
        return plates.mask(plates.normalise(number))
    except Refusal:
        return number


def columns(plan: Round, told: Sequence[Line]) -> list[Any]:
    """The heads of the list; of what nobody was asked, and nobody has said, there is none."""
    return [_("Name"), _("Door"), pgettext("door", "Where"), *groups(plan, told).values(), _("Asked by")]


def groups(plan: Round, told: Sequence[Line]) -> dict[str, Any]:
    asked = set(fields(plan)).union(*(one.said for one in told))
    names = ("signs", "way", "rest")
    return {name: title for name, (of, title) in zip(names, _GROUPS, strict=True) if asked.intersection(of)}


def file_lines(asked: Asked, plan: Round, rows: Sequence[Answer]) -> Iterator[Sequence[Any]]:
    """The cells of some answers: who, where, by whom, then each question that is asked."""
    for line in lines(asked, plan, rows):
        one, row = line.person, line.answer
        who = [one.name, one.sex, one.age] if one else ["", "", None]
        at = row.happened_at.astimezone(clock.zone())
        yield [
            *who, line.place, line.door, str(line.found), row.known, line.by, at,
            *(line.said.get(name) for name in line.asked),
        ]  # fmt: skip


def whose(row: Answer) -> UUID:
    return row.person
