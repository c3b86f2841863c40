"""Households found: by the beginning of the house number, by the whole address, or by who their head is.

An address is sealed, so it is found like a document: by a keyed index of all of it, however it is written.
Who the head is called is asked of the list of people, so a name that was put right is found at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Coalesce

from bulou.core.people import addresses, finding, names, queries, seal
from bulou.core.people.models import Household, Person
from bulou.core.people.queries import Named
from bulou.core.places import queries as places
from bulou.core.places.book import NameBook
from bulou.core.places.codes import VILLAGE_DIGITS
from bulou.lib import clock, paging, sql
from bulou.lib.paging import Page

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from bulou.core.staff.actor import Actor

_KEYS = ("place", "number", "id")
_PIECE = 2000  # heads looked up at once
_NUMBER = re.compile(r"(.*\d)号?$")


@dataclass(frozen=True, slots=True)
class Home:
    """A household, who its head is (nobody, where that is not said or not the actor's to see), how many live there."""

    household: Household
    head: Named | None
    people: int


def address_indexes(told: Mapping[UUID, tuple[str, str]]) -> dict[UUID, str | None]:
    """{household: blind index of its address}, from {household: (place, address)}: one query."""
    villages = places.names({place[:VILLAGE_DIGITS] for place, _address in told.values()})
    return {
        home: _index(addresses.normal(address, villages.get(place[:VILLAGE_DIGITS], "")))
        for home, (place, address) in told.items()
    }


def _index(address: str) -> str | None:
    return seal.index("address", address) if address else None


def page(
    by: Actor, place: str, text: str, size: int, cursor: str | None = None, only: Q | None = None
) -> Page:
    """A page of Homes of a place, searched: with a digit in it, a text is a door, an address, a phone or a document
    of the head; without, it is the head's name, else (in characters) a door called so. All of them, for no text.

    `only`: which households, beside that (see `lived_in_by`). Whoever stands for a unit finds none: theirs is a
    unit's people, not where they live. Raises ValueError for a cursor that is not of such a list.
    """
    if by.unit or not by.sees_people:
        return Page([], None)
    text, heads = _asked(place, text)
    # The two ways differ in what their cursors hold.
    if heads and (not cursor or len(paging.decode(cursor)) == len(finding.SORTS["name"])):
        some = finding.page(by, heads, "name", size, cursor)
        if some.rows or cursor or not names.is_han(text):
            return Page(_described(by, _headed(by, place, some.rows, only)), some.next)
    found = paging.page(_doors(by, place, text).filter(only or Q()), _KEYS, size, cursor)
    return Page(_described(by, found.rows), found.next)


def lived_in_by(by: Actor, people: QuerySet[Any]) -> Q:
    """The households of these people, as far as the actor may see the people; `people`: a query for their ids,
    also such under which somebody was known before two were found to be one."""
    kept = Person.objects.filter(pk__in=people).annotate(kept=Coalesce("merged_into", "pk")).values("kept")
    living = queries.visible(by).filter(pk__in=kept, household__isnull=False)
    return Q(pk__in=living.order_by().values("household"))


def known_under(by: Actor, found: Collection[UUID]) -> dict[UUID, UUID]:
    """{id: household} of everybody of these households whom the actor may see, by each id of theirs: two queries."""
    living = queries.visible(by).filter(household__in=found).values_list("pk", "household")
    home = {pk: where for pk, where in living if where}
    merged = Person.objects.filter(merged_into__in=list(home)).values_list("pk", "merged_into")
    return home | {pk: home[kept] for pk, kept in merged if kept}


def count(by: Actor, place: str, text: str, only: Q | None = None) -> int:
    """How many Homes all pages of a search have, none of them described."""
    text, heads = _asked(place, text)
    if heads:
        found = list(paging.walk(lambda cursor: finding.page(by, heads, "name", _PIECE, cursor)))
        if found or not names.is_han(text):
            some = (found[at : at + _PIECE] for at in range(0, len(found), _PIECE))
            return sum(len(_headed(by, place, piece, only)) for piece in some)
    return _doors(by, place, text).filter(only or Q()).count()


def _asked(place: str, text: str) -> tuple[str, finding.Filter | None]:
    """A search as it is read, and the heads that it may name: without a digit it is a name."""
    text = unicodedata.normalize("NFKC", text).strip()
    by_name = text and not any(sign.isdigit() for sign in text)
    return text, finding.Filter(place=place, text=text, heads=True) if by_name else None


def _doors(by: Actor, place: str, text: str) -> QuerySet[Household]:
    """Those of a place whose number begins so, whose address this is, or whose head has this document or phone.

    `queries.households` goes along the index of place and number, which is read alone until the page is full.
    """
    found = queries.households(by, place)
    if not text:
        return found
    door = _NUMBER.match(text)
    number = Q(number__in=[door[1], text]) if door and text.endswith("号") else Q(number__startswith=text)
    exact = Household.objects.filter(_at(by, place, text) | Q(head__in=_ids(queries.known_as(text))))
    return found.filter(number | Q(pk__in=list(exact.values_list("pk", flat=True))))


def _at(by: Actor, place: str, text: str) -> Q:
    """Whose address a text may be: as it stands anywhere, and in the village that it names without that name."""
    where = Q(address_index=_index(addresses.normal(text)) or "-")
    named = {one.pk[:VILLAGE_DIGITS] for one in NameBook.of(place or by.place).in_address(text)}
    for code, name in places.names(named).items():
        if index := _index(addresses.normal(text, name)):
            where |= Q(address_index=index, place__gte=code, place__lt=sql.after_code(code))
    return where


def _ids(people: Collection[UUID]) -> list[UUID]:
    """All ids under which these kept persons may be named as a head."""
    if not people:
        return []
    merged = Person.objects.filter(merged_into__in=people).values_list("pk", flat=True)
    return [*people, *merged]


def _headed(by: Actor, place: str, heads: list[Person], only: Q | None) -> list[Household]:
    """The households of a place whose heads these are, in their order."""
    order = {head.pk: n for n, head in enumerate(heads)}
    ids = _ids(list(order))
    roots = queries.resolve(ids)
    found = queries.households(by, place).filter(only or Q(), head__in=ids)
    return sorted(found, key=lambda one: order[roots[one.head]] if one.head else len(order))


def _described(by: Actor, found: list[Household]) -> list[Home]:
    """With their heads and how many live there, as the actor may see them: a constant number of queries."""
    living = queries.visible(by).filter(household__in=[one.pk for one in found])
    count: dict[UUID | None, int] = {}
    for home in living.values_list("household", flat=True):
        count[home] = count.get(home, 0) + 1
    heads = queries.with_ages([one.head for one in found if one.head], clock.today())
    seen = {pk: head for pk, head in heads.items() if by.reaches(head.place)}
    return [Home(one, seen.get(one.head) if one.head else None, count.get(one.pk, 0)) for one in found]
