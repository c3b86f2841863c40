"""What may be typed (or sent) about an observation. Shapes only."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

from bulou.lib import degrees

# What the words of this room's rules are called beside those of the house.
RULE_WORDS = {
    "left-area": _("leaving the affected area"), "observation-start": _("the start of the observation"),
    "last-contact": _("the last contact with a case"), "arrival": _("the arrival"),
}  # fmt: skip
BREACHES = {"went-out": _("Went out"), "visitors": _("Let visitors in"), "seal-broken": _("Seal broken")}
ACTIONS = {
    "talked-to": _("Talked to"),
    "police": _("Police called"),
    "central": _("Taken to a central site"),
    "restarted": _("Term restarted"),
}
OUTCOMES = {
    "released": _("Released"), "to-clinic": _("Handed to the clinic"), "moved-away": _("Left the county"),
    "error": _("Opened in error"), "died": _("Died"), "merged": _("Goes on with who it turned out to be"),
}  # fmt: skip
# Why a reading that was owed is not there; a code, so that no free text about a person stands with a task.
REASONS = {
    "clinic": _("Was at the fever clinic"), "away": _("Nobody opened; reached by telephone"),
    "no-thermometer": _("No thermometer"), "taken-not-entered": _("Taken, but not entered in time"),
    "staff-absent": _("Whoever takes it was ill or absent"), "cut-off": _("Village cut off by snow or water"),
    "refused": _("Refused to be measured"),
}  # fmt: skip
# A complaint by its word in the rules; which ones may be said, `symptoms.permitted` tells.
Symptom = Annotated[str, Field(max_length=39, pattern=r"^[a-z0-9][a-z0-9._-]*$")]
Tenths = Annotated[int | None, Field(strict=True), degrees.sent("temperature-implausible")]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReadingIn(Shape):
    """A reading: `tenths` of a degree Celsius (365 is 36.5), or null where no number was taken."""

    person: UUID
    tenths: Tenths = None
    symptoms: list[Symptom] = Field(default=[], max_length=10)
    note: str = Field("", max_length=500)


class NoticeIn(Shape):
    person: UUID
    notice: bool = True
    seal: bool = True
    note: str = Field("", max_length=500)


class BreachIn(Shape):
    person: UUID
    what: Literal["went-out", "visitors", "seal-broken"]
    action: Literal["talked-to", "police", "central", "restarted"]
    note: str = Field("", max_length=500)


class ContactIn(Shape):
    person: UUID
    found: bool
    note: str = Field("", max_length=500)


class WhereaboutsIn(Shape):
    """`here`: the person is in the place of this record."""

    person: UUID
    here: bool
    note: str = Field("", max_length=500)


class TurnIn(Shape):
    """What the verbs of this room write of an observation's turns; nobody sends it from outside."""

    person: UUID
    observation: UUID
    origin: str = ""


class OpenedIn(TurnIn):
    measure: str
    clock_from: date
    until_day: date


class ClosedIn(TurnIn):
    outcome: str
    note: str = ""


class MovedIn(TurnIn):
    direction: Literal["in", "out"]
    other: str = ""


class LodgedIn(TurnIn):
    direction: Literal["in", "out"]
    bed: UUID


class HandedIn(TurnIn):
    direction: Literal["in", "out"]
    reason: Literal["merged", "unmerged", "bed-taken", "excluded"]
    cause: UUID | None = None


class RestartedIn(TurnIn):
    clock_from: date
    until_day: date
    reason: str
    note: str = ""


class StepIn(TurnIn):
    step: Literal["proposed", "checked", "approved", "sent-back"]
    note: str = ""
