"""What may be typed (or sent) about an arrival. Shapes only; what follows from it is in actions."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

from bulou.core.people.names import LONGEST
from bulou.lib.values import Moment

TRANSPORTS = {
    "rail": _("Train"), "air": _("Plane"), "coach": _("Coach"), "car": _("Own car"), "ship": _("Ship"),
    "foot": _("On foot"), "other": _("Other"),
}  # fmt: skip
OUTCOMES = {"at-home": _("Seen at home"), "not-found": _("Not found"), "gone": _("Left again")}


class Shape(BaseModel):
    """A shape refuses fields that it does not know: nothing handed in is dropped without a word."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Who(Shape):
    """A person who may not be known yet. Either the identity number, or name with what is known."""

    name: str = Field(min_length=1, max_length=LONGEST)
    sex: Literal["男", "女", ""] = ""
    birth_date: date | None = None
    doc_kind: str = Field("resident-id", max_length=20)
    doc_number: str = Field("", max_length=40)
    phone: str = Field("", max_length=20)
    phone2: str = Field("", max_length=20)
    address: str = Field("", max_length=200)
    household: UUID | None = None


class ArrivalIn(Shape):
    """An arrival: of a known `person`, or of `who`.

    `contact_day`: the last day of contact with a case, told only where there was `contact`.
    `entered_at`: when it was registered, where that is earlier than it comes in (a phone without signal).
    """

    person: UUID | None = None
    who: Who | None = None
    from_place: str = Field("", max_length=100)
    origin_code: str = Field("", max_length=12, pattern=r"^([0-9]{2,12}|abroad)?$")
    affected: bool | None = None
    left_day: date | None = None
    transport: Literal["rail", "air", "coach", "car", "ship", "foot", "other", ""] = ""
    transport_no: str = Field("", max_length=40)
    came_with: str = Field("", max_length=200)
    certificate: bool | None = None
    fever: bool | None = None
    contact: bool | None = None
    contact_day: date | None = None
    needed_for_work: bool | None = None
    own_home: bool | None = None
    symptoms: bool | None = None
    itinerary: str = Field("", max_length=500)
    note: str = Field("", max_length=500)
    entered_at: Moment | None = None


class SeenIn(Shape):
    """The person was looked for at home."""

    person: UUID
    outcome: Literal["at-home", "not-found", "gone"] = "at-home"
    note: str = Field("", max_length=500)
