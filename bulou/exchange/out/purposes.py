"""What an export may be for, and for which of these purposes a post may have identifiers in plain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from bulou.core.staff.roles import Role
from bulou.exchange.out.models import Export

_KEEPERS = frozenset({Role.COUNTY_OFFICE, Role.COUNTY_LEADER, Role.TOWNSHIP_CLERK, Role.TOWNSHIP_LEADER})


@dataclass(frozen=True)
class Purpose:
    """Why somebody takes a list out. `plain`: the roles that may have whole identifiers for it."""

    title: Any
    plain: frozenset[Role] = frozenset()


OTHER = "other"
PURPOSES: Final[dict[str, Purpose]] = {
    "work": Purpose(_("Own work on the spot")),
    "report": Purpose(_("Report to the level above")),
    "department": Purpose(_("A department's table")),
    "meeting": Purpose(_("Meeting or briefing")),
    "compare": Purpose(_("Comparison with another register by number"), _KEEPERS),
    "treatment": Purpose(_("Hand-over for treatment"), _KEEPERS | {Role.FEVER_CLINIC}),
    OTHER: Purpose(_("Something else, as written")),
}
IDENTIFIERS: Final = {
    Export.NONE: _("Without document and phone numbers"),
    Export.MASKED: _("With numbers, masked"),
    Export.PLAIN: _("With whole numbers"),
}


def may_be_plain(role: Role, purpose: str) -> bool:
    """Whether a post may have whole identifiers for a purpose."""
    return purpose in PURPOSES and role in PURPOSES[purpose].plain
