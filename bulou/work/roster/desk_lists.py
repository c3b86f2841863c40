"""Pages of service teams, and of units and the compounds that they look after."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bulou.core import exports
from bulou.core.figures.queries import Asked, read
from bulou.core.places.codes import COUNTY_DIGITS
from bulou.core.places.models import Place
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.desk import common, lists
from bulou.lib import clock, sql
from bulou.work.roster import actions, queries, shown
from bulou.work.roster.desk_members import hours, places
from bulou.work.roster.forms import PairIn, TeamIn

_MOST = 1000  # compounds and units in a list to choose from


@acting(queries.READERS)
def teams(request: HttpRequest, by: Actor) -> HttpResponse:
    """Service teams by colour, with how many are in each, and the hours they stood in the last seven days."""
    place, may = common.place_asked(request, by), by.role in actions.KEEPERS
    if request.GET.get("export"):
        return exports.ask_for(request, "roster-teams", place=place)
    page = common.paged(request, queries.teams(by, place), ("place", "colour", "id"))
    now = clock.now()
    own = queries.of_teams([team.id for team in page.rows], now - timedelta(days=shown.DAYS), now)
    named = lists.place_names({team.place for team in page.rows}, by.place[:COUNTY_DIGITS])
    rows = [
        common.Row(
            [
                common.Cell(team.name, sub=team.service), common.Cell(shown.COLOURS.get(team.colour, team.colour)),
                common.Cell(named[team.place]), common.Cell(str(own[team.id][0])), common.Cell(hours(own[team.id][1])),
            ],
            [_disband(team.id)] if may else (),
        )
        for team in page.rows
    ]  # fmt: skip
    listing = common.Listing(
        title=_("Service teams"), place=place, rows=rows, next=page.next,
        columns=[_("Service team"), _("Colour"), _("Place"), _("Members"), _("Hours stood, last 7 days")], leading=may,
        links=[*([(_("New team"), "/roster/teams/new/")] if may else []), (_("The week"), f"/roster/?place={place}")],
        empty=_("No service team has been formed here."), export=by.role in exports.EXPORTERS,
    )  # fmt: skip
    return common.list_page(request, listing)


def _disband(team: UUID) -> common.Act:
    return common.Act(f"/roster/teams/{team}/disband/", _("Disband"), confirm=_("Disband this team?"))


@acting(actions.KEEPERS)
def new_team(request: HttpRequest, by: Actor) -> HttpResponse:
    labels = {
        "name": _("Name"),
        "colour": _("Colour"),
        "place": _("Place"),
        "service": _("What the team does"),
    }

    def save(said: TeamIn) -> str:
        actions.form_team(by, said)
        return "/roster/teams/"

    return common.form_page(
        request, _("New team"), TeamIn, save, labels=labels, submit=_("Form the team"), cancel="/roster/teams/",
        choices={"colour": shown.COLOURS.items(), "place": places(by)},
    )  # fmt: skip


@require_POST
@acting(actions.KEEPERS)
def disband(request: HttpRequest, by: Actor, which: UUID) -> HttpResponse:
    return common.acted(
        request, lambda: actions.disband_team(by, which), _("The team is disbanded."), "/roster/teams/"
    )


@acting(queries.READERS)
def pairs(request: HttpRequest, by: Actor) -> HttpResponse:
    """Compounds and the units that look after them."""
    place, may = common.place_asked(request, by), by.role in actions.PAIRERS
    if request.GET.get("export"):
        return exports.ask_for(request, "roster-pairs", place=place)
    page = common.paged(request, queries.pairings(by, place), ("place", "unit_name", "id"))
    named = lists.place_names({pair.place for pair in page.rows}, by.place[:COUNTY_DIGITS])
    rows = [
        common.Row(
            [
                common.Cell(named[pair.place]), common.Cell(pair.unit_name),
                common.Cell(pair.from_day.isoformat()),
            ],
            [common.Act(f"/roster/pairs/{pair.id}/end/", _("End"), confirm=_("End this pairing?"))] if may else (),
        )
        for pair in page.rows
    ]  # fmt: skip
    found: dict[str, Any] = read(["roster.units", "roster.compounds"], Asked(place)).get(place, {})
    said = _("%(units)s units paired with %(compounds)s compounds") % {
        "units": found.get("roster.units", 0), "compounds": found.get("roster.compounds", 0),
    }  # fmt: skip
    listing = common.Listing(
        title=_("Units and compounds"), subtitle="" if by.unit else said, place=place, rows=rows, next=page.next,
        columns=[_("Compound"), _("Unit"), _("Since")], leading=may,
        links=[*([(_("New pair"), f"/roster/pairs/new/?place={place}")] if may else []),
               (_("The week"), f"/roster/?place={place}")],
        empty=_("No unit looks after a compound here."), export=by.role in exports.EXPORTERS,
    )  # fmt: skip
    return common.list_page(request, listing)


@acting(actions.PAIRERS)
def new_pair(request: HttpRequest, by: Actor) -> HttpResponse:
    place = common.place_asked(request, by)
    found = list(sql.subtree(Place.objects.filter(kind="compound", to_day=None), place, "code")[:_MOST])
    named = lists.place_names({one.code for one in found}, by.place[:COUNTY_DIGITS])

    def save(said: PairIn) -> str:
        actions.pair(by, [(said.unit, said.place, said.from_day)])
        return f"/roster/pairs/?place={place}"

    return common.form_page(
        request, _("New pair"), PairIn, save, submit=_("Pair"), cancel="/roster/pairs/",
        labels={"unit": _("Unit"), "place": _("Compound"), "from_day": _("From")},
        choices={
            "unit": [(str(unit.pk), unit.name) for unit in queries.units(by)[:_MOST]],
            "place": [(one.code, named[one.code]) for one in found],
        },
        initial={"from_day": clock.today()},
    )  # fmt: skip


@require_POST
@acting(actions.PAIRERS)
def unpair(request: HttpRequest, by: Actor, which: UUID) -> HttpResponse:
    return common.acted(
        request, lambda: actions.unpair(by, which), _("The pairing is ended."), "/roster/pairs/"
    )


urlpatterns = [
    path("roster/teams/", teams, name="teams"),
    path("roster/teams/new/", new_team, name="new-team"),
    path("roster/teams/<uuid:which>/disband/", disband, name="disband"),
    path("roster/pairs/", pairs, name="pairs"),
    path("roster/pairs/new/", new_pair, name="new-pair"),
    path("roster/pairs/<uuid:which>/end/", unpair, name="unpair"),
]
