"""What may be typed (or sent) about duty. Shapes only."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Origin = Literal["cadre", "party", "volunteer", "unit", "work-team", "villager"]
Skill = Literal["lead", "temperature", "register", "traffic", "disinfect", "first-aid"]
Colour = Literal["red", "orange", "yellow", "green", "cyan", "blue", "purple"]
Why = Literal["ill", "rest", "work", "family", "other"]


class Shape(BaseModel):
    """A shape refuses fields that it does not know: nothing handed in is dropped without a word."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OnIn(Shape):
    """Somebody signs on: a known `member`, or by `name`. Without `slot` for the shift that runs now."""

    need: UUID
    slot: str = Field("", max_length=60)
    member: UUID | None = None
    name: str = Field("", max_length=60)


class OffIn(Shape):
    """Somebody signs off, with what the next should know. Without `need` and `slot` from where they stand now."""

    need: UUID | None = None
    member: UUID | None = None
    name: str = Field("", max_length=60)
    slot: str = Field("", max_length=60)
    note: str = Field("", max_length=500)


class AppliedIn(Shape):
    """Somebody offers to stand duty; `behalf`: it is handed in for them."""

    name: str = Field(min_length=1, max_length=60)
    phone: str = Field("", max_length=20)
    skills: list[Skill] = []
    nights: bool = True
    behalf: bool = False
    note: str = Field("", max_length=300)


class DecidedIn(Shape):
    """Written by the house only, like those below."""

    application: UUID
    outcome: Literal["accepted", "declined"]
    member: UUID | None = None


class JoinedIn(Shape):
    member: UUID
    origin: Origin
    share: Literal[1, -1] = 1


class StoodIn(Shape):
    need: UUID
    member: UUID
    on: UUID
    minutes: int


class PairedIn(Shape):
    unit: UUID
    share: Literal[1, -1] = 1
    units: Literal[1, 0, -1] = 0


class FormedIn(Shape):
    team: UUID
    colour: Colour
    share: Literal[1, -1] = 1


class MemberIn(Shape):
    """Somebody who may be rostered."""

    name: str = Field(min_length=1, max_length=60)
    place: str = Field(max_length=20)
    origin: Origin
    skills: list[Skill] = []
    nights: bool = False
    team: str = Field("", max_length=36)
    unit: str = Field("", max_length=36)


class AwayIn(Shape):
    """When somebody cannot stand."""

    from_at: datetime
    to_at: datetime
    why: Why


class DrawIn(Shape):
    """For which days a roster is drawn."""

    place: str = Field(max_length=20)
    from_day: date
    to_day: date


class TeamIn(Shape):
    """A service team; members' names, a line or a comma for each, are looked for among those of the place."""

    name: str = Field(min_length=1, max_length=60)
    colour: Colour
    place: str = Field(max_length=20)
    service: str = Field("", max_length=200)


class PairIn(Shape):
    """A unit is to look after a compound."""

    place: str = Field(max_length=20)
    unit: UUID
    from_day: date
