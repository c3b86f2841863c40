"""Households as they leave the house: the same rows as on their page, however somebody searched there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bulou.core.exports import Asked, OutList
from bulou.core.people import homes
from bulou.core.people.homes import Home
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import SEES_PEOPLE
from bulou.desk import lists
from bulou.lib import paging

NAME = "households"
_COLUMNS = {
    "number": _("House number"), "place": _("Place"), "head": _("Head of the household"), "sex": _("Sex"),
    "age": _("Age"), "people": _("People"),
}  # fmt: skip


@dataclass(frozen=True)
class Homes:
    """All households that are asked for, gone through piece by piece, as the rows of a query are."""

    by: Actor
    place: str
    text: str

    def count(self) -> int:
        """How many there are."""
        return homes.count(self.by, self.place, self.text)

    def iterator(self, chunk_size: int = 2_000) -> Iterator[Home]:
        """Each of them, in the order of the page."""
        return paging.walk(lambda at: homes.page(self.by, self.place, self.text, chunk_size, at))


def _found(asked: Asked) -> Homes:
    return Homes(asked.by, asked.place, asked.get("q")[:40])


def _lines(asked: Asked, rows: Sequence[Home]) -> Iterator[Sequence[Any]]:
    where = lists.place_names({one.household.place for one in rows}, asked.place)
    for one in rows:
        head = [one.head.name, one.head.sex, one.head.age] if one.head else ["", "", None]
        place = where.get(one.household.place, one.household.place)
        yield [one.household.number, place, *head, one.people]


def _head(row: Home) -> UUID | None:
    return row.head.id if row.head else None


EXPORT = OutList(NAME, _("Households"), SEES_PEOPLE, _COLUMNS, _found, _lines, _head)
