"""What is counted of reports. A revised report counts once, as what it is now."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.figures.figure import Figure
from bulou.reports.models import Sent

FIGURES = (
    Figure("reports.sent", _("Reports sent"), Sent, by=("level",)),
    Figure("reports.late", _("Reports sent late"), Sent, where="late", by=("level",)),
    Figure("reports.revisions", _("Revisions of reports"), Sent, measure="sum(revision)", by=("level",)),
)
