"""The name-plate of rosters."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.records.kinds import Kind
from bulou.core.room import Link, Room
from bulou.work.roster import demo, forms, handed, intake, models, out, queries, shown, today
from bulou.work.roster.duties import DUTIES
from bulou.work.roster.figures import FIGURES

_HOUSE: frozenset[str] = frozenset()

ROOM = Room(
    "roster", _("Duty"),
    records=(
        Kind(models.Joined, forms.JoinedIn, _HOUSE, _("On the list of those who stand duty"), ""),
        Kind(
            models.Applied, forms.AppliedIn, queries.APPLICANTS, _("Application to stand duty"), "",
            ("name", "phone", "skills", "note"), intake.check_applications, intake.applications_stored,
        ),
        Kind(models.Decided, forms.DecidedIn, _HOUSE, _("Application answered"), ""),
        Kind(
            models.On, forms.OnIn, queries.SIGNERS, _("Signed on"), "", (), intake.check_ons, intake.ons_stored,
            intake.ons_corrected,
        ),
        Kind(
            models.Off, forms.OffIn, queries.SIGNERS, _("Signed off and handed over"), "", ("note",),
            intake.check_offs, intake.offs_stored, intake.offs_corrected,
        ),
        Kind(models.Stood, forms.StoodIn, _HOUSE, _("Stood on duty"), ""),
        Kind(models.Paired, forms.PairedIn, _HOUSE, _("Unit and compound paired"), ""),
        Kind(models.Formed, forms.FormedIn, _HOUSE, _("Service team formed"), ""),
    ),
    duties=DUTIES,
    figures=FIGURES,
    menu=(Link("/roster/", _("Duty rosters"), queries.READERS, "work"),),
    reacts={"place.handed": handed.on_handed},
    answers={
        **today.ANSWERS, "named_in": shown.named_in, "exports": lambda: out.EXPORTS, "demo": demo.demo,
        "rule_words": lambda: shown.SHIFTS, "stands_at": handed.stands_at,
    },
)  # fmt: skip
