"""The name-plate of reports: the same furniture as a room of work."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.records.kinds import Kind
from bulou.core.room import Room
from bulou.reports import demo, forms, intake, numbers, out, shown, today, turns
from bulou.reports.actions import WRITERS
from bulou.reports.duties import DUTIES
from bulou.reports.figures import FIGURES
from bulou.reports.forms import SentIn
from bulou.reports.models import Sent

ROOM = Room(
    "reports",
    _("Reports"),
    records=(
        Kind(Sent, SentIn, WRITERS, _("Report"), subject="", sealed=("note", "why"), check=intake.check),
    ),
    duties=DUTIES,
    figures=FIGURES,
    answers={
        "subject_names": turns.subject_names,
        "slot_words": shown.slot_words,
        "demo": demo.demo,
        "number": numbers.called,
        "exports": out.exports,
        "rule_words": lambda: forms.RULE_WORDS,
        **today.ANSWERS,
    },
)
