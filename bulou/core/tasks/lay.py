"""Laying the rhythms ahead, and what else the clock brings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from django.db.models import Max

from bulou.core.room import ask
from bulou.core.rulebook import value
from bulou.core.tasks.duties import Cover, Duty, Every, Seat, Slot, Subject, duties, seats
from bulou.core.tasks.models import Laid, Task
from bulou.core.tasks.write import Expected, dismiss, expect_in_pieces, reinstate
from bulou.lib import clock

if TYPE_CHECKING:
    from uuid import UUID

_GONE = "not-manned"
_MARK = timedelta(hours=1)  # how often it is written down that all was laid


def lay(now: datetime | None = None, kinds: set[str] | None = None) -> int:
    """Lay every rhythm's tasks from the last days to some hours ahead; idempotent. How many are new.

    After a stand-still they are laid from where it began: a day on which nothing ran was owed all the same.
    """
    now = now or clock.now()
    day = clock.day_of(now)
    ahead = now + timedelta(hours=int(value("tasks.lay_ahead_hours", "", day)))
    back = now - timedelta(days=int(value("tasks.catch_up_days", "", day)))
    furthest = now - timedelta(days=int(value("tasks.stand_still_days", "", day)))
    laid = Laid.objects.values_list("at", flat=True).first()
    back = min(back, max(laid or _first_laid(now, ahead - now), furthest))
    new = sum(
        lay_between(duty, back, ahead) for duty in duties().values() if kinds is None or duty.kind in kinds
    )
    if kinds is None and (laid is None or abs(now - laid) > _MARK):
        Laid.objects.update_or_create(id=1, defaults={"at": now})
    return new


def _first_laid(now: datetime, ahead: timedelta) -> datetime:
    """When whatever is there was laid, in a house whose clock has not yet gone: its last, less what is laid ahead."""
    rhythms = [duty.kind for duty in duties().values() if isinstance(duty, Every)]
    last = Task.objects.filter(kind__in=rhythms).aggregate(last=Max("due_at"))["last"]
    return last - ahead if last else now


def lay_between(duty: Duty, start: datetime, end: datetime) -> int:
    """Lay what a rhythm or a cover asks for between two moments; of other shapes nothing. How many are new."""
    if isinstance(duty, Cover):
        owed = [_seat(duty, one) for one in seats(duty.needs(start, end), duty.shifts, start, end)]
        _let_go(duty, {(one.subject_id, one.slot) for one in owed}, max(start, clock.now()), end)
        return expect_in_pieces(duty.kind, owed)
    return lay_for(duty, duty.subjects(start, end), start, end) if isinstance(duty, Every) else 0


def _seat(duty: Cover, seat: Seat) -> Expected:
    """What a seat of a shift expects: somebody who signs on, until the shift ends."""
    early, late = duty.leeway(seat.need.place, clock.day_of(seat.span.start))
    due = min(seat.span.start + late, seat.span.end)
    return Expected(
        seat.need.id, seat.need.place, seat.span.start - early, due, seat.slot, seat.span.end,
        subject_type=seat.need.subject_type,
    )  # fmt: skip


def _let_go(duty: Cover, wanted: set[tuple[UUID, str]], start: datetime, end: datetime) -> None:
    """What was laid ahead and is to be manned no longer leaves the expected; what is again comes back."""
    ahead = Task.objects.filter(kind=duty.kind, due_at__gt=start, due_at__lt=end, done_at=None)
    rows = list(ahead.values_list("id", "subject_id", "slot", "opens_at", "withdrawn_at", "reason"))
    gone = [
        pk for pk, of, slot, at, ended, _why in rows if (of, slot) not in wanted and not ended and at > start
    ]
    back = [pk for pk, of, slot, _at, ended, why in rows if (of, slot) in wanted and ended and why == _GONE]
    if gone:
        dismiss(gone, _GONE)
    if back:
        reinstate(back)


def lay_for(duty: Every, subjects: Iterable[Subject], start: datetime, end: datetime) -> int:
    """Lay one rhythm for some subjects between two moments."""
    return expect_in_pieces(duty.kind, turns_of(duty, subjects, start, end))


def turns_of(duty: Every, subjects: Iterable[Subject], start: datetime, end: datetime) -> Iterator[Expected]:
    """What `lay_for` lays."""
    slots = cache(duty.slots)  # many subjects share their place and day
    return (act for subject in subjects for act in _turns(slots, subject, start, end))


def _turns(
    slots: Callable[[str, date, str], tuple[Slot, ...]], subject: Subject, start: datetime, end: datetime
) -> Iterator[Expected]:
    first, last = max(start, subject.from_at), min(end, subject.to_at or end)
    day, end_day = clock.day_of(first), clock.day_of(last)
    while day <= end_day:
        for slot in slots(subject.place, day, subject.profile):
            # A turn that was due before the subject came is not owed; one that opens after is not either.
            if slot.due_at > subject.from_at and slot.due_at > start and slot.opens_at < last:
                yield Expected(
                    subject.id, subject.place, slot.opens_at, slot.due_at, slot.name, slot.until_at,
                    account=subject.account, source=subject.source,
                )  # fmt: skip
        day += timedelta(days=1)


def caught_up() -> None:
    """Do what the clock's work has left undone where nobody serves: what is missed is not told too low.

    A server marks each hour that all was laid. While one is at work this only reads that mark.
    """
    at = Laid.objects.values_list("at", flat=True).first()
    if at is not None and clock.now() - at > 2 * _MARK:
        tick()


def tick() -> None:
    """What the clock does for the tasks, each half minute; what a room owes because time passed it lays itself."""
    lay()
    ask("tick", clock.now())
