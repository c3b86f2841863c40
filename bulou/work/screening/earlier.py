"""What was said of people earlier in a chain of rounds: their form at the door opens with it."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from bulou.core.people.keys import open_parts
from bulou.core.people.models import Person
from bulou.core.staff.actor import Actor, within
from bulou.desk.lists import RELATIONS
from bulou.work.screening import answered
from bulou.work.screening.models import Answer, Round
from bulou.work.screening.typed import SEALED, Before

_TEXTS = ("from_place", "transport_no", "itinerary", "job", "measures", "note")
_FACTS = ("found", "returned", "transport", "contact", "fever", "symptoms")


def of(
    by: Actor, plan: Round, living: Collection[Person], these: Collection[UUID] | None = None
) -> list[Before | None]:
    """Of each of these people the last answer that counts, as far as it is the actor's to correct: two queries.

    `these`: of these answers, which may be replaced by now.
    """
    found = Answer.objects.filter(chain=plan.chain.hex)
    found = found.filter(replaced_by=None) if these is None else found.filter(pk__in=these)
    found = within(by, found.filter(person__in=[one.pk for one in living]))
    last = {row.person: row for row in found.order_by("happened_at", "id")} if by.sees_people else {}
    texts = open_parts([row.pk for row in last.values()])
    return [_before(one, row, texts.get(row.pk, {})) if (row := last.get(one.pk)) else None for one in living]


def _before(person: Person, row: Answer, texts: dict[str, object]) -> Before:
    said = {name: getattr(row, name) for name in _FACTS} | {name: texts.get(name) or "" for name in _TEXTS}
    # What went into the register stands there, and may have been put right since; a number is typed anew.
    known = person.relation if texts.get("relation") and person.relation in RELATIONS else ""
    said |= {"phone": "", "address": "", "relation": known, "left": bool(texts.get("left"))}
    said["arrived"] = row.arrived.isoformat() if row.arrived else None
    sealed = frozenset(name for name in SEALED if texts.get(name))
    return Before(row.pk, row.replaces, said, answered.vehicle(str(said["transport_no"])), sealed)
