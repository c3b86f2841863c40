"""Households, found by door, address and the name of their head; and what else a search for people finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bulou.core import exports
from bulou.core.cards import Mark
from bulou.core.people import homes, units
from bulou.core.people.homes import Home
from bulou.core.places.codes import COUNTY_DIGITS
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.core.staff.roles import FILE_TAKERS, SEES_PEOPLE
from bulou.desk import common, homes_out, lists, marked
from bulou.desk.templatetags.desk import sex
from bulou.lib import paging

_ALSO = 5  # of each that are shown below the people


@acting(SEES_PEOPLE)
def page(request: HttpRequest, by: Actor) -> HttpResponse:
    """The households of a place by door; searched, also by the name of their head."""
    place = common.place_asked(request, by)
    if request.GET.get("export"):
        return exports.ask_for(request, homes_out.NAME, place=place)
    text, show = request.GET.get("q", "").strip()[:40], request.GET.get("show", "all")
    if show not in (shows := marked.shows(by, place)):
        raise Http404
    only, cursor = marked.only(by, place, show), request.GET.get("cursor") or None
    try:
        found = homes.page(by, place, text, common.SIZE, cursor, only)
    except (ValueError, TypeError, ValidationError) as error:
        raise Http404 from error
    now = marked.under_way(by, place, found.rows)
    where = lists.place_names({one.household.place for one in found.rows}, by.place[:COUNTY_DIGITS])
    listing = common.Listing(
        title=_("Households"), place=place, next=found.next, export=True, search=_("Door, address, or the head's name"),
        columns=[_("House number"), _("Place"), _("Head of the household"), _("People"), _("Now")],
        rows=[
            common.Row([*_cells(one, where), _marks(now.get(one.household.pk, ()))], href=_url(one))
            for one in found.rows
        ],
        words=common.words(request, "show", shows, show),
        subtitle=_("A key household: somebody there is under observation, has a fever or is suspected."),
        empty=_empty(text, show),
        todo=("", "") if text or only or by.role not in FILE_TAKERS else (_("Hand in a file of people"), "/import/"),
    )  # fmt: skip
    return common.list_page(request, listing)


def _empty(text: str, show: str) -> str:
    if show != "all":
        return _("No household here is one of these now.")
    if text:
        return _("No household in your territory has this door, address or head.")
    return _("No household has been entered here yet.")


def _marks(told: Sequence[tuple[Mark, int]]) -> common.Cell:
    """What is under way in a household, and whether that makes it a key one."""
    states = [common.Cell(state=one.name, word=f"{one.title}\u00a0{n}", tone=one.tone) for one, n in told]
    return common.Cell(states=states, sub=marked.KEY if marked.is_key(told) else "")


def _url(home: Home) -> str:
    return f"/households/{home.household.id}/"


def _cells(home: Home, where: dict[str, str]) -> list[common.Cell]:
    head = home.head
    said = f"{sex(head.sex)} {head.age if head.age is not None else ''}".strip() if head else ""
    return [
        common.Cell(home.household.number or "—", href=_url(home)),
        common.Cell(where.get(home.household.place, home.household.place)),
        common.Cell(head.name, href=f"/people/{head.id}/", sub=said) if head else common.Cell("—"),
        common.Cell(ngettext("%(n)s person", "%(n)s people", home.people) % {"n": home.people}),
    ]


def also(by: Actor, place: str, text: str) -> dict[str, Any]:
    """The first households and units that are called as somebody searched for; nothing where nobody searches."""
    if not text:
        return {}
    found = homes.page(by, place, text, _ALSO)
    firms = paging.page(units.listed(by, place, text=text), ("place", "name", "id"), _ALSO)
    codes = {one.household.place for one in found.rows} | {one.place for one in firms.rows}
    where = lists.place_names(codes, by.place[:COUNTY_DIGITS])
    return {
        "homes": [{"cells": _cells(one, where)} for one in found.rows], "more_homes": found.next is not None,
        "firms": [{"unit": one, "where": where[one.place]} for one in firms.rows],
        "more_firms": firms.next is not None,
    }  # fmt: skip
