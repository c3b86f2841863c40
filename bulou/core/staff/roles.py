"""Roles: what a post may be, at which level it stands, and whether it sees people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Role(StrEnum):
    """The roles of a county; the value is what databases, URLs and demonstrations call it."""

    COUNTY_LEADER = "county-leader"
    COUNTY_OFFICE = "county-office"
    WORKING_GROUP = "working-group"
    DEPARTMENT = "department"
    TOWNSHIP_LEADER = "township-leader"
    TOWNSHIP_CLERK = "township-clerk"
    VILLAGE_CADRE = "village-cadre"
    GRID_WORKER = "grid-worker"
    VILLAGE_DOCTOR = "village-doctor"
    CHECKPOINT_STAFF = "checkpoint-staff"
    VOLUNTEER = "volunteer"
    INSPECTOR = "inspector"
    STOREKEEPER = "storekeeper"
    UNIT_LIAISON = "unit-liaison"
    FEVER_CLINIC = "fever-clinic"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"

    @property
    def title(self) -> _StrPromise:  # type: ignore[override] # a title in words, not str.title
        return ABOUT[self].title

    @property
    def level(self) -> int:
        return ABOUT[self].level

    @property
    def sees_people(self) -> bool:
        return ABOUT[self].sees_people


@dataclass(frozen=True)
class About:
    """A role's title, the level of place it usually stands on (3 county to 6 grid), what it sees."""

    title: _StrPromise
    level: int
    sees_people: bool = True


ABOUT: dict[Role, About] = {
    Role.COUNTY_LEADER: About(_("County leader"), 3),
    Role.COUNTY_OFFICE: About(_("County office"), 3),
    Role.WORKING_GROUP: About(_("Working group"), 3),
    Role.DEPARTMENT: About(_("Department"), 3),
    Role.TOWNSHIP_LEADER: About(_("Township leader"), 4),
    Role.TOWNSHIP_CLERK: About(_("Township clerk"), 4),
    Role.VILLAGE_CADRE: About(_("Village cadre"), 5),
    Role.GRID_WORKER: About(_("Grid worker"), 6),
    Role.VILLAGE_DOCTOR: About(_("Village doctor"), 5),
    Role.CHECKPOINT_STAFF: About(_("Checkpoint staff"), 5),
    Role.VOLUNTEER: About(_("Volunteer"), 5),
    Role.INSPECTOR: About(_("Inspector"), 3),
    Role.STOREKEEPER: About(_("Storekeeper"), 3),
    Role.UNIT_LIAISON: About(_("Unit liaison"), 4),
    Role.FEVER_CLINIC: About(_("Fever clinic"), 3),
    Role.AUDITOR: About(_("Auditor"), 3, sees_people=False),
    Role.ADMINISTRATOR: About(_("System administrator"), 3, sees_people=False),
    Role.SYSTEM: About(_("The system itself"), 1),
}

# Those at the door, with a phone.
FIELD = frozenset(
    {Role.VILLAGE_CADRE, Role.GRID_WORKER, Role.VILLAGE_DOCTOR, Role.CHECKPOINT_STAFF, Role.VOLUNTEER}
)
VILLAGE = frozenset({Role.VILLAGE_CADRE, Role.GRID_WORKER, Role.VILLAGE_DOCTOR})
TOWNSHIP = frozenset({Role.TOWNSHIP_LEADER, Role.TOWNSHIP_CLERK})
COUNTY = frozenset({Role.COUNTY_LEADER, Role.COUNTY_OFFICE, Role.WORKING_GROUP, Role.DEPARTMENT})
# Those who decide on people's measures, at each level.
OFFICE = frozenset(
    {Role.VILLAGE_CADRE, *TOWNSHIP, Role.COUNTY_LEADER, Role.COUNTY_OFFICE, Role.WORKING_GROUP}
)
CLINIC = frozenset({Role.FEVER_CLINIC})
EVERYONE = frozenset(Role) - {Role.SYSTEM}
# Those who see no person.
NOBODY_SEES = frozenset(role for role in EVERYONE if not ABOUT[role].sees_people)
SEES_PEOPLE = EVERYONE - NOBODY_SEES
# Those who may stand for a unit of the register.
FOR_UNITS = frozenset({Role.DEPARTMENT, Role.UNIT_LIAISON})
# Whoever may enter people and what happened to them one by one may do so from a file.
FILE_TAKERS = (FIELD | OFFICE) - {Role.VOLUNTEER, Role.CHECKPOINT_STAFF}
# Those who look after accounts and posts.
STAFF_KEEPERS = frozenset({Role.ADMINISTRATOR, Role.COUNTY_OFFICE, Role.TOWNSHIP_CLERK})
AUDIT_READERS = TOWNSHIP | {Role.AUDITOR, Role.ADMINISTRATOR, Role.COUNTY_LEADER, Role.COUNTY_OFFICE}
# Those who may look who holds which post.
STAFF_READERS = STAFF_KEEPERS | OFFICE | {Role.AUDITOR}
