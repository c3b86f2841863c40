"""Where a number leads: the rows behind it, the names of the missed, or who reported."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from bulou.lib import clock
from bulou.reports import numbers
from bulou.reports.forms import TYPED
from bulou.reports.models import Sent
from bulou.reports.turns import LEVELS


def href(name: str, place: str, at: datetime, turn: tuple[str, datetime] | None = None) -> str:
    """The address behind a number; empty for what somebody typed.

    `turn`: of a report, its turn and up to when reports from below were in it.
    """
    moment = at.astimezone(clock.zone())
    asked = {"place": place, "at": moment.isoformat(timespec="seconds")}
    if name.startswith(TYPED):
        return ""
    if duty := numbers.duty_of(name):
        more = {"day": "1"} if name.endswith(numbers.TODAY) else {}
        return f"{reverse('missed')}?{urlencode(asked | {'kind': duty} | more)}"
    if name in numbers.TURNOUT:
        level, what = numbers.TURNOUT[name]
        more = {"level": LEVELS[level]} | ({} if what == "due" else {"show": what})
        if turn is not None:
            more |= {"slot": turn[0], "at": turn[1].astimezone(clock.zone()).isoformat()}
        return f"{reverse('reports:turnout')}?{urlencode(asked | more)}"
    plain = name.removesuffix(numbers.DAY)
    if plain != name:
        asked["day"] = clock.day_of(moment).isoformat()
    try:
        return f"{reverse('figure-rows', args=[plain])}?{urlencode(asked)}"
    except NoReverseMatch:
        return ""


def of(name: str, report: Sent) -> str:
    """As `href`, behind a number of a report that was sent."""
    return href(name, report.place, report.as_of, (report.slot, report.said_at))
