"""Nobody has taken somebody's temperature for so many turns in a row: whoever answers is to find them.

That they are lost is never worked out: a person says it, or that they were found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max

from bulou.core.rulebook import value
from bulou.core.tasks.models import OPEN, Task
from bulou.core.tasks.write import Expected, dismiss, expect
from bulou.lib import clock, sql
from bulou.work.observation.duties import FIND, READING
from bulou.work.observation.models import Contact, Observation, Reading

HEARD = "heard"


def tick(now: datetime) -> None:
    """Lay what is owed about those who have been silent too long; take back what is about those heard of since."""
    wanted = _expected(now)
    slots = {(act.subject_id, act.slot) for act in wanted}
    open_ = Task.objects.filter(OPEN, kind=FIND.kind).values_list("id", "subject_id", "slot")
    dismiss([task for task, person, slot in open_ if (person, slot) not in slots], HEARD)
    expect(FIND.kind, wanted)


def _expected(now: datetime) -> list[Expected]:
    """One for each stretch of silence, from the turn with which it was too long."""
    missed = _missed(now)
    running = Observation.objects.filter(closed_at=None, away_from=None).exclude(state="lost")
    clause, params = sql.among("person", missed)
    plans = list(running.extra(where=[clause], params=params)) if missed else []
    heard = _heard([plan.person for plan in plans])
    found, today = [], clock.day_of(now)
    for plan in plans:
        most = int(value("observation.lost_after_missed", plan.place, today, plan.profile or None))
        since = max(plan.owed_from, heard.get(plan.person, plan.owed_from))
        silent = [due for due in missed[plan.person] if due > since]
        if len(silent) < most:
            continue
        hours = int(value("observation.find_within_hours", plan.place, today, plan.profile or None))
        first = silent[0].astimezone(clock.zone()).isoformat(timespec="minutes")
        begun = silent[most - 1]
        found.append(
            Expected(
                plan.person, plan.place, begun, begun + timedelta(hours=hours), slot=first, source=plan.id
            )
        )  # fmt: skip
    return found


def _missed(now: datetime) -> dict[UUID, list[datetime]]:
    """When the missed turns of people under observation were due, the earliest first."""
    people = Observation.objects.filter(closed_at=None).values("person")
    tasks = Task.objects.filter(OPEN, kind=READING.kind, due_at__lt=now, subject_id__in=people)
    found: dict[UUID, list[datetime]] = defaultdict(list)
    for person, due in tasks.order_by("due_at").values_list("subject_id", "due_at"):
        found[person].append(due)
    return found


def _heard(people: Collection[UUID]) -> dict[UUID, datetime]:
    """When each of these people was last measured, or said to have been found."""
    clause, params = sql.among("person", people)
    found: dict[UUID, datetime] = {}
    for records in (Reading.objects.all(), Contact.objects.filter(found=True)):
        own = records.filter(replaced_by=None).extra(where=[clause], params=params).values("person")
        for person, at in own.annotate(at=Max("happened_at")).values_list("person", "at"):
            found[person] = max(at, found.get(person, at))
    return found
