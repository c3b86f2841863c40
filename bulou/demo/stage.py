"""The stage: what a room needs to tell its part of a demonstration's days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from django.db import transaction

from bulou.core.figures import cells
from bulou.core.records.intake import take_items
from bulou.core.records.kinds import Incoming, Item
from bulou.core.staff.actor import Actor
from bulou.demo.cast import Returnee
from bulou.demo.crew import Crew
from bulou.demo.spec import County
from bulou.lib import clock, ids

_BATCH = 1000  # records in one transaction, as a phone may send them


class PlayError(Exception):
    """A record of the play was not taken: the play, or what takes it, is wrong."""


@dataclass
class Stage:
    """One county on its way through the days. `until`: the end of the play; `accepted`: records so far."""

    county: County
    crew: Crew
    returnees: Sequence[Returnee]
    villages: Sequence[str]
    until: datetime
    accepted: int = 0
    memory: dict[str, Any] = field(default_factory=dict)
    _waiting: list[tuple[datetime, Item]] = field(default_factory=list)
    _here: list[Returnee] = field(default_factory=list)
    _came: list[Returnee] = field(default_factory=list)
    _next: int = 0

    def chance(self, *parts: object) -> Random:
        """Chance that is the same every time for the same parts."""
        return Random("/".join(map(str, (self.county.county, *parts))))  # noqa: S311 - a play, not a secret

    def arriving(self, until: datetime) -> list[Returnee]:
        """Who has arrived since this was last asked, until a moment."""
        start = self._next
        while self._next < len(self.returnees) and self.returnees[self._next].at <= until:
            self._next += 1
        self._came = list(self.returnees[start : self._next])
        self._here = [one for one in self._here if one.state != "closed"] + self._came
        return self._came

    @property
    def came(self) -> list[Returnee]:
        """Who of those that arrived last is known here by now."""
        return [one for one in self._came if one.person is not None]

    @property
    def observed(self) -> list[Returnee]:
        """Who is known here and whose observation has not been closed."""
        return [one for one in self._here if one.person is not None and one.state != "closed"]

    def hand_in(
        self,
        by: Actor,
        kind: str,
        place: str,
        at: datetime,
        data: dict[str, Any],
        *,
        heard: datetime | None = None,
        id: UUID | None = None,  # noqa: A002
    ) -> UUID:
        """Put a record on its way; it comes in with the next flush, or with the first one after `heard`."""
        came = Incoming(kind, id or ids.new(), place, at, data)
        self._waiting.append((heard or at, Item(0, came, by)))
        return came.id

    def flush(self) -> None:
        """Let in what is on its way and due by now, a thousand records at a time. Raises PlayError."""
        now = clock.now()
        due = [item for heard, item in self._waiting if heard <= now]
        if not due:
            return
        self._waiting = [pair for pair in self._waiting if pair[0] > now]
        due.sort(key=lambda item: item.by.place)  # so that each sender's come together
        for start in range(0, len(due), _BATCH):
            results = take_items(due[start : start + _BATCH])
            for result in results:
                if result.status != "accepted":
                    raise PlayError(f"{result.status} {result.code} {result.message}")
            self.accepted += len(results)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Several verbs in one transaction."""
        with transaction.atomic(), cells.gathered():
            yield
