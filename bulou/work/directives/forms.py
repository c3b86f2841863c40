"""What may be typed about an order. Shapes only."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field


class OrderIn(BaseModel, extra="forbid"):
    title: str = Field(max_length=100)
    number: str = Field("", max_length=60)
    text: str = Field(max_length=4000)
    to: Literal["township", "village", "department", "listed"]
    under: str = ""
    places: str = Field("", max_length=2000)
    due_at: datetime
    needs_answer: bool = False
