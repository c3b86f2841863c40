"""What was said at a door of somebody on the register stands in the register too: phone, address, household.

A correction like any other: what stood there before is kept. Of several answers the last one told holds, in
whatever order they come, unless somebody else has put it right since.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from bulou.core.people import actions as people
from bulou.core.people import queries
from bulou.core.people.keys import open_parts
from bulou.core.people.models import Change
from bulou.core.records.kinds import Item
from bulou.core.staff.actor import Actor
from bulou.lib import phones
from bulou.lib.refusals import Refusal
from bulou.work.screening.models import Answer

log = logging.getLogger(__name__)
SAID = ("phone", "address", "relation", "left")  # of an answer


def check(item: Item) -> None:
    """A phone that is none is refused at the door, where somebody can be asked again."""
    if item.data.phone.strip():
        try:
            phones.normalise(item.data.phone)
        except Refusal as refusal:
            item.refuse(refusal.code, **refusal.words)


def follow(items: Collection[Item]) -> None:
    """Say in the register what these answers say of people who stand there."""
    said = [item for item in items if any(getattr(item.data, name) for name in SAID)]
    asked = {item.row["person"]: item.by for item in said if item.data.person is not None}
    for person, values in _last(set(asked)).items():
        _put_right(person, values, asked[person])


def _last(wanted: set[UUID]) -> dict[UUID, dict[str, tuple[Any, Answer]]]:
    """{person: {field: (what was told last, by which answer)}}."""
    if not wanted:
        return {}
    told = list(Answer.objects.filter(person__in=wanted, replaced_by=None).order_by("happened_at", "id"))
    parts = open_parts([one.pk for one in told])
    found: dict[UUID, dict[str, tuple[Any, Answer]]] = {}
    for one in told:
        so_far = found.setdefault(one.person, {})
        so_far.pop("left", None)  # whoever was met there since lives there
        so_far |= {
            name: (value, one) for name, value in parts.get(one.pk, {}).items() if name in SAID and value
        }
    return found


def _put_right(
    person: UUID, told: Mapping[str, tuple[Any, Answer]], by: Actor, once_more: bool = True
) -> None:
    known = queries.visible(by).filter(pk=person).first()
    if known is None:  # who lives elsewhere is not theirs to put right
        return
    answering = Answer.objects.filter(person=person).values_list("account", flat=True)
    changes = list(Change.objects.filter(person=known.pk).exclude(by__in={one or 0 for one in answering}))
    said: dict[str, Any] = {}
    for name, (value, answer) in told.items():
        field = "household" if name == "left" else name
        if any(one.at > answer.happened_at and field in one.fields.split(",") for one in changes):
            continue
        if field not in ("household", "relation"):
            said[field] = value
        elif known.household is not None and known.household == answer.member:
            said |= {"household": None, "relation": ""} if name == "left" else {"relation": value}
    if "household" in said:
        said["relation"] = ""
    try:
        people.update(known.pk, known.version, said, by)
    except Refusal as refusal:
        if refusal.code == people.PERSON_CHANGED and once_more:  # between the look and the word
            _put_right(person, told, by, once_more=False)
            return
        # What stood there before will not do; the answer keeps what was said, and the register what it had.
        log.warning("What was said at a door of %s is not in the register: %s", person, refusal.code)
