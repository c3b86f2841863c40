"""The release of many at once, and of two people who act at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bulou.core.audit.models import AuditEntry
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.lib import clock
from bulou.lib.refusals import Refusal
from bulou.work.observation import actions
from bulou.work.observation.models import Closed, Observation, Step
from bulou.work.observation.tests.conftest import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    accepted,
    finished,
    observed,
    reading,
)

MANY = "/observation/many/"
Browser = Callable[..., Client]


def ticked(plans: list[Observation], act: str, **more: Any) -> dict[str, Any]:
    return {"act": act, "observation": [str(p.id) for p in plans], **more}


def test_a_step_for_many_first_says_what_will_happen(browser: Browser) -> None:
    over, running = finished(3), observed(1, start=50)
    cadre = browser(Role.VILLAGE_CADRE, VILLAGE)
    page = cadre.post(MANY, ticked(over + running, "propose"))
    assert len(page.context["going"]) == 3
    assert [row["code"] for row in page.context["staying"]] == ["release-term-runs"]
    assert not Step.objects.exists()
    done = cadre.post(MANY, ticked(over + running, "propose", sure="1"))
    assert len(done.context["done"]) == 3
    assert [row["code"] for row in done.context["staying"]] == ["release-term-runs"]


def test_an_unexplained_gap_stands_against_a_release(browser: Browser) -> None:
    (plan,) = observed(1, days=20)
    cadre = browser(Role.VILLAGE_CADRE, VILLAGE)
    page = cadre.post(MANY, ticked([plan], "propose"))
    assert [row["code"] for row in page.context["staying"]] == ["release-gap"]
    answer = cadre.post(f"/observation/{plan.id}/explain/", {"version": plan.version, "why": "away"})
    assert answer.status_code == 302
    assert len(cadre.post(MANY, ticked([plan], "propose")).context["going"]) == 1


def test_the_way_from_the_village_to_the_numbered_notice(browser: Browser) -> None:
    plans = finished(3)
    browser(Role.VILLAGE_CADRE, VILLAGE).post(MANY, ticked(plans, "propose", sure="1"))
    browser(Role.TOWNSHIP_CLERK, TOWNSHIP).post(MANY, ticked(plans, "check", sure="1"))
    office = browser(Role.COUNTY_OFFICE, COUNTY)
    done = office.post(MANY, ticked(plans, "approve", sure="1"))
    numbers = [row["plan"].notice_number for row in done.context["done"]]
    assert len(set(numbers)) == 3 and all("2020" in number for number in numbers)
    assert Closed.objects.filter(outcome="released").count() == 3
    paper = office.get(f"/observation/{plans[0].id}/release/")
    assert paper.status_code == 200


def test_several_villages_propose_at_once_each_in_its_own_name(db: None) -> None:
    own, other = finished(2), finished(1, OTHER_VILLAGE, start=10)
    running = observed(1, start=50)
    cadres = [actor(Role.VILLAGE_CADRE, place) for place in (VILLAGE, OTHER_VILLAGE)]
    wanted = {cadres[0]: [p.id for p in own + running], cadres[1]: [p.id for p in other + own]}
    before = list(AuditEntry.objects.values_list("pk", flat=True))
    answers = actions.propose_all(wanted)
    assert [code for _one, code in answers[cadres[0]]] == ["", "", "release-term-runs"]
    assert [code for _one, code in answers[cadres[1]]] == ["", "observation-unknown", "observation-unknown"]
    said = AuditEntry.objects.exclude(pk__in=before).filter(act="observation.propose")
    assert {(one.account, one.count) for one in said} == {(cadres[0].account, 2), (cadres[1].account, 1)}
    assert {(one.account, one.place) for one in Step.objects.all()} == {
        (cadres[0].account, VILLAGE), (cadres[1].account, OTHER_VILLAGE),
    }  # fmt: skip
    with pytest.raises(Refusal, match="not-allowed"):
        actions.check_all({actor(Role.TOWNSHIP_CLERK, TOWNSHIP): [], cadres[0]: []})


def test_of_two_who_approve_at_once_the_second_is_told(browser: Browser) -> None:
    plans = finished(2)
    clerk, cadre = actor(Role.TOWNSHIP_CLERK, TOWNSHIP), actor(Role.VILLAGE_CADRE, VILLAGE)
    wanted = [p.id for p in plans]
    actions.propose(cadre, wanted)
    actions.check(clerk, wanted)
    one, other = browser(Role.COUNTY_OFFICE, COUNTY), browser(Role.COUNTY_LEADER, COUNTY)
    one.post(MANY, ticked(plans, "approve"))
    other.post(MANY, ticked(plans, "approve"))  # both look at the preview
    assert len(one.post(MANY, ticked(plans, "approve", sure="1")).context["done"]) == 2
    second = other.post(MANY, ticked(plans, "approve", sure="1"))
    assert second.context["done"] == []
    assert len(second.context["staying"]) == 2
    assert Closed.objects.count() == 2


def test_a_fever_after_the_proposal_stops_the_approval(browser: Browser) -> None:
    (plan,) = finished(1)
    clerk, cadre = actor(Role.TOWNSHIP_CLERK, TOWNSHIP), actor(Role.VILLAGE_CADRE, VILLAGE)
    actions.propose(cadre, [plan.id])
    actions.check(clerk, [plan.id])
    accepted([reading(plan, clock.now() - timedelta(hours=1), 385)])
    office = browser(Role.COUNTY_OFFICE, COUNTY)
    page = office.post(MANY, ticked([plan], "approve", sure="1"))
    assert [row["code"] for row in page.context["staying"]] == ["release-open-case"]


def test_sending_back_asks_why(browser: Browser) -> None:
    (plan,) = finished(1)
    actions.propose(actor(Role.VILLAGE_CADRE, VILLAGE), [plan.id])
    clerk = browser(Role.TOWNSHIP_CLERK, TOWNSHIP)
    assert clerk.post(MANY, ticked([plan], "send-back", sure="1")).status_code == 422
    clerk.post(MANY, ticked([plan], "send-back", sure="1", why="测温记录与台账不一致"))
    plan.refresh_from_db()
    assert plan.state == "open"
    assert "测温记录与台账不一致" in clerk.get(f"/observation/{plan.id}/").content.decode()


def test_a_step_is_not_there_for_whoever_may_not_take_it(browser: Browser) -> None:
    plans = finished(1)
    for role, place, act in (
        (Role.VILLAGE_CADRE, VILLAGE, "approve"), (Role.VILLAGE_DOCTOR, VILLAGE, "check"),
        (Role.TOWNSHIP_CLERK, TOWNSHIP, "approve"), (Role.COUNTY_OFFICE, COUNTY, "propose"),
    ):  # fmt: skip
        assert browser(role, place).post(MANY, ticked(plans, act, sure="1")).status_code == 404


def test_of_two_who_change_one_observation_the_second_is_shown_what_changed(browser: Browser) -> None:
    (plan,) = observed(1)
    one, other = browser(Role.TOWNSHIP_CLERK, TOWNSHIP), browser(Role.COUNTY_OFFICE, COUNTY)
    said = {"version": plan.version, "first": "2020-02-12", "why": "外出聚餐"}
    one.post(f"/observation/{plan.id}/restart/", said)
    page = other.post(f"/observation/{plan.id}/restart/", said | {"first": "2020-02-11"}, follow=True)
    plan.refresh_from_db()
    assert plan.clock_from.isoformat() == "2020-02-12"
    assert any("02-12" in str(message) for message in page.context["messages"])
