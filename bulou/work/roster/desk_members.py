"""Pages of who may stand: the list with hours that add up, one person, applications."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bulou.core import exports
from bulou.core.places.codes import COUNTY_DIGITS
from bulou.core.records.single import take_one
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.desk import common, lists
from bulou.lib import clock, sql
from bulou.work.roster import actions, out, queries, shown
from bulou.work.roster.forms import AppliedIn, AwayIn, MemberIn
from bulou.work.roster.models import Away, Member, Stand

_LEVELS = (4, 5, 6)


@acting(queries.SIGNERS)
def members(request: HttpRequest, by: Actor) -> HttpResponse:
    """Who may stand in a place, with the hours of the last seven days and of the next."""
    place = common.place_asked(request, by)
    show = request.GET.get("show", "all")
    if show != "all" and show not in shown.ORIGINS:
        raise Http404
    if request.GET.get("export"):
        return exports.ask_for(request, "roster-members", place=place, show=show)
    found = queries.members(by, place)
    if show != "all":
        found = found.filter(origin=show)
    if text := request.GET.get("q", "").strip()[:40]:
        found = sql.starts_with(found, "name", text)
    total = found.count()
    page = common.paged(request, found, ("place", "name", "id"))
    rows = _rows(by, page.rows)
    offered = {"all": _("All"), **shown.ORIGINS}
    may = by.role in actions.KEEPERS
    links = [(_("New person"), f"/roster/members/new/?place={place}")] if may else []
    listing = common.Listing(
        title=_("Who may stand"), place=place, rows=rows, next=page.next, total=total, search=_("Name"),
        columns=[_("Name"), _("Place"), _("Hours stood, last 7 days"), _("Hours planned, next 7 days"), _("Skills")],
        words=common.words(request, "show", offered, show),
        links=[*links, (_("The week"), f"/roster/?place={place}")], leading=may, export=by.role in exports.EXPORTERS,
        empty=_("Nobody is on the list yet. Enter people, or accept applications."),
    )  # fmt: skip
    return common.list_page(request, listing)


def _rows(by: Actor, rows: list[Member]) -> list[common.Row]:
    now, week = clock.now(), timedelta(days=shown.DAYS)
    ids_ = [member.id for member in rows]
    past, ahead = queries.hours_of(ids_, now - week, now), queries.hours_of(ids_, now, now + week)
    named = lists.place_names({member.place for member in rows}, by.place[:COUNTY_DIGITS])
    return [
        common.Row(
            [
                common.Cell(m.name, f"/roster/members/{m.id}/", shown.ORIGINS.get(m.origin, m.origin)),
                common.Cell(named[m.place]), common.Cell(hours(past[m.id][1])), common.Cell(hours(ahead[m.id][0])),
                common.Cell(shown.skills(m)),
            ],
            href=f"/roster/members/{m.id}/",
        )
        for m in rows
    ]  # fmt: skip


def hours(count: float) -> str:
    return f"{count:.1f}".removesuffix(".0") if count else "0"


def _fields(by: Actor) -> tuple[dict[str, Any], dict[str, Any]]:
    labels = {
        "name": _("Name"), "place": _("Place"), "origin": _("Who they are"), "team": _("Service team"),
        "unit": _("Unit that sends them"), "skills": _("Skills"), "nights": _("Stands at night"),
    }  # fmt: skip
    choices = {
        "place": places(by), "origin": shown.ORIGINS.items(), "skills": shown.SKILLS.items(),
        "team": [("", "—"), *((str(team.id), team.name) for team in queries.teams(by).order_by("name")[:200])],
        "unit": [("", "—"), *((str(unit.pk), unit.name) for unit in queries.units(by)[:500])],
    }  # fmt: skip
    return labels, choices


def places(by: Actor) -> list[Any]:
    own = lists.place_names({by.place}, by.place[:COUNTY_DIGITS])[by.place]
    groups: list[Any] = lists.place_choices(by, _LEVELS)
    return [(by.place, own), *groups]


@acting(actions.KEEPERS)
def new(request: HttpRequest, by: Actor) -> HttpResponse:
    labels, choices = _fields(by)
    initial = {"nights": True, "origin": "party", "place": common.place_asked(request, by)}
    return common.form_page(
        request, _("New person"), MemberIn,
        lambda said: f"/roster/members/{actions.add_members(by, [said])[0]}/", labels=labels, choices=choices,
        initial=initial, submit=_("Enter"), cancel="/roster/members/",
    )  # fmt: skip


@acting(queries.SIGNERS)
def one(request: HttpRequest, by: Actor, which: UUID) -> HttpResponse:
    """A person: what is known of them, where they stand and stood, when they are away."""
    member = get_object_or_404(queries.members(by), pk=which)
    now, week = clock.now(), timedelta(days=shown.DAYS)
    stands = list(Stand.objects.filter(member=which, ends_at__gt=now - week).order_by("starts_at"))
    named = shown.need_names({stand.need for stand in stands}, "")
    words = {
        "member": member, "origin": shown.ORIGINS.get(member.origin, member.origin), "skills": shown.skills(member),
        "team": queries.teams(by).filter(pk=member.team).first() if member.team else None,
        "unit": queries.units(by).filter(pk=member.unit).first() if member.unit else None,
        "stood": hours(queries.hours_of([which], now - week, now)[which][1]),
        "planned": hours(queries.hours_of([which], now, now + week)[which][0]),
        "stands": [
            {
                "stand": s, "name": named.get(s.need, "—"), "slot": shown.slot_words(s.slot),
                "url": shown.seat_url(s.need, s.slot), "over": s.ends_at <= now,
            }
            for s in stands
        ],
        "aways": [
            {"away": a, "why": shown.WHYS_AWAY.get(a.why, a.why)}
            for a in Away.objects.filter(member=which, to_at__gt=now).order_by("from_at")
        ],
        "may": by.role in actions.KEEPERS,
    }  # fmt: skip
    return render(request, "roster/member.html", words)


@acting(actions.KEEPERS)
def change(request: HttpRequest, by: Actor, which: UUID) -> HttpResponse:
    member = get_object_or_404(queries.members(by), pk=which)
    labels, choices = _fields(by)
    version = common.version_asked(request, member.version)
    initial = {
        "name": member.name, "place": member.place, "origin": member.origin, "skills": member.skills,
        "nights": member.nights, "team": str(member.team or ""), "unit": str(member.unit or ""),
    }  # fmt: skip

    def save(said: MemberIn) -> str:
        actions.change_member(by, which, version, said)
        return f"/roster/members/{which}/"

    return common.form_page(
        request, member.name, MemberIn, save, labels=labels, choices=choices, initial=initial, submit=_("Save"),
        cancel=f"/roster/members/{which}/",
    )  # fmt: skip


@acting(actions.KEEPERS)
def away(request: HttpRequest, by: Actor, which: UUID) -> HttpResponse:
    member = get_object_or_404(queries.members(by), pk=which)
    now = clock.now().replace(second=0, microsecond=0, tzinfo=None)

    def save(said: AwayIn) -> str:
        actions.away(by, which, said)
        return f"/roster/members/{which}/"

    return common.form_page(
        request, _("%(name)s is away") % {"name": member.name}, AwayIn, save,
        labels={"from_at": _("From"), "to_at": _("To"), "why": _("Why")}, choices={"why": shown.WHYS_AWAY.items()},
        initial={"from_at": now, "to_at": now + timedelta(days=1)}, submit=_("Save"),
        cancel=f"/roster/members/{which}/",
    )  # fmt: skip


@require_POST
@acting(actions.KEEPERS)
def end(request: HttpRequest, by: Actor, which: UUID) -> HttpResponse:
    return common.acted(
        request, lambda: actions.end_member(by, which), _("Taken off the list."), "/roster/members/"
    )


@acting(queries.APPLICANTS)
def applications(request: HttpRequest, by: Actor) -> HttpResponse:
    """Who offers to stand duty and waits for an answer; `?show=declined`: who was declined."""
    place, may = common.place_asked(request, by), by.role in actions.KEEPERS
    show = request.GET.get("show", "waiting")
    if show not in out.APPLICATIONS:
        raise Http404
    if request.GET.get("export") and may:
        return exports.ask_for(request, "roster-applications", place=place, show=show)
    found = out.APPLICATIONS[show][1](by, place)
    page = common.paged(request, found, ("happened_at", "id"))
    told = queries.told([one.id for one in page.rows]) if may else {}
    named = lists.place_names({one.place for one in page.rows}, by.place[:COUNTY_DIGITS])
    reads = by.role in queries.SIGNERS  # whoever only hands in has no page of those on the list
    acts = may and show == "waiting"
    rows = [_application(one, told.get(one.id, {}), named[one.place], acts) for one in page.rows]
    offered = {word: label for word, (label, _found) in out.APPLICATIONS.items()}
    listing = common.Listing(
        title=_("Applications to stand duty"), place=place, rows=rows, next=page.next,
        columns=[_("Name"), _("Telephone"), _("Place"), _("Skills"), _("Since")],
        links=[
            (_("Apply"), "/roster/apply/"),
            *([(_("Who may stand"), f"/roster/members/?place={place}")] if reads else []),
        ],
        empty=_("Nobody waits for an answer.") if show == "waiting" else _("Nobody was declined."),
        words=common.words(request, "show", offered, show), export=may,
    )  # fmt: skip
    return common.list_page(request, listing)


def _application(one: Any, said: dict[str, Any], place: str, may: bool) -> common.Row:
    behalf = _("handed in by somebody else") if one.behalf else ""
    said_skills = " · ".join(str(shown.SKILLS.get(word, word)) for word in said.get("skills", []))
    acts = [
        common.Act(f"/roster/applications/{one.id}/accepted/", _("Accept"), "primary"),
        common.Act(
            f"/roster/applications/{one.id}/declined/", _("Decline"), confirm=_("Decline this application?")
        ),
    ]
    cells = [
        common.Cell(said.get("name", "—"), sub=behalf), common.Cell(said.get("phone", "—")), common.Cell(place),
        common.Cell(said_skills, sub=said.get("note", "")), common.Cell(at=one.happened_at),
    ]  # fmt: skip
    return common.Row(cells, acts if may else ())


@acting(queries.APPLICANTS)
def apply(request: HttpRequest, by: Actor) -> HttpResponse:
    """Offer to stand duty, also for somebody else."""
    labels = {
        "name": _("Name"), "phone": _("Telephone"), "behalf": _("I hand this in for somebody else"),
        "skills": _("Skills"), "nights": _("Stands at night"), "note": _("Note"),
    }  # fmt: skip

    def save(said: AppliedIn) -> str:
        take_one("roster.applied", by.place, said.model_dump(), by)
        return "/roster/applications/"

    return common.form_page(
        request, _("Apply to stand duty"), AppliedIn, save, labels=labels, submit=_("Hand in"),
        choices={"skills": shown.SKILLS.items()}, initial={"nights": True}, cancel="/roster/applications/",
    )  # fmt: skip


@require_POST
@acting(actions.KEEPERS)
def decide(request: HttpRequest, by: Actor, which: UUID, outcome: str) -> HttpResponse:
    if outcome not in ("accepted", "declined"):
        raise Http404
    done = _("Accepted: they may be rostered now.") if outcome == "accepted" else _("Declined.")
    return common.acted(request, lambda: actions.decide(by, which, outcome), done, "/roster/applications/")


urlpatterns = [
    path("roster/members/", members, name="members"),
    path("roster/members/new/", new, name="new-member"),
    path("roster/members/<uuid:which>/", one, name="member"),
    path("roster/members/<uuid:which>/change/", change, name="change-member"),
    path("roster/members/<uuid:which>/away/", away, name="away"),
    path("roster/members/<uuid:which>/end/", end, name="end-member"),
    path("roster/applications/", applications, name="applications"),
    path("roster/apply/", apply, name="apply"),
    path("roster/applications/<uuid:which>/<slug:outcome>/", decide, name="decide"),
]
