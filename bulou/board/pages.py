"""The board: where is the gap. It owns no number; all of them are read where the desk reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from bulou.board.charts import Chart, chart
from bulou.core.cards import Headline, headlines
from bulou.core.overview import Standing, below, curves, itself, standings, together
from bulou.core.places import queries as places
from bulou.core.places.models import Place
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.core.tasks.duties import duties
from bulou.core.tasks.queries import missed_of_day
from bulou.lib import clock

_SHADES = 5
_DAYS = 14  # what a curve shows; no rule hangs on it


@acting()
def board(request: HttpRequest, by: Actor) -> HttpResponse:
    """`?place=` from the county down, `?as_of=` a moment to go back to."""
    here, at = _place(request, by), _moment(request)
    now = at or clock.now()
    down = below(here.code)
    children = places.children(here.code, clock.day_of(now)) if down else []
    found = standings(here.code, down if children else None, at)
    whole, before = together(found.values()), _yesterday(here.code, now, down)
    tiles = _tiles(children, found, before, now)
    words: dict[str, Any] = {
        "here": here, "now": now, "live": at is None, "tiles": tiles, "whole": whole, "lines": headlines(),
        "totals": _totals(here.code, whole, now), "steps": _steps(here.code, now, at is None),
        "field": now.strftime("%Y-%m-%dT%H:%M"),
        "curves_url": _to(here.code, at).replace("/board/", "/board/curves/", 1),
        "own": _own(here.code, children, found, before, now), "kinds": _kinds(here.code, whole, now),
        "missed_url": _missed(here.code, now, day="1"), "all_url": _missed(here.code, now),
        "up": _up(by, here.code, at), "path": _path(by, here.code, at),
        "ranked": sorted(tiles, key=lambda tile: (tile["rank"], tile["place"].code)),
        "url": f"{request.path}?{request.GET.urlencode()}",
    }  # fmt: skip
    return render(request, "board/board.html", words)


@acting()
def curves_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """The curves alone: they read two weeks of cells, so the board is drawn first and they come after it."""
    here, at = _place(request, by), _moment(request)
    found = standings(here.code, None, at).get(here.code, Standing())
    return render(request, "board/curves.html", {"charts": _charts(here.code, found, at or clock.now())})


def _kinds(place: str, whole: Standing, now: datetime) -> list[tuple[Any, int, str]]:
    """What kinds of acts are missed today, the most first."""
    found = whole.today.most_common()
    return [(duties()[kind].title, n, _missed(place, now, kind=kind, day="1")) for kind, n in found]


def _place(request: HttpRequest, by: Actor) -> Place:
    code = request.GET.get("place") or by.place
    here = places.get(code) if by.reaches(code) else None
    if here is None:
        raise Http404
    return here


def _moment(request: HttpRequest) -> datetime | None:
    """The moment asked for; None for now, and for what has not come yet."""
    text = request.GET.get("as_of", "").replace(" ", "+")
    try:
        at = clock.parse(text).astimezone(clock.zone()) if text else None
    except ValueError as error:
        raise Http404 from error
    return at if at is not None and at < clock.now() else None


def _to(place: str, at: datetime | None) -> str:
    asked = {"place": place} | ({"as_of": at.isoformat(timespec="minutes")} if at else {})
    return f"{reverse('board:board')}?{urlencode(asked)}"


def _missed(place: str, at: datetime, **more: str) -> str:
    asked = {"place": place, "at": at.astimezone(clock.zone()).isoformat(timespec="seconds"), **more}
    return f"{reverse('missed')}?{urlencode(asked)}"


def _yesterday(place: str, now: datetime, down: int | None) -> Counter[str]:
    """What was missed at the same hour a day before."""
    found: Counter[str] = Counter()
    for (code, kind), value in missed_of_day(place, now - timedelta(days=1), down).items():
        if kind in duties():
            found[code] += value
    return found


def _own(
    place: str, children: list[Place], found: Mapping[str, Standing], before: Mapping[str, int], now: datetime
) -> dict[str, Any] | None:
    """What lies at the place itself, as the last line below its children."""
    codes = {child.code for child in children}
    one = itself(found, codes) if children else None
    if one is None:
        return None
    step = one.gap_today - sum(value for code, value in before.items() if code not in codes)
    figures = [one.figures.get(line.name, 0) for line in headlines()]
    return {
        "shade": _shade(one.gap_today, _most(children, found)),
        "gap": one.gap_today, "all": one.gap, "worse": step, "better": -step, "figures": figures,
        "missed": _missed(place, now, own="1", day="1"), "all_url": _missed(place, now, own="1"),
    }  # fmt: skip


def _most(children: list[Place], found: Mapping[str, Standing]) -> int:
    return max((found.get(child.code, Standing()).gap_today for child in children), default=0)


def _shade(gap: int, most: int) -> int:
    """How dark a tile is: by what is missed there today beside the most of the places below."""
    return min(-(-gap * _SHADES // max(most, _SHADES)), _SHADES) if gap > 0 else 0


def _tiles(
    children: list[Place], found: Mapping[str, Standing], before: Mapping[str, int], now: datetime
) -> list[dict[str, Any]]:
    """One tile a place below, shaded by what is missed there today beside the most of them."""
    empty = Standing()
    most = _most(children, found)
    lines, live = headlines(), clock.now() - now < timedelta(minutes=1)
    # One figure, not the sum of them: who is feverish and without an outcome stands in both.
    fevers = next((line for line in lines if line.gap and line.tone == "fever"), None)
    tiles = []
    for child in children:
        one = found.get(child.code, empty)
        gap = one.gap_today
        tiles.append(
            {
                "place": child, "gap": gap, "all": one.gap, "rank": one.rank,
                "shade": _shade(gap, most),
                "fever": one.figures.get(fevers.name, 0) if fevers else 0, "fevers": fevers,
                "figures": [(line, one.figures.get(line.name, 0)) for line in lines],
                "worse": gap - before.get(child.code, 0), "better": before.get(child.code, 0) - gap,
                "url": _to(child.code, None if live else now),
                "missed": _missed(child.code, now, day="1"), "all_url": _missed(child.code, now),
            }
        )  # fmt: skip
    return tiles


def _totals(place: str, whole: Standing, now: datetime) -> list[dict[str, Any]]:
    return [
        {"line": line, "value": whole.figures.get(line.name, 0), "url": _rows(line, place, now)}
        for line in headlines()
    ]


def _rows(line: Headline, place: str, now: datetime) -> str:
    moment = now.astimezone(clock.zone())
    asked = {"place": place, "at": moment.isoformat(timespec="seconds")}
    if line.day:
        asked["day"] = moment.date().isoformat()
    return f"{reverse('figure-rows', args=[line.name])}?{urlencode(asked)}"


def _steps(place: str, now: datetime, live: bool) -> list[dict[str, Any]]:
    """The clock's steps, back and forth; forth only as far as now."""
    steps = (
        (_("a day back"), timedelta(days=-1)), (_("an hour back"), timedelta(hours=-1)),
        (_("an hour on"), timedelta(hours=1)), (_("a day on"), timedelta(days=1)),
    )  # fmt: skip
    found: list[dict[str, Any]] = []
    for word, step in steps:
        then = now + step
        forth = step > timedelta(0)
        if forth and live:
            continue
        found.append(
            {"word": word, "back": not forth, "url": _to(place, then if then < clock.now() else None)}
        )
    return found


def _charts(place: str, whole: Standing, now: datetime) -> list[Chart]:
    """The curves; their last day says what the numbers above say."""
    found = []
    lines = [None, *headlines()]
    for line, curve in zip(
        lines, curves(place, clock.day_of(now), _DAYS, _("Missed, by the day it was due")), strict=True
    ):
        last = whole.gap_today if line is None else whole.figures.get(line.name, 0)
        values = [*curve.values[:-1], last]
        if line is not None and not line.gap and not any(values):
            continue  # nothing to see in two weeks of nothing
        daily = line is not None and line.day
        title = _("%(what)s, by day") % {"what": curve.title} if daily else curve.title
        found.append(chart(title, curve.tone, curve.running, curve.days, values))
    return found


def _path(by: Actor, code: str, at: datetime | None) -> list[dict[str, Any]]:
    return [
        {"name": one.name, "url": _to(one.code, at) if by.reaches(one.code) else ""}
        for one in places.path(code)[2:]
    ]


def _up(by: Actor, code: str, at: datetime | None) -> str:
    above = places.path_codes(code)[-2:-1]
    return _to(above[0], at) if above and by.reaches(above[0]) else ""
