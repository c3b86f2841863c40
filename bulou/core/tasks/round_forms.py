"""What is handed in about a round (`rounds`). Shapes only, apart from the models, which every command loads."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from bulou.lib.values import Moment


class WordIn(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    recipient: UUID


class TextIn(WordIn):
    """A word with a text, which is kept sealed."""

    text: str = Field(min_length=1, max_length=2000)


class SentIn(WordIn):
    """Written by the house only."""

    round: UUID
    post: int | None
    unit: UUID | None = None
    name: str


class RoundIn(BaseModel):
    """What is typed about a new round: what it says, by when, and whom it goes to (`addressees.addressed`)."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(max_length=100)
    number: str = Field("", max_length=60)
    text: str = Field(max_length=4000)
    to: Literal["township", "village", "department", "departments", "listed"]
    under: str = ""
    places: str = Field("", max_length=2000)
    departments: list[str] = []
    due_at: Moment
