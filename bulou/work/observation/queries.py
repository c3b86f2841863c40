"""Every list of observations that is read, scope first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from bulou.core.cards import Mark
from bulou.core.people.merging import members
from bulou.core.room import ask
from bulou.core.rulebook import outcome, value
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.roles import CLINIC, FIELD, OFFICE, Role
from bulou.core.tasks.models import OPEN, Task
from bulou.lib import clock, sql
from bulou.work.observation.models import (
    Breach,
    Closed,
    Contact,
    Handed,
    Lodged,
    Moved,
    Notice,
    Observation,
    Opened,
    Reading,
    Restarted,
    Step,
    Whereabouts,
)  # fmt: skip
from bulou.work.observation.rules import is_alarm
from bulou.work.observation.symptoms import ALARM

# Those whose work it is: at the door, in the offices that decide, at the clinic, and who inspects.
READERS = FIELD | OFFICE | CLINIC | {Role.INSPECTOR, Role.SYSTEM}
READING, NOTICE, FIND = "observation.reading", "observation.notice", "observation.find"
_TURNS = (Opened, Closed, Moved, Lodged, Handed, Restarted, Notice, Breach, Step, Contact, Whereabouts)
ELSEWHERE, HERE = "observation.elsewhere", "observation.here"


def observations(actor: Actor) -> QuerySet[Observation]:
    """Observations in the actor's territory."""
    if actor.role not in READERS:
        return Observation.objects.none()
    return within(actor, Observation.objects.all())


def seen(actor: Actor) -> QuerySet[Observation]:
    """Observations that an actor may open: those of their territory, and of whoever lies at a site in it or was
    reported there, while it is asked where they are."""
    own = observations(actor)
    if actor.role not in READERS:
        return own
    lying = within(actor, Observation.objects.filter(closed_at=None), "bed__site__place")
    return own | lying | Observation.objects.filter(_reported(actor), closed_at=None)


def _reported(actor: Actor, place: str = "") -> Q:
    asked = within(actor, Task.objects.filter(OPEN, kind=HERE, source=OuterRef("id")))
    return Q(Exists(sql.subtree(asked, place)))


def whereabouts(plan: Observation) -> list[Task]:
    """What is asked about somebody who was reported in another place: of their own place first."""
    return list(Task.objects.filter(OPEN, kind__in=(ELSEWHERE, HERE), source=plan.id).order_by("kind"))


def running(actor: Actor) -> QuerySet[Observation]:
    return observations(actor).filter(closed_at=None)


def _late(**more: Any) -> Exists:
    """A reading of the person is missed since the observation began, and nobody has said why."""
    of_them = Task.objects.filter(OPEN, kind=READING, subject_id=OuterRef("person"))
    late = of_them.filter(due_at__lt=clock.now(), due_at__gte=OuterRef("opened_at"))
    return Exists(late.filter(**more))


def questions() -> dict[str, Q]:
    """The line lists by question, as conditions over observations that have not been closed before today."""
    today = clock.today()
    begun = clock.at(today, time())  # by the moment: by its day SQLite would look up everybody's tasks of it
    open_, over = Q(closed_at=None), Q(closed_at=None, until_day__lt=today)
    fever = Reading.objects.filter(person=OuterRef("person"), fever=True, day=today, replaced_by=None)
    notice = Task.objects.filter(OPEN, kind=NOTICE, subject_id=OuterRef("person"))
    return {
        "missed": open_ & Q(_late(due_at__gte=begun)),
        "fever": Q(Exists(fever)),
        "gaps": open_ & Q(_late(due_at__lt=begun)),
        "propose": over & Q(state="open"),
        "check": open_ & Q(state="proposed"),
        "approve": open_ & Q(state="checked"),
        "notice": open_ & Q(Exists(notice)),
        "unreached": open_ & Q(Exists(Task.objects.filter(OPEN, kind=FIND, subject_id=OuterRef("person")))),
        "lost": open_ & Q(state="lost"),
        "elsewhere": open_ & Q(Exists(Task.objects.filter(OPEN, kind=ELSEWHERE, source=OuterRef("id")))),
        "central": open_ & Q(measure="central"),
        "running": open_,
    }


def listed(actor: Actor, place: str, question: str) -> tuple[QuerySet[Observation], tuple[str, ...]]:
    """The observations of a line list in a place, and the keys by which it is paged."""
    if question == "reported":
        found = Observation.objects.filter(_reported(actor, place), closed_at=None)
        return (found if actor.role in READERS else found.none()), ("place", "id")
    found = sql.subtree(observations(actor), place)
    if question == "closed":
        return found.filter(closed_at__isnull=False), ("-closed_at", "-id")
    found = _of_today(found).filter(questions()[question])
    return found, ("until_day", "place", "id") if question in STEPS else ("place", "id")


def counts(actor: Actor, place: str) -> dict[str, int]:
    """How many each line list has, in one query."""
    asked = {name: Count("pk", filter=test) for name, test in questions().items()}
    found: dict[str, int] = _of_today(sql.subtree(observations(actor), place)).aggregate(**asked)
    return found | {"reported": listed(actor, place, "reported")[0].count()}


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
    """For other rooms: whoever is under observation, in words, since and until when, and where it is shown."""
    where, params = sql.among("person", people)
    found = Observation.objects.filter(closed_at=None).extra(where=[where], params=params)
    at = {"home": _("Observed at home until %(day)s"), "central": _("At a central site until %(day)s")}
    return {
        o.person: {
            "title": at.get(o.measure, at["home"]) % {"day": o.until_day.isoformat()},
            "since": o.opened_at, "until": o.until_day, "url": f"/observation/{o.id}/",
        }
        for o in found
    }  # fmt: skip


def marks(_by: Actor, _place: str) -> list[Mark]:
    """For lists of households: whoever is under observation, wherever they stay."""
    found = Observation.objects.filter(closed_at=None)
    return [Mark("observed", _("Under observation"), "now", found, key=True)]


def gaps(plans: Sequence[Observation]) -> list[Task]:
    """Missed readings of these observations that nobody has explained."""
    return [task for task, _plan in _gaps(plans)]


def missing(plans: Sequence[Observation]) -> Counter[UUID]:
    """How many gaps each of these observations has, by its id."""
    return Counter(plan.id for _task, plan in _gaps(plans))


def _gaps(plans: Sequence[Observation]) -> Iterator[tuple[Task, Observation]]:
    by_person = {p.person: p for p in plans}
    whose = members(list(by_person))
    clause, params = sql.among("subject_id", whose)
    found = Task.objects.extra(where=[clause], params=params).filter(
        OPEN, kind=READING, due_at__lt=clock.now()
    )
    for task in found:
        plan = by_person[whose[task.subject_id]]
        if _of(plan, task):
            yield task, plan


def _of(plan: Observation, task: Task) -> bool:
    """Whether a reading was owed for this observation, also while it ran under another id of the person."""
    return task.source == plan.id or (task.subject_id == plan.person and task.due_at >= plan.opened_at)


def obstacles(plans: Sequence[Observation]) -> dict[UUID, list[str]]:
    """What stands against the release of each, as the code that the table of releases gives; else none."""
    today, found = clock.today(), {}
    for plan, facts in release_facts(plans, today).items():
        verdict = outcome("observation.release", plan.place, today, facts).outcome["verdict"]
        found[plan.id] = [] if verdict == "eligible" else [f"release-{verdict}"]
    return found


def release_facts(plans: Sequence[Observation], today: date) -> dict[Observation, dict[str, Any]]:
    """What the table of releases asks about each; a constant number of queries."""
    people, keys = [p.person for p in plans], [p.id for p in plans]
    owed = missing(plans)
    cases = {person for answer in ask("open_cases", people) for person in answer}
    breaches = Breach.objects.filter(observation__in=keys, replaced_by=None)
    broken = list(breaches.values_list("observation", "day", "action"))
    ill = _ill(plans)
    return {
        p: {
            "term_over": today > p.until_day, "open_case": p.person in cases, "lost": p.state == "lost",
            "symptoms": p.id in ill, "gaps": owed[p.id],
            "breaches": sum(plan == p.id and day >= p.clock_from for plan, day, _action in broken),
            "restart_owed": (p.id, True) in {
                (plan, action == "restarted" and day > p.clock_from) for plan, day, action in broken
            },
        }
        for p in plans
    }  # fmt: skip


def _ill(plans: Sequence[Observation]) -> set[UUID]:
    """Those whose last reading was a fever or a complaint that the rules name, not excluded since."""
    by_id = {p.id: p for p in plans}
    clause, params = sql.among("o.id", by_id)
    table = Reading._meta.db_table
    last = f"SELECT id FROM {table} WHERE person = o.person AND replaced_by IS NULL ORDER BY happened_at DESC, id DESC"
    suspicious = sql.rows(
        f"SELECT r.id, o.id FROM {Observation._meta.db_table} o JOIN {table} r ON r.id = ({last} LIMIT 1)"
        f" WHERE {clause} AND (r.fever OR r.symptoms <> '')",
        params,
    )
    if not suspicious:
        return set()
    of = {sql.as_uuid(reading): sql.as_uuid(plan) for reading, plan in suspicious}
    cleared: dict[UUID, datetime] = {}
    for answer in ask("cleared", [by_id[plan].person for plan in of.values()]):
        cleared |= answer
    found = set()
    for reading in Reading.objects.filter(pk__in=list(of)):
        plan = by_id[of[reading.id]]
        alarming = value(ALARM, reading.place, reading.day, plan.profile or None)
        alarm = is_alarm(reading.fever, reading.symptoms.split(","), alarming)
        at = cleared.get(plan.person)
        if alarm and reading.happened_at >= plan.opened_at and (at is None or at < reading.happened_at):
            found.add(plan.id)
    return found


def last_turn(plan: Observation) -> Any:
    """The record of the last thing that was done to an observation; None where there is none yet."""
    latest: Any = None
    for model in _TURNS:
        row = model.objects.filter(observation=plan.id).order_by("-received_at").first()
        if row is not None and (latest is None or row.received_at > latest.received_at):
            latest = row
    return latest


def timeline(person: UUID) -> list[dict[str, Any]]:
    """What observation knows of a person, for the person's page (which has checked the scope)."""
    found: list[dict[str, Any]] = []
    for model in (*_TURNS, Reading):
        found += [
            {"kind": model.kind, "at": r.happened_at, "record": r}
            for r in model.objects.filter(person=person)
        ]
    return found


def terms_of(observation: UUID) -> list[Opened | Restarted]:
    """The terms that an observation was given, the last one last."""
    given = [
        term
        for model in (Opened, Restarted)
        for term in model._default_manager.filter(observation=observation, replaced_by=None)
    ]
    return sorted(given, key=lambda term: (term.happened_at, term.id.int))
