"""The verbs that change the territory. Codes are never taken away: a place ends, or goes into another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from bulou.core import audit
from bulou.core.places import queries, refused, words
from bulou.core.places.codes import GRID, LENGTHS, is_code, parent_of
from bulou.core.places.models import Kind, Place, PlaceAlias, columns
from bulou.core.places.taking import take_county, take_file, take_five
from bulou.core.staff.roles import OFFICE, Role
from bulou.lib import clock
from bulou.lib.refusals import Refusal

if TYPE_CHECKING:
    from bulou.core.staff.actor import Actor

__all__ = [
    "NewPlace", "add", "add_many", "alias", "end", "merge", "rename", "split", "take_county", "take_file",
    "take_five",
]  # fmt: skip

KEEPERS = (OFFICE - {Role.COUNTY_LEADER}) | {Role.ADMINISTRATOR}

# Own codes of the official levels begin here, clear of any that the statistics bureau gives.
_OWN_OFFICIAL = 900
# 999 stays free.
_LAST = 998


class NewPlace(NamedTuple):
    """A place to be set up; without a code it gets the next free one under its parent."""

    parent: str
    name: str
    kind: str
    code: str | None = None
    level_name: str = ""
    from_day: date | None = None
    split_from: str | None = None


@audit.verb("places.add", roles=KEEPERS)
def add(by: Actor, parent: str, name: str, kind: str, code: str | None = None) -> Place:
    """Set up one place; see `add_many`."""
    return _add(by, [NewPlace(parent, name, kind, code)])[0]


@audit.verb("places.add-many", roles=KEEPERS)
def add_many(by: Actor, rows: Sequence[NewPlace]) -> list[Place]:
    """Set up places, in the order given; a parent may stand before its children in the same rows.

    All or none. Refuses `place-unknown` (also for a parent that is not the actor's), `place-name`,
    `place-kind`, `place-name-taken`, `place-code`, `place-code-taken`, `place-too-deep`, `place-full`,
    `place-ended`.
    """
    return _add(by, rows)


def _add(by: Actor, rows: Sequence[NewPlace]) -> list[Place]:
    tops = {row.parent for row in rows}
    # Locked, so that two who add at once do not take the same number.
    parents = {
        place.pk: place for place in Place.objects.select_for_update().filter(pk__in=tops).order_by("pk")
    }
    siblings = Place.objects.filter(parent__in=parents)
    numbers: dict[str, set[str]] = {}
    living = {(place.parent, place.name): place.pk for place in queries.alive(siblings)}
    for code, parent in siblings.values_list("code", "parent"):
        numbers.setdefault(parent, set()).add(code)
    made: list[Place] = []
    for row in rows:
        place = _made(by, row, parents, numbers, living)
        parents[place.pk] = place
        living[(place.parent, place.name)] = place.pk
        made.append(place)
    Place.objects.bulk_create(made, batch_size=2000)
    top = made[0].parent if made else by.place
    audit.note(subject_type="place", subject_id=made[0].pk if made else "", place=top, count=len(made))
    return made


def _made(
    by: Actor,
    row: NewPlace,
    parents: dict[str, Place],
    numbers: dict[str, set[str]],
    living: dict[tuple[str, str], str],
) -> Place:
    parent = parents.get(row.parent)
    if parent is None or not by.reaches(row.parent):
        raise Refusal(refused.UNKNOWN)
    name = _name(row.name)
    if row.kind not in Kind.values:
        raise Refusal(refused.KIND, kind=row.kind)
    if not parent.exists(row.from_day or clock.today()):
        raise Refusal(refused.ENDED, name=parent.name)
    if parent.level >= GRID:
        raise Refusal(refused.TOO_DEEP, name=parent.name)
    if twin := living.get((parent.pk, name)):
        raise Refusal(refused.NAME_TAKEN, name=name, place=twin)
    code = _code(row, parent, numbers.setdefault(parent.pk, set()))
    place = Place(**columns(code, name, row.kind), from_day=row.from_day, split_from=row.split_from)
    place.level_name = row.level_name or place.level_name
    return place


def _code(row: NewPlace, parent: Place, taken: set[str]) -> str:
    """The code asked for, else the lowest free number under the parent; it is taken from then on."""
    code = row.code
    if code:
        if not is_code(code) or parent_of(code) != parent.pk:
            raise Refusal(refused.CODE, place=code, parent=parent.name)
        if code in taken:
            raise Refusal(refused.CODE_TAKEN, place=code)
    else:
        width = LENGTHS[parent.level] - LENGTHS[parent.level - 1]
        first = 1 if parent.level == GRID - 1 or width < 3 else _OWN_OFFICIAL
        last = _LAST if width == 3 else 98
        free = (f"{parent.pk}{n:0{width}d}" for n in range(first, last + 1))
        code = next((one for one in free if one not in taken), None)
        if code is None:
            raise Refusal(refused.FULL, name=parent.name)
    taken.add(code)
    return code


@audit.verb("places.rename", roles=KEEPERS)
def rename(by: Actor, code: str, name: str, day: date | None = None) -> Place:
    """Give a place a new name from `day` (None: today); the old one still finds it. The same name is no act.

    Refuses `place-unknown`, `place-name`, `place-name-taken`.
    """
    place, name, day = _own(by, code), _name(name), day or clock.today()
    if name == place.name:
        return place
    twin = queries.alive(Place.objects.filter(parent=place.parent, name=name), day).exclude(pk=code).first()
    if twin:
        raise Refusal(refused.NAME_TAKEN, name=name, place=twin.pk)
    _alias(code, place.name, day)
    PlaceAlias.objects.filter(place=code, name=name).delete()
    word = words.level_word(name) or place.level_name
    for column, value in (columns(code, name, place.kind) | {"level_name": word}).items():
        setattr(place, column, value)
    place.save()
    audit.note(subject_type="place", subject_id=code, place=code)
    return place


@audit.verb("places.alias", roles=KEEPERS)
def alias(by: Actor, code: str, name: str) -> None:
    """Let a place be found by another name too. Refuses `place-unknown`, `place-name`."""
    _alias(_own(by, code).pk, _name(name), None)
    audit.note(subject_type="place", subject_id=code, place=code)


@audit.verb("places.merge", roles=KEEPERS)
def merge(by: Actor, code: str, into: str, day: date | None = None) -> Place:
    """From `day` (None: today) a place is part of another of its level; its names lead there.

    Its records keep the old code. Refuses `place-unknown`, `place-into-itself`, `place-other-level`,
    `place-ended`, `place-has-parts`.
    """
    place, other, day = _own(by, code), _own(by, into), day or clock.today()
    if place.pk == other.pk:
        raise Refusal(refused.ITSELF)
    if place.level != other.level:
        raise Refusal(refused.LEVEL, name=place.name, other=other.name)
    if not other.exists(day):
        raise Refusal(refused.ENDED, name=other.name)
    if place.merged_into == into and place.to_day == day:
        return other
    _close(place, day, into)
    if place.name != other.name:
        _alias(into, place.name, day)
    audit.note(subject_type="place", subject_id=code, place=code)
    return other


@audit.verb("places.end", roles=KEEPERS)
def end(by: Actor, code: str, day: date | None = None) -> Place:
    """From `day` (None: today) a place is no more and nothing takes it over: a site that closes.

    Refuses `place-unknown`, `place-ended`, `place-has-parts`.
    """
    place = _own(by, code)
    _close(place, day or clock.today(), None)
    audit.note(subject_type="place", subject_id=code, place=code)
    return place


@audit.verb("places.split", roles=KEEPERS)
def split(
    by: Actor, code: str, parts: Iterable[tuple[str, str]], day: date | None = None, ends: bool = True
) -> list[Place]:
    """From `day` (None: today) new places beside `code` come out of it: (name, kind) of each.

    They know what they came from. With `ends` the old place is no more from that day, else it lives on
    without them. Refuses as `add_many` and `end` do.
    """
    place, day = _own(by, code), day or clock.today()
    if ends:
        _close(place, day, None)
    elif not place.exists(day):
        raise Refusal(refused.ENDED, name=place.name)
    rows = [NewPlace(place.parent, name, kind, from_day=day, split_from=code) for name, kind in parts]
    return _add(by, rows)


def _close(place: Place, day: date, into: str | None) -> None:
    if not place.exists(day):
        raise Refusal(refused.ENDED, name=place.name)
    if parts := queries.alive(Place.objects.filter(parent=place.pk), day).count():
        raise Refusal(refused.HAS_PARTS, name=place.name, count=parts)
    place.to_day, place.merged_into = day, into
    place.save(update_fields=["to_day", "merged_into"])


def _own(by: Actor, code: str) -> Place:
    """The place, if it is there and the actor's. Not there and not theirs are one answer."""
    place = Place.objects.select_for_update().filter(pk=code).first() if by.reaches(code) else None
    if place is None:
        raise Refusal(refused.UNKNOWN)
    return place


def _name(text: str) -> str:
    name = words.clean(text)
    if not 0 < len(name) <= 60:
        raise Refusal(refused.NAME)
    return name


def _alias(code: str, name: str, until: date | None) -> None:
    PlaceAlias.objects.update_or_create(
        place=code, name=name, defaults={"stem": words.stem(name), "until_day": until}
    )
