"""What has risen to a post is on its phone: by name, with who answers, and only for whom it rises to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from bulou.core.audit.models import AuditEntry
from bulou.core.staff import testing
from bulou.core.staff.roles import Role
from bulou.core.sync import risen
from bulou.core.tasks import queries, rising
from bulou.core.tasks.models import Task
from bulou.lib import clock
from tests.api.conftest import at, observed, phone, said
from tests.core.conftest import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE

__all__ = ["at", "observed", "phone"]
pytestmark = pytest.mark.django_db
READING = "observation.reading"


def heard(one: Any) -> dict[str, Any]:
    told: dict[str, Any] = one.get("sync/post")[1]["post"]["risen"]
    return told


@pytest.fixture
def turn(observed: list[UUID]) -> Task:
    """One turn that nobody took; whatever else these people owe is away."""
    found = Task.objects.filter(kind=READING, subject_id=observed[0], due_at__lt=clock.now()).latest("due_at")
    Task.objects.exclude(pk=found.pk).delete()
    return found


@pytest.mark.parametrize(
    ("role", "place", "hours", "count"),
    [
        (Role.VILLAGE_CADRE, VILLAGE, 1, 0),
        (Role.VILLAGE_CADRE, VILLAGE, 3, 1),
        (Role.VILLAGE_CADRE, OTHER_VILLAGE, 3, 0),
        (Role.TOWNSHIP_CLERK, TOWNSHIP, 3, 0),
        (Role.TOWNSHIP_CLERK, TOWNSHIP, 5, 1),
        (Role.COUNTY_OFFICE, COUNTY, 13, 1),
        (Role.VILLAGE_DOCTOR, VILLAGE, 13, 0),  # their own to do: it is in their list
        (Role.AUDITOR, COUNTY, 13, 0),
    ],
)
def test_it_comes_to_the_phone_of_whom_it_rises_to(
    phone: Any, turn: Task, role: Role, place: str, hours: int, count: int
) -> None:
    one = phone(role, place)
    with clock.standing(turn.due_at + timedelta(hours=hours)):
        told = heard(one)
        assert (told["count"], len(told["rows"])) == (count, count)
        found = queries.missed(place, clock.now(), which=rising.risen(one.by, clock.now()), by=one.by).rows
        assert count == (
            len(found) if role in (Role.VILLAGE_CADRE, Role.TOWNSHIP_CLERK, Role.COUNTY_OFFICE) else 0
        )


def test_a_row_says_whom_what_where_since_when_until_when_and_who_answers(phone: Any, turn: Task) -> None:
    testing.actor(Role.VILLAGE_DOCTOR, VILLAGE, "测试村医")
    clerk = phone(Role.TOWNSHIP_CLERK, TOWNSHIP)
    moment = turn.due_at + timedelta(hours=5)
    with clock.standing(moment):
        told = clerk.get("sync/post")[1]["post"]
        ((key, what, name, place, due, until, owner),) = told["risen"]["rows"]
        assert key == f"{READING}|{turn.subject_id.hex}|{turn.slot}"
        assert what and name and told["places"][place] and "测试村医" in owner
        assert datetime.fromtimestamp(due, tz=clock.zone()) == turn.due_at
    end = datetime.fromtimestamp(until, tz=clock.zone())
    for later, still in ((end - timedelta(minutes=1), 1), (end + timedelta(minutes=1), 0)):
        with clock.standing(later):
            assert heard(clerk)["count"] == still


def test_what_is_done_has_not_risen(phone: Any, turn: Task) -> None:
    clerk = phone(Role.TOWNSHIP_CLERK, TOWNSHIP)
    with clock.standing(turn.due_at + timedelta(hours=5)):
        held = clerk.get("sync/post")[1]["version"]
        assert (
            phone().send([said(turn.subject_id, turn.due_at - timedelta(minutes=5))])[0]["status"]
            == "accepted"
        )
        told = clerk.get("sync/post", version=held, difference=True)[1]["difference"]["changes"]
        assert told["risen"] == {"count": 0, "rows": []}


def test_of_many_the_longest_overdue_are_named_and_all_are_counted(
    phone: Any, observed: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(risen, "MOST", 2)
    clerk = phone(Role.TOWNSHIP_CLERK, TOWNSHIP)
    told = heard(clerk)
    every = queries.missed_now(TOWNSHIP, clerk.by, which=rising.risen(clerk.by, clock.now()))
    assert told["count"] == every.count() > 2
    dues = sorted(int(task.due_at.timestamp()) for task in every)
    assert [row[4] for row in told["rows"]] == dues[:2]


def test_the_look_at_their_names_is_written_down(phone: Any, turn: Task) -> None:
    leader = phone(Role.TOWNSHIP_LEADER, TOWNSHIP)
    with clock.standing(turn.due_at + timedelta(hours=5)):
        told = leader.get("sync/post")[1]["post"]
        assert told["risen"]["count"] == 1
        named = {card[0] for card in told["people"]} | {turn.subject_id.hex}
        assert AuditEntry.objects.filter(act="sync.fetch").latest("at").count == len(named)
