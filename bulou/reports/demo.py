"""What reports bring to a demonstration: every place reports in its turns, some of them late, some never."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from bulou.core.places import queries as places
from bulou.core.places.codes import COUNTY, TOWNSHIP, VILLAGE
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.core.tasks.duties import Slot
from bulou.lib import clock, ids
from bulou.reports import actions, forms, queries, turns
from bulou.reports.models import Sent

# Who sends, and how long before it is due.
_SENDS = {
    VILLAGE: (Role.VILLAGE_CADRE, timedelta(minutes=20)),
    TOWNSHIP: (Role.TOWNSHIP_CLERK, timedelta(minutes=12)),
    COUNTY: (Role.COUNTY_OFFICE, timedelta(minutes=12)),
}
_LATE, _NEVER = 0.03, 0.045  # of the villages
_LATE_BY = timedelta(minutes=35)
_TYPED = {"typed.on_duty": (3, 9), "typed.publicity": (0, 3)}  # from how many to how many
_MORNING = 9  # the hour before which the county looks once more at what it reported the day before


def demo(stage: Any, since: datetime, until: datetime) -> None:
    """Send what is sent between two moments, from the bottom up; in the morning revise what came to differ."""
    stage.flush()  # what happened comes in before it is reported
    county = stage.county.county
    below = places.subtree(county).filter(level__in=(TOWNSHIP, VILLAGE)).values_list("level", "code")
    at: dict[int, list[str]] = {VILLAGE: [], TOWNSHIP: [], COUNTY: [county]}
    for level, code in below:
        at[level].append(code)
    for level, codes in at.items():
        together: dict[tuple[Slot, datetime], list[str]] = defaultdict(list)
        for code, slot, when in _sending(stage, level, codes, since, until):
            together[slot, when].append(code)
        for (slot, when), some in together.items():
            typed = forms.typed(some, slot.name, min(when, slot.due_at))
            for code in some:
                by = stage.crew.at(_SENDS[level][0], code)
                _send(stage, by, code, slot, when, [e.name for e in typed[code]])
        stage.flush()
    if until.astimezone(clock.zone()).hour < _MORNING:
        _revise(stage.crew.at(Role.COUNTY_OFFICE, county), county, until)


def _sending(
    stage: Any, level: int, codes: Iterable[str], since: datetime, until: datetime
) -> Iterator[tuple[str, Slot, datetime]]:
    day = clock.day_of(until)
    for code in codes:
        for slot in turns.turns(code, day):
            if not since - _LATE_BY < slot.due_at <= until + _SENDS[level][1]:
                continue
            drawn = stage.chance("report", code, slot.name).random() if level == VILLAGE else 1.0
            when = slot.due_at + _LATE_BY if drawn < _LATE else slot.due_at - _SENDS[level][1]
            if since < when <= until and not _LATE <= drawn < _NEVER:
                yield code, slot, when


def _send(stage: Any, by: Actor, code: str, slot: Slot, when: datetime, typed: list[str]) -> None:
    data: dict[str, Any] = {"slot": slot.name}
    if typed:
        chance = stage.chance("typed", code, slot.name)
        said = {name.removeprefix(forms.TYPED): chance.randint(*_TYPED.get(name, (0, 3))) for name in typed}
        data["typed"] = said
    stage.hand_in(
        by, "reports.sent", code, when, data, id=ids.derived("report", code, turns.DAILY, slot.name)
    )


def _revise(by: Actor, county: str, now: datetime) -> None:
    yesterday = clock.at(clock.day_of(now) - timedelta(days=1), datetime.min.time())
    mine = Sent.objects.filter(place=county, replaced_by=None, as_of__gte=yesterday)
    for stale in queries.stale(list(mine), now):
        actions.revise(by, stale.report.id, why="前一日有记录晚到")
