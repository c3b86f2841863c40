"""The name-plate of checkpoints."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.records.kinds import Kind
from bulou.core.room import Link, Room
from bulou.work.checkpoints import (
    carried,
    demo,
    following,
    forms,
    handed,
    handing,
    intake,
    ledger,
    models,
    out,
    queries,
    today,
)
from bulou.work.checkpoints.duties import DUTIES
from bulou.work.checkpoints.figures import FIGURES

_HOUSE: frozenset[str] = frozenset()

ROOM = Room(
    "checkpoints",
    _("Checkpoints"),
    records=(
        Kind(models.Turn, forms.TurnIn, _HOUSE, _("Post opened or closed"), ""),
        Kind(
            models.Pass, forms.PassIn, queries.WRITERS, _("Pass"), "", ("plate", "from_place", "note"),
            intake.check_passes, following.passes_stored, following.passes_corrected,
        ),
        Kind(
            models.Handed, forms.HandedIn, queries.WRITERS, _("Taken over from the isolation room"), "", ("whom",),
            handing.check_handed, handing.handed_stored, handing.handed_corrected, mendable=True,
        ),
        Kind(
            models.Own, forms.OwnIn, queries.WRITERS, _("Temperature of those on duty"), "",
            check=intake.check_own, stored=following.own_stored,
        ),
        Kind(
            models.Followed, forms.FollowedIn, queries.WRITERS, _("Followed up from a post"), "", ("note",),
            intake.check_followed, following.followed_stored, following.followed_corrected,
        ),
    ),
    duties=DUTIES,
    figures=FIGURES,
    reacts={"record.undone": following.undone, "place.handed": handed.on_handed},
    menu=(Link("/checkpoints/", _("Checkpoints"), queries.READERS, "work"),),
    answers={
        "to_man": queries.to_man, "phone": carried.phone, "demo": demo.demo, "ledger": ledger.brought,
        "ledger_kinds": ledger.kinds, "ledger_ready": ledger.ready,
        "rule_words": lambda: forms.OUTCOMES | forms.PURPOSES | forms.DIRECTIONS | forms.RULE_WORDS,
        "exports": lambda: out.EXPORTS, **today.ANSWERS, "stands_at": handed.stands_at,
    },
)  # fmt: skip
