"""Whom something goes down to: every place of a level or every department, or some of them chosen one by one."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bulou.core.people.models import Unit
from bulou.core.places import queries as places
from bulou.core.staff.actor import within
from bulou.core.staff.models import Post
from bulou.core.staff.queries import holding
from bulou.core.staff.roles import Role
from bulou.lib import sql
from bulou.lib.refusals import Refusal, declare

if TYPE_CHECKING:
    from bulou.core.places.models import Place
    from bulou.core.staff.actor import Actor

declare("addressee-nobody", _("Nobody would receive this. Choose whom it goes to."))
declare(
    "addressee-place",
    _("%(name)s is not one place here. Write its name as on the list of places, or its code."),
)
declare(
    "addressee-department",
    _("%(name)s is not one department here. Choose it on the list of departments."),
)
declare(
    "addressee-unmeant",
    _("Some are chosen or named, but this goes to others. Say that it goes to those, or clear them."),
)

CHOICES = {
    "township": _("Every township"), "village": _("Every village and community"),
    "department": _("Every department"), "departments": _("The departments chosen below"),
    "listed": _("The places named below"),
}  # fmt: skip
_LEVELS = {"township": 4, "village": 5}
# Who sees to what is addressed to a place, by its level.
_HOLDERS = {3: Role.COUNTY_OFFICE, 4: Role.TOWNSHIP_CLERK, 5: Role.VILLAGE_CADRE, 6: Role.GRID_WORKER}


@dataclass(frozen=True, slots=True)
class Addressee:
    """A place (`post` None), or a department: its post there, with its account, and its unit where that is known.

    `role` is who sees to it there.
    """

    place: str
    post: int | None
    name: str
    role: Role
    account: int | None = None
    unit: UUID | None = None

    @property
    def key(self) -> str:
        """What stands for a department where several are to choose from."""
        return str(self.unit or self.post)


def addressed(
    by: Actor, to: str, under: str = "", names: str = "", chosen: Collection[str] = ()
) -> list[Addressee]:
    """The addressees of one of CHOICES under a place (the actor's own when none is said), by place.

    `names`: names or codes of places, apart by blanks, commas or lines; `chosen`: names or keys of departments.
    Raises addressee-nobody, addressee-place, addressee-department, addressee-unmeant, place-unknown.
    """
    top = under or by.place
    if not by.reaches(top):
        raise Refusal("place-unknown")
    if (chosen and to != "departments") or (_split(names) and to != "listed"):
        raise Refusal("addressee-unmeant")
    if to == "department":
        found = departments(by, top)
    elif to == "departments":
        found = _chosen(departments(by, top), chosen)
    else:
        every = places.subtree(top, level=_LEVELS[to]) if to in _LEVELS else None
        some = list(every) if every is not None else [_one(name, top) for name in _split(names)]
        found = [
            Addressee(p.code, None, p.name, _HOLDERS.get(p.level, Role.COUNTY_OFFICE))
            for p in dict.fromkeys(some)
            if p.code != by.place
        ]
    if not found:
        raise Refusal("addressee-nobody")
    return found


def departments(by: Actor, under: str = "") -> list[Addressee]:
    """The departments of the actor's territory under a place that somebody answers for now, by place. Two queries.

    One is called as its unit is, and is one however many hold a post in it; without a unit, each post is one.
    """
    held = sql.subtree(within(by, holding(Post.objects.filter(role=Role.DEPARTMENT))), under)
    posts = list(held.select_related("account").order_by("place", "id"))
    units = {post.unit for post in posts if post.unit is not None}
    called: dict[UUID | None, str] = dict(Unit.objects.filter(pk__in=units).values_list("pk", "name"))
    found: dict[str, Addressee] = {}
    for post in posts:
        name = called.get(post.unit, post.account.name)
        one = Addressee(post.place, post.pk, name, Role.DEPARTMENT, post.account_id, post.unit)
        found.setdefault(one.key, one)
    return list(found.values())


def _chosen(every: list[Addressee], chosen: Collection[str]) -> list[Addressee]:
    """Those of the departments that a key or a name means, each once."""
    meant = set()
    for word in chosen:
        ours = [one.key for one in every if word in (one.key, one.name)]
        if len(ours) != 1:
            raise Refusal("addressee-department", name=word[:40])
        meant.add(ours[0])
    return [one for one in every if one.key in meant]


def _split(names: str) -> list[str]:
    return [name for name in re.split(r"[\s,,、;;]+", names) if name]


def _one(name: str, under: str) -> Place:
    code = places.get(name) if places.is_code(name) and name.startswith(under) else None
    meant = [code] if code else places.named(name, under)
    if len(meant) != 1:
        raise Refusal("addressee-place", name=name[:40])
    return meant[0]
