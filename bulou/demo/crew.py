"""Who works in a demonstration county: one account for each role, and those whom its days need beside them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from bulou.core.people import actions as people
from bulou.core.places.codes import COUNTY, GRID, TOWNSHIP, VILLAGE, level_of, path_codes
from bulou.core.staff import demo as staff
from bulou.core.staff.actor import SYSTEM, Actor, of_post
from bulou.core.staff.demo import NewAccount
from bulou.core.staff.responsibility import Named
from bulou.core.staff.roles import EVERYONE, Role
from bulou.demo.spec import County
from bulou.lib import invented

# Who there is at every place of a level.
_EVERYWHERE = {
    TOWNSHIP: (Role.TOWNSHIP_LEADER, Role.TOWNSHIP_CLERK),
    VILLAGE: (Role.VILLAGE_CADRE, Role.VILLAGE_DOCTOR),
    GRID: (Role.GRID_WORKER,),
}
_ANSWERING = {COUNTY: Role.COUNTY_OFFICE, TOWNSHIP: Role.TOWNSHIP_CLERK, VILLAGE: Role.VILLAGE_CADRE}
_NAMES_FROM = 5_000_000  # far from those who live here, so that no name stands for both


class Crew:
    """The accounts, found by role and place."""

    def __init__(self, posts: Iterable[Actor]) -> None:
        self._by: dict[tuple[Role, str], Actor] = {}
        self._posts = {one.post: one for one in posts}
        for one in self._posts.values():
            self._by.setdefault((one.role, one.place), one)
        self._near: dict[tuple[Role, str], Actor] = {}

    def at(self, role: Role, place: str) -> Actor:
        """Who holds a role at a place, else at the nearest place above it. Raises KeyError for nobody."""
        asked = (role, place)
        if asked not in self._near:
            holders = [self._by[role, code] for code in path_codes(place) if (role, code) in self._by]
            if not holders:
                raise KeyError(f"nobody is {role} at {place}")
            self._near[asked] = holders[-1]
        return self._near[asked]

    def answering(self, place: str, post: int | None = None) -> Actor:
        """Who answers for a place of its level, or the holder of a post. Raises KeyError."""
        return self._posts[post] if post else self.at(_ANSWERING[level_of(place)], place)


def open_accounts(county: County, places: Iterable[str]) -> Crew:
    """One account for each role, named after it, at the place the county's file says; then all others."""
    units = _departments(county)
    rows = [_named(county, role, units) for role in Role if role in EVERYONE]
    taken = {(row.role, row.place) for row in rows}
    for code in places:
        level = level_of(code)
        rows += [_other(role, code) for role in _EVERYWHERE.get(level, ()) if (role, code) not in taken]
    rows += [_department(county, number, unit) for number, unit in enumerate(units) if number]
    posts = staff.open_accounts([_with_name(row, n) for n, row in enumerate(rows)], by=SYSTEM)
    return Crew(of_post(post) for post in posts)


def _departments(county: County) -> list[UUID]:
    return [
        people.add_unit(name, county.county, SYSTEM, kind="department", id=unit)
        for name, unit in zip(county.departments, county.units, strict=True)
    ]


def _named(county: County, role: Role, units: list[UUID]) -> NewAccount:
    unit = units[0] if role in (Role.DEPARTMENT, Role.UNIT_LIAISON) and units else None
    return NewAccount(role.value, "", role, county.posts.get(role.value, county.county), unit)


def _other(role: Role, code: str) -> NewAccount:
    return NewAccount(f"{role.value}-{code}", "", role, code)


def _department(county: County, number: int, unit: UUID) -> NewAccount:
    return NewAccount(
        f"department-{number + 1}", county.departments[number], Role.DEPARTMENT, county.county, unit
    )


def _with_name(row: NewAccount, n: int) -> NewAccount:
    name = row.name or person_name(n)
    return NewAccount(row.username, name, row.role, row.place, row.unit, invented.make_phone(_NAMES_FROM + n))


def person_name(n: int) -> str:
    return invented.make_name(_NAMES_FROM + n, "男" if n % 3 else "女")


def responsible(crew: Crew, person: UUID, place: str) -> list[Named]:
    """Three who answer and one who looks after the health (三包一挂): leader, stationed cadre, village cadre, medic."""
    leader, cadre = crew.at(Role.TOWNSHIP_LEADER, place), crew.at(Role.VILLAGE_CADRE, place)
    medic = crew.at(Role.VILLAGE_DOCTOR, place)
    stationed = person_name(10_000 + int(place[6:12] or 0) % 9_973)
    return [
        Named("township-leader", "person", person, place, leader.account, leader.name),
        Named("stationed-cadre", "person", person, place, None, stationed),
        Named("village-cadre", "person", person, place, cadre.account, cadre.name),
        Named("medic", "person", person, place, medic.account, medic.name),
    ]
