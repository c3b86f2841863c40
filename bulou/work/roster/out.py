"""What the lists of duty are when they leave the house: who may stand, service teams, units with their compounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bulou.core.exports import Asked, OutList
from bulou.core.places.codes import COUNTY_DIGITS
from bulou.desk import lists
from bulou.lib import clock, sql
from bulou.work.roster import queries, shown
from bulou.work.roster.actions import KEEPERS
from bulou.work.roster.models import Member, Team

_MEMBERS = {
    "name": _("Name"), "origin": _("Who they are"), "place": _("Place"), "past": _("Hours stood, last 7 days"),
    "ahead": _("Hours planned, next 7 days"), "skills": _("Skills"),
}  # fmt: skip
_TEAMS = {
    "team": _("Service team"), "service": _("What the team does"), "colour": _("Colour"), "place": _("Place"),
    "members": _("Members"), "hours": _("Hours stood, last 7 days"),
}  # fmt: skip
_APPLICATIONS = {
    "name": _("Name"), "place": _("Place"), "skills": _("Skills"), "note": _("Note"), "at": _("Since"),
    "state": _("State"),
}  # fmt: skip
# The words of their page, and which applications each means.
APPLICATIONS = {
    "waiting": (_("Waiting"), queries.waiting),
    "declined": (pgettext_lazy("application", "Declined"), queries.declined),
}  # fmt: skip
_PAIRS = {"compound": _("Compound"), "unit": _("Unit"), "since": _("Since")}


def _where(asked: Asked, rows: Sequence[Any]) -> dict[str, str]:
    return lists.place_names({row.place for row in rows}, asked.by.place[:COUNTY_DIGITS])


def _members(asked: Asked) -> QuerySet[Any]:
    show, text = asked.choice(("all", *shown.ORIGINS), "all"), asked.get("q")[:40]
    found = queries.members(asked.by, asked.place)
    found = found if show == "all" else found.filter(origin=show)
    return (sql.starts_with(found, "name", text) if text else found).order_by("place", "name", "id")


def _member_lines(asked: Asked, rows: Sequence[Member]) -> Iterator[Sequence[Any]]:
    now, week, ids_ = clock.now(), timedelta(days=shown.DAYS), [row.id for row in rows]
    past, ahead = queries.hours_of(ids_, now - week, now), queries.hours_of(ids_, now, now + week)
    where = _where(asked, rows)
    for row in rows:
        yield [
            row.name, str(shown.ORIGINS.get(row.origin, row.origin)), where[row.place], round(past[row.id][1], 1),
            round(ahead[row.id][0], 1), shown.skills(row),
        ]  # fmt: skip


def _teams(asked: Asked) -> QuerySet[Any]:
    return queries.teams(asked.by, asked.place).order_by("place", "colour", "id")


def _team_lines(asked: Asked, rows: Sequence[Team]) -> Iterator[Sequence[Any]]:
    now, where = clock.now(), _where(asked, rows)
    own = queries.of_teams([row.id for row in rows], now - timedelta(days=shown.DAYS), now)
    for row in rows:
        count, hours = own[row.id]
        colour = str(shown.COLOURS.get(row.colour, row.colour))
        yield [row.name, row.service, colour, where[row.place], count, round(hours, 1)]


def _applications(asked: Asked) -> QuerySet[Any]:
    return APPLICATIONS[asked.choice(APPLICATIONS, "waiting")][1](asked.by, asked.place)


def _application_lines(asked: Asked, rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """What they said of themselves, but how to reach them: that stands on the page."""
    said, where, state = (
        queries.told([row.id for row in rows]),
        _where(asked, rows),
        str(APPLICATIONS[asked.choice(APPLICATIONS, "waiting")][0]),
    )
    for row in rows:
        one = said.get(row.id, {})
        can = " · ".join(str(shown.SKILLS.get(word, word)) for word in one.get("skills", []))
        at = row.happened_at.astimezone(clock.zone())
        yield [one.get("name", ""), where[row.place], can, one.get("note", ""), at, state]


def _pairs(asked: Asked) -> QuerySet[Any]:
    return queries.pairings(asked.by, asked.place).order_by("place", "unit_name", "id")


def _pair_lines(asked: Asked, rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    where = _where(asked, rows)
    return ([where[row.place], row.unit_name, row.from_day] for row in rows)


EXPORTS = (
    # Whoever stands duty is no person of the register, and a person all the same: each counts, none has numbers here.
    OutList(
        "roster-members",
        _("Who may stand"),
        queries.SIGNERS,
        _MEMBERS,
        _members,
        _member_lines,
        lambda _row: None,
    ),
    OutList(
        "roster-applications",
        _("Applications to stand duty"),
        KEEPERS,
        _APPLICATIONS,
        _applications,
        _application_lines,
        lambda _row: None,
        lambda asked: str(APPLICATIONS[asked.choice(APPLICATIONS, "waiting")][0]),
    ),
    OutList("roster-teams", _("Service teams"), queries.READERS, _TEAMS, _teams, _team_lines),
    OutList("roster-pairs", _("Units and compounds"), queries.READERS, _PAIRS, _pairs, _pair_lines),
)
