"""The people of a territory: found by characters, pinyin, initials, or a whole document or phone number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from bulou.core import exports
from bulou.core.people import finding
from bulou.core.people.models import CONSENT_AGE, Person, full_years
from bulou.core.people.queries import masked as masked_identifiers
from bulou.core.room import ask
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.core.staff.roles import FILE_TAKERS, SEES_PEOPLE
from bulou.desk import common, lists
from bulou.desk.pages.homes import also
from bulou.lib import clock

SHOW = {
    "all": lazy("Everybody"), "men": lazy("Men"), "women": lazy("Women"),
    "children": lazy("Children"), "elderly": lazy("Elderly"),
}  # fmt: skip
SEX = {"men": Person.MALE, "women": Person.FEMALE}
# Whose age makes them more at risk; only words of a list, no rule hangs on it.
_ELDERLY = 60
_COUNTED = 1000
_EMPTY = {
    True: lazy("Nobody in your territory is called so, or has this number."),
    False: lazy("Nobody is on the register here yet."),
}


@acting(SEES_PEOPLE)
def people(request: HttpRequest, by: Actor) -> HttpResponse:
    """A page of people, filtered, sorted, searched and paged by the database."""
    place = common.place_asked(request, by)
    show, sort = request.GET.get("show", "all"), request.GET.get("sort", "name")
    if show not in SHOW or sort not in finding.SORTS:
        raise Http404
    text = request.GET.get("q", "").strip()[:40]
    if request.GET.get("export"):
        return exports.ask_for(request, "people", place=place, show=show, sort=sort)
    unit = common.unit_asked(request, by)
    wanted = replace(_wanted(place, text, show), unit=unit.pk if unit else None)
    try:
        page = finding.page(by, wanted, sort, common.SIZE, request.GET.get("cursor") or None)
    except ValueError as error:
        raise Http404 from error
    total = finding.count(by, wanted, _COUNTED + 1)
    # Whoever narrows the list looks for people.
    whole = not (unit or show != "all" or request.GET.get("cursor"))
    words = {
        "place": place, "unit": unit, "rows": described(page.rows, place), "next": page.next, "text": text,
        "filters": common.words(request, "show", SHOW, show),
        "total": None if total > _COUNTED else total, "many": total > _COUNTED, "counted": _COUNTED,
        "sort": sort,
        "columns": [
            {"title": _("Name"), "sort": "name"}, _("Age"), {"title": _("Place"), "sort": "place"},
            _("Number of the document"), _("Phone"), _("Now"),
        ],
        "empty": _EMPTY[bool(text)], **also(by, place, text if whole else ""),
        "todo": "" if text or by.role not in FILE_TAKERS else _("Hand in a file of people"),
        "todo_url": "" if text or by.role not in FILE_TAKERS else "/import/",
    }  # fmt: skip
    return render(request, "desk/people.html", words)


def _wanted(place: str, text: str, show: str) -> finding.Filter:
    today = clock.today()
    return finding.Filter(
        place=place, text=text, sex=SEX.get(show, ""),
        born_from=_years_before(today, CONSENT_AGE, 1) if show == "children" else None,
        born_to=_years_before(today, _ELDERLY) if show == "elderly" else None,
    )  # fmt: skip


def narrowed(found: QuerySet[Person], show: str) -> QuerySet[Person]:
    """Those of some people whom one of SHOW asks for."""
    wanted = _wanted("", "", show)
    if wanted.sex:
        found = found.filter(sex=wanted.sex)
    if wanted.born_from:
        found = found.filter(birth_date__gte=wanted.born_from)
    return found.filter(birth_date__lte=wanted.born_to) if wanted.born_to else found


def _years_before(day: date, years: int, more: int = 0) -> date:
    """The same day so many years ago (`more` days later)."""
    first = day.replace(year=day.year - years, day=min(day.day, 28) if day.month == 2 else day.day)
    return date.fromordinal(first.toordinal() + more)


def described(found: list[Person], below: str) -> list[dict[str, Any]]:
    """People as a list shows them, identifiers masked; a constant number of queries."""
    wanted = [person.id for person in found]
    masked = masked_identifiers(wanted)
    where = lists.place_names({person.place for person in found}, below)
    now = under_way(wanted)
    today = clock.today()
    return [
        {
            "person": person, "age": full_years(person.birth_date, today), "masked": masked.get(person.id),
            "where": where.get(person.place, person.place), "now": now.get(person.id),
        }
        for person in found
    ]  # fmt: skip


def under_way(wanted: list[Any]) -> dict[Any, dict[str, Any]]:
    """What is under way for people, as rooms say it: {person: {title, url, …}}."""
    found: dict[Any, dict[str, Any]] = {}
    for answer in ask("under_way", wanted) if wanted else []:
        found |= answer
    return found
