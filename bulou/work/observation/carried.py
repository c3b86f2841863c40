"""What the phone of a post carries of observations beside its tasks: which notice is whose."""

from __future__ import annotations

from datetime import datetime

from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import FIELD
from bulou.core.sync.part import Part
from bulou.work.observation import queries

DIGITS = 12  # the last ones of an observation's id, which are chance; the first are the hour
MOST = 2000


def phone(by: Actor, _now: datetime) -> Part | None:
    """For whoever goes to the doors; None where nobody is observed. It brings no card that no task brings."""
    if by.role not in FIELD:
        return None
    running = queries.seen(by).filter(closed_at=None).order_by("id").values_list("id", "person")[:MOST]
    papers = {plan.hex[-DIGITS:]: person.hex for plan, person in running}
    return Part({"papers": papers}) if papers else None
