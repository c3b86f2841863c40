"""A demonstration of three days, small enough to be laid for a test, with something in every room."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from typing import Any

from bulou.demo import spec
from bulou.demo.play import Progress, play

FIRST = date(2020, 2, 10)


def _at(day: int, hour: int) -> datetime:
    """A moment of that February as the file tells it: the county's hour, without a zone."""
    return datetime(2020, 2, day, hour, tzinfo=UTC).replace(tzinfo=None)


GRID = "141031100002"


def said() -> dict[str, Any]:
    """What Xixian's own file says, with few of everything, all of it in the last days."""
    own = tomllib.loads((spec.FOLDER / "xixian.toml").read_text(encoding="utf-8"))
    road, *_others = own["checkpoint"]
    began = _at(10, 8)
    own["departments"] = own["departments"][:6]
    own["town"] |= {"grids": 4, "compounds": 4, "households": 40, "people": 120}
    own["group"] = [one | {"released": 0, "observed": 12} for one in own["group"]]
    own["order"] = [one for one in own["order"] if one["at"].date() >= FIRST]
    own["checkpoint"] = [road | {"at": began, "people": 60, "vehicles": 30, "on_duty": 6}]
    own["duty"] = [one | {"at": began, "members": 12, "units": 4} for one in own["duty"]]
    own["round"] = [
        {"at": _at(11, 8), "due": _at(12, 12), "name": "社区入户排查", "place": GRID,
         "subjects": "households", "nobody_home": 20, "never": 20}
    ]  # fmt: skip
    return own | {"begins": FIRST, "as_of": _at(12, 18), "village_limit": 6}


def lay() -> datetime:
    """Lay it down; the moment up to which it is told."""
    county = spec.of("xixian", said())
    play(county, county.as_of, 1, Progress(lambda *_: None, lambda _n: None))
    return county.as_of
