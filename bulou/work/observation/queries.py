"""Every list of observations that is read, scope first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, time
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from bulou.core.room import ask
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.models import Post
from bulou.core.staff.queries import holding
from bulou.core.staff.roles import CLINIC, FIELD, OFFICE, Role
from bulou.core.tasks.models import OPEN, Task
from bulou.lib import clock, sql
from bulou.work.observation import rules
from bulou.work.observation.models import (
    Bed,
    Breach,
    Closed,
    Contact,
    Moved,
    Notice,
    Observation,
    Opened,
    Reading,
    Restarted,
    Step,
)  # fmt: skip

# Those whose work it is: at the door, in the offices that decide, at the clinic, and who inspects.
READERS = FIELD | OFFICE | CLINIC | {Role.INSPECTOR, Role.SYSTEM}
READING, NOTICE = "observation.reading", "observation.notice"


def observations(actor: Actor) -> QuerySet[Observation]:
    """Observations in the actor's territory."""
    if actor.role not in READERS:
        return Observation.objects.none()
    return within(actor, Observation.objects.all())


def running(actor: Actor) -> QuerySet[Observation]:
    return observations(actor).filter(closed_at=None)


def due_for_release(actor: Actor) -> QuerySet[Observation]:
    """Those whose term is over and who wait at some step."""
    return running(actor).filter(until_day__lt=clock.today()).order_by("until_day", "place", "id")


def _late(**more: Any) -> Exists:
    """A reading of the person is missed since the observation began, and nobody has said why."""
    late = Task.objects.filter(
        OPEN,
        kind=READING,
        subject_id=OuterRef("person"),
        due_at__lt=clock.now(),
        due_at__gte=OuterRef("opened_at"),
    )
    return Exists(late.filter(**more))


def questions() -> dict[str, Q]:
    """The line lists by question, as conditions over observations that have not been closed before today."""
    today = clock.today()
    open_, over = Q(closed_at=None), Q(closed_at=None, until_day__lt=today)
    fever = Reading.objects.filter(person=OuterRef("person"), fever=True, day=today, replaced_by=None)
    notice = Task.objects.filter(OPEN, kind=NOTICE, subject_id=OuterRef("person"))
    return {
        "missed": open_ & Q(_late(due_day=today)),
        "fever": Q(Exists(fever)),
        "gaps": open_ & Q(_late(due_day__lt=today)),
        "propose": over & Q(state="open"),
        "check": open_ & Q(state="proposed"),
        "approve": open_ & Q(state="checked"),
        "notice": open_ & Q(Exists(notice)),
        "lost": open_ & Q(state="lost"),
        "central": open_ & Q(measure="central"),
        "running": open_,
    }


def listed(actor: Actor, place: str, question: str) -> tuple[QuerySet[Observation], tuple[str, ...]]:
    """The observations of a line list in a place, and the keys by which it is paged."""
    found = sql.subtree(observations(actor), place)
    if question == "closed":
        return found.filter(closed_at__isnull=False), ("-closed_at", "-id")
    found = _of_today(found).filter(questions()[question])
    return found, ("until_day", "place", "id") if question in STEPS else ("place", "id")


def counts(actor: Actor, place: str) -> dict[str, int]:
    """How many each line list has, in one query."""
    asked = {name: Count("pk", filter=test) for name, test in questions().items()}
    return _of_today(sql.subtree(observations(actor), place)).aggregate(**asked)


def _of_today(found: QuerySet[Observation]) -> QuerySet[Observation]:
    return found.filter(Q(closed_at=None) | Q(closed_at__gte=clock.at(clock.today(), time())))


# Steps of the release as line lists: from which state, and who may take it.
STEPS = {
    "propose": ("open",),
    "check": ("proposed",),
    "approve": ("checked",),
    "send-back": ("proposed", "checked"),
}


def with_last_reading(found: QuerySet[Observation]) -> QuerySet[Observation]:
    """Each with `last_at`, `last_tenths` and `last_fever` of the person's latest reading."""
    latest = Reading.objects.filter(person=OuterRef("person"), replaced_by=None).order_by("-happened_at")
    return found.annotate(
        last_at=Subquery(latest.values("happened_at")[:1]), last_tenths=Subquery(latest.values("tenths")[:1]),
        last_fever=Subquery(latest.values("fever")[:1]),
    )  # fmt: skip


def preview(actor: Actor, wanted: Sequence[UUID], step: str) -> list[tuple[Observation, str]]:
    """What a step would do to each of these: the code of what stands against it, "" when nothing does."""
    plans = list(running(actor).filter(id__in=list(wanted)).order_by("place", "id"))
    blocked = obstacles(plans) if step != "send-back" else {}
    return [
        (p, "release-wrong-step" if p.state not in STEPS[step] else next(iter(blocked.get(p.id, [])), ""))
        for p in plans
    ]


def under_way(people: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """For pages of other rooms: whoever is under observation, in words, until when, and where it is shown."""
    found = Observation.objects.filter(person__in=list(people), closed_at=None)
    at = {"home": _("Observed at home until %(day)s"), "central": _("At a central site until %(day)s")}
    return {
        o.person: {
            "title": at.get(o.measure, at["home"]) % {"day": o.until_day.isoformat()},
            "until": o.until_day, "url": f"/observation/{o.id}/",
        }
        for o in found
    }  # fmt: skip


def capacities(place: str, day: date) -> dict[str, int]:
    """What a place has for people under observation: rooms of open sites, and medics in post."""
    beds = sql.subtree(Bed.objects.filter(site__open=True), place, "site__place")
    medics = sql.subtree(holding(Post.objects.filter(role=Role.VILLAGE_DOCTOR)), place)
    return {
        "rooms": beds.values("site", "room").distinct().count(),
        "medics": medics.values("account").distinct().count(),
    }


def gaps(plans: Sequence[Observation]) -> list[Task]:
    """Missed readings of these observations that nobody has explained."""
    found = Task.objects.filter(
        OPEN, kind="observation.reading", subject_id__in=[p.person for p in plans], due_at__lt=clock.now()
    )
    begun = {p.person: p.opened_at for p in plans}
    return [task for task in found if task.due_at >= begun[task.subject_id]]


def obstacles(plans: Sequence[Observation]) -> dict[UUID, list[str]]:
    """What stands against the release of each, as codes; a constant number of queries."""
    missing = Counter(task.subject_id for task in gaps(plans))
    people = [p.person for p in plans]
    cases = {person for answer in ask("open_cases", people) for person in answer}
    today = clock.today()
    return {
        p.id: rules.obstacles(
            rules.Standing(p.until_day, missing[p.person], p.person in cases, p.state == "lost"), today
        )
        for p in plans
    }


def last_change(plan: Observation) -> str:
    """The last thing that was done to an observation, in words: its record's title and time."""
    from bulou.core.records.kinds import kinds

    latest: Any = None
    for model in (Opened, Moved, Restarted, Step, Closed, Contact, Notice):
        row = model.objects.filter(observation=plan.id).order_by("-received_at").first()
        if row is not None and (latest is None or row.received_at > latest.received_at):
            latest = row
    if latest is None:
        return ""
    return f"{kinds()[latest.kind].title} {latest.received_at.astimezone(clock.zone()):%m-%d %H:%M}"


def timeline(person: UUID) -> list[dict[str, Any]]:
    """What observation knows of a person, for the person's page (which has checked the scope)."""
    found: list[dict[str, Any]] = []
    for model in (Opened, Closed, Moved, Restarted, Reading, Notice, Breach, Step, Contact):
        found += [
            {"kind": model.kind, "at": r.happened_at, "record": r}
            for r in model.objects.filter(person=person)
        ]
    return found
