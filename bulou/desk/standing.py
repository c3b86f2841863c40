"""How the places below stand, as a table: the gap first, the places with the most of it on top."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from bulou.core.cards import Headline, headlines
from bulou.core.overview import Standing, below, itself, standings, together
from bulou.core.places import queries as places
from bulou.core.places.models import Place
from bulou.core.tasks.duties import duties
from bulou.core.tasks.queries import missed_of_day
from bulou.lib import clock


@dataclass(frozen=True)
class Line:
    """A place below with its numbers. `worse`: how many more are missed today than at the same hour the day before."""

    place: Place
    standing: Standing
    cells: list[dict[str, Any]]
    missed_url: str
    worse: int | None = None

    @property
    def fewer(self) -> int:
        return -(self.worse or 0)


def table(place: str, at: datetime, since: datetime | None = None, live: bool = True) -> dict[str, Any]:
    """The children of a place with their standings, and their sum: what templates draw.

    `live`: `at` is now, which is read from running cells alone. `since`: a moment to compare the missed with.
    """
    down = below(place)
    children = places.children(place, clock.day_of(at)) if down else []
    found = standings(place, down, None if live else at) if children else {}
    before = _missed_on_day(place, since, down) if children and since else None
    lines, empty = headlines(), Standing()
    rows = [
        Line(
            child, found.get(child.code, empty), cells(child.code, found.get(child.code, empty), lines, at),
            missed_url(child.code, at),
            found.get(child.code, empty).gap_today - before[child.code] if before is not None else None,
        )
        for child in children
    ]  # fmt: skip
    # What no child has, counted at the place itself: shown, or the parts would not make the whole.
    own = itself(found, [child.code for child in children]) if children else None
    whole = (
        together([*found.values()])
        if children
        else standings(place, None, None if live else at).get(place, empty)
    )
    rows.sort(key=lambda row: (row.standing.rank, row.place.code))
    return {
        "rows": rows, "own": own, "own_cells": cells(place, own, lines, at, own="1") if own else [],
        "lines": lines, "whole": whole, "cells": cells(place, whole, lines, at),
        "missed_url": missed_url(place, at), "own_url": missed_url(place, at, own="1"), "compared": before is not None,
    }  # fmt: skip


def _missed_on_day(place: str, at: datetime, down: int | None) -> Counter[str]:
    found: Counter[str] = Counter()
    for (code, kind), value in missed_of_day(place, at, down).items():
        if kind in duties():
            found[code] += value
    return found


def cells(
    place: str, standing: Standing, lines: list[Headline], at: datetime, **more: str
) -> list[dict[str, Any]]:
    """The headlines of a place: value, and the rows behind it (`more`: what else its address says)."""
    moment = at.astimezone(clock.zone())
    asked = {"place": place, "at": moment.isoformat(timespec="seconds"), **more}
    return [
        {
            "title": line.title, "value": standing.figures.get(line.name, 0), "tone": line.tone, "gap": line.gap,
            "url": f"{reverse('figure-rows', args=[line.name])}?"
            + urlencode(asked | ({"day": moment.date().isoformat()} if line.day else {})),
        }
        for line in lines
    ]  # fmt: skip


def missed_url(place: str, at: datetime, **more: str) -> str:
    asked = {"place": place, "at": at.astimezone(clock.zone()).isoformat(timespec="seconds"), **more}
    return f"{reverse('missed')}?{urlencode(asked)}"


def columns(lines: list[Headline], compared: bool) -> list[dict[str, Any]]:
    """The heads of the table."""
    right = "right"
    head: list[dict[str, Any]] = [
        {"title": _("Place")}, {"title": _("Missed of today"), "class": right},
    ]  # fmt: skip
    if compared:
        head.append({"title": _("Since yesterday"), "class": right})
    head.append({"title": _("Missed in all"), "class": right})
    return [*head, *({"title": line.title, "class": right} for line in lines)]
