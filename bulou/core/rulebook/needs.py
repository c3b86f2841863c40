"""What people under measures take, beside what there is. Pure; the rates are rules (`policy.needs`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bulou.core.rulebook import words
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
    def title(self) -> str:
        return words.said(self.name)

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
        own = {
            "need": self.name,
            "title": self.title,
            "before": self.before,
            "after": self.after,
            "there": self.there,
        }
        return {**own, "daily": self.daily, "days": self.days, "short": self.short}


def needs_of(
    books: tuple[Book, Book], place: str, day: date, people: tuple[Mapping[str, int], Mapping[str, int]],
    readings: Sequence[int], means: Mapping[str, int],
) -> list[Need]:  # fmt: skip
    """The needs of people by measure, beside the means. Of each pair the first is now, the second as proposed;
    `readings`: checks a day."""
    found = [Need(READINGS, readings[0], readings[1], means.get(READINGS))]
    reserve = books[1].find("policy.reserve_days", place, day, "")
    rates = [_rates(book, place, day) for book in books]
    for name in dict.fromkeys(str(line["need"]) for lines in reversed(rates) for line in lines):
        own = [[line for line in lines if line["need"] == name] for lines in rates]
        daily = any(line.get("daily") for line in own[1] or own[0])
        took = [sum(_takes(line, under) for line in lines) for lines, under in zip(own, people, strict=True)]
        days = int(reserve.value) if daily and reserve else 0
        found.append(Need(name, took[0], took[1], means.get(name), daily, days))
    return found


def _rates(book: Book, place: str, day: date) -> list[dict[str, Any]]:
    entry = book.find("policy.needs", place, day, "")
    return list(entry.value) if entry else []


def _takes(line: Mapping[str, Any], people: Mapping[str, int]) -> int:
    """`takes` for each begun group of `people`."""
    return -(-people.get(str(line["measure"]), 0) // int(line["people"])) * int(line["takes"])
