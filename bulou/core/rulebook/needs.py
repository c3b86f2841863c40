"""What people under measures take, beside what there is. Pure; the rates are rules (`policy.needs`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bulou.core.rulebook.book import Book

READINGS = "readings"


@dataclass(frozen=True)
class Need:
    """A need before and after. `there`: what there is, None when nobody says; `days`: how long stock lasts.

    `readings` are checks a day; what is used up (`daily`) is counted a day and short under the reserve.
    """

    name: str
    before: int
    after: int
    there: int | None = None
    daily: bool = False
    reserve: int = 0

    @property
    def days(self) -> int | None:
        if not self.daily or self.there is None or not self.after:
            return None
        return self.there // self.after

    @property
    def short(self) -> bool:
        """Whether there is too little; not known is not short, and is shown as not known."""
        if self.there is None:
            return False
        return self.there < self.after * (self.reserve if self.daily else 1)

    def as_json(self) -> dict[str, Any]:
        own = {"need": self.name, "before": self.before, "after": self.after, "there": self.there}
        return {**own, "daily": self.daily, "days": self.days, "short": self.short}


def needs_of(
    book: Book, place: str, day: date, before: Mapping[str, int], after: Mapping[str, int],
    turns: Mapping[str, int], means: Mapping[str, int],
) -> list[Need]:  # fmt: skip
    """The needs of people by measure, before and after, beside the means. `turns`: checks a day of each."""
    counts = [sum(n * turns.get(m, 0) for m, n in people.items()) for people in (before, after)]
    found = [Need(READINGS, counts[0], counts[1], means.get(READINGS), daily=False)]
    rates = book.find("policy.needs", place, day, "")
    reserve = book.find("policy.reserve_days", place, day, "")
    lines: list[dict[str, Any]] = rates.value if rates else []
    for name in dict.fromkeys(str(line["need"]) for line in lines):
        own = [line for line in lines if line["need"] == name]
        daily = any(line.get("daily") for line in own)
        took = [sum(_takes(line, people) for line in own) for people in (before, after)]
        there = means.get(name)
        found.append(
            Need(name, took[0], took[1], there, daily, int(reserve.value) if daily and reserve else 0)
        )
    return found


def _takes(line: Mapping[str, Any], people: Mapping[str, int]) -> int:
    """`takes` for each begun group of `people`."""
    return -(-people.get(str(line["measure"]), 0) // int(line["people"])) * int(line["takes"])
