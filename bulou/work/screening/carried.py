"""What the phone of a post carries of rounds beside their doors: which round a door is of and what is asked there.

Both by the slot of the door's task.
"""

from __future__ import annotations

from datetime import datetime

from bulou.core.staff.actor import Actor
from bulou.core.sync.part import Part
from bulou.core.tasks.models import OPEN, Task
from bulou.lib import clock, sql
from bulou.work.screening import duties, queries, rules
from bulou.work.screening.models import Round

MOST_ROUNDS = 50  # the latest; a round that nobody ends is not carried for ever
MOST_AGAIN = 500


def phone(by: Actor, _now: datetime) -> Part | None:
    """For whoever goes to the doors; None where no round runs. Fields, not questions: it draws fields."""
    if by.role not in queries.WRITERS:
        return None
    running = list(queries.rounds(by).filter(ended_at=None)[:MOST_ROUNDS])
    if not running:
        return None
    asked = {
        plan.slot: sorted(rules.of_door(plan.questions) | rules.of_person(plan.questions)) for plan in running
    }
    rounds = {plan.slot: plan.id for plan in running}
    of = {plan.id: asked[plan.slot] for plan in running if "water" in plan.questions}
    # A door that is seen again has a slot of its own.
    again = Task.objects.filter(OPEN, kind=duties.AGAIN, source__in=of) if of else Task.objects.none()
    for slot, source in (
        sql.subtree(again, by.place).order_by("id").values_list("slot", "source")[:MOST_AGAIN]
    ):
        asked[slot], rounds[slot] = of[source], source
    return Part({"asked": asked, "rounds": rounds, "homes": [] if by.unit else _homes(running)})


def _homes(running: list[Round]) -> list[list[str]]:
    """[slot, name] of the rounds in which a home on no list may be entered: of a chain the last that has begun."""
    now = clock.now()
    begun = [plan for plan in running if plan.subjects == "households" and plan.opens_at <= now]
    last = {plan.chain: plan for plan in reversed(begun)}
    return [[plan.slot, plan.name] for plan in begun if last[plan.chain] is plan]
