"""One household: who lives there, what is asked of them, who answers for it, when somebody was to come to its door."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bulou.core import audit
from bulou.core.people import queries as people
from bulou.core.people.models import Household
from bulou.core.places.codes import COUNTY_DIGITS
from bulou.core.room import ask
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.core.staff.roles import COUNTY, OFFICE, SEES_PEOPLE, VILLAGE
from bulou.desk import lists
from bulou.desk.pages.people import under_way
from bulou.lib import clock
from bulou.lib.refusals import Refusal


def known(by: Actor, pk: UUID) -> Household:
    """The household, in the actor's scope. Not theirs is not there."""
    try:
        return people.household(by, pk)
    except Refusal as refusal:
        raise Http404 from refusal


@never_cache
@acting(SEES_PEOPLE)
def page(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """The household's page. Each look at it is kept."""
    home = known(by, pk)
    audit.look(by, "household", home.id, home.place)
    return _drawn(request, by, home)


@never_cache
@require_POST
@acting(SEES_PEOPLE)
def reveal(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """Show the address, once, on this answer alone. The look and its reason are kept."""
    home = known(by, pk)
    try:
        return _drawn(request, by, home, people.reveal_address(by, home, request.POST.get("why", "")))
    except Refusal as refusal:
        return _drawn(request, by, home, error=refusal.message)


def answering(by: Actor, kind: str, pk: UUID, place: str, url: str) -> dict[str, Any]:
    """What a page says of who answers for a household or a place, and where the actor may change that."""
    named = lists.named(kind, pk, place)
    own = any(not one.where for one in named)
    may = by.role in OFFICE | VILLAGE | COUNTY and not by.unit
    return {
        "named": named, "former": lists.former({pk: kind}),
        "posts": lists.by_post([place])[place], "entrust": f"{url}responsible/" if may else "",
        "hand_over": f"/responsible/?subject={pk}" if own and by.role in OFFICE else "",
    }  # fmt: skip


def _drawn(
    request: HttpRequest, by: Actor, home: Household, address: str = "", error: str = ""
) -> HttpResponse:
    living = list(people.members(by, home.id))
    head = people.resolve([home.head]).get(home.head) if home.head else None
    living.sort(key=lambda one: one.id != head)
    now, today = under_way([one.id for one in living]), clock.today()
    words: dict[str, Any] = {
        "home": home, "address": address, "error": error,
        "has_address": bool(people.addresses([home.id]).get(home.id)),
        "name": lists.household_name(home.number),
        "where": lists.place_names([home.place], by.place[:COUNTY_DIGITS])[home.place],
        "living": [
            {"person": one, "head": one.id == head, "age": one.age(today), "now": now.get(one.id)} for one in living
        ],
        "columns": [_("Who"), _("Relation to the head of the household"), _("Age"), _("Now")],
        **answering(by, "household", home.id, home.place, f"/households/{home.id}/"),
        "doors": [door for answer in ask("doors", by, home.id) for door in answer],
        "door_columns": [_("Round"), _("State"), _("Due"), _("Times"), _("Last tried")],
    }  # fmt: skip
    return render(request, "desk/household.html", words, status=422 if error else 200)
