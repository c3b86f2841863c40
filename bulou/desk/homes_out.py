"""Households as they leave the house: the same rows as on their page, however somebody searched there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bulou.core.cards import Mark
from bulou.core.exports import Asked, OutList
from bulou.core.people import homes
from bulou.core.people.homes import Home
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import SEES_PEOPLE
from bulou.desk import lists, marked
from bulou.lib import paging

NAME = "households"
_COLUMNS = {
    "number": _("House number"), "place": _("Place"), "head": _("Head of the household"), "sex": _("Sex"),
    "age": _("Age"), "people": _("People"),
    "key": marked.KEY, "now": _("Now"),
}  # fmt: skip


@dataclass(frozen=True)
class Homes:
    """All households that are asked for, gone through piece by piece, as the rows of a query are."""

    by: Actor
    place: str
    text: str
    only: Q | None = None

    def count(self) -> int:
        """How many there are."""
        return homes.count(self.by, self.place, self.text, self.only)

    def iterator(self, chunk_size: int = 2_000) -> Iterator[Home]:
        """Each of them, in the order of the page."""
        return paging.walk(lambda at: homes.page(self.by, self.place, self.text, chunk_size, at, self.only))


def _found(asked: Asked) -> Homes:
    show = asked.choice(marked.shows(asked.by, asked.place), "all")
    return Homes(asked.by, asked.place, asked.get("q")[:40], marked.only(asked.by, asked.place, show))


def _lines(asked: Asked, rows: Sequence[Home]) -> Iterator[Sequence[Any]]:
    where = lists.place_names({one.household.place for one in rows}, asked.place)
    now = marked.under_way(asked.by, asked.place, rows)
    for one in rows:
        told = now.get(one.household.pk, [])
        key = str(marked.KEY) if marked.is_key(told) else ""
        head = [one.head.name, one.head.sex, one.head.age] if one.head else ["", "", None]
        place = where.get(one.household.place, one.household.place)
        yield [one.household.number, place, *head, one.people, key, _said(told)]


def _said(told: Sequence[tuple[Mark, int]]) -> str:
    return str(_(", ")).join(f"{mark.title} {n}" for mark, n in told)


def _shown(asked: Asked) -> str:
    return str(marked.shows(asked.by, asked.place)[asked.get("show", "all")])


def _head(row: Home) -> UUID | None:
    return row.head.id if row.head else None


EXPORT = OutList(NAME, _("Households"), SEES_PEOPLE, _COLUMNS, _found, _lines, _head, _shown)
