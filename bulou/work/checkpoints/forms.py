"""What may be typed (or sent) about posts, permits and who passes. Shapes only; what follows is in actions."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal
from uuid import UUID

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from bulou.core.people.names import LONGEST
from bulou.lib import degrees, plates
from bulou.lib.refusals import Refusal

KINDS = {
    "motorway": _("Motorway exit"), "road": pgettext_lazy("post", "Road"), "station": _("Station"),
    "village": _("Village entry"), "compound": _("Compound gate"), "office": _("Office door"),
}  # fmt: skip
OUTCOMES = {
    "let_in": _("Let in"), "sent_back": pgettext_lazy("pass", "Sent back"), "held": _("In the isolation room"),
    "to_clinic": _("To the fever clinic"),
}  # fmt: skip
PURPOSES = {
    "home": _("Going home"), "work": pgettext_lazy("purpose", "Work"), "goods": _("Bringing goods"),
    "medical": _("Seeing a doctor"), "visit": pgettext_lazy("purpose", "Visit"), "transit": _("Passing through"),
    "other": pgettext_lazy("purpose", "Other"),
}  # fmt: skip
ORIGINS = {
    "own-county": _("Own county"), "own-province": _("Own province"), "other-province": _("Other province"),
    "affected-area": _("Affected area"), "abroad": _("From abroad"),
}  # fmt: skip
DIRECTIONS = {"in": pgettext_lazy("direction", "In"), "out": pgettext_lazy("direction", "Out")}
# What the words of the rules at a post are called beside those above.
RULE_WORDS = {
    "purpose": _("Purpose"), "direction": _("Direction"), "observed": _("Under observation"),
    "permit": _("Has a permit"),
    "closed": _("Closed to others"), "room": _("Has an isolation room"), "outcome": _("What is done"),
    "tell": _("Who is told"), "who": _("Entered by name"), "named": _("by name"), "anybody": _("need not be"),
    "village": _("the village they go to"), "nobody": _("nobody"),
}  # fmt: skip
TAKERS = {
    "ambulance": _("Ambulance"), "clinic": _("Fever clinic"), "village": _("Let in: the village takes over"),
    "back": _("Sent home again"),
}  # fmt: skip
FOLLOWED = {
    "breach": _("Went out without leave"), "allowed": _("Was allowed to"), "mistaken": _("It was somebody else"),
}  # fmt: skip
PERMITS = {"resident": _("Resident"), "visitor": _("Visitor")}
PERMITS_SHOWN = {"valid": _("Valid"), "ended": _("Ended"), "all": _("All")}
WEEKDAYS = {
    "1": _("Mon"), "2": _("Tue"), "3": _("Wed"), "4": _("Thu"), "5": _("Fri"), "6": _("Sat"), "7": _("Sun"),
}  # fmt: skip
MOST = 60  # people in one pass: a coach


def weekdays(days: str) -> str:
    """The weekdays of a permit ("135") in words."""
    return " ".join(str(WEEKDAYS[day]) for day in days) or gettext("every day")


def _plate(value: object) -> object:
    """A plate in its one form; what is none is refused in the words of plates."""
    if not isinstance(value, str) or not value.strip():
        return value
    try:
        return plates.normalise(value)
    except Refusal as refusal:
        raise PydanticCustomError("plate-none", "no plate") from refusal


_in_degrees = degrees.sent("pass-temperature")
Tenths = Annotated[int | None, Field(strict=True), _in_degrees]
Outcome = Literal["let_in", "sent_back", "held", "to_clinic", ""]


class Shape(BaseModel):
    """A shape refuses fields that it does not know: nothing handed in is dropped without a word."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Who(Shape):
    """A person who may not be known yet."""

    name: str = Field(min_length=1, max_length=LONGEST)
    sex: Literal["男", "女", ""] = ""
    doc_kind: str = Field("resident-id", max_length=20)
    doc_number: str = Field("", max_length=40)
    phone: str = Field("", max_length=20)


class TravellerIn(Shape):
    """One of those who passed: a known `person`, or `who`, or nobody named. `outcome`: what was done, "" as ruled."""

    person: UUID | None = None
    who: Who | None = None
    tenths: Tenths = None
    outcome: Outcome = ""


class PassIn(TravellerIn):
    """A pass: the first of those who came, and `companions`. `people`: all of them, those not named included.

    `plate`: "" for people on foot; `vehicles`: as many as there were, where that is not one for a plate.
    """

    checkpoint: UUID
    direction: Literal["in", "out"] = "in"
    purpose: Literal["home", "work", "goods", "medical", "visit", "transit", "other", ""] = ""
    origin: Literal[
        "own-county", "own-province", "other-province", "affected-area", "abroad", "unknown", ""
    ] = ""
    from_place: str = Field("", max_length=100)
    to_place: str = Field("", max_length=20, pattern=r"^([0-9]{12,20})?$")
    plate: Annotated[str, BeforeValidator(_plate)] = Field("", max_length=12)
    people: int | None = Field(None, ge=1, le=MOST)
    vehicles: int | None = Field(None, ge=0, le=1)
    companions: list[TravellerIn] = Field(default=[], max_length=MOST - 1)
    note: str = Field("", max_length=500)


class HandedIn(Shape):
    """Somebody held was taken over. `to_place`: the village, when they were let in."""

    person: UUID
    taker: Literal["ambulance", "clinic", "village", "back"]
    to_place: str = Field("", max_length=20, pattern=r"^([0-9]{12,20})?$")
    whom: str = Field("", max_length=100)


class OwnIn(Shape):
    """Whoever stands at a post was measured: `staff` is the subject of their task."""

    staff: UUID
    tenths: Annotated[int, Field(strict=True), _in_degrees]


class FollowedIn(Shape):
    """What was found out about somebody under observation who was at a post."""

    person: UUID
    what: Literal["breach", "allowed", "mistaken"]
    note: str = Field("", max_length=500)


class TurnIn(Shape):
    """Written by the house only."""

    post: str
    post_kind: str
    what: str


class CheckpointIn(Shape):
    """A post as an office types it. `kit`: a line for each thing, its number after it."""

    place: str = Field(max_length=20)
    kind: Literal["motorway", "road", "station", "village", "compound", "office"]
    name: str = Field(min_length=1, max_length=80)
    opens: time | None = None
    closes: time | None = None
    people: int = Field(default=1, ge=0, le=200)
    room: bool = False
    closed: bool = False
    kit: str = Field(default="", max_length=1000)


class PermitIn(Shape):
    """A permit for closed posts."""

    person: UUID
    place: str = Field(max_length=20)
    kind: Literal["resident", "visitor"] = "resident"
    from_day: date
    to_day: date
    weekdays: list[Literal["1", "2", "3", "4", "5", "6", "7"]] = []
