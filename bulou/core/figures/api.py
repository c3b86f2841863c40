"""Figures, over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema

from bulou.core.answers import also
from bulou.core.figures.queries import Asked, read_so_far
from bulou.core.places.queries import get as get_place
from bulou.core.staff.actor import Actor
from bulou.lib import clock
from bulou.lib.refusals import Refusal
from bulou.lib.values import AsOf, Day

router = Router()


class PlaceFigures(Schema):
    place: str
    figures: dict[str, int]


class FiguresOut(Schema):
    place: str
    as_of: datetime
    items: list[PlaceFigures]


# Levels of the tree by the length of their codes.
LEVELS = {"county": 6, "township": 9, "village": 12, "grid": 15}


@router.get("/figures", response=also(FiguresOut, 404), summary="Figures")
def get_figures(
    request: HttpRequest,
    place: str = "",
    name: str = "",
    day: Day | None = None,
    at: AsOf | None = None,
    down: Literal["", "county", "township", "village", "grid"] = "",
) -> dict[str, Any]:
    """Figures of a place, or of its children at a level (`down`), up to now, as of a moment, or on one day.

    Of tasks, `tasks.expected` and its kind count what was due by then, so that expected, less done, late and
    excused, is missed. On one day they count all that is due on it; `….owed` counts whatever is laid, due or not.
    """
    actor: Actor = request.auth  # type: ignore[attr-defined]
    asked = place or actor.place
    if not actor.reaches(asked) or (asked and get_place(asked) is None):
        raise Refusal("place-unknown")
    found = read_so_far([name] if name else None, Asked(asked, LEVELS.get(down), at, day))
    items = [{"place": code, "figures": values} for code, values in sorted(found.items())]
    return {"place": asked, "as_of": at or clock.now(), "items": items}
