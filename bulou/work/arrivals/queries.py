"""Every list of arrivals that is read, scope first."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, time, timedelta
from itertools import takewhile
from typing import Any
from uuid import UUID

from django.db.models import Count, F, QuerySet

from bulou.core.people.lineage import of_territory
from bulou.core.people.queries import resolve
from bulou.core.places import classes
from bulou.core.room import ask
from bulou.core.rulebook import table
from bulou.core.rulebook.as_sql import Statement, in_areas
from bulou.core.rulebook.policy import Population, Rules, Watch
from bulou.core.rulebook.tables import Row
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.roles import CLINIC, FIELD, OFFICE, Role
from bulou.core.tasks.models import OPEN, Task
from bulou.lib import clock, sql
from bulou.lib.refusals import Refusal
from bulou.work.arrivals import rules
from bulou.work.arrivals.models import Arrival, Seen

# Those whose work it is.
READERS = FIELD | OFFICE | CLINIC | {Role.INSPECTOR, Role.SYSTEM}
VISIT, MEASURE, AREAS = "arrivals.visit", "arrivals.measure", "arrivals.affected_areas"
HELD, LATE = "held", "late"


def arrivals(actor: Actor, place: str = "") -> QuerySet[Arrival]:
    """Arrivals that count, in the actor's territory (or at a place of it), newest first; also what is theirs by now."""
    if actor.role not in READERS or not actor.reaches(place or actor.place):
        return Arrival.objects.none()
    found = Arrival.objects.filter(replaced_by=None, again=False)
    return of_territory(found, place or actor.place).order_by("-happened_at")


def waiting(actor: Actor, place: str) -> QuerySet[Task]:
    """Visits that are owed in a place: who arrived and has not been seen at home. Most overdue first."""
    if actor.role not in READERS:
        return Task.objects.none()
    found = sql.subtree(within(actor, Task.objects.filter(OPEN, kind=VISIT)), place)
    return found.order_by("due_at", "id")


def visits(found: list[Arrival]) -> dict[UUID, Task]:
    """The visit that each of these arrivals made due, by the arrival's root: two queries."""
    people = {arrival.person for arrival in found}
    people |= set(resolve(people).values())
    # Of one that was handed on to whom the person turned out to be, the one that is owed.
    tasks = Task.objects.filter(kind=VISIT, subject_id__in=people).order_by(
        F("withdrawn_at").asc(nulls_last=True)
    )
    return {UUID(task.slot): task for task in tasks}


def awaited(people: Collection[UUID]) -> dict[UUID, Task]:
    """For pages of other rooms: the last visit that is owed to each of these people, or was."""
    where, params = sql.among("subject_id", people)
    found = Task.objects.filter(kind=VISIT, withdrawn_at=None).extra(where=[where], params=params)
    return {task.subject_id: task for task in found.order_by("opens_at", "id")}


def counts(actor: Actor, place: str) -> dict[str, int]:
    """How many arrivals there are of each origin, `all`, `held` and `late` ones, in one query."""
    found: dict[str, int] = {"all": 0, HELD: 0, LATE: 0}
    rows = arrivals(actor, place).order_by().values_list("origin", "measure", "late")
    for origin, measure, late, count in rows.annotate(n=Count("pk")):
        found["all"] += count
        found[origin] = found.get(origin, 0) + count
        found[HELD] += count if measure == HELD else 0
        found[LATE] += count if late else 0
    return found


def late_today(actor: Actor, place: str) -> int:
    """How many were registered today, later than the rules allow."""
    return arrivals(actor, place).filter(late=True, known_at__gte=clock.at(clock.today(), time())).count()


def decision(arrival: Arrival) -> Row | None:
    """The row of the rules that decided about an arrival, with its words and source; None when it is gone."""
    try:
        rows = table(MEASURE, arrival.place, arrival.day, arrival.profile or None).rows
    except Refusal:
        return None
    return next((row for row in rows if row.name == arrival.decided_by), None)


def timeline(person: UUID) -> list[dict[str, Any]]:
    """What arrivals know of a person, for the person's page (which has checked the scope)."""
    found: list[dict[str, Any]] = []
    for model in (Arrival, Seen):
        found += [
            {"kind": model.kind, "at": r.happened_at, "record": r}
            for r in model.objects.filter(person=person)
        ]
    return found


_FACTS = ("origin", "fever", "symptoms", "contact", "own_home", "certificate", "needed_for_work")


def population(place: str, day: date, proposed: Rules) -> Population | None:
    """The people a change of the measure's rules would decide over: the latest arrival of each who is observed
    now, or not observed and whose days would still run. What they are under is what runs, not what was once
    decided; their class of origin follows the proposed affected areas."""
    try:
        days = int(proposed.value("observation.days", place))
        area = in_areas("a.origin_code", proposed.value(AREAS, place))
    except Refusal:
        return None
    origin = (
        f"CASE WHEN a.affected IS TRUE OR (a.origin_code <> '' AND {area.sql}) THEN '{classes.AFFECTED}' "
        "WHEN a.origin_code = '' THEN NULL "
        f"WHEN a.origin_code = 'abroad' THEN '{classes.ABROAD}' "
        f"WHEN substr(a.origin_code, 1, 6) = substr(a.place, 1, 6) THEN '{classes.OWN_COUNTY}' "
        f"WHEN substr(a.origin_code, 1, 2) = substr(a.place, 1, 2) THEN '{classes.OWN_PROVINCE}' "
        f"ELSE '{classes.OTHER_PROVINCE}' END"
    )
    own = ", ".join(_EXCLUDED.get(fact, "a.{0}").format(fact) + f" AS {fact}" for fact in _FACTS[1:])
    whom = _whom(place, proposed, days)
    text = f"SELECT a.place, {_UNDER} AS measure, {_PLACED} AS placed, {origin} AS origin, {own} {whom.sql}"
    return Population(
        MEASURE, text, [*area.params, *whom.params], _FACTS, checked=rules.WATCHED, placed="placed"
    )


def terms(place: str, now: Rules, then: Rules) -> Statement | None:
    """Of those observed now, whose days would count from another day by the rules proposed."""
    before, after = _first_day(place, now), _first_day(place, then)
    days = then.book.find("observation.days", place, then.day, then.profile)
    if before == after or days is None:
        return None
    whom = _whom(place, then, int(days.value))
    text = f"SELECT a.place {whom.sql} AND u.person IS NOT NULL AND {before.sql} <> {after.sql}"
    return Statement(text, [*whom.params, *before.params, *after.params])


def _whom(place: str, proposed: Rules, days: int) -> Statement:
    """FROM and WHERE of the latest arrival of each who is observed now, or whose days would still run."""
    watch: Watch = next(iter(ask("watch", proposed.day)), _NOBODY)
    inside, bounds = sql.within("a.place", place)
    first = _first_day(place, proposed)
    text = (
        "FROM arrivals_arrival a LEFT JOIN people_person p ON p.id = a.person "
        f"LEFT JOIN ({watch.running.sql}) u ON u.person = COALESCE(p.merged_into, a.person) "
        f"WHERE {inside} AND a.replaced_by IS NULL AND NOT a.again "
        f"AND (u.person IS NOT NULL OR ({first.sql} >= %s AND NOT EXISTS ("
        f"SELECT 1 FROM ({watch.over.sql}) o "
        "WHERE o.person = COALESCE(p.merged_into, a.person) AND o.source = a.root))) AND NOT EXISTS ("
        "SELECT 1 FROM arrivals_arrival later WHERE later.person = a.person AND later.replaced_by IS NULL "
        "AND (later.happened_at, later.id) > (a.happened_at, a.id))"
    )
    since = sql.day(proposed.day - timedelta(days=days - 1))
    return Statement(text, [*watch.running.params, *bounds, *first.params, since, *watch.over.params])


def _first_day(place: str, said: Rules) -> Statement:
    """The day that an arrival's days count from, by the rule in force where it is: SQL over `a`."""
    whens, params, rest = "", [], "a.day"
    for prefix, entry in said.book.segments(rules.CLOCK, place, said.day, said.profile):
        known = takewhile(rules.DAYS.__contains__, entry.value if isinstance(entry.value, list) else ())
        columns = ", ".join(f"a.{rules.DAYS[word]}" for word in known)
        first = f"COALESCE({columns}, a.day)" if columns else "a.day"
        if prefix == place:
            rest = first
        else:
            whens += f"WHEN substr(a.place, 1, {len(prefix)}) = %s THEN {first} "
            params.append(prefix)
    return Statement(f"CASE {whens}ELSE {rest} END" if whens else rest, params)


# What somebody is under: what runs, the clinic while it has them, else nothing.
_UNDER = (
    f"CASE WHEN u.person IS NULL THEN CASE WHEN a.measure = '{rules.CLINIC}' THEN a.measure ELSE 'none' END "
    "WHEN u.measure = 'home' AND a.measure = 'held' THEN a.measure ELSE u.measure END"
)
# A bed was given to somebody whom the rules observe at home, or taken from somebody whom they do not; or the clinic
# has somebody for what was found after they came, which no order about arrivals knows of.
_PLACED = (
    f"CASE WHEN u.measure = '{rules.CLINIC}' AND a.measure <> '{rules.CLINIC}' THEN 1=1 "
    "WHEN u.measure IN ('home', 'central') AND a.measure IN ('home', 'central', 'held') "
    "AND u.measure <> CASE WHEN a.measure = 'held' THEN 'home' ELSE a.measure END THEN 1=1 ELSE 1=0 END"
)
# Whoever was sent to the clinic and is observed since is known to have been excluded.
_SINCE = (
    f"CASE WHEN u.measure <> '{rules.CLINIC}' AND a.measure = '{rules.CLINIC}' THEN (1=0) ELSE a.{{0}} END"
)
_EXCLUDED = {"fever": _SINCE, "symptoms": _SINCE}
_NONE = Statement("SELECT NULL AS person, NULL AS measure, NULL AS source WHERE 1=0", [])
_NOBODY = Watch(_NONE, _NONE)
