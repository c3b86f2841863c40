"""What a report holds, by level and time of day, as the rules say; and what may be typed into it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

from bulou.core.places.codes import level_of
from bulou.core.room import all_rooms
from bulou.core.rulebook import book
from bulou.reports import numbers
from bulou.reports.turns import DAILY, LEVELS, day_of, level

TYPED = "typed."
RULE_WORDS = {"village": _("Villages"), "township": _("Townships"), "county": _("The county")}
_MOST = 1_000_000


class SentIn(BaseModel):
    """A report: its turn, and the few numbers that the system cannot know. All others are counted here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slot: str = Field(max_length=40, pattern=r"^\d{4}-\d{2}-\d{2}/[a-z0-9-]+$")
    form: str = Field(DAILY, max_length=20)
    typed: dict[str, int | None] = Field(default={}, max_length=50)
    note: str = Field("", max_length=1000)
    why: str = Field("", max_length=500)

    def typed_badly(self) -> bool:
        return any(value is not None and not 0 <= value <= _MOST for value in self.typed.values())


@dataclass(frozen=True)
class Entry:
    """One line of a form. `typed`: asked for here; a typed line of a place above is the sum from below."""

    name: str
    line: Mapping[str, Any]
    typed: bool = False

    @property
    def summed(self) -> bool:
        """Whether it is typed, but in the places below."""
        return self.name.startswith(TYPED) and not self.typed

    @property
    def depends(self) -> set[str]:
        """The numbers by which it stands in a form or not; none of a sum, to which each below adds or does not."""
        said = () if self.summed else (self.line.get("when"), self.line.get("unless"))
        return {name for name in said if name and numbers.known(name)}

    def stands(self, values: Mapping[str, int]) -> bool:
        """Whether it stands in the form of a place with these numbers."""
        return all(bool(values[name]) == (name == self.line.get("when")) for name in self.depends)

    @property
    def title(self) -> Any:
        """The rule's own words in the language of now, else those of the figure."""
        english = (get_language() or "").startswith("en")
        said = self.line.get("en" if english else "zh") or self.line.get("en")
        return said or (
            numbers.title(self.name) if numbers.known(self.name) else self.name.removeprefix(TYPED)
        )


def lines(place: str, slot: str) -> list[Entry]:
    """The lines of a place's form in a turn: those of each room in order, then the typed ones."""
    rules = book()
    at = rules.ruled(place)  # of one county nearly all forms of a level are one
    return rules.once((lines, at, len(place), slot), lambda: _lines(place, slot))


def asked(
    codes: Collection[str], slot: str, as_of: datetime
) -> tuple[dict[str, list[Entry]], numbers.Values]:
    """The lines of some places of one level and county that stand in their forms as of a moment, and their numbers.

    Not how many have reported: see `drafts.count`.
    """
    found = {code: lines(code, slot) for code in codes}
    counted = {entry.name for mine in found.values() for entry in mine if not entry.name.startswith(TYPED)}
    return _standing(found, as_of, counted - numbers.TURNOUT.keys())


def typed(codes: Collection[str], slot: str, as_of: datetime) -> dict[str, list[Entry]]:
    """The lines that are typed there, as of a moment: none of the others is counted."""
    return _standing({code: [e for e in lines(code, slot) if e.typed] for code in codes}, as_of, set())[0]


def _standing(
    found: dict[str, list[Entry]], as_of: datetime, names: set[str]
) -> tuple[dict[str, list[Entry]], numbers.Values]:
    """Those of the lines that stand in their forms, with these numbers: read once with those by which they stand."""
    names = names.union(*(entry.depends for mine in found.values() for entry in mine))
    values = numbers.numbers(names, list(found), as_of) if names else {code: {} for code in found}
    return {code: [e for e in mine if e.stands(values[code])] for code, mine in found.items()}, values


def _lines(place: str, slot: str) -> list[Entry]:
    day, turn, at = day_of(slot), slot.partition("/")[2], level(place)
    profile = book().profile(place, day)
    found = {line["figure"]: line for line in _asked(place, day, profile) if _fits(line, at, turn)}
    entries = [Entry(name, line) for name, line in found.items() if numbers.known(name)]
    above = {LEVELS[deeper] for deeper in LEVELS if deeper > level_of(place)}
    for line in _rule("reports.typed", place, day, profile):
        own = _fits(line, at, turn)
        if own or above & set(line.get("levels", ())):
            entries.append(Entry(TYPED + line["name"], line, own))
    return entries


def _asked(place: str, day: date, profile: str) -> Iterator[dict[str, Any]]:
    for room in all_rooms():
        yield from _rule(f"{room.name}.report", place, day, profile)


def _rule(key: str, place: str, day: date, profile: str) -> list[dict[str, Any]]:
    found = book().find(key, place, day, profile)
    return found.value if found else []


def _fits(line: dict[str, Any], at: str, turn: str) -> bool:
    return at in line.get("levels", (at,)) and turn in line.get("slots", (turn,))


def titles(place: str, slot: str, names: list[str]) -> dict[str, Any]:
    """What the numbers of a sent report are called, also where the form has changed since."""
    said = {entry.name: entry.title for entry in lines(place, slot)}
    return {
        n: said.get(n) or (numbers.title(n) if numbers.known(n) else n.removeprefix(TYPED)) for n in names
    }
