"""What lists of people share: finding by name, names with village and age, who answers, the export."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Replace
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from bulou.core.exports import Asked
from bulou.core.people import names, units
from bulou.core.people import queries as people
from bulou.core.people.models import Household, Person, Unit
from bulou.core.places import queries as places
from bulou.core.places.codes import COUNTY_DIGITS, TOWNSHIP, path_codes, subject
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor
from bulou.core.staff.models import Post, Responsibility
from bulou.core.staff.queries import ended, posted, responsible
from bulou.core.staff.responsibility import title
from bulou.core.staff.roles import Role
from bulou.lib import clock
from bulou.lib.refusals import Refusal

SEXES = {"男": lazy("male"), "女": lazy("female")}
# How somebody stands to the head of the household, as households are kept; others stand as they were written.
RELATIONS = {
    "户主": lazy("head"), "配偶": lazy("spouse"), "子女": lazy("child"), "父母": lazy("parent"),
    "其他亲属": lazy("other relative"),
}  # fmt: skip


def unit_of(asked: Asked) -> Unit | None:
    """The unit to which a list that leaves the house is narrowed. Raises Refusal list-unknown."""
    text = asked.get("unit")
    found = units.find(asked.by, text) if text else None
    if text and found is None:
        raise Refusal("list-unknown")
    return found


def matching(found: QuerySet[Any], text: str, field: str = "person") -> QuerySet[Any]:
    """Rows about people whose name begins so (characters, pinyin, initials), or who have this document or phone.

    Looks at the person of each row of the list, which is far shorter than the list of all people.
    """
    if not text.strip():
        return found
    text = names.normal(text)
    if any(c.isdigit() for c in text):
        return found.filter(**{f"{field}__in": people.known_as(text)})
    if names.is_han(text):
        test = Q(name__startswith=text) | Q(name__startswith=names.simplified(text))
    else:
        letters = "".join(names.reading(text).pinyin.split())
        if not letters:
            return found.none()
        test = Q(letters__startswith=letters) | Q(initials__startswith=letters)
    some = Person.objects.annotate(letters=Replace("pinyin", Value(" "), Value("")))
    return found.filter(Exists(some.filter(test, pk=OuterRef(field))))


@dataclass(frozen=True)
class Shown:
    """A person as every list shows them: name, sex, age, village."""

    id: UUID
    name: str
    sex: str
    age: int | None
    place: str
    place_name: str


def shown(wanted: Collection[UUID], below: str) -> dict[UUID, Shown]:
    """People by the ids asked for, in three queries; places are named within `below`."""
    found = people.with_ages(wanted, clock.today())
    named = place_names({one.place for one in found.values()}, below)
    return {
        asked: Shown(one.id, one.name, one.sex, one.age, one.place, named[one.place])
        for asked, one in found.items()
    }


def place_names(codes: Iterable[str], below: str) -> dict[str, str]:
    """{code: name within `below`} in two queries; `below` itself and what is above it by its own name."""
    wanted = set(codes)
    top = {code for code in wanted if len(code) <= max(len(below), COUNTY_DIGITS)}
    return dict.fromkeys(top, "") | places.names(top) | places.described(wanted - top, below=below)


def staff_names(posts: Sequence[Post], below: str) -> dict[int, str]:
    """{account: name with what they are where}, as people choose staff: two queries for any number of posts."""
    where = place_names({post.place for post in posts}, below)
    said: dict[int, tuple[str, list[str]]] = {}
    for post in posts:
        _name, held = said.setdefault(post.account_id, (post.account.name, []))
        held.append(f"{Role(post.role).title} {where.get(post.place, '')}".rstrip())
    return {one: f"{name} · {_(', ').join(dict.fromkeys(held))}" for one, (name, held) in said.items()}


def place_choices(by: Actor, levels: Sequence[int]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Places of the actor's territory for a list to choose from, grouped by township: three queries."""
    return choices_within(by.place, levels)


def choices_within(top: str, levels: Sequence[int]) -> list[tuple[str, list[tuple[str, str]]]]:
    """As `place_choices`, of any place: names of places are no secret."""
    found = list(places.subtree(top).filter(level__in=levels))
    named = place_names({place.code for place in found}, top[:COUNTY_DIGITS])
    above = places.names({places.ancestor(place.code, TOWNSHIP) for place in found})
    groups: dict[str, list[tuple[str, str]]] = {}
    for place in found:
        group = above.get(places.ancestor(place.code, TOWNSHIP), "")
        groups.setdefault(group, []).append((place.code, named[place.code].removeprefix(group) or place.name))
    return list(groups.items())


@dataclass(frozen=True)
class Answers:
    """Somebody who answers for a person: what they are, who they are, whether they were named for it."""

    title: str
    name: str
    named: bool


def answering(lives: Mapping[UUID, str]) -> dict[UUID, list[Answers]]:
    """{person: who answers for them}, from {person: place}: whoever is named for them, or in another role for their
    household; where nobody is, who is named for where they live, and who holds the posts that the rules name at the
    nearest place. Five queries, whatever their number."""
    named, places_ = responsible("person", list(lives)), set(lives.values())
    around, posts = _for_places(places_), by_post(places_)
    housed = Person.objects.filter(pk__in=lives).exclude(household=None)
    homes: dict[UUID, Any] = dict(housed.values_list("pk", "household"))
    of_home: Mapping[Any, list[Any]] = responsible("household", set(homes.values()))
    found = {}
    for person, place in lives.items():
        roles = {row.role for row in named[person]}
        shared = [row for row in of_home.get(homes.get(person), ()) if row.role not in roles]
        own = [Answers(title(row.role), row.holder_name, True) for row in (*named[person], *shared)]
        above = [Answers(title(row.role), row.holder_name, True) for row in around[place]]
        found[person] = own or [*above, *posts[place]]
    return found


def household_name(number: str) -> str:
    """What a household is called: by its number."""
    return _("Household %(number)s") % {"number": number} if number else _("Household without a number")


def subjects(rows: Iterable[Responsibility], below: str) -> dict[UUID, tuple[str, str]]:
    """What others than people are called for which somebody answers, and their pages: {subject: (name, address)}.

    Three queries, whatever their number. The caller has seen to the scope.
    """
    found: dict[UUID, tuple[str, str]] = {}
    rows = [row for row in rows if row.subject_type in ("household", "place")]
    homes = [row.subject_id for row in rows if row.subject_type == "household"]
    for pk, number in Household.objects.filter(pk__in=homes).values_list("pk", "number") if homes else ():
        found[pk] = (household_name(number), f"/households/{pk}/")
    codes = {row.place: row.subject_id for row in rows if row.subject_type == "place"}
    for code, name in place_names(codes, below).items() if codes else ():
        found[codes[code]] = (name, f"/places/{code}/")
    return found


@dataclass(frozen=True)
class Named(Answers):
    """As `Answers`, of somebody named: since when, and for which place where it is for one above."""

    since: date
    where: str = ""


def named(kind: str, pk: UUID, place: str) -> list[Named]:
    """Who is named for a household or a place, then for the places around it, the nearest first: three queries."""
    own = responsible(kind, [pk])[pk] if kind != "place" else []
    around = _for_places([place])[place]
    where = places.names({row.place for row in around if kind != "place" or row.place != place})
    return [
        Named(
            title(row.role),
            row.holder_name,
            True,
            row.from_day,
            where.get(row.place, "") if row in around else "",
        )
        for row in (*own, *around)
    ]


@dataclass(frozen=True)
class Former(Answers):
    """As `Answers`, of somebody who was named: from when until when, and who took over."""

    since: date
    until: date
    to: str


def former(subjects: Mapping[UUID, str]) -> list[Former]:
    """Who was named for some subjects ({id: type}) and answers no more, the latest first: one query."""
    rows = ended(Responsibility.objects.filter(subject_id__in=list(subjects))).select_related("handed_to")
    return [
        Former(
            title(row.role), row.holder_name, True, row.from_day, row.to_day,
            row.handed_to.holder_name if row.handed_to else "",
        )
        for row in rows.order_by("-to_day", "-pk") if row.to_day and row.subject_type == subjects[row.subject_id]
    ]  # fmt: skip


def _for_places(codes: Collection[str]) -> dict[str, list[Responsibility]]:
    """Who is named for some places or for those in which they lie, the nearest first: one query."""
    known = {subject(code): code for place in codes for code in path_codes(place)}
    at = {known[pk]: rows for pk, rows in responsible("place", list(known)).items()}
    return {place: [row for code in reversed(path_codes(place)) for row in at[code]] for place in codes}


def by_post(codes: Collection[str]) -> dict[str, list[Answers]]:
    """{place: who answers there by their post}: those that the rules name, each at the nearest place. One query."""
    today = clock.today()
    roles = {place: _roles(place, today) for place in codes}
    held = posted({role for some in roles.values() for role in some}, codes)
    return {
        place: [Answers(str(r.title), held[place][r].account.name, False) for r in some if r in held[place]]
        for place, some in roles.items()
    }


def _roles(place: str, day: date) -> list[Role]:
    known = {role.value for role in Role}
    return [Role(name) for name in value("responsibility.roles", place, day) if name in known]


def ids_of(values: Iterable[str]) -> list[UUID]:
    """The ids among what a form sent, each once, in order; anything else is left out."""
    found = []
    for text in values:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(found))
