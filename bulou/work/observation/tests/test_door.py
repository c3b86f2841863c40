"""Notice and seal at the door, and who answers by name when somebody moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bulou.core.figures import queries as figures
from bulou.core.records.kinds import Incoming
from bulou.core.staff import responsibility
from bulou.core.staff.queries import responsible
from bulou.core.staff.responsibility import Named
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids
from bulou.work.observation import actions
from bulou.work.observation.models import Breach, Notice, Observation
from bulou.work.observation.tests.conftest import COUNTY, OTHER_VILLAGE, VILLAGE, accepted, observed

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]


def notice(plan: Observation) -> Task:
    return Task.objects.filter(kind="observation.notice", subject_id=plan.person, withdrawn_at=None).latest(
        "opens_at"
    )


def said(plan: Observation, kind: str, **data: Any) -> None:
    came = Incoming(
        f"observation.{kind}", ids.new(), plan.place, clock.now(), {"person": str(plan.person), **data}
    )
    accepted([came], actor(Role.VILLAGE_DOCTOR, VILLAGE))


def test_notice_and_seal_are_owed_from_the_opening_and_given_once() -> None:
    (plan,) = observed(1, days=0)
    assert notice(plan).done_at is None
    assert notice(plan).due_at - plan.owed_from == timedelta(hours=24)
    said(plan, "notice")
    assert notice(plan).done_at is not None
    assert (Notice.objects.get().notice, Notice.objects.get().seal) == (True, True)


def test_a_notice_without_a_seal_is_told_as_that(browser: Browser) -> None:
    (plan,) = observed(1, days=0)
    doctor = browser(Role.VILLAGE_DOCTOR, VILLAGE)
    doctor.post(
        f"/observation/{plan.id}/given/", {"version": plan.version, "notice": "on", "record": str(ids.new())}
    )
    assert (Notice.objects.get().notice, Notice.objects.get().seal) == (True, False)
    page = doctor.get(f"/observation/{plan.id}/").content.decode()
    assert "已送达告知书" in page or "告知书" in page


def test_a_broken_seal_is_a_breach_and_what_was_done_stands_beside_it() -> None:
    (plan,) = observed(1)
    said(plan, "breach", what="seal-broken", action="talked-to")
    breach = Breach.objects.get()
    assert (breach.observation, breach.what, breach.action) == (plan.id, "seal-broken", "talked-to")
    assert sum(figures.total("observation.breaches", COUNTY).values()) == 1


def test_at_the_new_place_notice_and_seal_are_owed_again() -> None:
    (plan,) = observed(1, days=0)
    said(plan, "notice")
    actions.move(actor(Role.COUNTY_OFFICE, COUNTY), plan.id, OTHER_VILLAGE)
    assert (notice(plan).place, notice(plan).done_at) == (OTHER_VILLAGE, None)


def named(plan: Observation) -> dict[str, str]:
    return {row.role: row.holder_name for row in responsible("person", [plan.person])[plan.person]}


def test_on_a_move_whoever_answers_hands_over_by_name() -> None:
    office, (plan,) = actor(Role.COUNTY_OFFICE, COUNTY), observed(1)
    here = {
        role: actor(role, VILLAGE, name=f"旧{role.value}")
        for role in (Role.VILLAGE_CADRE, Role.VILLAGE_DOCTOR)
    }
    there = {role: actor(role, OTHER_VILLAGE, name=f"新{role.value}") for role in here}
    responsibility.entrust(
        [
            Named("village-cadre", "person", plan.person, VILLAGE, here[Role.VILLAGE_CADRE].account),
            Named("medic", "person", plan.person, VILLAGE, here[Role.VILLAGE_DOCTOR].account),
            Named("volunteer", "person", plan.person, VILLAGE, name="江志愿"),
        ],
        office,
    )
    actions.move(office, plan.id, OTHER_VILLAGE)
    assert named(plan) == {"village-cadre": "新village-cadre", "medic": "新village-doctor"}
    old = responsibility.Responsibility.objects.filter(
        subject_id=plan.person, role="medic", place=VILLAGE
    ).get()
    assert old.handed_to is not None and old.handed_to.holder == there[Role.VILLAGE_DOCTOR].account


def test_what_is_owed_by_name_goes_to_the_new_village_doctor() -> None:
    office, (plan,) = actor(Role.COUNTY_OFFICE, COUNTY), observed(1)
    old, new = actor(Role.VILLAGE_DOCTOR, VILLAGE), actor(Role.VILLAGE_DOCTOR, OTHER_VILLAGE)
    responsibility.entrust([Named("village-doctor", "person", plan.person, VILLAGE, old.account)], office)
    actions.move(office, plan.id, OTHER_VILLAGE)
    owed = Task.objects.filter(kind="observation.reading", subject_id=plan.person, due_at__gt=clock.now())
    assert {(task.place, task.account) for task in owed} == {(OTHER_VILLAGE, new.account)}


def test_within_one_village_the_same_people_go_on_answering() -> None:
    office, (plan,) = actor(Role.COUNTY_OFFICE, COUNTY), observed(1)
    responsibility.entrust([Named("volunteer", "person", plan.person, VILLAGE, name="江志愿")], office)
    actions.move(office, plan.id, VILLAGE)
    assert named(plan) == {"volunteer": "江志愿"}
