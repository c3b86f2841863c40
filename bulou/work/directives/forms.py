"""What may be typed about an order. Shapes only."""

from typing import Literal

from pydantic import BaseModel, Field

from bulou.lib.values import Moment


class OrderIn(BaseModel, extra="forbid"):
    title: str = Field(max_length=100)
    number: str = Field("", max_length=60)
    text: str = Field(max_length=4000)
    to: Literal["township", "village", "department", "listed"]
    under: str = ""
    places: str = Field("", max_length=2000)
    due_at: Moment
    needs_answer: bool = False
