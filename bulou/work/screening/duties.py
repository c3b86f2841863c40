"""What a round expects: each door once, a door that was not clear again, a contact under observation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.tasks.duties import Answer, Once
from bulou.work.screening.rules import CHAIN, HOUSEHOLD, PERSON, VENUE

AGAIN, CONTACT = "screening.again", "screening.contact"
# A visit closes the door's task in every round of its chain: what the second finds, the first had missed.
_REACHED = f"r.outcome IN ('seen', 'moved') AND r.chain = SUBSTR(t.slot, 1, {CHAIN})"
_CLEAR = "r.outcome = 'moved' OR r.outcome = 'seen' AND r.result IN ('', 'clear')"
# Grid workers and volunteers go from door to door; whoever of a team comes by does it.
_TEAM = "volunteer"

DUTIES = (
    Once(
        HOUSEHOLD,
        _("Enter the household"),
        _TEAM,
        "screening.visit",
        "member",
        "household",
        _REACHED,
        chained=CHAIN,
    ),
    Once(
        PERSON, _("Screen the person"), _TEAM, "screening.visit", "member", "person", _REACHED, chained=CHAIN
    ),
    Once(VENUE, _("Screen the place"), _TEAM, "screening.visit", "member", "unit", _REACHED, chained=CHAIN),
    Answer(AGAIN, _("See the door again"), _TEAM, "screening.visit", "member", "household", _CLEAR),
    Answer(CONTACT, _("Put the contact under observation"), "village-doctor", "observation.opened"),
)
