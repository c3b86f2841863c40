"""What may be typed (or sent) about a case. Shapes only."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

REASONS = {
    "fever": _("Fever"), "symptoms": _("Symptoms"), "arrival": _("Noticed on arrival"),
    "came": _("Came to the clinic unannounced"), "found": _("Made known by the clinic"),
}  # fmt: skip
OUTCOMES = {
    "suspected": _("Suspected"), "confirmed": _("Confirmed"), "excluded": _("Excluded"),
    "withdrawn": _("Report withdrawn"),
}  # fmt: skip


class WhyIn(BaseModel):
    why: str = Field(max_length=200)


class SuspicionIn(BaseModel):
    """A suspicion as it is typed."""

    reason: Literal["symptoms", "fever"] = "symptoms"
    degrees: str = Field("", max_length=8)
    note: str = Field("", max_length=500)


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    person: UUID
    note: str = Field("", max_length=500)


class ReportedIn(Shape):
    """`tenths` of a degree Celsius, where there is a number; `source`: the record it rests on."""

    reason: Literal["fever", "symptoms", "arrival"] = "symptoms"
    tenths: int | None = Field(None, strict=True)
    source: UUID | None = None


class ReceivedIn(Shape):
    """The person is at the clinic."""


class OutcomeIn(Shape):
    """`source`: the record that was none after all, where the house withdraws what rests on it."""

    outcome: Literal["suspected", "confirmed", "excluded", "withdrawn"]
    source: UUID | None = None


class ReturnedIn(Shape):
    """The person is back home."""


class MovedIn(Shape):
    """What the house writes where a place goes into another."""

    direction: Literal["in", "out"]
    other: str
