"""Numbers, and the rows behind each of them. Whoever sees no people sees where, not who."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bulou.core import cards, exports
from bulou.core.figures import behind
from bulou.core.figures.figure import figures, formulas
from bulou.core.figures.queries import Asked, is_so_far, read, read_so_far, split
from bulou.core.overview import below
from bulou.core.places import queries as places
from bulou.core.room import all_rooms
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.core.tasks.duties import duties
from bulou.core.tasks.models import Task
from bulou.desk import common, figures_out, lists, names
from bulou.desk.pages.missed import below_it, moment_asked
from bulou.lib import clock


def title(name: str) -> Any:
    """What a figure or formula is called, with its dimension."""
    if name in formulas():
        return formulas()[name].title
    plain, dim = split(name)
    if plain not in figures():
        raise Http404
    if not dim:
        return figures()[plain].title
    return _("%(figure)s (%(dimension)s)") % {
        "figure": figures()[plain].title,
        "dimension": dimension(plain, dim),
    }


def address(name: str, place: str, at: datetime | None, day: date | None) -> str:
    """Where the rows of a number are."""
    asked = {"place": place, "at": _iso(at) if at else "", "day": day.isoformat() if day else ""}
    return f"{reverse('figure-rows', args=[name])}?{urlencode({k: v for k, v in asked.items() if v})}"


def _iso(at: datetime) -> str:
    return at.astimezone(clock.zone()).isoformat(timespec="seconds")


@acting()
def index(request: HttpRequest, by: Actor) -> HttpResponse:
    """Every figure of a place, room by room, each with its rows."""
    place, at, day = common.place_asked(request, by), moment_asked(request), day_asked(request)
    found = read_so_far(None, Asked(place, None, at, day)).get(place, {})
    groups = []
    for room in all_rooms():
        lines = [
            {"name": f.name, "title": f.title, "value": found.get(f.name, 0), "url": address(f.name, place, at, day),
             "dims": _dims(f.name, found, place, at, day)}
            for f in room.figures
            if not getattr(f, "inner", False)
        ]  # fmt: skip
        if lines:
            groups.append({"title": room.title, "lines": lines})
    words = {"place": place, "groups": groups, "at": at, "day": day, "now": at or clock.now()}
    return render(request, "desk/figures.html", words)


def dimension(figure: str, value: str) -> str:
    """A value of a figure's dimension in words: the figure's own, else its code is the English.

    The Chinese of a code stands in its room's catalogue.
    """
    if own := figures()[figure].words.get(value):
        return str(own)
    if value in duties():
        return str(duties()[value].title)
    said = pgettext("dimension", value)
    return said if said != value else value.replace("-", " ")


def _dims(
    name: str, found: dict[str, int], place: str, at: datetime | None, day: date | None
) -> list[dict[str, Any]]:
    mine = sorted(key for key in found if key.startswith(f"{name}["))
    return [
        {
            "word": dimension(name, split(key)[1] or ""),
            "value": found[key],
            "url": address(key, place, at, day),
        }
        for key in mine
    ]


def day_asked(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET["day"]) if request.GET.get("day") else None
    except ValueError as error:
        raise Http404 from error


@acting()
def rows(request: HttpRequest, by: Actor, name: str) -> HttpResponse:
    """A number opened: where below it comes from, and the records that it counts.

    `?own=1`: only what lies at the place itself, and at none below it.
    """
    place, at, day = common.place_asked(request, by), moment_asked(request), day_asked(request)
    # A term of a number that counts whatever is laid is shown, and opened, as it counts there.
    if at is None and day is None and name in formulas() and is_so_far(name):
        at = clock.now()
    # A number of a place is everybody's; who stands behind it is not for those who answer for a unit's people alone.
    titled, opens = title(name), figures_out.opens(by)
    if request.GET.get("export") and opens:
        return exports.ask_for(request, figures_out.NAME, figure=name, place=place)
    without = below_it(place, at or clock.now()) if request.GET.get("own") else []
    whole, children = _value(name, place, at, day), _children(name, place, at, day)
    own = whole - sum(child["value"] for child in children) if children else 0
    words: dict[str, Any] = {
        "place": place, "name": name, "title": titled, "at": at, "day": day, "now": at or clock.now(),
        "value": own if without else whole, "children": [] if without else children,
        "sees_people": opens, "whole": address(name, place, at, day) if without else "",
        "own": {"value": own, "url": f"{address(name, place, at, day)}&own=1"} if own and not without else None,
    }  # fmt: skip
    if name in formulas() and not without:
        words["terms"] = [
            {"sign": "+" if sign > 0 else "−", "title": title(part), "value": _value(part, place, at, day),
             "url": address(part, place, at, day)}
            for sign, part in formulas()[name].terms
        ]  # fmt: skip
        # A dozen terms of nothing say nothing; of nothing but those, the first two say what is counted.
        words["terms"] = [term for term in words["terms"] if term["value"]] or words["terms"][:2]
    if opens:
        words |= _listed(request, by, name, Asked(place, None, at, day), without)
    return render(request, "desk/figure_rows.html", words)


def _value(name: str, place: str, at: datetime | None, day: date | None) -> int:
    return _by_code(name, place, at, day, None).get(place, 0)


def _by_code(
    name: str, place: str, at: datetime | None, day: date | None, down: int | None
) -> dict[str, int]:
    """A number by code; of a day that is cut by a moment, its share up to then."""
    # A dimension that nothing was counted under yet is not in what is read: it is none.
    found = read([split(name)[0] if name not in formulas() else name], Asked(place, down, at, day))
    return {code: values.get(name, 0) for code, values in found.items()}


def _children(name: str, place: str, at: datetime | None, day: date | None) -> list[dict[str, Any]]:
    """The places below with their share, the largest first."""
    down = below(place)
    found = _by_code(name, place, at, day, down) if down else {}
    named = places.names(found)
    some = sorted(
        ((code, value) for code, value in found.items() if value and code in named and code != place),
        key=lambda p: -abs(p[1]),
    )
    return [
        {"name": named[code], "value": value, "url": address(name, code, at, day)} for code, value in some
    ]


def _listed(
    request: HttpRequest, by: Actor, name: str, asked: Asked, without: Sequence[str]
) -> dict[str, Any]:
    """The records behind a number, place by place, with names; of a difference, who is left of it."""
    found = figures_out.rows(name, by, asked, without)
    if isinstance(found, behind.Lefts):
        return _left(request, found)
    # In the order of the index that every record has: the next page costs what the first does.
    page = common.paged(request, found, ("place", figures_out.moment(found.model), "id"))
    return {"next": page.next, **_described(found.model, page.rows, by, asked.place)}


def _left(request: HttpRequest, found: behind.Lefts) -> dict[str, Any]:
    """The people who are left of a difference; nothing of one that counts something else."""
    try:
        page = found.page(common.SIZE, request.GET.get("cursor") or None)
    except (ValueError, TypeError) as error:
        raise Http404 from error
    if page is None:
        return {}
    place = found.asked.place
    persons = lists.shown({one.person for one in page.rows}, place)
    where = lists.place_names({one.place for one in page.rows}, place)
    lines = [
        {"one": one, "person": persons.get(one.person), "where": where.get(one.place, one.place)} for one in page.rows
    ]  # fmt: skip
    return {"left": lines, "next": page.next, "columns": [_("Who"), _("Where"), _("Since")]}


def _described(source: type[Model], found: Sequence[Model], by: Actor, place: str) -> dict[str, Any]:
    if issubclass(source, Task):
        dues = names.dues(list(found), by, place, clock.now())  # type: ignore[arg-type]
        return {"dues": dues, "columns": [_("Who"), _("What"), _("Where"), _("Due"), _("State")]}
    records: list[Any] = list(found)
    persons: dict[UUID, lists.Shown] = lists.shown(
        {r.person for r in records if getattr(r, "person", None)}, place
    )
    where = lists.place_names({record.place for record in records}, place)
    lines = [
        {"record": record, "person": persons.get(getattr(record, "person", None)),  # type: ignore[arg-type]
         "where": where.get(record.place, record.place), "what": what,
         "fever": getattr(record, "fever", None) is True}
        for record, what in zip(records, cards.worded(records), strict=True)
    ]  # fmt: skip
    return {"records": lines, "columns": [_("Who"), _("What it says"), _("Where"), _("When")]}
