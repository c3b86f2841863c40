"""What is counted of duty: seats and who stood in them, who may be rostered, units paired with compounds."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.figures.figure import Figure, Formula
from bulou.work.roster.duties import SHIFT
from bulou.work.roster.models import Applied, Decided, Formed, Joined, On, Paired, Stood
from bulou.work.roster.shown import COLOURS, ORIGINS, OUTCOMES

_COVERED = f"tasks.done[{SHIFT}] + tasks.late[{SHIFT}]"

FIGURES = (
    Figure(
        "roster.members",
        _("People who may be rostered"),
        Joined,
        "",
        "sum(share)",
        ("origin",),
        words=ORIGINS,
    ),
    Figure("roster.signed", _("People who signed on for a shift"), On),
    Figure("roster.minutes", _("Minutes stood on duty"), Stood, measure="sum(minutes)"),
    Formula("roster.seats", _("Seats of shifts to be manned"), f"tasks.expected[{SHIFT}]", so_far=True),
    Formula("roster.covered", _("Seats of shifts that were manned"), _COVERED, so_far=True),
    Figure("roster.applied", _("Applications to stand duty"), Applied),
    Figure("roster.applied_for", _("Applications on behalf of somebody else"), Applied, "behalf"),
    Figure("roster.decided", _("Applications answered"), Decided, by=("outcome",), words=OUTCOMES),
    Figure("roster.teams", _("Service teams"), Formed, "", "sum(share)", ("colour",), words=COLOURS),
    Figure("roster.compounds", _("Compounds paired with a unit"), Paired, "", "sum(share)"),
    Figure("roster.units", _("Units paired with compounds"), Paired, "", "sum(units)"),
)
