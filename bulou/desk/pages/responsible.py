"""Named responsibility (包保): who answers for whom by name, what is mine, and handing it over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Max, Min, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from pydantic import BaseModel, Field

from bulou.core import exports
from bulou.core.own import of_unit
from bulou.core.places import queries as places
from bulou.core.places.codes import TOWNSHIP_DIGITS, covering, path_codes, subject
from bulou.core.staff import queries as staff
from bulou.core.staff import responsibility
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.gate import acting
from bulou.core.staff.models import Post, Responsibility
from bulou.core.staff.roles import COUNTY, OFFICE, SEES_PEOPLE, VILLAGE
from bulou.desk import common, lists
from bulou.desk.pages import household
from bulou.desk.pages.person import known
from bulou.lib import sql
from bulou.lib.refusals import Refusal

SHOW = {"mine": lazy("I answer for"), "all": lazy("Who answers for whom")}
# Of one holder or one subject: what holds now, and what once did.
WHEN = {"": lazy("Now"), "ended": lazy("Ended")}
KEEPERS = OFFICE | VILLAGE | COUNTY
_MOST = 200  # holders on the page; a search by place narrows it


def _answering(by: Actor, ended: bool = False) -> QuerySet[Responsibility]:
    every = Responsibility.objects.all()
    return within(by, of_unit(by, staff.ended(every) if ended else staff.answering(every)))


@never_cache
@acting(SEES_PEOPLE)
def page(request: HttpRequest, by: Actor) -> HttpResponse:
    """`?show=mine|all`; `?holder=`, `?name=` or `?subject=`: the rows of one, to be handed over, and those that ended
    (`show=ended`)."""
    place = common.place_asked(request, by)
    show = request.GET.get("show") or ("all" if by.role in OFFICE else "mine")
    over = show == "ended"
    if show not in SHOW and not over:
        raise Http404
    found, who = _rows(request, by, show)
    if over and not who:
        raise Http404
    if request.GET.get("export"):
        return exports.ask_for(request, "responsible", place=place)
    words: dict[str, Any] = {
        "place": place, "who": who, "filters": common.words(request, "show", SHOW, "" if who else show),
        "may": by.role in OFFICE and not over, "here": request.get_full_path(), "over": over,
    }  # fmt: skip
    for word in words["filters"]:
        word["url"] = (
            word["url"].split("?")[0] + "?" + urlencode({"show": word["url"].rpartition("show=")[2]})
        )
    if who:
        words["filters"] += common.words(request, "show", WHEN, show if over else "")
    if found is None:
        words |= {
            "holders": _holders(by, place),
            "columns": [_("Who"), _("As"), _("Answers for"), _("Place")],
        }
    else:
        found = sql.subtree(found.select_related("handed_to"), place)
        listed = common.paged(request, found, ("place", "id"))
        words |= {
            "rows": _described(listed.rows, place), "next": listed.next,
            "columns": _columns(over, tick=bool(who) and words["may"]),
            **_one_holder(request, by, over),
            "candidates": candidates(by, [row.place for row in listed.rows]) if who and words["may"] else [],
        }  # fmt: skip
    return render(request, "desk/responsible.html", words)


def _columns(over: bool, tick: bool) -> list[str]:
    ended = [_("Until"), _("Who"), _("Handed over to")]
    return [""] * tick + [_("For whom"), _("As"), _("Where"), _("Since"), *(ended if over else [_("Who")])]


def _one_holder(request: HttpRequest, by: Actor, over: bool) -> dict[str, Any]:
    """What an office may do with all that one account answers for, or once did."""
    asked = request.GET.get("holder", "")
    if not asked.isdigit() or by.role not in OFFICE:
        return {}
    return {"holder": asked, "given": staff.given(by, int(asked)) if over else []}


def _rows(request: HttpRequest, by: Actor, show: str) -> tuple[QuerySet[Responsibility] | None, str]:
    """The rows asked for and whose they are; None: everybody's, to be counted."""
    every, asked = _answering(by, ended=show == "ended"), request.GET
    if asked.get("holder", "").isdigit():
        found = every.filter(holder=int(asked["holder"]))
        return found, staff.names([int(asked["holder"])]).get(int(asked["holder"]), "—")
    if asked.get("name"):
        return every.filter(holder=None, holder_name=asked["name"]), asked["name"]
    if about := lists.ids_of([asked.get("subject", "")]):
        return _of_subject(by, every, about[0])
    return (staff.mine(by), "") if show == "mine" else (None, "")


def _of_subject(by: Actor, every: QuerySet[Responsibility], pk: UUID) -> tuple[QuerySet[Responsibility], str]:
    """The rows of one subject, and what it is called: a person, else a household or place for whom somebody answers."""
    found = every.filter(subject_id=pk)
    others = lists.subjects(found.exclude(subject_type="person")[:1], by.place)
    if not others:
        person = known(by, pk)
        return every.filter(subject_id=person.id), person.name
    return found, str(others[pk][0])


def _holders(by: Actor, place: str) -> list[dict[str, Any]]:
    """Who answers in a place, the most first: three queries."""
    grouped = sql.subtree(_answering(by), place).values("holder", "holder_name", "role")
    rows = list(
        grouped.annotate(n=Count("id"), first=Min("place"), last=Max("place")).order_by("-n", "holder_name")[
            :_MOST
        ]
    )
    for row in rows:
        row["at"] = covering(row["first"], row["last"])
    where = lists.place_names({row["at"] for row in rows}, place)
    return [
        {
            "name": row["holder_name"], "title": responsibility.title(row["role"]), "n": row["n"],
            "where": where.get(row["at"], row["at"]),
            "url": "?" + urlencode({"holder": row["holder"]} if row["holder"] else {"name": row["holder_name"]}),
        }
        for row in rows
    ]  # fmt: skip


def _described(rows: Any, place: str) -> list[dict[str, Any]]:
    people = lists.shown({row.subject_id for row in rows if row.subject_type == "person"}, place)
    where, others = lists.place_names({row.place for row in rows}, place), lists.subjects(rows, place)
    return [
        {"row": row, "person": people.get(row.subject_id), "other": others.get(row.subject_id),
         "title": responsibility.title(row.role),
         "where": where.get(row.place, row.place)}
        for row in rows
    ]  # fmt: skip


def candidates(by: Actor, codes: list[str]) -> list[tuple[int, str]]:
    """Who with an account may take over at some places: posts there, around, and above. Two queries."""
    above = {code for one in codes for code in path_codes(one)}
    around = Q(place__in=above)
    for town in {code[:TOWNSHIP_DIGITS] for code in codes if len(code) >= TOWNSHIP_DIGITS}:
        around |= Q(place__startswith=town)
    posts = list(within(by, staff.holding(Post.objects.filter(around))).select_related("account"))
    return sorted(lists.staff_names(posts, by.place).items(), key=lambda pair: pair[1])


@require_POST
@acting(OFFICE)
def hand_over(request: HttpRequest, by: Actor) -> HttpResponse:
    """Hand those that are ticked over to somebody else, all or none."""
    ticked = [int(row) for row in request.POST.getlist("row") if row.isdigit()]
    to, name = request.POST.get("holder", ""), request.POST.get("name", "").strip()

    def act() -> None:
        with transaction.atomic():
            for row in ticked:
                responsibility.hand_over(row, by, holder=int(to) if to.isdigit() else None, name=name[:64])

    if not ticked:
        messages.error(request, _("Nobody was ticked: tick whom to hand over."))
        return redirect(_back(request))
    return common.acted(request, act, _("Handed over: %(n)s.") % {"n": len(ticked)}, "/responsible/")


def _back(request: HttpRequest) -> str:
    back = request.POST.get("next", "")
    return back if back.startswith("/responsible/") else "/responsible/"


class NamedIn(BaseModel):
    role: str = Field(max_length=32)
    holder: str = ""
    name: str = Field("", max_length=64)


@acting(KEEPERS & SEES_PEOPLE)
def entrust(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """Name somebody to answer for a person."""
    person = known(by, pk)
    return _entrust(
        request, by, Subject("person", person.id, person.place, person.name, f"/people/{person.id}/")
    )


@acting(KEEPERS & SEES_PEOPLE)
def entrust_household(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """Name somebody to answer for a household, and so for all who live there."""
    home = household.known(by, pk)
    name = lists.household_name(home.number)
    return _entrust(request, by, Subject("household", home.id, home.place, name, f"/households/{home.id}/"))


@acting(KEEPERS & SEES_PEOPLE)
def entrust_place(request: HttpRequest, by: Actor, code: str) -> HttpResponse:
    """Name somebody to answer for a place, from the county down to the grid."""
    here = places.get(code) if by.reaches(code) and not by.unit else None
    if here is None:
        raise Http404
    return _entrust(request, by, Subject("place", subject(code), code, here.name, f"/places/{code}/"))


@dataclass(frozen=True)
class Subject:
    """For what somebody is named: its type and id, where it is, what it is called, its page."""

    type: str
    id: UUID
    place: str
    name: str
    url: str


def _entrust(request: HttpRequest, by: Actor, about: Subject) -> HttpResponse:
    some = [("", _("somebody without an account: type the name"))]
    some += [(str(account), text) for account, text in candidates(by, [about.place])]

    def save(said: NamedIn) -> str:
        if said.role not in responsibility.TITLES:
            raise Refusal("responsible-nobody")
        holder = int(said.holder) if said.holder.isdigit() else None
        named = responsibility.Named(
            said.role, about.type, about.id, about.place, holder, "" if holder else said.name
        )
        responsibility.entrust([named], by)
        messages.success(request, _("Named; it stands on this page."))
        return about.url

    return common.form_page(
        request, _("Who answers for %(name)s?") % {"name": about.name}, NamedIn, save,
        labels={"role": _("As"), "holder": _("Who"), "name": _("Name, where they have no account")},
        choices={"role": responsibility.TITLES.items(), "holder": some}, cancel=about.url,
        place=about.place, submit=_("Save"),
    )  # fmt: skip
