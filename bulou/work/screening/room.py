"""The name-plate of screening."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.records.kinds import Kind
from bulou.core.room import Link, Room
from bulou.work.screening import (
    carried,
    demo,
    expecting,
    following,
    forms,
    intake,
    joining,
    listed,
    models,
    out,
    queries,
    rules,
    today,
)
from bulou.work.screening.duties import DUTIES
from bulou.work.screening.figures import FIGURES

_HOUSE: frozenset[str] = frozenset()

ROOM = Room(
    "screening", _("Screening"),
    records=(
        Kind(models.Team, forms.TeamIn, _HOUSE, _("Team put out"), ""),
        Kind(models.Point, forms.PointIn, _HOUSE, _("Point set up"), ""),
        Kind(models.Laid, forms.LaidIn, _HOUSE, _("Doors laid"), ""),
        Kind(
            models.Visit, forms.VisitIn, queries.WRITERS, _("Visit at a door"), "", ("note",),
            intake.check_visits, following.visits_stored, following.visits_corrected,
        ),
        Kind(
            models.Answer, forms.AnswerIn, queries.WRITERS, _("Asked at a door"), "",
            (
                "from_place", "transport_no", "itinerary", "job", "measures", "phone", "address", "relation", "left",
                "note",
            ),
            intake.check_answers, following.answers_stored, following.answers_corrected,
        ),
    ),
    duties=DUTIES,
    figures=FIGURES,
    reacts={"person.merged": joining.on_merged, "person.unmerged": joining.on_unmerged},
    menu=(Link("/screening/", _("Screening rounds"), queries.READERS, "work"),),
    answers={
        "demo": demo.demo, "phone": carried.phone, "not_for_units": expecting.not_for_units,
        "exports": lambda: out.EXPORTS, "doors": listed.doors, "rule_words": lambda: forms.RULE_WORDS, **today.ANSWERS,
        "stands_at": queries.stands_at,
        "rule_values": lambda: {"screening.questions": rules.QUESTIONS},
        "rule_bounds": lambda: {"screening.round_days": 1, "screening.cycle_days": 1},
    },
)  # fmt: skip
