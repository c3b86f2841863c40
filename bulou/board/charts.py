"""Small drawings in SVG, from plain values: a curve by day. No script, no library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

WIDTH, HEIGHT = 280, 72
_PAD = 4


@dataclass(frozen=True)
class Bar:
    """One day of a chart: where it stands, and the words that a pointer is shown."""

    x: float
    y: float
    width: float
    height: float
    day: date
    value: int


@dataclass(frozen=True)
class Chart:
    """A curve ready to be drawn: bars for the days' own numbers, a line for what stood at their ends."""

    title: Any
    tone: str
    running: bool
    bars: list[Bar]
    points: str
    last: int
    most: int
    first_day: date
    last_day: date


def chart(title: Any, tone: str, running: bool, days: Sequence[date], values: Sequence[int]) -> Chart:
    """Lay days out over the width; the scale begins at 0, so that twice as high is twice as many."""
    most = max(values, default=0)
    step = WIDTH / max(len(days), 1)
    bars = []
    for index, (day, value) in enumerate(zip(days, values, strict=True)):
        height = round(max(value, 0) / max(most, 1) * (HEIGHT - _PAD), 1)
        bars.append(Bar(round(index * step + 1, 1), HEIGHT - height, round(step - 2, 1), height, day, value))
    points = " ".join(f"{round(bar.x + bar.width / 2, 1)},{bar.y}" for bar in bars)
    return Chart(title, tone, running, bars, points, values[-1], most, days[0], days[-1])
