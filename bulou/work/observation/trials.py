"""What trials of rules ask of observation: who is watched now, and what there is to watch people with."""

from __future__ import annotations

from collections import Counter
from datetime import date, time, timedelta
from typing import Any

from django.db.models import Count, Max

from bulou.core.rulebook import value
from bulou.core.rulebook.as_sql import Statement
from bulou.core.rulebook.policy import Lasting, Rules, Watch
from bulou.core.staff.models import Post
from bulou.core.staff.queries import holding
from bulou.core.staff.roles import Role
from bulou.lib import clock, sql
from bulou.work.observation.models import Bed, Observation


def watch(day: date) -> Watch:
    """Who is observed on a day, and under what; and which arrivals' observations are over. For trials of rules."""
    columns, on = f"FROM {Observation._meta.db_table} WHERE", sql.day(day)
    measure = "CASE WHEN away_from IS NULL THEN measure ELSE 'clinic' END AS measure"
    return Watch(
        Statement(f"SELECT person, {measure} {columns} closed_at IS NULL AND until_day >= %s", [on]),
        Statement(f"SELECT person, source {columns} closed_at IS NOT NULL OR until_day < %s", [on]),
    )


def capacities(place: str, day: date) -> dict[str, int]:
    """What a place has for people under observation: rooms and beds of open sites, medics in post, and the
    readings a day that these can take by the rules. Of stores it knows nothing, so it says nothing of them."""
    beds = sql.subtree(Bed.objects.filter(site__open=True), place, "site__place")
    medics = sql.subtree(holding(Post.objects.filter(role=Role.VILLAGE_DOCTOR)), place)
    in_post = medics.values("account").distinct().count()
    return {
        "rooms": beds.values("site", "room").distinct().count(),
        "beds": beds.count(),
        "medics": in_post,
        "readings": in_post * int(value("observation.readings_per_medic", place, day)),
    }


def lasting(place: str, now: Rules, then: Rules) -> Lasting | None:
    """What other days of observation do at a place: who keeps their end, and what the pace of now takes by them.

    None where the days stay. The pace is that of as many days, up to today, as a term has now; a day that had
    passed before an observation began (it counts from leaving the affected area) is none on which somebody is
    observed.
    """
    was, said = _days(now, place), _days(then, place)
    if was == said:
        return None
    window, until = next(iter(was.values()), next(iter(said.values()), 0)), min(then.day, clock.today())
    plans = sql.subtree(Observation.objects.exclude(outcome="error"), place)
    since, end = (clock.at(until + timedelta(days=n), time()) for n in (1 - window, 1))
    begun = plans.filter(opened_at__gte=since, opened_at__lt=end)
    sizes: list[Counter[str]] = [Counter(), Counter()]
    readings, longest = [0, 0], window
    rows = list(begun.values_list("place", "profile", "measure", "opened_at", "clock_from"))
    for at, profile, measure, opened, first in rows:
        gone = max(0, (clock.day_of(opened) - first).days)
        for n, rules in enumerate((now, then)):
            days = _value(rules, "observation.days", at, profile) or 0
            sizes[n][measure] += max(0, days - gone)
            readings[n] += max(0, days - gone) * len(_value(rules, "observation.turns", at, profile) or ())
            longest = max(longest, days)
    running = plans.filter(closed_at=None, until_day__gte=then.day).aggregate(
        n=Count("id"), last=Max("until_day")
    )
    before, after = ({measure: -(-n // window) for measure, n in size.items()} for size in sizes)
    return Lasting(
        running["n"], running["last"], len(rows), window, then.day + timedelta(days=longest), before, after,
        (-(-readings[0] // window), -(-readings[1] // window)),
    )  # fmt: skip


def _days(rules: Rules, place: str) -> dict[str, int]:
    """The days of an observation, by the parts of a place for which they are written; the place's own first."""
    found = rules.book.segments("observation.days", place, rules.day, rules.profile)
    return {prefix: int(entry.value) for prefix, entry in reversed(found)}


def _value(rules: Rules, key: str, place: str, profile: str) -> Any:
    found = rules.book.find(key, place, rules.day, profile)
    return found.value if found else None
