"""What pages of reports have in common: which place is meant, and words for turns, numbers and people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bulou.core.places import queries as places
from bulou.core.places.models import Place
from bulou.core.staff import queries as staff
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.core.tasks.models import Task
from bulou.lib import clock
from bulou.reports import drafts, queries, turns
from bulou.reports.duties import DUTIES

# What a list of who reported may be narrowed to.
_HAS_COME = {"reported": True, "missing": False}
# Who answers for a report, by the length of the code of its place.
_HOLDERS = {6: Role.COUNTY_OFFICE, 9: Role.TOWNSHIP_CLERK, 12: Role.VILLAGE_CADRE}


def place_of(request: HttpRequest, by: Actor) -> Place:
    """The place that a page is about: the one asked for, else the actor's. Not theirs is not there."""
    code = request.GET.get("place") or request.POST.get("place") or by.place
    here = places.get(code) if by.reaches(code) else None
    if here is None:
        raise Http404
    return here


def level_of(word: str) -> int | None:
    """The level that a page's word ("village") means; None for any other word."""
    return next((level for level, name in turns.LEVELS.items() if name == word), None)


def narrowed(found: Sequence[queries.Answered], show: str) -> list[queries.Answered]:
    """Only those that have reported, or only the silent, where `show` asks for that."""
    wanted = _HAS_COME.get(show)
    return [one for one in found if wanted is None or (one.done_at is not None) is wanted]


def moment_of(request: HttpRequest) -> datetime:
    """The moment that a page is about: `at` (a bare date means its end), not later than now; else now."""
    try:
        asked = clock.up_to(request.GET["at"]) if request.GET.get("at") else clock.now()
    except (ValueError, OverflowError):
        raise Http404 from None
    return min(asked, clock.now())


def turn_word(slot: str) -> str:
    """ "2020-02-12/am" as 2月12日上午."""
    words = {"am": _("morning"), "pm": _("afternoon"), "day": ""}
    turn = slot.partition("/")[2]
    day = date_format(turns.day_of(slot), _("F j"))
    return (
        _("%(day)s %(turn)s") % {"day": day, "turn": words.get(turn, turn)} if words.get(turn, turn) else day
    )


def slot_words(task: Task) -> str:
    """Of which turn a report is owed; "" for what is no report."""
    return turn_word(task.slot) if task.kind in {duty.kind for duty in DUTIES} else ""


def holders(codes: Sequence[str]) -> dict[str, str]:
    """Who answers for the report of each place, by name; nobody's place is left out."""
    asked = {_HOLDERS[len(code)] for code in codes if len(code) in _HOLDERS}
    posts = staff.posted(asked, list(codes)) if asked else {}
    held = {code: posts[code].get(_HOLDERS.get(len(code), Role.SYSTEM)) for code in posts}
    return {code: post.account.name for code, post in held.items() if post is not None and post.place == code}


def children(found: Sequence[drafts.Child]) -> list[dict[str, Any]]:
    """Places below with their state, and whom to call where the report is missing."""
    who = holders([child.code for child in found if child.report is None])
    return [
        {"child": child, "who": who.get(child.code, ""), "turn": turn_word(child.slot.name)}
        for child in found
    ]


def as_field(moment: datetime) -> str:
    """A moment as a field for date and time takes it."""
    return moment.astimezone(clock.zone()).strftime("%Y-%m-%dT%H:%M")
