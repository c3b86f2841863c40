"""The menu: the house's own pages and those on the name-plates of rooms, as far as an actor may go."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from bulou.core.exports import EXPORTERS
from bulou.core.room import Link, all_rooms
from bulou.core.staff.roles import AUDIT_READERS, FILE_TAKERS, OFFICE, SEES_PEOPLE, STAFF_READERS, Role

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from bulou.core.staff.actor import Actor

EVERYBODY = frozenset(Role)
LEADERS = OFFICE | {Role.ADMINISTRATOR, Role.AUDITOR}
RULE_READERS = LEADERS | {Role.DEPARTMENT, Role.INSPECTOR}

# Groups in their order; a name-plate names one of them, else its page stands with the work.
GROUPS: dict[str, tuple[_StrPromise | str, str]] = {
    "today": ("", "home"),
    "people": (_("People"), "users"),
    "work": (_("Work"), "clipboard-list"),
    "reports": (_("Reports"), "report"),
    "manage": (_("Administration"), "settings"),
}
HOUSE = (
    Link("/", _("Today"), EVERYBODY, "today"),
    Link("/people/", _("People"), SEES_PEOPLE, "people"),
    Link("/responsible/", _("Named responsibility"), SEES_PEOPLE, "people"),
    Link("/people/doubles/", _("Entered twice?"), OFFICE, "people"),
    Link("/households/", _("Households"), SEES_PEOPLE, "people"),
    Link("/units/", _("Units"), SEES_PEOPLE, "people"),
    Link("/board/", _("Board"), EVERYBODY, "reports"),
    Link("/missed/", _("Missed"), EVERYBODY, "work"),
    Link("/figures/", _("Figures"), EVERYBODY, "reports"),
    Link("/reports/", _("Reports"), EVERYBODY, "reports"),
    Link("/bulletin/", _("Bulletin"), EVERYBODY, "reports"),
    Link("/import/", _("Files in"), FILE_TAKERS, "reports"),
    Link("/exports/", _("Files out"), EXPORTERS, "reports"),
    Link("/exports/forms/", _("Departments' tables"), EXPORTERS, "reports"),
    Link("/places/", _("Places"), EVERYBODY, "manage"),
    Link("/staff/", _("Staff and posts"), STAFF_READERS, "manage"),
    Link("/asides/", _("Set aside"), OFFICE, "work"),
    Link("/rules/", _("Rules"), RULE_READERS, "manage"),
    Link("/audit/", _("Audit log"), AUDIT_READERS, "manage"),
)


@dataclass
class Group:
    key: str
    title: _StrPromise | str
    icon: str
    links: list[Link] = field(default_factory=list)


@cache
def _links() -> tuple[Link, ...]:
    """Every link that leads somewhere, the house's first; a room's own link replaces the house's."""
    found: dict[str, Link] = {}
    for link in (*HOUSE, *(link for room in all_rooms() for link in room.menu)):
        try:
            resolve(link.url.split("?")[0])
        except Resolver404:
            continue
        found[link.url] = link
    return tuple(found.values())


def of(actor: Actor) -> list[Group]:
    """The menu of an actor, in groups, without the empty ones."""
    groups = {key: Group(key, title, icon) for key, (title, icon) in GROUPS.items()}
    for link in _links():
        if actor.role in link.roles:
            groups[link.group if link.group in groups else "work"].links.append(link)
    return [group for group in groups.values() if group.links]


def active(groups: list[Group], path: str) -> str:
    """The address of the link that a page belongs to: the longest that its path begins with."""
    urls = [link.url for group in groups for link in group.links if path.startswith(link.url)]
    return max((url for url in urls if url != "/" or path == "/"), key=len, default="")
