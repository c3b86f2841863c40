"""What becomes of all that is at a place when it ends: it goes to its successor, or the place does not end.

Its records stay under the code under which they were made, and so do the figures of them. What may change goes
along: people, households, units, posts, who answers by name, what is owed at the doors, and the rooms' own plans
(whoever answers "stands_at"; they hear of it as the event `place.handed`, to say it in records where figures count).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bulou.core.people.models import Household, Person, Unit
from bulou.core.places.codes import subject
from bulou.core.places.models import Moved, Place, Succession
from bulou.core.records.kinds import Event, tell
from bulou.core.room import ask
from bulou.core.staff.actor import forget_tokens
from bulou.core.staff.models import Invitation, Post, Responsibility
from bulou.core.staff.queries import answering, holding
from bulou.core.staff.roles import ABOUT, Role
from bulou.core.tasks import write
from bulou.core.tasks.duties import Every, duties
from bulou.core.tasks.models import OPEN, Task
from bulou.lib import clock, sql

if TYPE_CHECKING:
    from bulou.core.staff.actor import Actor

_ENDED = "place-ended"
_TASK, _TURN = "task", "turn"
# Who owes at the door. What an office owes it reaches as before, and its clinic too.
_AT_DOORS = [role.value for role in Role if ABOUT[role].level >= 5]
_PIECE = 400  # ids in one statement that has no set for them


@dataclass(frozen=True)
class Standing:
    """Something that stands at places and goes along: which rows of a table, in whose words.

    `about`: its column of a person or household with whom alone it goes, "" where it goes with the place as a whole.
    """

    noun: str
    title: Any
    rows: Callable[[], QuerySet[Any]]
    about: str = ""


@dataclass(frozen=True)
class Line:
    """How many of something there are, and whether they go to the successor (else they stay)."""

    noun: str
    title: Any
    n: int
    moves: bool = True


def _standing() -> list[Standing]:
    own = [
        Standing("household", _("Households"), lambda: Household.objects.all(), "id"),
        Standing("person", _("People"), lambda: Person.objects.all(), "household"),
        Standing("unit", _("Units"), lambda: Unit.objects.all()),
        Standing("post", _("Posts"), lambda: holding(Post.objects.all())),
        Standing(
            "answers",
            _("Named responsibilities"),
            lambda: answering(Responsibility.objects.all()),
            "subject_id",
        ),
        Standing("invitation", _("Invitations"), lambda: Invitation.objects.filter(ends_at__gt=clock.now())),
    ]
    return [*own, *(one for some in ask("stands_at") for one in some)]


def _rhythms() -> list[str]:
    """What a place owes for itself, turn by turn: its reports. Its successor owes its own."""
    return [
        kind for kind, duty in duties().items() if isinstance(duty, Every) and duty.subject_type == "place"
    ]


def _owed(code: str) -> QuerySet[Task]:
    return Task.objects.filter(OPEN, place=code)


def look(code: str) -> list[Line]:
    """What is at a place and its parts now, and what of it goes along when another takes it over."""
    lines = [Line(one.noun, one.title, sql.subtree(one.rows(), code).count()) for one in _standing()]
    owed = sql.subtree(Task.objects.filter(OPEN), code).exclude(kind__in=_rhythms())
    doors = owed.filter(role__in=_AT_DOORS)
    now = clock.now()
    turns = sql.subtree(Task.objects.filter(OPEN, kind__in=_rhythms()), code)
    return [
        *lines,
        Line(_TASK, _("Tasks that are not done"), doors.count()),
        Line("office", _("Tasks of offices and the clinic"), owed.exclude(role__in=_AT_DOORS).count(), False),
        Line("late-turn", _("Reports that are late already"), turns.filter(due_at__lte=now).count(), False),
    ]  # fmt: skip


def binding(code: str) -> int:
    """How much at a place needs a successor: with any of it, it cannot simply end."""
    return sum(line.n for line in look(code) if line.noun not in ("post", "invitation", "late-turn"))


def carry(by: Actor, one: Succession, only: Collection[UUID] | None = None) -> None:
    """Let all that is at `one.code` (or just these households with their people) go to `one.into`, now."""
    moved: dict[str, list[Any]] = {}
    subjects = None if only is None else list(only)
    for stands in _standing():
        found = stands.rows().filter(place=one.code)
        if subjects is not None:
            found = among(found, stands.about, subjects) if stands.about else found.none()
        moved[stands.noun] = _take(found, one.into)
        if subjects is not None and stands.noun == "person":
            subjects += moved["person"]
    moved[_TASK] = _tasks(one.code, one.into, subjects)
    if only is None:
        first = clock.at(one.day, time())
        moved[_TURN] = list(
            _owed(one.code).filter(kind__in=_rhythms(), due_at__gt=max(first, clock.now())).values_list("pk", flat=True)
        )  # fmt: skip
        write.dismiss(moved[_TURN], _ENDED)
    _keep(one, moved)
    _answered(moved["answers"], one.code, one.into)
    _told(by, one, one.code, one.into, moved)
    one.done_at = clock.now()
    one.save(update_fields=["done_at"])
    forget_tokens()


def take_back(by: Actor, one: Succession) -> None:
    """Let what went along, and is still there, stand where it stood."""
    kept = {noun: [] for noun in (*(stands.noun for stands in _standing()), _TASK, _TURN)}  # type: ignore[var-annotated]
    for noun, pk, number in Moved.objects.filter(succession=one.pk).values_list("noun", "subject", "number"):
        kept.setdefault(noun, []).append(pk or number)
    moved: dict[str, list[Any]] = {}
    for stands in _standing():
        found = stands.rows().filter(place=one.into)
        # A part that was set up for it has nothing of its own.
        moved[stands.noun] = _take(found if one.part else among(found, "id", kept[stands.noun]), one.code)
    back = [pk for some in moved.values() for pk in some if isinstance(pk, UUID)]
    tasks = _tasks(one.into, one.code, None if one.part else back)
    rest = among(_owed(one.into), "id", kept[_TASK]).values_list("pk", flat=True)
    moved[_TASK] = [*tasks, *rest]
    write.relocate(list(rest), one.code)
    write.reinstate(kept[_TURN])
    _answered(moved["answers"], one.into, one.code)
    _told(by, one, one.into, one.code, moved)
    forget_tokens()


def among(found: QuerySet[Any], column: str, wanted: Collection[Any]) -> QuerySet[Any]:
    """Those of some rows whose column is one of these, whatever their number."""
    if not wanted:
        return found.none()
    if isinstance(next(iter(wanted)), UUID):
        table = found.model._meta.db_table
        where, params = sql.among(f"{table}.{column}", wanted)
        return found.extra(where=[where], params=params)
    some = list(wanted)
    test = Q()
    for at in range(0, len(some), _PIECE):
        test |= Q(**{f"{column}__in": some[at : at + _PIECE]})
    return found.filter(test)


def _take(found: QuerySet[Any], to: str) -> list[Any]:
    """Give rows another place; their ids."""
    wanted = list(found.values_list("pk", flat=True))
    among(found.model._base_manager.all(), "id", wanted).update(place=to)
    return wanted


def _tasks(code: str, to: str, subjects: Collection[UUID] | None) -> list[UUID]:
    """What is owed at the doors of a place, of all or of some subjects, is owed at another; late or not."""
    owed = _owed(code).filter(role__in=_AT_DOORS).exclude(kind__in=_rhythms())
    found = list(
        (owed if subjects is None else among(owed, "subject_id", subjects)).values_list("pk", flat=True)
    )
    write.relocate(found, to)
    return found


def _keep(one: Succession, moved: dict[str, list[Any]]) -> None:
    rows = [
        Moved(succession=one.pk, noun=noun, **{"subject" if isinstance(pk, UUID) else "number": pk})
        for noun, some in moved.items()
        for pk in some
    ]
    Moved.objects.bulk_create(rows, batch_size=1000)


def _answered(rows: Collection[Any], code: str, to: str) -> None:
    """Who answered for a place itself answers for the one in whose place it stands."""
    own = among(Responsibility.objects.all(), "id", rows).filter(
        subject_type="place", subject_id=subject(code)
    )
    own.update(subject_id=subject(to))


def _told(by: Actor, one: Succession, code: str, to: str, moved: dict[str, list[Any]]) -> None:
    facts = {"from": code, "moved": moved}
    tell([Event("place.handed", None, to, clock.now(), one.pk, facts)], by)


def waiting() -> Iterable[Succession]:
    """Those whose day has come and that were not carried out yet, in the order in which they were said."""
    return list(
        Succession.objects.filter(done_at=None, undone_at=None, day__lte=clock.today()).order_by("at", "id")
    )


def latest(code: str) -> Succession | None:
    """The last succession of a place that was not taken back."""
    return Succession.objects.filter(code=code, undone_at=None).order_by("-at", "-id").first()


def parts_of(code: str) -> list[Place]:
    """The parts of a place that are, or will be."""
    return list(Place.objects.filter(parent=code, to_day=None).order_by("code"))
