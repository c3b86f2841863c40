"""What people say about proposed doubles: one person, two people, or not yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from bulou.core import audit
from bulou.core.people import actions
from bulou.core.people.doubles.queries import seen
from bulou.core.people.doubles.words import in_words
from bulou.core.people.models import Double, Merge, Person
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import OFFICE
from bulou.lib import clock
from bulou.lib.refusals import Refusal


@audit.verb("people.decide_doubles", roles=OFFICE)
def decide(pairs: Collection[UUID], decided: str, by: Actor, why: str = "") -> int:
    """Say of each pair that waits that they are ONE or TWO; how many were decided.

    Of one person, who has a document is kept, else who was entered first; both keep their history. `why`: the
    reason that stands with the merge, else what agreed. Raises Refusal as `people.merge` does.
    """
    waiting = list(seen(by, Double.objects.select_for_update().filter(pk__in=pairs, decided="")))
    for pair in waiting:
        if decided == Double.ONE:
            pair.merge = _merge(pair, by, why)
        pair.decided, pair.decided_at, pair.decided_by = decided, clock.now(), by.account or None
        pair.save(update_fields=["decided", "decided_at", "decided_by", "merge"])
    audit.note(subject_type="doubles", count=len(waiting), decided=decided)
    return len(waiting)


def _merge(pair: Double, by: Actor, why: str) -> UUID | None:
    kept, other = kept_of(pair, Person.objects.in_bulk([pair.one, pair.other]))
    try:
        return actions.merge(
            kept, other, by, why or _("likely double: %(what)s") % {"what": in_words(pair.evidence)}
        )
    except Refusal as refusal:
        if refusal.code != actions.MERGE_SAME:
            raise
        return None  # one of the pairs decided with this one has made them one


def kept_of(pair: Double, found: Mapping[UUID, Person]) -> tuple[UUID, UUID]:
    """Who is kept, and who turned out to be them."""
    later = found[pair.other].doc_index and not found[pair.one].doc_index
    return (pair.other, pair.one) if later else (pair.one, pair.other)


@audit.verb("people.reopen_double", roles=OFFICE)
def reopen(pair: UUID, by: Actor) -> None:
    """Take a decision back: a merge that came of it is undone, and the pair waits again.

    Raises Refusal: merge-unknown (also for a pair that is not the actor's).
    """
    found = Double.objects.select_for_update().filter(pk=pair).exclude(decided="").first()
    if found is None or not mine(found, by):
        raise Refusal(actions.MERGE_UNKNOWN)
    if found.merge and Merge.objects.filter(pk=found.merge, undone_at=None).exists():
        actions.unmerge(found.merge, by)
    found.decided, found.decided_at, found.decided_by, found.merge = "", None, None, None
    found.save(update_fields=["decided", "decided_at", "decided_by", "merge"])
    audit.note(subject_type="doubles", subject_id=found.id)


def mine(pair: Double, by: Actor) -> bool:
    """Whether an actor may see both."""
    from bulou.core.people.queries import scoped

    return scoped(by, Person.objects.filter(pk__in=(pair.one, pair.other))).count() == 2
