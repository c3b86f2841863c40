"""Tasks and records by place AND by own work: for every kind of duty and of record, and every role."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from bulou.core.own import OVERSEERS, record_kinds, task_kinds
from bulou.core.people.models import Person
from bulou.core.records.kinds import kinds
from bulou.core.staff.access import make_token
from bulou.core.staff.actor import forget_tokens
from bulou.core.staff.models import Account
from bulou.core.staff.roles import EVERYONE, NOBODY_SEES, Role
from bulou.core.staff.testing import actor, signed_in
from bulou.core.tasks.duties import duties
from bulou.core.tasks.models import Task
from bulou.core.tasks.write import Expected, expect
from bulou.lib import clock, ids
from tests.core.conftest import VILLAGE, arrived, at
from tests.scope.world import post_of

__all__ = ["at"]
pytestmark = pytest.mark.django_db

OFFICES = {"county-leader", "county-office", "working-group", "township-leader", "township-clerk"}
# Who is told whose fever case it is, apart from the offices: said here once more, without the house's rule.
OF_CASES = {Role.FEVER_CLINIC, Role.VILLAGE_CADRE}
NOT_THEIRS = {
    "observation.reading": {Role.INSPECTOR, Role.STOREKEEPER, Role.DEPARTMENT, Role.UNIT_LIAISON, Role.FEVER_CLINIC},
    "screening.household": {Role.INSPECTOR, Role.STOREKEEPER, Role.DEPARTMENT, Role.FEVER_CLINIC},
    "arrivals.visit": {Role.INSPECTOR, Role.STOREKEEPER, Role.DEPARTMENT, Role.UNIT_LIAISON, Role.FEVER_CLINIC},
    "exchange.assign": {Role.INSPECTOR, Role.STOREKEEPER, Role.VOLUNTEER, Role.GRID_WORKER, Role.FEVER_CLINIC},
}  # fmt: skip


@pytest.fixture
def owed(at: Any) -> UUID:
    """A task of every kind in one village, all about one person, all overdue, beside those that an arrival makes."""
    (person,) = arrived(1, clock.now() - timedelta(days=1))
    before, now = Task.objects.count(), clock.now()
    for kind, duty in duties().items():
        expect(kind, [Expected(person, VILLAGE, now - timedelta(hours=9), now - timedelta(hours=1),
                               role=duty.role, slot="2020-02-10/am", subject_type="person")])  # fmt: skip
    assert Task.objects.count() == before + len(duties())
    forget_tokens()
    return person


def asked(role: Role, path: str) -> dict[str, Any]:
    by = actor(role, post_of(role) if role is not Role.GRID_WORKER else VILLAGE)
    token = make_token(Account.objects.get(pk=by.account), by)
    answer = Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    said: dict[str, Any] = answer.json()
    return said


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_a_post_is_told_tasks_and_missed_of_its_own_work_alone(role: Role, owed: UUID) -> None:
    tasks, missed = asked(role, "tasks?limit=500"), asked(role, "missed?limit=500")
    for said in (tasks, missed):
        # Whoever answers for no unit yet answers for nobody.
        told = set() if role is Role.UNIT_LIAISON else task_kinds(role)
        assert {item["kind"] for item in said["items"]} == told
    if role is not Role.UNIT_LIAISON:  # how many is for everybody
        assert missed["count"] == len(missed["items"])
    if role in OFFICES:
        assert task_kinds(role) == set(duties())
    if role in NOBODY_SEES:
        assert not tasks["items"] and not missed["items"]


@pytest.mark.parametrize("kind", sorted(duties()))
@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_a_kind_of_task_is_told_to_who_owes_it_writes_it_or_oversees_it(role: Role, kind: str) -> None:
    duty = duties()[kind]
    writers = kinds()[duty.done_by].writers if duty.done_by in kinds() else frozenset()
    theirs = role not in NOBODY_SEES and (role in OVERSEERS or role == duty.role or role in writers)
    assert (kind in task_kinds(role)) == theirs


def test_what_is_nobodys_business_is_not_told_them() -> None:
    for role in EVERYONE - OVERSEERS - OF_CASES:
        assert not [kind for kind in task_kinds(role) if kind.startswith("cases.")], role
    for kind, roles in NOT_THEIRS.items():
        assert kind in duties()
        assert not [role for role in roles if kind in task_kinds(role)], kind
    for role in (Role.INSPECTOR, Role.STOREKEEPER, *NOBODY_SEES):
        assert not task_kinds(role), role
    assert "observation.reading" in task_kinds(Role.VILLAGE_DOCTOR) & task_kinds(Role.VOLUNTEER)
    assert {k for k in duties() if k.startswith("cases.")} == task_kinds(Role.FEVER_CLINIC)


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_the_page_of_the_missed_names_nobody_of_anothers_work(role: Role, owed: UUID) -> None:
    name = Person.objects.get(pk=owed).name
    by = actor(role, post_of(role) if role is not Role.GRID_WORKER else VILLAGE)
    client = signed_in(Client(), by)
    for kind in duties():
        said = client.get("/missed/", {"kind": kind}).content.decode()
        # Whoever answers for no unit yet is named nobody.
        assert (name in said) == (kind in task_kinds(role) and role is not Role.UNIT_LIAISON), kind


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_the_line_of_new_records_tells_a_post_of_its_own_work_alone(role: Role, at: Any) -> None:
    forget_tokens()
    arrived(2, clock.now() - timedelta(days=1))
    said = asked(role, "sync")
    written = {"arrivals.arrival", "observation.opened"}
    assert {line["kind"] for line in said["items"]} == written & record_kinds(role)
    for line in said["items"]:
        assert line["data"] is None or role in kinds()[line["kind"]].writers
    if role in NOBODY_SEES or role in (Role.STOREKEEPER, Role.INSPECTOR):
        assert said["items"] == []


def test_what_a_post_asks_of_no_kind_there_is_says_which_there_are(owed: UUID) -> None:
    by = actor(Role.COUNTY_OFFICE)
    token = make_token(Account.objects.get(pk=by.account), by)
    for path in (f"tasks?kind={ids.new()}", "missed?kind=foo", "tasks?state=gone"):
        answer = Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 400
        assert ("observation.reading" if "kind" in path else "done-late") in answer.json()["message"]
