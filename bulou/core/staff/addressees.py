"""Whom something goes down to: every place of a level, places named one by one, or every department."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from bulou.core.places import queries as places
from bulou.core.staff.actor import within
from bulou.core.staff.models import Post
from bulou.core.staff.queries import holding
from bulou.core.staff.roles import Role
from bulou.lib.refusals import Refusal, declare

if TYPE_CHECKING:
    from bulou.core.places.models import Place
    from bulou.core.staff.actor import Actor

declare("addressee-nobody", _("Nobody would receive this. Choose whom it goes to."))
declare(
    "addressee-place",
    _("%(name)s is not one place here. Write its name as on the list of places, or its code."),
)

CHOICES = {
    "township": _("Every township"), "village": _("Every village and community"),
    "department": _("Every department"), "listed": _("The places named below"),
}  # fmt: skip
_LEVELS = {"township": 4, "village": 5}
# Who sees to what is addressed to a place, by its level.
_HOLDERS = {3: Role.COUNTY_OFFICE, 4: Role.TOWNSHIP_CLERK, 5: Role.VILLAGE_CADRE, 6: Role.GRID_WORKER}


@dataclass(frozen=True, slots=True)
class Addressee:
    """A place (`post` None), or a department's post on it, with its account; `role` is who sees to it there."""

    place: str
    post: int | None
    name: str
    role: Role
    account: int | None = None


def addressed(by: Actor, to: str, under: str = "", names: str = "") -> list[Addressee]:
    """The addressees of one of CHOICES under a place (the actor's own when none is said), by place.

    `names`: names or codes of places, apart by blanks, commas or lines. Raises addressee-nobody,
    addressee-place, place-unknown.
    """
    top = under or by.place
    if not by.reaches(top):
        raise Refusal("place-unknown")
    if to == "department":
        held = within(by, holding(Post.objects.filter(role=Role.DEPARTMENT))).order_by("place", "id")
        posts = held.select_related("account")
        found = [
            Addressee(post.place, post.pk, post.account.name, Role.DEPARTMENT, post.account_id)
            for post in posts
        ]
    else:
        every = places.subtree(top, level=_LEVELS[to]) if to in _LEVELS else None
        chosen = list(every) if every is not None else [_one(name, top) for name in _split(names)]
        found = [
            Addressee(p.code, None, p.name, _HOLDERS.get(p.level, Role.COUNTY_OFFICE))
            for p in dict.fromkeys(chosen)
            if p.code != by.place
        ]
    if not found:
        raise Refusal("addressee-nobody")
    return found


def _split(names: str) -> list[str]:
    return [name for name in re.split(r"[\s,,、;;]+", names) if name]


def _one(name: str, under: str) -> Place:
    code = places.get(name) if places.is_code(name) and name.startswith(under) else None
    meant = [code] if code else places.named(name, under)
    if len(meant) != 1:
        raise Refusal("addressee-place", name=name[:40])
    return meant[0]
