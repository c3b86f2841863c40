"""Who may look after whose account: by role and by territory. No database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bulou.core.staff.roles import EVERYONE, FIELD, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bulou.core.staff.actor import Actor

# The roles that each keeper of staff may give, take and help.
GRANTS: dict[Role, frozenset[Role]] = {
    Role.SYSTEM: EVERYONE,
    Role.ADMINISTRATOR: EVERYONE,
    Role.COUNTY_OFFICE: EVERYONE - {Role.ADMINISTRATOR, Role.AUDITOR},
    Role.TOWNSHIP_CLERK: FIELD | {Role.UNIT_LIAISON},
}


def grantable(by: Actor) -> list[Role]:
    """The roles an actor may give, in the order of the enum."""
    allowed = GRANTS.get(by.role, frozenset())
    return [role for role in Role if role in allowed]


def may_grant(by: Actor, role: str, place: str) -> bool:
    """Whether an actor may give or end a post of this role on this place."""
    return role in GRANTS.get(by.role, frozenset()) and by.reaches(place)


def may_keep(by: Actor, posts: Iterable[tuple[str, str]]) -> bool:
    """Whether an actor may act on an account that holds these (role, place): all of them, not some."""
    return all(may_grant(by, role, place) for role, place in posts)
