"""What is sent when somebody is given their village."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict


class AssignedIn(BaseModel):
    """The person; the village is the record's place."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: UUID
