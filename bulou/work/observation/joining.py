"""Two who turned out to be one have one observation under way; two again, each has their own.

Nothing is taken back: what ends here and goes on there is said in records of its own, always in one place.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bulou.core.people.queries import resolve
from bulou.core.records.kinds import Batch, Event
from bulou.core.staff.actor import Actor
from bulou.core.tasks import write as tasks
from bulou.core.tasks.models import OPEN, Task
from bulou.work.observation import lodging
from bulou.work.observation.duties import ASKED
from bulou.work.observation.models import Bed, Handed, Observation, Opened
from bulou.work.observation.opening import (
    expect_notice,
    expect_release,
    owe_again,
    record,
    restart,
    running_of,
    write,
)
from bulou.work.observation.outcomes import reopen
from bulou.work.observation.queries import terms_of

MERGED, BED_TAKEN = "merged", "bed-taken"
READING, NOTICE, RELEASE = "observation.reading", "observation.notice", "observation.release"


def on_merged(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """The observation of the one who is no more goes on with the other, or in the other's own."""
    for event in events:
        assert event.person is not None
        kept, other = resolve([event.person])[event.person], event.facts["other"]
        plans = running_of([kept, other])
        second, own = plans.get(other), plans.get(kept)
        if second is None or kept == other:
            continue
        cause = event.facts["merge"]
        _say(by, second, "out", MERGED, event.at, cause)
        if own is None:
            _give(second, kept, event.at)
            _say(by, second, "in", MERGED, event.at, cause)
        else:
            lodging.say(by, [(second, second.bed_id, "out")], event.at)
            _end(second, event.at)
            _take_over(by, own, second, event.at)


def on_unmerged(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """What the merge ended or handed on goes back to whom it was of, as far as it still runs."""
    for event in events:
        assert event.person is not None
        kept = resolve([event.person])[event.person]
        ended = Handed.objects.filter(cause=event.facts["merge"], reason=MERGED, direction="out")
        for said in ended.order_by("happened_at", "id"):
            plan = Observation.objects.filter(id__in=[said.observation]).first()
            if plan is None or said.person in running_of([said.person]):
                continue
            if plan.closed_at is None and plan.person == kept:
                _say(by, plan, "out", "unmerged", event.at, said.cause)
                _give(plan, said.person, event.at)
                back = True
            elif plan.outcome == MERGED:
                plan.person = said.person
                back = _bed_back(by, plan, running_of([kept]).get(kept), event.at)
                plan.save(update_fields=["person", "bed"])
                _reinstate(said.person, READING, NOTICE, *ASKED, but=(said.happened_at, event.at))
                reopen(plan, event.at)
                _term_back(by, kept, said.happened_at, event.at)
            else:
                continue
            _say(by, plan, "in", "unmerged" if back else BED_TAKEN, event.at, said.cause)


def _say(by: Actor, plan: Observation, direction: str, reason: str, at: datetime, cause: UUID | None) -> None:
    said = {"direction": direction, "reason": reason, "cause": str(cause) if cause else None}
    write(by, [record(by, Handed.kind, plan, at, **said)])


def _give(plan: Observation, person: UUID, at: datetime) -> None:
    """Let an observation be somebody else's from a moment on, with what is owed for it."""
    notice = Task.objects.filter(OPEN, kind=NOTICE, subject_id=plan.person).exists()
    tasks.withdraw(READING, [plan.person], at, MERGED)
    for kind in (NOTICE, RELEASE):
        tasks.withdraw(kind, [plan.person], plan.opened_at, MERGED)
    plan.person, plan.version = person, plan.version + 1
    plan.save(update_fields=["person", "version"])
    _reinstate(person, NOTICE)
    if notice:
        expect_notice([plan])
    if plan.away_from is None:
        owe_again(plan, at)
    expect_release([plan])


def _end(plan: Observation, at: datetime) -> None:
    """A second observation of one person: nothing is owed for it, not even what was missed.

    It remembers its bed, which is free from now on, for the merge may be undone.
    """
    for kind in (READING, NOTICE, RELEASE, *ASKED):
        tasks.withdraw(kind, [plan.person], plan.opened_at, MERGED)
    plan.state, plan.outcome, plan.closed_at, plan.version = "closed", MERGED, at, plan.version + 1
    plan.away_from = None
    plan.save(update_fields=["state", "outcome", "closed_at", "version", "away_from"])


def _take_over(by: Actor, own: Observation, second: Observation, at: datetime) -> None:
    """Of two terms the later end counts, and the bed is kept in which the one person lies."""
    if second.bed_id is not None and own.bed_id is None:
        own.bed_id, own.measure, own.version = second.bed_id, "central", own.version + 1
        own.save(update_fields=["bed", "measure", "version"])
        lodging.say(by, [(own, own.bed_id, "in")], at)
        lodging.hand_over(own, at)
    if second.until_day > own.until_day:
        restart(by, own, second.clock_from, second.until_day, MERGED, at)


def _bed_back(by: Actor, plan: Observation, own: Observation | None, at: datetime) -> bool:
    """Give an observation the bed again that it had before the merge; False when somebody else lies there now."""
    if plan.bed_id is None:
        return True
    bed = Bed.objects.select_for_update().select_related("site").get(pk=plan.bed_id)
    if own is not None and own.bed_id == bed.id:
        lodging.say(by, [(own, own.bed_id, "out")], at)
        began = Opened.objects.filter(observation=own.id, replaced_by=None).first()
        own.bed, own.measure, own.version = None, began.measure if began else "home", own.version + 1
        own.save(update_fields=["bed", "measure", "version"])
        lodging.hand_over(own, at)
    if bed.site.open and not Observation.objects.filter(bed=bed, closed_at=None).exists():
        lodging.say(by, [(plan, bed.id, "in")], at)
        return True
    plan.bed = None
    return False


def _term_back(by: Actor, person: UUID, merged_at: datetime, at: datetime) -> None:
    """The term that the merge gave to an observation goes back to what it was before, unless another came."""
    own = running_of([person]).get(person)
    if own is None:
        return
    rows = terms_of(own.id)
    if len(rows) > 1 and getattr(rows[-1], "reason", "") == MERGED and rows[-1].happened_at == merged_at:
        restart(by, own, rows[-2].clock_from, rows[-2].until_day, "unmerged", at)


def _reinstate(person: UUID, *kinds: str, but: tuple[datetime, datetime] | None = None) -> None:
    """What a merge took back of somebody is owed again; no readings due while nobody knew of the two (`but`)."""
    found = Task.objects.filter(subject_id=person, kind__in=kinds, reason=MERGED, withdrawn_at__isnull=False)
    if but is not None:
        found = found.exclude(kind=READING, due_at__gt=but[0], due_at__lte=but[1])
    tasks.reinstate(list(found.values_list("id", flat=True)))
