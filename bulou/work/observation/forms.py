"""What may be typed (or sent) about an observation. Shapes only."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

SYMPTOMS = {
    "fever": _("Feels feverish"), "cough": _("Cough"), "breathless": _("Short of breath"),
    "fatigue": _("Tired"), "throat": _("Sore throat"), "diarrhoea": _("Diarrhoea"), "other": _("Other complaint"),
}  # fmt: skip
BREACHES = {"went-out": _("Went out"), "visitors": _("Let visitors in"), "seal-broken": _("Seal broken")}
ACTIONS = {"talked-to": _("Talked to"), "police": _("Police called"), "central": _("Taken to a central site"), "restarted": _("Term restarted")}
OUTCOMES = {
    "released": _("Released"), "to-clinic": _("Handed to the clinic"), "moved-away": _("Left the county"),
    "error": _("Opened in error"), "died": _("Died"),
}  # fmt: skip
Symptom = Literal["fever", "cough", "breathless", "fatigue", "throat", "diarrhoea", "other"]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReadingIn(Shape):
    """A reading: `tenths` of a degree Celsius (365 is 36.5), or null where no number was taken."""

    person: UUID
    tenths: int | None = Field(None, strict=True)
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


class RestartedIn(TurnIn):
    clock_from: date
    until_day: date
    reason: str
    note: str = ""


class StepIn(TurnIn):
    step: Literal["proposed", "checked", "approved", "sent-back"]
    note: str = ""
