"""Numbers of release notices: one sequence for each county and year, never given twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from bulou.core.places.codes import COUNTY_DIGITS
from bulou.core.rulebook import value
from bulou.lib import sql
from bulou.work.observation.models import NoticeNumber, Observation

_TABLE = NoticeNumber._meta.db_table


def notice_numbers(plans: Sequence[Observation], day: date) -> list[str]:
    """A number for each, in order. Be in a transaction: the sequence's row is locked to its end."""
    by_county: dict[str, list[int]] = defaultdict(list)
    for position, plan in enumerate(plans):
        by_county[plan.place[:COUNTY_DIGITS]].append(position)
    given = [""] * len(plans)
    for county, positions in sorted(by_county.items()):
        form = value("observation.notice_form", county, day)
        last = _reserve(county, day.year, len(positions))
        for number, position in enumerate(positions, start=last - len(positions) + 1):
            # Not `format`: a county's form may hold other braces, and an approval must not fail on them.
            given[position] = form.replace("{year}", str(day.year)).replace("{number}", str(number))
    return given


def _reserve(county: str, year: int, count: int) -> int:
    """Move the sequence on by `count`; its last number then."""
    sql.run(
        f"INSERT INTO {_TABLE} AS n (county, year, last) VALUES (%s, %s, %s)"
        " ON CONFLICT (county, year) DO UPDATE SET last = n.last + excluded.last",
        [county, year, count],
    )
    found = sql.rows(f"SELECT last FROM {_TABLE} WHERE county = %s AND year = %s", [county, year])
    return int(found[0][0])
