"""What a territory does with rules: put an order in force, set its last day. Content is never changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from bulou.core.audit import note, verb
from bulou.core.rulebook import store, words
from bulou.core.rulebook.models import Order
from bulou.core.rulebook.parse import Parsed, parse
from bulou.core.rulebook.sound import examine
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal

# A rule is the county's to give: a township's own would silently stand before it.
RULERS = frozenset({Role.COUNTY_LEADER, Role.COUNTY_OFFICE, Role.WORKING_GROUP})


def plain(content: Mapping[str, Any]) -> dict[str, Any]:
    """A file's content with its days as text, as it is kept."""
    kept: dict[str, Any] = json.loads(json.dumps(content, ensure_ascii=False, default=_text))
    return kept


def _text(value: Any) -> str:
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


@verb("rulebook.put_in_force", roles=RULERS)
def put_in_force(by: Actor, content: Mapping[str, Any], why: str = "") -> Order:
    """Put an order (a rule file's content) in force. The same order at the same place is one order.

    Refuses what is not sound (`rule-unsound`), a place that is not the actor's (`rule-place-unknown`) and,
    without a reason in `why`, a first day before today (`rule-in-the-past`).
    """
    kept = plain(content)
    kept["order"] = {"place": by.place, **kept.get("order", {})}
    parsed = parse(kept, "order", store.ORDER)
    place = str(parsed.head.get("place", ""))
    if not by.reaches(place) or any(not by.reaches(e.place) for e in parsed.entries):
        raise Refusal(words.NOT_THERE, place=place or "*")
    findings = examine(parsed, store.book(), store.words_of(), store.bounds(), store.is_place)
    wrong = [f for f in findings if not f.note]
    if wrong:
        raise Refusal(words.UNSOUND, first=wrong[0].message)
    first = min(e.from_day for e in parsed.entries)
    if first < clock.today() and not why.strip():
        raise Refusal(words.PAST, day=first.isoformat())
    digest = hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()
    order, made = Order.objects.get_or_create(
        place=place, digest=digest, defaults=_columns(by, kept, parsed, first, why)
    )
    note(
        subject_type="order",
        subject_id=order.pk,
        place=place,
        count=len(parsed.entries),
        digest=digest,
        new=made,
    )
    store.forget()
    return order


def _columns(by: Actor, kept: dict[str, Any], parsed: Parsed, first: date, why: str) -> dict[str, Any]:
    now = clock.now()
    head = kept["order"]
    source = str(parsed.head.get("source") or parsed.entries[0].source)
    return {
        "id": ids.new(), "title": str(head.get("zh") or head.get("en") or source)[:200],
        "source": source[:400], "day_from": first, "content": kept, "why": why.strip()[:400],
        "put_in_force_at": now, "by": by.account, "post": by.post, "changed_at": now,
    }  # fmt: skip


@verb("rulebook.lift", roles=RULERS)
def lift(by: Actor, order_id: UUID, last: date) -> Order:
    """Set the last day of an order. Days gone by keep it: `last` is yesterday at the earliest.

    Refuses `rule-order-unknown` (also for one that is not the actor's), `rule-already-lifted`,
    `rule-in-the-past`.
    """
    order = Order.objects.select_for_update().filter(pk=order_id).first()
    if order is None or not by.reaches(order.place):
        raise Refusal(words.NO_ORDER)
    if order.day_to is not None:
        raise Refusal(words.ALREADY, day=order.day_to.isoformat())
    if last < clock.today() - timedelta(days=1):
        raise Refusal(words.PAST, day=last.isoformat())
    order.day_to, order.lifted_by, order.changed_at = last, by.account, clock.now()
    order.save(update_fields=["day_to", "lifted_by", "changed_at"])
    note(subject_type="order", subject_id=order.pk, place=order.place, count=1)
    store.forget()
    return order
