"""Proposed doubles that are read, scope first: whoever may not see one of two sees no pair."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from bulou.core.people.models import Double, DoublesLook, Person
from bulou.core.people.queries import scoped, visible
from bulou.core.staff.actor import Actor
from bulou.lib import sql

KEYS = ("-score", "id")


def seen(by: Actor, found: QuerySet[Double], place: str = "") -> QuerySet[Double]:
    """Those of some pairs of whom both are persons still, and the actor's to see, in a place."""
    mine = sql.subtree(visible(by), place)
    return found.filter(Exists(mine.filter(pk=OuterRef("one"))), Exists(mine.filter(pk=OuterRef("other"))))


def waiting(by: Actor, place: str = "") -> QuerySet[Double]:
    """The pairs that nobody has decided yet."""
    return seen(by, Double.objects.filter(decided=""), place)


def decided(by: Actor, what: str, place: str = "") -> QuerySet[Double]:
    """The pairs that were said to be ONE person (whose merge is in force), or TWO."""
    mine = sql.subtree(scoped(by, Person.objects.all()), place)
    return Double.objects.filter(
        Exists(mine.filter(pk=OuterRef("one"))), Exists(mine.filter(pk=OuterRef("other"))), decided=what
    )


def of_person(by: Actor, person: UUID) -> QuerySet[Double]:
    """The pairs of one person that wait."""
    return waiting(by).filter(Q(one=person) | Q(other=person)).order_by(*KEYS)


def between(one: UUID, other: UUID) -> Double | None:
    """The pair of two persons, whatever was said about it."""
    first, second = sorted((one, other), key=str)
    return Double.objects.filter(one=first, other=second).first()


def latest(place: str) -> DoublesLook | None:
    """When doubles were looked for last in a place, or in one in which it lies."""
    above = [place[:end] for end in range(2, len(place) + 1)]
    return DoublesLook.objects.filter(place__in=above).order_by("-at", "-id").first()
