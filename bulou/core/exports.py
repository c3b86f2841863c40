"""What a list is when it leaves the house: declared where the list is, handed out by whoever writes files.

A room (or a frame) answers `"exports"` with its lists. Each says once which rows there are, for whom, and
what stands in a line; the page of the list shows the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from bulou.core.room import ask
from bulou.core.staff.roles import EVERYONE, Role
from bulou.lib.refusals import Refusal, declare

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrPromise

    from bulou.core.staff.actor import Actor

declare(
    "list-unknown", _("There is no such list for your post. Open the list again and export it from there.")
)
# Who stands at a door with a borrowed phone takes no list away.
EXPORTERS = EVERYONE - {Role.VOLUNTEER, Role.CHECKPOINT_STAFF}


@dataclass(frozen=True)
class Asked:
    """Who asks for a list of which place, and the words of the page's address (its filters)."""

    by: Actor
    place: str
    words: Mapping[str, str] = field(default_factory=dict)
    # What `lines` looked up and needs again for the next rows.
    kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def get(self, word: str, default: str = "") -> str:
        return str(self.words.get(word, default) or default).strip()

    def choice(self, possible: Container[str], first: str, word: str = "show") -> str:
        """A word that a page of the list offers, `first` where none is said. Raises Refusal `list-unknown`."""
        chosen = self.get(word, first)
        if chosen not in possible:
            raise Refusal("list-unknown")
        return chosen


class Found(Protocol):
    """The rows of a list, as of a query: how many, and each of them."""

    def count(self) -> int: ...

    def iterator(self, chunk_size: int) -> Iterator[Any]: ...


@dataclass(frozen=True)
class OutList:
    """A list that may be exported.

    `columns`: {key: title}, in order. `found` gives the rows in the actor's scope, ordered; it raises Refusal
    `list-unknown` for words that no page of it has. `lines` gives the cells of some rows: one sequence for
    each row, in their order; it is called for a few thousand at a time. `person` is the id of whom a row is
    about; without it the list is about nobody. `said` puts the words asked for into a few for people to read.
    `more`: columns after those that always stand there, which depend on what is asked for. `heads`: how many
    people the list names, where a line may name several; each line counts for one at least.
    """

    name: str
    title: _StrPromise | str
    roles: frozenset[Role]
    columns: Mapping[str, Any]
    found: Callable[[Asked], Found]
    lines: Callable[[Asked, Sequence[Any]], Iterable[Sequence[Any]]]
    person: Callable[[Any], UUID | None] | None = None
    said: Callable[[Asked], str] = lambda _asked: ""
    more: Callable[[Asked], Mapping[str, Any]] = lambda _asked: {}
    heads: Callable[[Asked], int] | None = None


def every() -> dict[str, OutList]:
    """All lists that may be exported, by name."""
    return {one.name: one for answer in ask("exports") for one in answer}


def mine(by: Actor) -> dict[str, OutList]:
    """Those of them that are an actor's."""
    return {name: one for name, one in every().items() if by.role in EXPORTERS and by.role in one.roles}


def get(by: Actor, name: str) -> OutList:
    """A list by its name. Raises Refusal `list-unknown`, also when it is not the actor's."""
    found = mine(by).get(name)
    if found is None:
        raise Refusal("list-unknown")
    return found


def ask_for(request: HttpRequest, name: str, **more: Any) -> HttpResponse:
    """To where it is asked what a list is taken out for: the list's name and the words of its page go along."""
    words = {key: text for key, text in request.GET.items() if key not in ("export", "cursor", "list")}
    return redirect(f"/exports/new/?{urlencode({'list': name, **words, **more})}")
