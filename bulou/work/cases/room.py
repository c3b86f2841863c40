"""The name-plate of cases."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.records.kinds import Kind
from bulou.core.room import Link, Room
from bulou.core.staff.roles import FIELD
from bulou.work.cases import (
    demo,
    following,
    forms,
    handed,
    intake,
    models,
    opening,
    out,
    queries,
    rules,
    today,
)
from bulou.work.cases.actions import AT_CLINIC, REPORTERS
from bulou.work.cases.duties import DUTIES
from bulou.work.cases.figures import FIGURES

ROOM = Room(
    "cases",
    _("Cases"),
    records=(
        Kind(
            models.Reported, forms.ReportedIn, FIELD | REPORTERS, _("Fever or suspicion reported"),
            sealed=("note",), check=intake.check_reported, stored=intake.stored,
        ),
        Kind(
            models.Received, forms.ReceivedIn, AT_CLINIC, _("At the fever clinic"),
            sealed=("note",), check=intake.check_at_clinic, stored=intake.stored,
        ),
        Kind(
            models.Outcome, forms.OutcomeIn, AT_CLINIC, _("Outcome"),
            sealed=("note",), check=intake.check_outcome, stored=intake.stored,
        ),
        Kind(
            models.Returned, forms.ReturnedIn, AT_CLINIC | REPORTERS, _("Back home"),
            sealed=("note",), check=intake.check_at_clinic, stored=intake.stored,
        ),
        Kind(
            models.Moved, forms.MovedIn, frozenset(), _("Case goes along with its place"),
            sealed=("note",), check=intake.check_moved, stored=intake.stored,
        ),
    ),
    duties=DUTIES,
    figures=FIGURES,
    reacts={
        "reading.fever": opening.on_fever,
        "reading.corrected": opening.on_reading_corrected,
        "person.arrived": opening.on_arrival,
        "arrival.corrected": opening.on_arrival_corrected,
        "person.merged": following.on_merged,
        "person.unmerged": following.on_merged,
        "place.handed": handed.on_handed,
    },
    menu=(Link("/cases/", _("Fever clinic"), queries.READERS, "people"),),
    answers={
        "timeline": queries.timeline, "open_cases": queries.open_cases, "at_clinic": queries.at_clinic,
        "cleared": queries.cleared, "marks": queries.marks, "demo": demo.demo, "exports": lambda: out.EXPORTS,
        "rule_words": lambda: forms.OUTCOMES, **today.ANSWERS, "stands_at": handed.stands_at,
        "rule_values": lambda: {"cases.outcomes": tuple(word for word in forms.OUTCOMES if word != rules.WITHDRAWN)},
    },
)  # fmt: skip
