"""What a kind of record is, and the batch in which records go in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from pydantic import BaseModel

    from bulou.core.records.models import Record
    from bulou.core.staff.actor import Actor


@dataclass(frozen=True)
class Kind:
    """A kind of record as a room declares it.

    `data` is the shape of what is handed in; its fields that bear a column's name become columns.
    `check` may refuse or hold single items and fill in columns; `stored` runs once the rows are in, those
    of them that do not count too; `corrected` runs with the pairs (what counted before, what counts now) of
    a correction: what counts now need not be of the batch. `mendable`: the desk's common form corrects it,
    though its room finds out for itself whom it is about.
    """

    model: type[Record]
    data: type[BaseModel]
    writers: frozenset[str]
    title: Any = ""
    subject: str = "person"
    sealed: tuple[str, ...] = ()
    check: Callable[[Batch], None] | None = None
    stored: Callable[[Batch], None] | None = None
    corrected: Callable[[list[tuple[UUID, UUID]], Batch], None] | None = None
    mendable: bool = False

    @property
    def name(self) -> str:
        return self.model.kind


@dataclass(slots=True)  # not frozen: each record would take three times as long to make
class Incoming:
    """A record on its way in, as it was handed over; nobody changes it. `data` is not yet checked.

    `why`: the reason of a correction, kept sealed beside it. `copied`: a line of a ledger says it, so that whoever
    hands it in has not judged it; nobody sends this from outside. `typed`: in a form of the desk, where a refusal is
    answered beside what was typed.
    """

    kind: str
    id: UUID
    place: str
    happened_at: datetime
    data: dict[str, Any]
    device: str = ""
    replaces: UUID | None = None
    why: str = ""
    copied: bool = False
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one record: accepted, duplicate, conflict, held or refused, and why."""

    id: UUID
    status: str
    code: str = ""
    message: str = ""


class Item:
    """One record in a batch: what came, what was understood, what becomes of it."""

    __slots__ = (
        "by", "came", "code", "counts", "data", "digest", "position", "row", "status", "waits_for", "words",
    )  # fmt: skip

    def __init__(self, position: int, came: Incoming, by: Actor) -> None:
        self.position = position
        self.came = came
        self.by = by
        self.digest = ""
        self.data: Any = None
        self.row: dict[str, Any] = {}
        self.status = ""
        self.code = ""
        self.words: dict[str, Any] = {}
        self.waits_for: UUID | None = None
        self.counts = True  # of its family; False: a correction has overridden it

    @property
    def id(self) -> UUID:
        return self.came.id

    def end(self, status: str, code: str = "", **words: Any) -> None:
        """Settle this item: it takes no further part in the batch."""
        self.status, self.code, self.words = status, code, words

    def refuse(self, code: str, **words: Any) -> None:
        self.end("refused", code, **words)

    def tell(self, code: str, **words: Any) -> None:
        """Say something to whoever handed in a record that is kept (from `stored`): it is accepted all the same."""
        self.end("accepted", code, **words)

    def hold(self, code: str, **words: Any) -> None:
        self.end("held", code, **words)


@dataclass(frozen=True, slots=True)
class Event:
    """Something a room lets others know, about one record or plan. Plain values only.

    `by`: whose record it came with; None is whoever lets it be known.
    """

    name: str
    person: UUID | None
    place: str
    at: datetime
    source: UUID
    facts: dict[str, Any] = field(default_factory=dict)
    by: Actor | None = None


class Batch:
    """The items of one kind that go in together. `live` are those not settled yet."""

    def __init__(self, kind: Kind, items: list[Item], now: datetime) -> None:
        self.kind = kind
        self.items = items
        self.now = now
        self.events: list[Event] = []

    @property
    def live(self) -> list[Item]:
        return [item for item in self.items if not item.status]

    @property
    def counting(self) -> list[Item]:
        """Those that count: nothing follows from one that was overridden before it came."""
        return [item for item in self.items if item.counts]

    @property
    def ids(self) -> list[UUID]:
        return [item.came.id for item in self.items]

    def say(self, name: str, item: Item, **facts: Any) -> None:
        """Let the other rooms know, in this transaction."""
        row = item.row
        event = Event(
            name, row.get("person"), row["place"], item.came.happened_at, item.came.id, facts, item.by
        )
        self.events.append(event)


@cache
def kinds() -> dict[str, Kind]:
    """Every kind of every room, by name."""
    from bulou.core.room import all_rooms

    found: dict[str, Kind] = {}
    for room in all_rooms():
        for kind in room.records:
            if kind.name in found:
                raise ValueError(f"two kinds are named {kind.name}")
            found[kind.name] = kind
    return found


R = TypeVar("R", bound=Callable[..., None])


def of_many(react: R) -> R:
    """Mark a reaction as one that is given the events of many senders at once; each event says whose it is."""
    react.of_many = True  # type: ignore[attr-defined]
    return react


def tell(events: Iterable[Event], by: Actor, batch: Batch | None = None) -> None:
    """Hand events to whoever declared that it reacts, in the order of rooms, sender by sender."""
    from bulou.core.room import all_rooms

    told = list(events)
    if not told:
        return
    for room in all_rooms():
        for name, react in room.reacts.items():
            heard = [event for event in told if event.name == name]
            if heard and hasattr(react, "of_many"):
                react(heard, by, batch)
            elif heard:
                for sender in dict.fromkeys(event.by or by for event in heard):
                    react([event for event in heard if (event.by or by) == sender], sender, batch)
