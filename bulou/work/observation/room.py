"""The name-plate of observation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.records.kinds import Kind
from bulou.core.room import Link, Room
from bulou.core.staff.roles import FIELD, OFFICE, Role
from bulou.work.observation import (
    breaches,
    carried,
    demo,
    elsewhere,
    forms,
    intake,
    joining,
    ledger,
    lodging,
    models,
    moving,
    opening,
    out,
    outcomes,
    queries,
    rules,
    shown,
    symptoms,
    today,
    trials,
)
from bulou.work.observation.duties import DUTIES
from bulou.work.observation.figures import FIGURES

_NOBODY: frozenset[str] = frozenset()  # written by this room's own verbs only

ROOM = Room(
    "observation",
    _("Observation"),
    records=(
        Kind(
            models.Reading,
            forms.ReadingIn,
            FIELD | OFFICE,
            _("Reading"),
            sealed=("note",),
            check=intake.check_readings,
            stored=intake.readings_stored,
            corrected=intake.readings_corrected,
        ),
        Kind(
            models.Notice,
            forms.NoticeIn,
            FIELD | OFFICE,
            _("Notice and seal"),
            sealed=("note",),
            check=intake.fill_turns,
        ),
        Kind(
            models.Breach,
            forms.BreachIn,
            FIELD | OFFICE,
            _("Breach"),
            sealed=("note",),
            check=intake.fill_turns,
            stored=breaches.stored,
            corrected=breaches.corrected,
        ),
        Kind(
            models.Contact,
            forms.ContactIn,
            FIELD | OFFICE,
            _("Lost or found"),
            sealed=("note",),
            check=intake.fill_turns,
            stored=intake.contacts_stored,
        ),
        Kind(
            models.Whereabouts,
            forms.WhereaboutsIn,
            FIELD | OFFICE,
            _("Where they are"),
            sealed=("note",),
            check=intake.fill_turns,
            stored=elsewhere.stored,
        ),
        Kind(models.Opened, forms.OpenedIn, _NOBODY, _("Observation opened")),
        Kind(models.Closed, forms.ClosedIn, _NOBODY, _("Observation closed"), sealed=("note",)),
        Kind(models.Moved, forms.MovedIn, _NOBODY, _("Observation moved")),
        Kind(models.Lodged, forms.LodgedIn, _NOBODY, _("Central site")),
        Kind(models.Handed, forms.HandedIn, _NOBODY, _("Observation handed over")),
        Kind(models.Restarted, forms.RestartedIn, _NOBODY, _("Term restarted"), sealed=("note",)),
        Kind(models.Step, forms.StepIn, _NOBODY, _("Step of the release"), sealed=("note",)),
    ),
    duties=DUTIES,
    figures=FIGURES,
    reacts={
        "person.arrived": elsewhere.on_arrival,
        "arrival.corrected": elsewhere.on_correction,
        "arrival.decided": opening.on_decision,
        "case.received": outcomes.on_case,
        "case.returned": outcomes.on_case,
        "case.drawn": outcomes.on_case,
        "case.outcome": outcomes.on_outcome,
        "person.merged": joining.on_merged,
        "person.unmerged": joining.on_unmerged,
        "person.assigned": ledger.follow,
        "record.undone": elsewhere.on_undone,
        "place.handed": moving.on_handed,
        "person.strayed": intake.on_strayed,
        "stray.corrected": intake.on_stray_corrected,
    },
    menu=(
        Link("/observation/readings/", _("Take temperatures"), FIELD, "people"),
        Link("/observation/", _("Observation"), queries.READERS, "people"),
        Link("/observation/sites/", _("Central sites"), OFFICE, "people"),
    ),
    answers={
        "timeline": queries.timeline,
        "under_way": queries.under_way,
        "marks": queries.marks,
        "staying": elsewhere.staying,
        "stands_at": moving.stands_at,
        "left": lodging.left,
        "named_in": shown.named_in,
        "capacities": trials.capacities,
        "watch": trials.watch,
        "lasting": trials.lasting,
        "demo": demo.demo,
        "rule_words": lambda: forms.RULE_WORDS,
        "rule_values": lambda: {symptoms.JUDGES: tuple(Role)},
        "rule_bounds": lambda: rules.BOUNDS,
        "phone": carried.phone,
        "ledger": ledger.brought,
        "exports": lambda: out.EXPORTS,
        **today.ANSWERS,
    },
)
