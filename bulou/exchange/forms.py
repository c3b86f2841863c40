"""What is sent when somebody is given their village, or what a file told of them is taken back."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class AssignedIn(BaseModel):
    """The person; the village is the record's place."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: UUID


class UndoneIn(BaseModel):
    """The person, the file (or one `line` of it, by its position), and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: UUID
    run: UUID
    line: int | None = None
    note: str = Field("", max_length=200)
