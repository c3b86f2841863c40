"""A book of dated rules: what holds for a key, at a place, on a day. Pure: no ORM, no clock."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from bulou.core.rulebook.tables import Outcome, Table
from bulou.core.rulebook.words import UNKNOWN_RULE
from bulou.lib.refusals import Refusal

PROFILE_KEY = "rulebook.profile"
_REMEMBERED = 50_000
T = TypeVar("T")


@dataclass(frozen=True)
class Entry:
    """One dated rule. `place` "" is everywhere, `profile` "" any; both days belong to it.

    `value` is an int (decimals as tenths), a string, a bool, a list, or a Table. `layer`: 0 what the
    house brings, 1 a county's order, 2 a proposal; `order` the id of the order.
    """

    key: str
    value: Any
    from_day: date
    source: str
    place: str = ""
    profile: str = ""
    to_day: date | None = None
    unit: str = ""
    zh: str = ""
    en: str = ""
    layer: int = 0
    order: str = ""
    origin: str = ""

    @property
    def table(self) -> Table | None:
        return self.value if isinstance(self.value, Table) else None

    def holds(self, day: date) -> bool:
        return self.from_day <= day and (self.to_day is None or day <= self.to_day)


@dataclass(frozen=True)
class Book:
    """All rules known at one moment; it never changes. `with_` gives another one."""

    entries: tuple[Entry, ...]
    stamp: str = ""
    _found: dict[Hashable, Any] = field(default_factory=dict, compare=False)

    @cached_property
    def _places(self) -> frozenset[str]:
        return frozenset(entry.place for entry in self.entries)

    @cached_property
    def _by_key(self) -> dict[str, dict[str, list[Entry]]]:
        """Key → place → its entries, the strongest first: own profile, latest day, order over house."""
        found: dict[str, dict[str, list[Entry]]] = {}
        for entry in self.entries:
            found.setdefault(entry.key, {}).setdefault(entry.place, []).insert(0, entry)
        for places in found.values():
            for entries in places.values():
                entries.sort(key=lambda e: (e.profile != "", e.from_day, e.layer), reverse=True)
        return found

    def with_(self, entries: Iterable[Entry], stamp: str = "") -> Book:
        return Book((*self.entries, *entries), stamp)

    @property
    def keys(self) -> list[str]:
        return sorted(self._by_key)

    def profile(self, place: str, day: date) -> str:
        """The profile in force at a place: the value of `rulebook.profile`, "" without one."""
        entry = self.find(PROFILE_KEY, place, day, "")
        return str(entry.value) if entry else ""

    def find(self, key: str, place: str, day: date, profile: str | None = None) -> Entry | None:
        """The rule in force: nearest place, then the profile's own before the general, then the latest."""
        name = self.profile(place, day) if profile is None else profile
        asked = (key, place, day, name)
        try:
            known: Entry | None = self._found[asked]
        except KeyError:
            known = self._found_out(asked, self._look_up(*asked))
        return known

    def ruled(self, place: str) -> str:
        """The nearest place, itself or above, of which a rule speaks: what holds there holds here; "" for none."""
        prefixes = (place[:end] for end in range(len(place), 0, -1))
        return self.once(place, lambda: next((one for one in prefixes if one in self._places), ""))

    def once(self, asked: Hashable, answer: Callable[[], T]) -> T:
        """What follows from this book alone, worked out once."""
        try:
            known: T = self._found[asked]
        except KeyError:
            known = self._found_out(asked, answer())
        return known

    def _found_out(self, asked: Hashable, known: T) -> T:
        if len(self._found) > _REMEMBERED:
            self._found.clear()
        self._found[asked] = known
        return known

    def _look_up(self, key: str, place: str, day: date, profile: str) -> Entry | None:
        places = self._by_key.get(key, {})
        for end in range(len(place), -1, -1):
            for entry in places.get(place[:end], ()):
                if entry.profile in ("", profile) and entry.holds(day):
                    return entry
        return None

    def entry(self, key: str, place: str, day: date, profile: str | None = None) -> Entry:
        """As `find`; raises Refusal("rule-unknown")."""
        found = self.find(key, place, day, profile)
        if found is None:
            raise Refusal(UNKNOWN_RULE, key=key, place=place or "*", day=day.isoformat())
        return found

    def value(self, key: str, place: str, day: date, profile: str | None = None) -> Any:
        """The value in force. Raises Refusal("rule-unknown")."""
        return self.entry(key, place, day, profile).value

    def table(self, key: str, place: str, day: date, profile: str | None = None) -> Table:
        """The decision table in force. Raises Refusal("rule-unknown")."""
        found = self.entry(key, place, day, profile).table
        if found is None:
            raise Refusal(UNKNOWN_RULE, key=key, place=place or "*", day=day.isoformat())
        return found

    def resolve(
        self, found: Outcome, table: Table, place: str, day: date, profile: str | None = None
    ) -> Outcome:
        """The outcome with the names of values replaced by the values in force."""
        said = {
            name: self.value(value, place, day, profile) if table.outcomes[name].kind == "key" else value
            for name, value in found.outcome.items()
        }
        return Outcome(found.row, found.name, said, found.source)

    def segments(
        self, key: str, place: str, day: date, profile: str | None = None
    ) -> list[tuple[str, Entry]]:
        """The territory of `place` cut by who rules: (code prefix, entry), the nearest prefix first.

        The last one is `place` itself; a part without any rule is left out.
        """
        below = {p for p in self._by_key.get(key, {}) if p.startswith(place) and p != place}
        below |= {p for p in self._by_key.get(PROFILE_KEY, {}) if p.startswith(place) and p != place}
        parts = [*sorted(below, key=lambda p: (-len(p), p)), place]
        return [(p, found) for p in parts if (found := self.find(key, p, day, profile)) is not None]

    def in_force(self, place: str, day: date, profile: str | None = None) -> Iterator[Entry]:
        """The rule in force for each key that has one, by key."""
        for key in self.keys:
            found = self.find(key, place, day, profile)
            if found is not None:
                yield found

    def history(self, key: str, place: str, profile: str | None = None) -> list[Entry]:
        """Every rule that was or will be written for a key on the way from everywhere down to a place."""
        places = self._by_key.get(key, {})
        found = [e for end in range(len(place) + 1) for e in places.get(place[:end], ())]
        chosen = [e for e in found if profile is None or e.profile in ("", profile)]
        return sorted(chosen, key=lambda e: (e.from_day, len(e.place), e.profile), reverse=True)
