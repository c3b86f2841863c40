"""Every list of posts that is read, territory first."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Replace

from bulou.core.figures.models import Cell
from bulou.core.figures.queries import sums
from bulou.core.people import keys
from bulou.core.room import ask
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.models import Post
from bulou.core.staff.roles import CLINIC, FIELD, OFFICE, Role
from bulou.core.tasks.cover import Need
from bulou.core.tasks.models import OPEN, Task
from bulou.lib import clock, plates, sql
from bulou.work.checkpoints.duties import HOLD, OWN, STRAY, staff
from bulou.work.checkpoints.models import Checkpoint, Handed, Pass, Permit, Traveller

# Those whose work it is.
WRITERS = FIELD | OFFICE
READERS = FIELD | OFFICE | CLINIC | {Role.INSPECTOR, Role.SYSTEM}
_OF_POST = {
    "people": "checkpoints.post_people", "vehicles": "checkpoints.post_vehicles", "back": "checkpoints.post_back",
}  # fmt: skip


def posts(actor: Actor) -> QuerySet[Checkpoint]:
    """The posts of the actor's territory, by place."""
    if actor.role not in READERS:
        return Checkpoint.objects.none()
    return within(actor, Checkpoint.objects.all())


# Those that stand, those that were taken down, or all.
SHOWN = ("standing", "ended", "all")


def sorts(actor: Actor, place: str, show: str, kind: str, text: str) -> QuerySet[Checkpoint]:
    """The posts of a place: standing, ended or all; of one kind; whose name holds a text."""
    found = sql.subtree(posts(actor), place)
    if show != "all":
        found = found.filter(ended_at__isnull=show == "standing")
    if kind:
        found = found.filter(kind=kind)
    return found.filter(name__icontains=text) if text else found


URGENT = ("-held", "-checked", "place", "name", "id")


def urgent(found: QuerySet[Checkpoint], waiting: Collection[UUID], day: date) -> QuerySet[Checkpoint]:
    """Posts to be read in the order of URGENT: where somebody waits in the isolation room, where most passed today."""
    passed = Cell.objects.filter(
        figure=_OF_POST["people"], day=day, place=OuterRef("place"), dim=OuterRef("figure_dim")
    )
    # Tallies name a post by the hexadecimal digits of its id alone.
    digits = Replace(Cast("id", TextField()), Value("-"), Value(""), output_field=TextField())
    return found.annotate(figure_dim=digits).annotate(
        checked=Coalesce(Subquery(passed.values("value")[:1]), 0),
        held=Case(When(id__in=list(waiting), then=1), default=0),
    )


def standing(actor: Actor, place: str) -> QuerySet[Checkpoint]:
    """Those that stand now in a place."""
    return sql.subtree(posts(actor).filter(ended_at=None), place).order_by("place", "kind", "name", "id")


NOTHING: dict[str, int] = dict.fromkeys(_OF_POST, 0)


def day_of(place: str, day: date) -> dict[str, dict[str, int]]:
    """What passed each post of a place on a day: {post: {people, vehicles, back}}, read from the tallies."""
    found: dict[str, dict[str, int]] = {}
    names = {figure: word for word, figure in _OF_POST.items()}
    for (_code, figure, post), count in sums(list(names), place, day=day).items():
        found.setdefault(post, dict(NOTHING))[names[figure]] = count
    return found


def held(actor: Actor, place: str) -> QuerySet[Task]:
    """Who is in an isolation room of a place now, whoever has been there longest first."""
    found = sql.subtree(within(actor, Task.objects.filter(OPEN, kind=HOLD.kind)), place)
    return found.order_by("due_at", "id") if actor.role in READERS else found.none()


def strayed(actor: Actor, place: str) -> QuerySet[Task]:
    """Who lives in a place, is under observation, was at a post, and nobody has found out why."""
    found = sql.subtree(within(actor, Task.objects.filter(OPEN, kind=STRAY.kind)), place)
    return found.order_by("due_at", "id") if actor.role in READERS else found.none()


def unmeasured(actor: Actor, place: str) -> QuerySet[Task]:
    """Who of those on duty in a place is to be measured now."""
    found = sql.subtree(
        within(actor, Task.objects.filter(OPEN, kind=OWN.kind, opens_at__lte=clock.now())), place
    )
    return found.order_by("due_at", "id") if actor.role in READERS else found.none()


def passes(post: Checkpoint, day: date) -> QuerySet[Pass]:
    """The passes at a post on a day, the latest first."""
    start = clock.at(day, time())
    found = Pass.objects.filter(post=post.id.hex, replaced_by=None)
    return found.filter(happened_at__gte=start, happened_at__lt=start + timedelta(days=1))


def travellers(records: Collection[UUID]) -> dict[UUID, list[Traveller]]:
    """Who passed by name, by pass: one query."""
    found: dict[UUID, list[Traveller]] = {}
    for row in Traveller.objects.filter(record__in=list(records)).order_by("n"):
        found.setdefault(row.record, []).append(row)
    return found


def opened(records: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """What is sealed of passes: plate, where from, note."""
    return keys.open_parts(records)


def masked(plate: str) -> str:
    """A plate as lists show it."""
    return plates.mask(plate) if plate else ""


def told_on(posts: Collection[Checkpoint], since: datetime, most: int = 100) -> list[Traveller]:
    """Of whom posts told a village since a moment, at once or out of the isolation room, the latest first."""
    here = [post.id.hex for post in posts]
    later = Handed.objects.filter(
        post__in=here, taker="village", replaced_by=None, happened_at__gte=since
    ).values("person")
    counting = Pass.objects.filter(post__in=here, replaced_by=None, happened_at__gte=since).values("id")
    told = Q(told=True) | Q(outcome="held", person__in=later)
    found = Traveller.objects.filter(told, post__in=here, at__gte=since, record__in=counting)
    return list(found.order_by("-at", "n")[:most])


def awaited(people: Collection[UUID]) -> dict[UUID, Task]:
    """{whoever a village was told of: the task with which they are to be seen at home}."""
    found: dict[UUID, Task] = {}
    for answer in ask("awaited", people) if people else ():
        found |= answer
    return found


def taken_over(post: Checkpoint, since: datetime) -> list[tuple[Task, Handed]]:
    """Who left the isolation room of a post since a moment, with who took them over; the latest first."""
    found = Handed.objects.filter(post=post.id.hex, replaced_by=None, happened_at__gte=since)
    handed = {record.id: record for record in found.order_by("-happened_at")[:100]}
    held = {task.done_by: task for task in Task.objects.filter(done_by__in=list(handed), kind=HOLD.kind)}
    return [(held[key], record) for key, record in handed.items() if key in held]


def regular(ids: Collection[str], now: datetime, place: str, most: int) -> list[tuple[UUID, int]]:
    """Who passed some posts in the last days, and how often; whoever passes most often first."""
    days = int(value("checkpoints.regular_days", place, clock.day_of(now)))
    if not ids:
        return []
    marks = ", ".join(["%s"] * len(ids))
    found = sql.rows(
        f"SELECT person, COUNT(*) AS often, MAX(at) AS last FROM {Traveller._meta.db_table}"
        f" WHERE post IN ({marks}) AND at >= %s AND outcome = 'let_in' GROUP BY person"
        " ORDER BY often DESC, last DESC, person LIMIT %s",
        [*ids, sql.moment(now - timedelta(days=days)), most],
    )
    return [(sql.as_uuid(person), int(often)) for person, often, _last in found]


def permits(actor: Actor) -> QuerySet[Permit]:
    """The permits of the actor's territory."""
    if actor.role not in READERS:
        return Permit.objects.none()
    return within(actor, Permit.objects.all())


def sorted_permits(actor: Actor, place: str, show: str) -> QuerySet[Permit]:
    """Those of a place: `valid` today, `ended`, or all."""
    found = sql.subtree(permits(actor), place)
    valid = {"ended_at": None, "to_day__gte": clock.today()}
    if show == "all":
        return found
    return found.filter(**valid) if show == "valid" else found.exclude(**valid)


def holding(place: str, day: date) -> QuerySet[Permit]:
    """The permits that hold on a day for posts of a place: given for it, above it or below it."""
    above = Q(place__in=[place[:n] for n in range(1, len(place) + 1)])
    below = Q(place__gte=place, place__lt=sql.after_code(place))
    return Permit.objects.filter(above | below, ended_at=None, from_day__lte=day, to_day__gte=day)


def timeline(person: UUID) -> list[dict[str, Any]]:
    """At which posts a person was, for the person's page (which has checked the scope)."""
    rows = {row.record: row for row in Traveller.objects.filter(person=person)}
    found = []
    for record in Pass.objects.filter(id__in=list(rows), replaced_by=None):
        record.traveller = rows[record.id]  # type: ignore[attr-defined]  # what is theirs in it
        found.append({"kind": Pass.kind, "at": record.happened_at, "record": record})
    found += [
        {"kind": Handed.kind, "at": r.happened_at, "record": r}
        for r in Handed.objects.filter(person=person, replaced_by=None)
    ]
    return found


def subject_names(subjects: Collection[tuple[str, UUID]]) -> dict[UUID, str]:
    """What posts are called, and who holds a post of checkpoint staff."""
    wanted = {subject for kind, subject in subjects if kind == "checkpoint"}
    found = dict(Checkpoint.objects.filter(id__in=wanted).values_list("id", "name")) if wanted else {}
    asked = {subject for kind, subject in subjects if kind == "post"}
    if asked:
        held = Post.objects.filter(role=Role.CHECKPOINT_STAFF).values_list("pk", "account__name")
        found |= {key: name for pk, name in held if (key := staff(pk)) in asked}
    return found


def to_man(place: str, since: datetime, until: datetime) -> list[Need]:
    """The posts of a place that are to be manned at some time in [since, until)."""
    stood = Q(ended_at=None) | Q(ended_at__gt=since)
    found = sql.subtree(Checkpoint.objects.filter(stood, opened_at__lt=until, people__gt=0), place)
    return [
        Need(p.id, "checkpoint", p.name, p.place, p.opened_at, p.ended_at, p.opens, p.closes, p.people)
        for p in found.order_by("place", "id")
    ]
