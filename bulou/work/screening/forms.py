"""What may be typed (or sent) about a round and at a door. Shapes only; what follows from it is in intake."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from pydantic import BaseModel, ConfigDict, Field

from bulou.core.people.names import LONGEST

Set = Literal["households", "people", "unit-people", "hotels", "rented-homes", "shops", "work-sites"]
Question = Literal[
    "count", "who", "arrival", "origin", "itinerary", "transport", "contact", "health", "measures", "household",
    "water",
]  # fmt: skip
# What the words of this room's rules are called beside those of the house.
RULE_WORDS = {
    "count": _("how many live there"), "who": _("name, job, address, telephone"), "arrival": _("when they arrived"),
    "origin": _("from where"), "itinerary": _("itinerary"), "transport": _("transport and its number"),
    "contact": _("contact with a case"), "health": _("health"), "measures": _("measures taken"),
    "household": _("household members and contacts"), "water": _("standing water"),
    "entered": _("Door opened"), "containers": _("Containers with water"),
    "larvae": _("With larvae"), "cleared": _("Cleared"), "result": _("What follows"), "within": _("Within"),
    "clear": pgettext_lazy("door", "clear"), "again": pgettext_lazy("door", "seen again"),
    "team": pgettext_lazy("door", "a team is sent"),
}  # fmt: skip
_NUMBER = Field(None, ge=0, le=9999)


class Shape(BaseModel):
    """A shape refuses fields that it does not know: nothing handed in is dropped without a word."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RoundIn(Shape):
    """A new round. `teams`: a line for each, "name | place | members | points", or nothing."""

    name: str = Field(min_length=1, max_length=100)
    place: str = Field(max_length=20)
    subjects: Set
    unit: UUID | None = None
    questions: list[Question] = []
    opens_at: datetime
    due_at: datetime
    teams: str = Field("", max_length=20_000)
    after: UUID | None = None


class Who(Shape):
    """A person who may not be on the register. Either the identity number, or name with what is known."""

    name: str = Field(min_length=1, max_length=LONGEST)
    sex: Literal["男", "女", ""] = ""
    birth_date: date | None = None
    doc_kind: str = Field("resident-id", max_length=20)
    doc_number: str = Field("", max_length=40)
    phone: str = Field("", max_length=20)


class NewDoor(Shape):
    """A home that stands on no list: its number, and where it is found."""

    number: str = Field(min_length=1, max_length=40)
    address: str = Field("", max_length=200)


class VisitIn(Shape):
    """A door of a round; without `round` the latest that expects this member and has not been reached there.

    `door`: in a round over households, of a home on no list; `member` is then an id made where it was found.
    """

    member: UUID
    round: UUID | None = None
    outcome: Literal["seen", "nobody-home", "refused", "moved"]
    people: int | None = _NUMBER
    containers: int | None = _NUMBER
    larvae: int | None = _NUMBER
    cleared: bool | None = None
    door: NewDoor | None = None
    note: str = Field("", max_length=500)


class AnswerIn(Shape):
    """One person at a door: a known `person`, or `who`. `member`: the household or unit at whose door; without
    `round` it is the latest that expects this member, or the person.

    `phone`, `address` and `relation` (to the head) are said anew of somebody who is known; `left`: they live in
    this household no longer.
    """

    person: UUID | None = None
    who: Who | None = None
    member: UUID | None = None
    round: UUID | None = None
    found: Literal["here", "away", "gone"] = "here"
    returned: bool = False
    arrived: date | None = None
    from_place: str = Field("", max_length=100)
    transport: Literal["rail", "air", "coach", "car", "ship", "foot", "other", ""] = ""
    transport_no: str = Field("", max_length=40)
    itinerary: str = Field("", max_length=500)
    contact: bool | None = None
    fever: bool | None = None
    symptoms: bool | None = None
    job: str = Field("", max_length=60)
    measures: str = Field("", max_length=200)
    phone: str = Field("", max_length=20)
    address: str = Field("", max_length=200)
    relation: str = Field("", max_length=20)
    left: bool = False
    note: str = Field("", max_length=500)


class TeamIn(Shape):
    """Written by the house only, like the two below."""

    round: UUID
    number: int
    name: str
    members: str = ""


class PointIn(Shape):
    round: UUID
    number: int
    name: str


class LaidIn(Shape):
    round: UUID
    subjects: Set
    number: int
    doors: int
    people: int
