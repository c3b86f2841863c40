"""What is expected after an arrival: that somebody sees them at home within the hours of the rules."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.tasks.duties import Answer

VISIT = Answer(
    "arrivals.visit",
    _("See the arrived person at home"),
    role="village-doctor",
    done_by="arrivals.seen",
    when="r.outcome = 'at-home'",
)
DUTIES = (VISIT,)
