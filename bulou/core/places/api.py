"""Places, over HTTP."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from bulou.core.answers import also
from bulou.core.places import queries, refused
from bulou.core.staff.actor import Actor
from bulou.lib.refusals import Refusal

router = Router()


class PlaceOut(Schema):
    code: str
    name: str
    kind: str
    level: int


class PlacesOut(Schema):
    place: PlaceOut
    path: list[PlaceOut]
    children: list[PlaceOut]


@router.get("/places", response=also(PlacesOut, 404), summary="A place, its path and its children")
def get_places(request: HttpRequest, place: str = "") -> dict[str, Any]:
    """The place asked for (the asker's own without one), the way down to it, what lies in it."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    code = place or actor.place
    found = queries.get(code) if code and actor.reaches(code) else None
    if found is None:
        raise Refusal(refused.UNKNOWN)
    return {"place": found, "path": queries.path(code), "children": queries.children(code)}
