"""What a room is: its name-plate. Core reads name-plates and knows no room by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.apps import apps

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from bulou.core.figures.figure import Figure, Formula
    from bulou.core.records.kinds import Batch, Event, Kind
    from bulou.core.staff.actor import Actor
    from bulou.core.tasks.duties import Duty


@dataclass(frozen=True)
class Link:
    """A page of a room in the menu: its address, its words, and who is shown it."""

    url: str
    title: _StrPromise | str
    roles: frozenset[str]
    group: str = ""


@dataclass(frozen=True)
class Room:
    """A kind of work, declared: everything the common furniture needs to serve it."""

    name: str
    title: _StrPromise | str
    records: tuple[Kind, ...] = ()
    duties: tuple[Duty, ...] = ()
    figures: tuple[Figure | Formula, ...] = ()
    reacts: Mapping[str, Callable[[list[Event], Actor, Batch | None], None]] = field(default_factory=dict)
    menu: tuple[Link, ...] = ()
    # What a person's page, the policy trial and other frames may ask of any room; each by name.
    answers: Mapping[str, Callable[..., Any]] = field(default_factory=dict)


@cache
def all_rooms() -> tuple[Room, ...]:
    """Every installed name-plate, in the order of installation."""
    found = []
    for app in apps.get_app_configs():
        if app.name.startswith("bulou.") and find_spec(f"{app.name}.room"):
            plate = getattr(import_module(f"{app.name}.room"), "ROOM", None)
            if isinstance(plate, Room):
                found.append(plate)
    return tuple(found)


def ask(question: str, *args: Any, **kwargs: Any) -> list[Any]:
    """Put a question to every room that answers it; the answers in order of rooms."""
    return [room.answers[question](*args, **kwargs) for room in all_rooms() if question in room.answers]
