"""A county at work, for the tests: posts, arrivals and readings at chosen moments."""

from __future__ import annotations

from typing import Any

from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming, Result
from bulou.core.staff.actor import SYSTEM
from bulou.lib import clock, ids
from bulou.lib.invented import make_name

COUNTY, TOWN, VILLAGE, NEXT = "141031", "141031100", "141031100200", "141031100201"
AM = "2020-02-12/am"
PM = "2020-02-12/pm"


def at(text: str) -> Any:
    """ "02-12 09:30" of 2020."""
    return clock.parse(f"2020-{text.replace(' ', 'T')}")


def arrival(n: int, when: str, place: str = VILLAGE, **other: Any) -> Incoming:
    """An invented person came to a village; without other words from another province."""
    data = {
        "who": {"name": make_name(n, "女")},
        "origin_code": "440100",
        "entered_at": at(when).isoformat(),
        **other,
    }
    return Incoming("arrivals.arrival", ids.derived("test-arrival", n), place, at(when), data)


def taken(*came: Incoming) -> list[Result]:
    results = take(list(came), SYSTEM)
    assert [r.status for r in results] == ["accepted"] * len(came), results
    return results


def sent(place: str, slot: str, when: str, by: Any = SYSTEM, **data: Any) -> Result:
    """A report as the intake takes it."""
    said = {"slot": slot, "typed": {"on_duty": 0, "publicity": 0} if len(place) == 12 else {}, **data}
    came = Incoming("reports.sent", ids.derived("report", place, "daily", slot), place, at(when), said)
    return take([came], by)[0]
