"""The play: a county is set up, then its days go by, one moment after the other, with the clock standing at each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby

from django.db import transaction

from bulou.core.places import files, queries
from bulou.core.room import ask
from bulou.core.rulebook import value
from bulou.core.staff import responsibility
from bulou.core.staff.roles import Role
from bulou.core.tasks import lay
from bulou.core.tasks.duties import duties
from bulou.demo import crew as crews
from bulou.demo import town
from bulou.demo.cast import Homes, Names, Returnee, cast
from bulou.demo.spec import County
from bulou.demo.stage import Stage
from bulou.lib import clock, sql

# When something happens in the offices; what happened at the doors since then comes in with it.
_MOMENTS = (time(8, 40), time(9, 45), time(11, 50), time(15, 40), time(17, 50), time(21, 15))
_OPENING = time(18, 0)  # on the evening before the first day the county is set up


@dataclass(frozen=True)
class Progress:
    """How the play tells how far it is: a new stretch with its size, and steps on it."""

    stretch: Callable[[str, int], None]
    step: Callable[[int], None]


def play(county: County, until: datetime, scale: int, progress: Progress) -> Stage:
    """Lay down a county from its first day to a moment. The database holds its divisions and nothing else."""
    with clock.standing(clock.at(county.begins - timedelta(days=1), _OPENING)):
        stage = _set_up(county, until, scale, progress)
    moments = list(_moments(county, until))
    progress.stretch("days", len(moments))
    before = clock.at(county.begins - timedelta(days=1), _OPENING)
    laid = before
    # A play that is interrupted is begun anew, so nothing small needs to last. A day is one commit on SQLite, which
    # writes each page that changed; a moment on PostgreSQL, which until then reads past a row's former versions.
    for _one, some in groupby(moments, None if sql.is_postgres() else clock.day_of):
        with transaction.atomic():
            for moment in some:
                with clock.standing(moment):
                    laid = _lay_ahead(laid)
                    _one_moment(stage, before, moment)
                if moment in moments[:4:3]:  # there is something of everything; the first days are laid
                    sql.analyze()
                before = moment
                progress.step(1)
    with clock.standing(until):
        lay.tick()
    return stage


def _set_up(county: County, until: datetime, scale: int, progress: Progress) -> Stage:
    grids = town.lay_places(county, scale)
    villages = list(queries.subtree(county.county, level=5).values_list("code", flat=True))
    townships = list(queries.subtree(county.county, level=4).values_list("code", flat=True))
    own = [grid.code for grid in grids if len(grid.code) > len(villages[0])]
    crew = crews.open_accounts(county, [*townships, *villages, *own])
    names = Names(_counties_of(county.county))
    people = cast(county, Homes(_homes(county, villages)), names, until)
    if county.town is not None:
        progress.stretch("people", county.town.people * scale)
        every = town.homes(county, grids, scale, names, _townspeople(county, people))
        town.lay_people(every, progress.step)
    return Stage(county, crew, people, villages, until)


def _counties_of(code: str) -> list[str]:
    """Whose registration an invented number may bear: the county's own first, then its neighbours by code."""
    return sorted(files.counties(), key=lambda c: (c != code, c[:4] != code[:4], c[:2] != code[:2], c))


def _homes(county: County, villages: list[str]) -> tuple[str, ...]:
    """The villages to which people return: those under the groups' places, as many as the file says."""
    under = tuple({place for group in county.groups for place in group.places}) or (county.county,)
    fitting = [code for code in villages if code.startswith(under)]
    in_town = county.town.places if county.town and county.share_in_town else ()
    own = [code for code in fitting if code not in in_town] or fitting
    # The village of the accounts first: something happens there.
    first = county.posts.get(Role.VILLAGE_CADRE.value, "")
    own.sort(key=lambda code: (code != first, not code.startswith(first[:9] or "-"), code))
    return tuple(own[: county.village_limit or None])


def _townspeople(county: County, people: list[Returnee]) -> list[Returnee]:
    """Those of the returnees who belong to a household in town: a fixed share, spread over all."""
    share = county.share_in_town
    return [one for one in people if one.n * share // 100 != (one.n + 1) * share // 100]


def _moments(county: County, until: datetime) -> Iterator[datetime]:
    """The moments of the play in order; the last one is its end."""
    day = county.begins
    while clock.at(day, time()) < until:
        for hour in _MOMENTS:
            if clock.at(day, hour) < until:
                yield clock.at(day, hour)
        day += timedelta(days=1)
    yield until


def _lay_ahead(laid: datetime) -> datetime:
    """Lay what the rhythms ask for up to the horizon, each turn once; the new horizon."""
    now = clock.now()
    ahead = now + timedelta(hours=int(value("tasks.lay_ahead_hours", "", clock.day_of(now))))
    if ahead - laid < timedelta(hours=20):
        return laid
    for duty in duties().values():
        lay.lay_between(duty, laid, ahead)
    return ahead


def _one_moment(stage: Stage, since: datetime, until: datetime) -> None:
    """Every room tells its part, in the order of rooms; then those who came are given people who answer for them."""
    ask("demo", stage, since, until)
    stage.flush()
    named = [
        row for one in stage.came if one.person for row in crews.responsible(stage.crew, one.person, one.place)
    ]  # fmt: skip
    if named:
        by = stage.crew.at(Role.COUNTY_OFFICE, stage.county.county)
        for start in range(0, len(named), 1000):
            responsibility.entrust(named[start : start + 1000], by=by)


__all__ = ["Progress", "play"]
