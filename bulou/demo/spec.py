"""What a demonstration county is: a file of figures. Plain values; no ORM, no clock."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from bulou.lib import clock, ids

FOLDER = Path(__file__).parent / "counties"


@dataclass(frozen=True)
class Town:
    """Those who live in the grids of some communities, counted in full. `grids` 0: the places themselves."""

    places: tuple[str, ...]
    households: int
    people: int
    grids: int = 0
    compounds: int = 0


@dataclass(frozen=True)
class Group:
    """People who returned: how many were released and are observed on the evening of the county's `as_of`.

    `origins`: where from; `places`: codes under which they live; `affected`: all of them have been in an
    affected area, those from elsewhere on their way.
    """

    name: str
    origins: tuple[str, ...]
    released: int = 0
    observed: int = 0
    affected: bool = False
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Site:
    """A place with rooms and beds, for those who cannot be observed at home or wait for an outcome."""

    name: str
    parent: str
    rooms: int


@dataclass(frozen=True)
class County:
    """A demonstration county. `posts`: where the one account for each role stands, if not on the county.

    `calm`: nothing out of the ordinary befalls anybody. `share_in_town`: per cent of those who returned
    who belong to households in the grids.
    """

    name: str
    county: str
    title: str
    source: str
    begins: date
    as_of: datetime
    posts: dict[str, str]
    groups: tuple[Group, ...] = ()
    town: Town | None = None
    sites: tuple[Site, ...] = ()
    departments: tuple[str, ...] = ()
    village_limit: int = 0
    share_in_town: int = 0
    calm: bool = False
    orders: tuple[dict[str, Any], ...] = field(default=())
    rounds: tuple[dict[str, Any], ...] = field(default=())
    checkpoints: tuple[dict[str, Any], ...] = field(default=())
    duties: tuple[dict[str, Any], ...] = field(default=())

    @property
    def units(self) -> tuple[UUID, ...]:
        """The ids of the departments as units of the register, in their order."""
        return tuple(ids.derived("unit", self.county, name) for name in self.departments)


def names() -> list[str]:
    """The demonstrations that there are."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load(name: str) -> County:
    """A demonstration by its name. Raises KeyError for one that there is not."""
    if name not in names():
        raise KeyError(name)
    return of(name, tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8")))


def of(name: str, said: dict[str, Any]) -> County:
    """A demonstration from what its file says. Raises TypeError for words that are not known."""
    plain = {
        key: value
        for key, value in said.items()
        if key not in ("group", "town", "site", "order", "round", "checkpoint", "duty")
    }
    return County(
        **{key: _tuple(value) for key, value in plain.items() if key != "as_of"},
        name=name,
        as_of=clock.local(said["as_of"]),
        groups=tuple(_made(Group, one) for one in said.get("group", ())),
        town=_made(Town, said["town"]) if "town" in said else None,
        sites=tuple(_made(Site, one) for one in said.get("site", ())),
        orders=tuple(said.get("order", ())),
        rounds=tuple(said.get("round", ())),
        checkpoints=tuple(said.get("checkpoint", ())),
        duties=tuple(said.get("duty", ())),
    )


def _made(kind: Any, said: dict[str, Any]) -> Any:
    unknown = said.keys() - {f.name for f in fields(kind)}
    if unknown:
        raise TypeError(f"{kind.__name__}: {sorted(unknown)}")
    return kind(**{key: _tuple(value) for key, value in said.items()})


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
