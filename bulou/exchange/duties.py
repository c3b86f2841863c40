"""What is owed after a ledger was taken in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.tasks.duties import Once

ASSIGN = Once(
    "exchange.assign",
    _("Say in which village the person lives"),
    role="township-clerk",
    done_by="exchange.assigned",
)
DUTIES = (ASSIGN,)
