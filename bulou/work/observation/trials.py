"""What trials of rules ask of observation: who is watched now, and what there is to watch people with."""

from __future__ import annotations

from datetime import date

from bulou.core.rulebook import value
from bulou.core.rulebook.as_sql import Statement
from bulou.core.rulebook.policy import Watch
from bulou.core.staff.models import Post
from bulou.core.staff.queries import holding
from bulou.core.staff.roles import Role
from bulou.lib import sql
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
