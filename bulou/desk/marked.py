"""What is under way in households: who there is observed, has a fever, was missed; and which are key households."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bulou.core.cards import Mark, marks
from bulou.core.people import homes
from bulou.core.people.homes import Home
from bulou.core.staff.actor import Actor
from bulou.lib import sql

KEY = _("Key household")
_ALL = {"all": _("All"), "key": _("Key households")}


def shows(by: Actor, place: str) -> dict[str, Any]:
    """The words over a list of households: all, the key ones, and those with one of the marks."""
    return _ALL | {one.name: one.title for one in marks(by, place)}


def only(by: Actor, place: str, show: str) -> Q | None:
    """Which households one of `shows` asks for; None for all of them."""
    wanted = [one for one in marks(by, place) if one.name == show or (show == "key" and one.key)]
    return reduce(or_, [_homes(by, one) for one in wanted]) if wanted else None


def _homes(by: Actor, mark: Mark) -> Q:
    about = mark.about.order_by().values(mark.field)
    found = homes.lived_in_by(by, about)
    return found | Q(pk__in=about) if mark.doors else found


def under_way(by: Actor, place: str, found: Sequence[Home]) -> dict[UUID, list[tuple[Mark, int]]]:
    """{household: its marks, each with how often}, for some of a list: a constant number of queries."""
    ids = {one.household.pk for one in found}
    where = homes.known_under(by, ids)
    told: dict[UUID, list[tuple[Mark, int]]] = {}
    for mark in marks(by, place):
        whom = where | ({pk: pk for pk in ids} if mark.doors else {})
        clause, params = sql.among(mark.field, whom)
        hits = mark.about.order_by().extra(where=[clause], params=params).values_list(mark.field, flat=True)
        for home, n in Counter(whom[one] for one in hits).items():
            told.setdefault(home, []).append((mark, n))
    return told


def is_key(told: Sequence[tuple[Mark, int]]) -> bool:
    """Whether these marks make a household a key one."""
    return any(mark.key for mark, _n in told)
