"""What is counted of cases. Now = what came to be less what took its place: so it holds as of any moment."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.figures.figure import Figure, Formula
from bulou.work.cases.models import Moved, Outcome, Received, Reported, Returned


def _outcome(name: str, title: object, outcome: str, *also: str) -> Figure:
    # The same word said again is no second case.
    where = f"outcome = '{outcome}' AND before <> '{outcome}'"
    return Figure(f"cases.{name}", title, Outcome, where, also=also)  # type: ignore[arg-type]


def _moved(direction: str, title: object) -> Figure:
    where = f"goes AND direction = '{direction}'"
    return Figure(f"cases.moved_{direction}", title, Moved, where, by=("before",))  # type: ignore[arg-type]


_FEVERS = ("发热", "发烧", "体温异常")
FIGURES = (
    Figure("cases.reported", _("Fever and suspicion reported"), Reported, where="opens", by=("reason",), also=_FEVERS),
    Figure("cases.came", _("Came to the fever clinic unannounced"), Received, where="opens"),
    Figure("cases.found", _("Cases made known by an outcome"), Outcome, where="opens"),
    Figure("cases.received", _("Received at the fever clinic"), Received, where="first"),
    Figure("cases.returned", _("Back home from the fever clinic"), Returned, where="first"),
    _outcome("suspected", _("Ever suspected"), "suspected", "疑似"),
    _outcome("confirmed", _("Ever confirmed"), "confirmed", "确诊"),
    _outcome("excluded", _("Excluded"), "excluded"),
    Figure("cases.withdrawn", _("Reports withdrawn"), Outcome, where="outcome = 'withdrawn' AND closes"),
    Figure("cases.closed", _("Cases closed"), Outcome, where="closes"),
    Figure(
        "cases.revised", _("Outcomes that another took the place of"), Outcome,
        where="before <> '' AND before <> outcome", by=("before",),
    ),
    _moved("in", _("Came along with their place")),
    _moved("out", _("Went along with their place")),
    Formula(
        "cases.open",
        _("Outcome not known yet"),
        "cases.reported + cases.came + cases.found + cases.moved_in - cases.moved_out - cases.closed",
    ),
    Formula(
        "cases.suspected_now",
        _("Suspected now"),
        "cases.suspected + cases.moved_in[suspected] - cases.moved_out[suspected] - cases.revised[suspected]",
        also=("疑似",),
    ),
    Formula("cases.confirmed_now", _("Confirmed"), "cases.confirmed - cases.revised[confirmed]"),
)  # fmt: skip
