"""The verbs by which a place ends, goes into another, or is split, so that nobody and nothing is left behind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from bulou.core import audit, succession
from bulou.core.people.models import Household, Person
from bulou.core.places import actions as places
from bulou.core.places import queries, refused
from bulou.core.places.actions import NewPlace
from bulou.core.places.models import Place, PlaceAlias, Succession
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.models import Post
from bulou.core.staff.queries import holding
from bulou.core.staff.roles import Role
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal, declare

ENDERS = frozenset({Role.ADMINISTRATOR, Role.COUNTY_OFFICE})
HOLDS = declare(
    "place-holds",
    _(
        "There are still %(count)s people, households, units, duties and tasks at %(name)s. Merge it into another"
        " place, which then takes them over."
    ),
)
PAST = declare(
    "place-day-past",
    _(
        "The day lies before today: what was recorded since then stands under this place. Choose today or a later day."
    ),
)
PART = declare(
    "place-part",
    _(
        "Line %(n)s is no part: write its name, then | and the house numbers that go to it, for example 1-30, 45."
    ),
)
NO_PARTS = declare("place-no-parts", _("Say at least one part that comes out of this place."))
DOORS = declare(
    "place-doors", _("The house number %(door)s is given to two parts. Let each stand with one of them only.")
)
NOT_UNDONE = declare(
    "place-not-undone",
    _(
        "There is nothing to take back here: this place did not end, or the one that took it over has ended since."
    ),
)
_DOORS = re.compile(r"(\d+)(?:[-—–~至](\d+))?号?")
_MOST_DOORS = 5000


@dataclass(frozen=True, slots=True)
class Part:
    """What comes out of a place that is split: `doors` are the house numbers that go to it."""

    name: str
    doors: frozenset[int] = frozenset()


def parts(text: str) -> list[Part]:
    """The parts of lines "name | house numbers". Raises Refusal: place-part, place-no-parts, place-doors."""
    found, taken = [], set[int]()
    for n, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        name, _bar, said = line.replace("｜", "|").partition("|")
        doors: set[int] = set()
        for one in re.split(r"[,，、;；\s]+", said.strip()) if said.strip() else ():
            match = _DOORS.fullmatch(one)
            low, high = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
            if not name.strip() or not 0 <= high - low < _MOST_DOORS:
                raise Refusal(PART, n=n)
            doors |= set(range(low, high + 1))
        if not name.strip():
            raise Refusal(PART, n=n)
        if twice := doors & taken:
            raise Refusal(DOORS, door=min(twice))
        taken |= doors
        found.append(Part(name.strip(), frozenset(doors)))
    if not found:
        raise Refusal(NO_PARTS)
    return found


def _day(day: date | None) -> date:
    if day and day < clock.today():
        raise Refusal(PAST)
    return day or clock.today()


def _there(by: Actor, code: str) -> Place:
    place = queries.get(code) if by.reaches(code) else None
    if place is None:
        raise Refusal(refused.UNKNOWN)
    return place


@audit.verb("places.close", roles=ENDERS)
def end(by: Actor, code: str, day: date | None = None) -> None:
    """From a day on a place is no more, and its posts end. What needs a successor stands in the way.

    Refuses place-holds, place-day-past, and what `places.end` refuses.
    """
    place, day = _there(by, code), _day(day)
    if count := succession.binding(code):
        raise Refusal(HOLDS, name=place.name, count=count)
    places.end(SYSTEM, code, day)
    last = clock.at(day, time())
    holding(Post.objects.filter(place=code)).update(to_at=last)
    audit.note(subject_type="place", subject_id=code, place=code)


def merge(by: Actor, code: str, into: str, day: date | None = None) -> None:
    """From a day on a place is part of another, which takes over all that is there; its parts are set up there.

    Today at once, later on that day. What is there goes part by part, each in a transaction of its own: who records
    meanwhile waits for one of them, not for a township, and what is cut short the clock goes on with.
    Refuses place-day-past, and what `places.merge` and `places.add` refuse.
    """
    act = ids.new()
    _hand_over(by, code, into, day, act)
    _carry_out(by, act)


@audit.verb("places.hand-over", roles=ENDERS)
def _hand_over(by: Actor, code: str, into: str, day: date | None, act: UUID) -> None:
    _there(by, into)
    place, day = _there(by, code), _day(day)
    if into.startswith(code):
        raise Refusal(refused.ITSELF)
    _merge(by, place, into, day, act, part=False)
    audit.note(subject_type="place", subject_id=code, place=code, to=into)


def _merge(by: Actor, place: Place, into: str, day: date, act: UUID, *, part: bool) -> None:
    for child in succession.parts_of(place.pk):
        twin = queries.alive(Place.objects.filter(parent=into, name=child.name), day).first()
        new = (
            twin
            or places.add_many(
                SYSTEM, [NewPlace(into, child.name, child.kind, None, child.level_name, day, child.pk)]
            )[0]
        )
        _merge(by, child, new.pk, day, act, part=twin is None)
    places.merge(SYSTEM, place.pk, into, day)
    _note(by, act, place.pk, into, day, part=part)


def _note(
    by: Actor, act: UUID, code: str, into: str, day: date, *, part: bool = False, whole: bool = True
) -> Succession:
    return Succession.objects.create(
        act=act, code=code, into=into, day=day, part=part, whole=whole, at=clock.now(), by=by.account
    )


@audit.verb("places.divide", roles=ENDERS)
def split(by: Actor, code: str, said: Sequence[Part], ends: bool = False) -> list[Place]:
    """From today on parts of a place are places of their own: households go there by their house numbers.

    With `ends` the place is no more, and all that nobody named goes to the first of its parts; else it keeps them.
    Refuses place-no-parts, and what `places.split` refuses.
    """
    place, day, act = _there(by, code), clock.today(), ids.new()
    if not said:
        raise Refusal(NO_PARTS)
    if ends and (count := len(succession.parts_of(code))):
        raise Refusal(refused.HAS_PARTS, name=place.name, count=count)
    made = places.split(SYSTEM, code, [(part.name, place.kind) for part in said], day, ends=False)
    homes = _homes(code, said)
    for part, new in zip(said, made, strict=True):
        one = _note(by, act, code, new.pk, day, part=True, whole=False)
        succession.carry(by, one, homes[part])
    if ends:
        heir = made[0].pk
        Place.objects.filter(pk=code).update(to_day=day, merged_into=heir)
        succession.carry(by, _note(by, act, code, heir, day, part=True))
    audit.note(subject_type="place", subject_id=code, place=code, count=len(made))
    return made


def _homes(code: str, said: Sequence[Part]) -> dict[Part, list[UUID]]:
    """{part: the households of the place whose house number begins with one of its own}."""
    of = {door: part for part in said for door in part.doors}
    found: dict[Part, list[UUID]] = {part: [] for part in said}
    for pk, number in Household.objects.filter(place=code).exclude(number="").values_list("pk", "number"):
        first = re.match(r"\d+", number)
        if first and (part := of.get(int(first[0]))):
            found[part].append(pk)
    return found


def _carry_out(by: Actor, act: UUID | None = None) -> None:
    """Carry out what is due, of one act or of all."""
    for one in succession.waiting():
        if act in (None, one.act):
            _take_over(by, one)


@audit.verb("places.take-over")
def _take_over(by: Actor, one: Succession) -> None:
    # Another process may have been here since it was found waiting, or it was taken back.
    now = (
        Succession.objects.select_for_update().filter(pk=one.pk, undone_at=None, done_at=one.done_at).first()
    )
    if now is not None:
        succession.carry(by, now)
    audit.note(subject_type="place", subject_id=one.code, place=one.code, to=one.into)


def tick() -> None:
    """What the clock does: what falls to a successor by now goes there, and who was entered at an ended one since."""
    _carry_out(SYSTEM)
    for one in _left_behind():
        _take_over(SYSTEM, one)


def _left_behind() -> list[Succession]:
    """What was carried out at places where somebody is again, in the order in which it was said: one query."""
    there = [Exists(model.objects.filter(place=OuterRef("code"))) for model in (Person, Household)]
    past = Succession.objects.filter(whole=True, undone_at=None).exclude(done_at=None)
    return list(past.filter(there[0] | there[1]).order_by("at", "id"))


@audit.verb("places.take-back", roles=ENDERS)
def undo(by: Actor, code: str) -> None:
    """A place that ended, went into another or was split is there again, with what went along and is still there.

    Refuses place-not-undone, place-name-taken, place-unknown.
    """
    place, last = _there(by, code), succession.latest(code)
    twin = queries.alive(Place.objects.filter(parent=place.parent, name=place.name)).exclude(pk=code).first()
    if twin:
        raise Refusal(refused.NAME_TAKEN, name=place.name, place=twin.pk)
    if last is not None:
        _undo(by, list(Succession.objects.filter(act=last.act).order_by("-at", "-id")))
    elif place.to_day is not None and not place.merged_into:
        Post.objects.filter(place=code, to_at=clock.at(place.to_day, time())).update(to_at=None)
        Place.objects.filter(pk=code).update(to_day=None)
    else:
        raise Refusal(NOT_UNDONE)
    audit.note(subject_type="place", subject_id=code, place=code)


def _undo(by: Actor, act: list[Succession]) -> None:
    """Take back what was done at once, the last first."""
    heirs = Place.objects.in_bulk([one.into for one in act])
    if not all(one.into in heirs and heirs[one.into].exists(max(one.day, clock.today())) for one in act):
        raise Refusal(NOT_UNDONE)
    for one in act:
        if one.done_at is not None:
            succession.take_back(by, one)
        gone = Place.objects.get(pk=one.code)
        if one.whole:
            Place.objects.filter(pk=one.code).update(to_day=None, merged_into=None)
            PlaceAlias.objects.filter(place=one.into, name=gone.name, until_day=one.day).delete()
        if one.part:
            Place.objects.filter(pk=one.into).update(to_day=one.day)
    Succession.objects.filter(pk__in=[one.pk for one in act]).update(undone_at=clock.now())
