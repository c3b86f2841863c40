"""Households found: by the beginning of the house number, by the whole address, or by who their head is.

An address is sealed, so it is found like a document: by a keyed index of all of it, however it is written.
Who the head is called is asked of the list of people, so a name that was put right is found at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

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


def page(by: Actor, place: str, text: str, size: int, cursor: str | None = None) -> Page:
    """A page of Homes of a place, searched: with a digit in it, a text is a door, an address, a phone or a document
    of the head; without, it is the head's name, else (in characters) a door called so. All of them, for no text.

    Whoever stands for a unit finds none: theirs is a unit's people, not where they live. Raises ValueError for a
    cursor that is not of such a list.
    """
    if by.unit or not by.sees_people:
        return Page([], None)
    text, heads = _asked(place, text)
    # The two ways differ in what their cursors hold.
    if heads and (not cursor or len(paging.decode(cursor)) == len(finding.SORTS["name"])):
        some = finding.page(by, heads, "name", size, cursor)
        if some.rows or cursor or not names.is_han(text):
            return Page(_described(by, _headed(by, place, some.rows)), some.next)
    found = paging.page(_doors(by, place, text), _KEYS, size, cursor)
    return Page(_described(by, found.rows), found.next)


def count(by: Actor, place: str, text: str) -> int:
    """How many Homes all pages of a search have, none of them described."""
    text, heads = _asked(place, text)
    if heads:
        found = list(paging.walk(lambda cursor: finding.page(by, heads, "name", _PIECE, cursor)))
        if found or not names.is_han(text):
            some = (found[at : at + _PIECE] for at in range(0, len(found), _PIECE))
            return sum(len(_headed(by, place, piece)) for piece in some)
    return _doors(by, place, text).count()


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


def _headed(by: Actor, place: str, heads: list[Person]) -> list[Household]:
    """The households of a place whose heads these are, in their order."""
    order = {head.pk: n for n, head in enumerate(heads)}
    ids = _ids(list(order))
    roots = queries.resolve(ids)
    found = queries.households(by, place).filter(head__in=ids)
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
