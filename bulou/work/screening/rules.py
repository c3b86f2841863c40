"""What is decided about rounds: sets, questions, words at the door, coverage. Plain values in and out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

# Each set: the kind of its tasks, what its members are, and for units their kind in the register.
HOUSEHOLD, PERSON, VENUE = "screening.household", "screening.person", "screening.venue"
KINDS = (HOUSEHOLD, PERSON, VENUE)
CHAIN = 32  # the length of the chain at the head of a door's slot
SETS: dict[str, tuple[str, str, str]] = {
    "households": (HOUSEHOLD, "household", ""), "people": (PERSON, "person", ""),
    "unit-people": (PERSON, "person", ""), "hotels": (VENUE, "unit", "hotel"),
    "rented-homes": (VENUE, "unit", "rented-home"), "shops": (VENUE, "unit", "shop"),
    "work-sites": (VENUE, "unit", "work-site"),
}  # fmt: skip
# The ten of a full check (十清), and the standing water of a round against mosquitoes.
QUESTIONS = (
    "count", "who", "arrival", "origin", "itinerary", "transport", "contact", "health", "measures", "household",
    "water",
)  # fmt: skip
# What each question asks: of the door itself, and of each person at it. Forms at the desk and the phone go by it.
_OF_DOOR = {"count": ("people",), "water": ("containers", "larvae", "cleared")}
_OF_PERSON = {
    "who": ("job", "phone", "address"),
    "arrival": ("returned", "arrived"), "origin": ("returned", "from_place"),
    "itinerary": ("itinerary",),
    "transport": ("transport", "transport_no"), "contact": ("contact",), "health": ("fever", "symptoms"),
    "measures": ("measures",), "household": ("relation", "left"),
}  # fmt: skip
OF_HOME = frozenset(
    _OF_PERSON["household"]
)  # asked where somebody lives, not at the door of a unit or of themselves

# What the question about health asks beside a fever, by the words of `symptoms.alarm`.
COMPLAINTS = frozenset({"cough", "dry-cough", "breathlessness"})

SEEN, NOBODY, REFUSED, MOVED = "seen", "nobody-home", "refused", "moved"
OUTCOMES = (SEEN, NOBODY, REFUSED, MOVED)
NEVER = ""  # the word of a door at which nobody has stood
CLOSING = (SEEN, MOVED)  # nobody need go there again
HERE, AWAY, GONE = "here", "away", "gone"


def of_door(questions: Iterable[str]) -> set[str]:
    """The fields of a visit that these questions ask."""
    return {name for question in questions for name in _OF_DOOR.get(question, ())}


def of_person(questions: Iterable[str]) -> set[str]:
    """The fields of an answer that these questions ask."""
    return {name for question in questions for name in _OF_PERSON.get(question, ())}


def word(visits: Iterable[tuple[object, object, str]]) -> str:
    """The word of a door, from its visits (moment, id, outcome) in any order: seen above moved above the last."""
    said = sorted(visits, key=lambda visit: visit[:2])  # type: ignore[type-var]
    outcomes = [outcome for _moment, _id, outcome in said]
    return next((one for one in CLOSING if one in outcomes), outcomes[-1] if outcomes else NEVER)


@dataclass(frozen=True)
class Cover:
    """How a round stands at a place: doors by their word. `late`: reached after the time."""

    seen: int = 0
    moved: int = 0
    refused: int = 0
    nobody: int = 0
    never: int = 0
    late: int = 0

    @property
    def expected(self) -> int:
        return self.reached + self.gap

    @property
    def reached(self) -> int:
        return self.seen + self.moved

    @property
    def gap(self) -> int:
        return self.refused + self.nobody + self.never

    @property
    def percent(self) -> str:
        return percent(self.reached, self.expected)

    def __add__(self, other: Cover) -> Cover:
        return Cover(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Cover)))


def cover(words: Mapping[str, int], late: int = 0) -> Cover:
    """From how many doors have each word."""
    count = words.get
    return Cover(count(SEEN, 0), count(MOVED, 0), count(REFUSED, 0), count(NOBODY, 0), count(NEVER, 0), late)


def percent(done: int, of: int) -> str:
    """Per cent with one digit, never rounded up: 100 is said of all alone, "" of nothing."""
    if not of:
        return ""
    return "100%" if done == of else f"{done * 1000 // of / 10:.1f}%"
