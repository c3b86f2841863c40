"""The office's pages of rounds: the rounds, how one stands from the county down to the door, and who is left."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.cache import never_cache

from bulou.core import audit, exports
from bulou.core.figures.figure import figures, formulas
from bulou.core.overview import below as length_below
from bulou.core.places import queries as places
from bulou.core.places.codes import COUNTY_DIGITS
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.desk import common, lists
from bulou.lib import clock
from bulou.work.screening import actions, answered, desk_door, desk_new, listed, queries
from bulou.work.screening.models import Round
from bulou.work.screening.rules import SETS, Cover, percent

SETS_IN_WORDS = desk_new.SETS_IN_WORDS
WORDS = {
    "gap": lazy("Not reached"), "never": lazy("Never reached"), "nobody-home": lazy("Nobody home"),
    "refused": pgettext_lazy("door", "Refused"), "moved": lazy("Moved away"),
    "seen": pgettext_lazy("door", "Seen"), "all": lazy("All"),
}  # fmt: skip
PEOPLE = {"added": lazy("Found, not on the register"), "gone": lazy("On the register, nobody can find")}
_NAMED = 12  # so many of the gap are named on the page of a round; the list behind it names all


@acting(queries.READERS)
def rounds(request: HttpRequest, by: Actor) -> HttpResponse:
    """The rounds that go through a place: those that run first asked for, the gap of each there."""
    place, show = common.place_asked(request, by), request.GET.get("show", "running")
    if show not in ("running", "all"):
        raise Http404
    if request.GET.get("export"):
        return exports.ask_for(request, "screening-rounds", place=place)
    found = queries.through(queries.rounds(by), place)
    page = common.paged(
        request, found.filter(ended_at=None) if show == "running" else found, ("-opens_at", "-id")
    )
    stands = queries.own_covers(by, page.rows, place)
    named = lists.place_names({plan.place for plan in page.rows}, by.place[:COUNTY_DIGITS])
    now = clock.now()
    rows = [
        {
            "plan": plan, "cover": stands.get(plan.id, Cover()), "place": named[plan.place],
            "set": SETS_IN_WORDS[plan.subjects], "late": plan.due_at < now, "ended": plan.ended_at is not None,
            "at": max(place, plan.place, key=len),
        }
        for plan in page.rows
        # A round of a place above that has no door here does not go through this place.
        if plan.id in stands or plan.laid_at is None or len(plan.place) >= len(place)
    ]  # fmt: skip
    words = {
        "rows": rows, "next": page.next, "may_make": by.role in actions.MAKERS, "place": place,
        "filters": common.words(request, "show", {"running": _("Running"), "all": _("All")}, show),
        "columns": [
            _("Round"), _("Territory"), _("Due by"), {"title": _("Not reached"), "class": "right"},
            {"title": _("Never reached"), "class": "right"}, {"title": pgettext("door", "Expected"), "class": "right"},
            _("Reached"),
        ],
    }  # fmt: skip
    return render(request, "screening/rounds.html", words)


def asked(request: HttpRequest, by: Actor, which: UUID) -> tuple[Round, str]:
    """The round, and the place of it that is looked at. What is not the actor's is not there."""
    plan = get_object_or_404(queries.rounds(by), pk=which)
    place = common.place_asked(request, by) if request.GET.get("place") else queries.below(by, plan)
    if not (place.startswith(plan.place) or plan.place.startswith(place)):
        raise Http404
    return plan, place


@acting(queries.READERS)
def one(request: HttpRequest, by: Actor, which: UUID) -> HttpResponse:
    """How a round stands at a place and below it, the gap first; who is left, by name; its teams."""
    plan, place = asked(request, by, which)
    if request.GET.get("export"):
        return exports.ask_for(request, "screening-coverage", place=place, round=plan.id)
    here = queries.own_covers(by, [plan], place).get(plan.id, Cover())
    left = list(queries.doors(by, plan, place).order_by("detail", "place", "id")[:_NAMED])
    children = [] if by.unit else _children(plan, place)
    words = {
        "plan": plan, "place": place, "here": here, "set": SETS_IN_WORDS[plan.subjects],
        "left": listed.lines(by, left, place),
        "children": children, "late": plan.due_at < clock.now(), "hundreds": [] if by.unit else _hundreds(place),
        "teams": [] if by.unit else _teams(plan, place), "points": queries.points(plan, place),
        "units": _units(by, plan, place), "silent": queries.filed_nobody(by, plan, place).count(),
        "may_make": by.role in actions.MAKERS and by.reaches(plan.place), "may_add": SETS[plan.subjects][1] != "person",
        "may_write": by.role in queries.WRITERS and plan.ended_at is None,
        "unwell": queries.answers(by, plan, place, "unwell").count(),
        "answers": queries.answers(by, plan, place).count(),
        "added": queries.added(by, plan, place).count(), "gone": queries.gone(by, plan, place).count(),
        "questions": [desk_new.QUESTIONS_IN_WORDS[q] for q in plan.questions],
        "first": Round.objects.filter(pk=plan.after).first() if plan.after else None,
        "later": Round.objects.filter(chain=plan.chain, number__gt=plan.number).order_by("number"),
        "columns": _columns(plan, _("Place")), "team_columns": _columns(plan, _("Team")),
        "unit_columns": _columns(plan, pgettext("door", "Unit")), "never": never(plan),
        "door_columns": listed.columns(plan),
    }  # fmt: skip
    return render(request, "screening/round.html", words)


def never(plan: Round) -> str:
    """What doors are called at which nobody was: in a later round somebody may have been in an earlier one."""
    return str(listed.NOT_YET if plan.after else listed.NEVER)


def _units(by: Actor, plan: Round, place: str) -> list[dict[str, Any]]:
    """Of a round over units' people its units, and the first of those that have filed nobody."""
    if plan.subjects != "unit-people":
        return []
    nobody = [(unit, Cover()) for unit in queries.filed_nobody(by, plan, place)[:_NAMED]]
    return [
        {"unit": unit, "cover": cover, "query": f"?place={place}&unit={unit.pk}"}
        for unit, cover in (*queries.by_unit(by, plan, place), *nobody)
    ]


def _columns(plan: Round, first: Any) -> list[dict[str, Any]]:
    """The heads of a table of coverage, the gap first."""
    titles = [
        _("Not reached"),
        never(plan),
        _("Nobody home"),
        pgettext("door", "Refused"),
        pgettext("door", "Expected"),
        _("Reached"),
    ]
    return [{"title": first}, *({"title": title, "class": "right"} for title in titles)]


def _children(plan: Round, place: str) -> list[dict[str, Any]]:
    """The places right below with their coverage, the largest gap first; doors at the place itself are a line."""
    down = length_below(place)
    if down is None:
        return []
    found = {code: cover for (code, _plan), cover in queries.covers([plan], place, down).items()}
    if set(found) <= {place}:
        return []
    named = places.names(found)
    rows = [
        {"code": code, "name": named.get(code, code), "cover": cover, "own": code == place}
        for code, cover in found.items()
    ]
    return sorted(rows, key=lambda row: (-row["cover"].gap, row["code"]))  # type: ignore[attr-defined]


def _hundreds(place: str) -> list[dict[str, Any]]:
    titles: dict[str, Any] = {**figures(), **formulas()}
    return [
        {
            "title": titles[done].title,
            "of": of,
            "done": have,
            "percent": percent(have, of),
            "left": of - have,
            "whole": _rows(whole, place),
            "url": _rows(done, place),
        }
        for whole, of, done, have in queries.hundreds(place)
    ]


def _rows(figure: str, place: str) -> str:
    """Where the rows of a number are."""
    return f"{reverse('figure-rows', args=[figure])}?place={place}"


def _teams(plan: Round, place: str) -> list[dict[str, Any]]:
    """Teams with the coverage of the place each goes through, the largest gap first: two reads by length of code."""
    teams = queries.teams(plan, place)
    found: dict[str, Cover] = {}
    for size in {len(team.place) for team in teams}:
        found |= {code: cover for (code, _plan), cover in queries.covers([plan], plan.place, size).items()}
    named = lists.place_names({team.place for team in teams}, plan.place)
    rows = [
        {"team": t, "place": named[t.place], "cover": found.get(t.place, Cover()), "n": n}
        for n, t in enumerate(teams)
    ]
    return sorted(rows, key=lambda row: (-row["cover"].gap, row["n"]))  # type: ignore[attr-defined]


@acting(queries.READERS)
def doors(request: HttpRequest, by: Actor, which: UUID) -> HttpResponse:
    """The doors of a round by name: the gap first, then by what was found."""
    plan, place = asked(request, by, which)
    show = request.GET.get("show", "gap")
    if show not in WORDS:
        raise Http404
    unit = common.unit_asked(request, by)
    own = queries.doors(by, plan, place, show, unit)
    found = listed.matching(by, own, request.GET.get("q", "").strip()[:40])
    if request.GET.get("export"):
        said = {"unit": unit.pk} if unit else {}
        return exports.ask_for(request, "screening-doors", round=plan.id, place=place, show=show, **said)
    page = common.paged(request, found, ("place", "id"))
    here = queries.own_covers(by, [plan], place, unit).get(plan.id, Cover())
    counts = {
        "gap": here.gap, "never": here.never, "nobody-home": here.nobody, "refused": here.refused, "moved": here.moved,
        "seen": here.seen, "all": here.expected,
    }  # fmt: skip
    offered = {
        word: label
        for word, label in {**WORDS, "never": never(plan)}.items()
        if counts[word] or word in (show, "gap", "all")
    }
    filters = [
        {**word, "count": counts[key]}
        for word, key in zip(common.words(request, "show", offered, show), offered, strict=True)
    ]
    words = {
        "plan": plan, "place": place, "unit": unit, "rows": listed.lines(by, page.rows, place), "next": page.next,
        "filters": filters, "columns": listed.columns(plan), "late": plan.due_at < clock.now(),
        "may_write": by.role in queries.WRITERS and plan.ended_at is None,
        "may_add": SETS[plan.subjects][1] != "person",
        "empty": _("Every door has been reached.") if show == "gap" else _("No door here has this word."),
    }  # fmt: skip
    return render(request, "screening/doors.html", words)


@acting(queries.READERS)
def people(request: HttpRequest, by: Actor, which: UUID) -> HttpResponse:
    """Who was found and is not on the register; who is on it and cannot be found."""
    plan, place = asked(request, by, which)
    show = request.GET.get("show", "added")
    if show not in PEOPLE:
        raise Http404
    own: Any = queries.added(by, plan, place) if show == "added" else queries.gone(by, plan, place)
    own = lists.matching(own, request.GET.get("q", "").strip()[:40], "person" if show == "added" else "pk")
    keys = ("-happened_at", "id") if show == "added" else ("place", "id")
    if request.GET.get("export"):
        return exports.ask_for(request, "screening-people", round=plan.id, place=place, show=show)
    page = common.paged(request, own, keys)
    words = {
        "plan": plan, "place": place, "next": page.next, "show": show, "rows": listed.persons(page.rows, place),
        "filters": common.words(request, "show", PEOPLE, show),
        "columns": [_("Name"), _("Place"), *([pgettext("door", "Found"), _("Day")] if show == "added" else [])],
        "empty": _("Everybody who was found stood on the register.")
        if show == "added"
        else _("Everybody on the register can be found."),
    }  # fmt: skip
    return render(request, "screening/people.html", words)


@never_cache
@acting(queries.READERS)
def answers(request: HttpRequest, by: Actor, which: UUID) -> HttpResponse:
    """What people answered at the doors, of each the last; or the last that says yes. Each look is kept."""
    plan, place = asked(request, by, which)
    show = request.GET.get("show", "all")
    if show not in answered.SHOW:
        raise Http404
    if request.GET.get("export"):
        return exports.ask_for(request, "screening-answers", round=plan.id, place=place, show=show)
    found = answered.matching(queries.answers(by, plan, place, show), request.GET.get("q", "").strip()[:40])
    page = common.paged(request, found, ("-happened_at", "-id"))
    audit.look(by, "screening", plan.id, place)
    rows = answered.lines(exports.Asked(by, place), plan, page.rows)
    filters = common.words(request, "show", answered.SHOW, show)
    for word, key in zip(filters, answered.SHOW, strict=True):
        word["count"] = queries.answers(by, plan, place, key).count()
    words = {
        "plan": plan, "place": place, "next": page.next, "rows": rows, "filters": filters,
        "columns": answered.columns(plan, rows), "groups": answered.groups(plan, rows),
    }  # fmt: skip
    return render(request, "screening/answers.html", words)


app_name = "screening"
urlpatterns = [
    path("screening/", rounds, name="rounds"),
    path("screening/new/", desk_new.new, name="new"),
    path("screening/<uuid:which>/", one, name="round"),
    path("screening/<uuid:which>/doors/", doors, name="doors"),
    path("screening/<uuid:which>/people/", people, name="people"),
    path("screening/<uuid:which>/answers/", answers, name="answers"),
    path("screening/<uuid:which>/add/", desk_door.add, name="add"),
    path("screening/<uuid:which>/lay/", desk_new.lay, name="lay"),
    path("screening/<uuid:which>/call-off/", desk_new.call_off, name="call-off"),
    path("screening/doors/<uuid:which>/", desk_door.door, name="door"),
]
