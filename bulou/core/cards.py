"""What a room brings to the first page, to the pages of places and to the board. Plain values.

A room answers by name (`Room.answers`):
- `"today"`: `fn(by, place) -> list[Card]`, what waits for this post in a place; a constant number of queries;
- `"headlines"`: `fn() -> list[Headline]`, which of its figures say how a place stands;
- `"act"`: `fn(task) -> str`, the address where a task is done, "" when it is not the room's; no query;
- `"words"`: `fn(record) -> str`, what a record of the room says in a few words, "" when it is not its own;
- `"choices"`: `fn(record, by) -> {field: [(word, title)]}`, what may be chosen where a record of the room is corrected;
- `"named_in"`: `fn(records)`, lays what the room's records speak of (a place, a bed) beside each of them by name
  before `words` is asked: a constant number of queries, none where there is no such record;
- `"person_acts"`: `fn(by, person) -> list[tuple[label, address]]`, what may be done about a person;
- `"doors"`: `fn(by, household) -> list[Door]`, when somebody was to come to a household's door, the latest first;
- `"marks"`: `fn(by, place) -> list[Mark]`, what may be under way for the people of a household there: no query;
- `"home"`: `fn(by) -> str`, the page on which this post's day begins, "" for the common one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bulou.core.room import ask

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from bulou.core.staff.actor import Actor
    from bulou.core.tasks.models import Task


@dataclass(frozen=True)
class Card:
    """Something that waits: how many, since what, where it is done. The highest `rank` stands first.

    `tone`: miss and fever are red, wait amber, now blue, calm grey. `names`: the first few, where they help.
    """

    title: Any
    count: int
    url: str
    tone: str = "wait"
    note: Any = ""
    names: Sequence[str] = ()
    rank: int = 50


@dataclass(frozen=True)
class Headline:
    """A figure or formula that says how a place stands. `gap`: it should be none. `day`: the share of the day."""

    name: str
    title: Any
    tone: str = ""
    gap: bool = False
    day: bool = False


@dataclass(frozen=True)
class Door:
    """That a household was to be entered: in which round, by when, how it stands, how often and when somebody came."""

    round: str
    url: str
    state: str
    word: Any
    tone: str
    due_at: datetime
    times: int
    last: datetime | None


@dataclass(frozen=True)
class Mark:
    """What may be under way for somebody: `about` is a query, `field` the column that says whom.

    `key`: whom it concerns is a key person, their household a key household. `doors`: it may name a household.
    """

    name: str
    title: Any
    tone: str
    about: QuerySet[Any]
    field: str = "person"
    key: bool = False
    doors: bool = False


def marks(by: Actor, place: str) -> list[Mark]:
    """What may be under way for the people of a household, over all rooms: what makes it a key one first."""
    return sorted((one for answer in ask("marks", by, place) for one in answer), key=lambda one: not one.key)


def cards(by: Actor, place: str) -> list[Card]:
    """What waits for the actor in a place, over all rooms: only what there is, the most urgent first."""
    found = [card for answer in ask("today", by, place) for card in answer if card.count]
    return sorted(found, key=lambda card: -card.rank)


def headlines() -> list[Headline]:
    """The headlines of all rooms, the gaps first."""
    return sorted((line for answer in ask("headlines") for line in answer), key=lambda line: not line.gap)


def act(task: Task) -> str:
    """Where a task is done: at its room, else on the page of the person it is about."""
    fallback = f"/people/{task.subject_id}/" if task.subject_type == "person" else ""
    return next((url for url in ask("act", task) if url), fallback)


def words(record: Any) -> str:
    """What a record says, in a few words of its room."""
    return next((said for said in ask("words", record) if said), "")


def worded(records: Sequence[Any]) -> list[str]:
    """What each of some records says; names that they speak of are looked up for all of them together."""
    ask("named_in", records)
    return [words(record) for record in records]


def home(by: Actor) -> str:
    """The page on which this post's day begins; empty for the common one."""
    return next((url for url in ask("home", by) if url), "")
