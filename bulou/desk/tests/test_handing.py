"""All that somebody answers for goes over in one act, and comes back; what ended is listed with its days."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client

from bulou.core.audit.models import AuditEntry
from bulou.core.people.actions import NewHousehold, add_household
from bulou.core.places.codes import subject
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.models import Responsibility
from bulou.core.staff.queries import answering
from bulou.core.staff.responsibility import Named, entrust
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks.models import OPEN, Task
from bulou.desk.tests.conftest import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, arrived, desk, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def leaves() -> Actor:
    return actor(Role.VILLAGE_DOCTOR, VILLAGE, "测试离任")


@pytest.fixture
def stays() -> Actor:
    return actor(Role.VILLAGE_DOCTOR, VILLAGE, "测试接任")


@pytest.fixture
def held(leaves: Actor, at: Callable[[str], None]) -> dict[str, UUID]:
    """A person, a household and a village of one doctor since the 12th; it is the 15th now."""
    found = {
        "person": arrived(1), "household": add_household(NewHousehold(VILLAGE, "12"), SYSTEM),
        "place": subject(VILLAGE),
    }  # fmt: skip
    entrust([Named("medic", kind, pk, VILLAGE, leaves.account) for kind, pk in found.items()], SYSTEM)
    at("2020-02-15T09:00")
    return found


def address(of: Actor) -> str:
    return f"/responsible/all/{of.account}/"


def holders() -> list[str]:
    return sorted(answering(Responsibility.objects.all()).values_list("holder_name", flat=True))


def test_all_of_it_is_looked_at_and_handed_over_from_the_staff_members_page(
    held: dict[str, UUID], leaves: Actor, stays: Actor
) -> None:
    clerk = desk(Role.TOWNSHIP_CLERK, TOWNSHIP)
    assert address(leaves) in page(clerk, f"/staff/{leaves.account}/")
    seen = page(clerk, address(leaves))
    assert "Hand over all 3" in seen and "测试接任" in seen and "Households" in seen
    said = {"holder": str(stays.account), "seen": "3"}
    answer = clerk.post(address(leaves), said)
    assert (answer.status_code, holders()) == (302, ["测试接任"] * 3)
    entry = AuditEntry.objects.get(act="responsibility.hand-over-all")
    assert entry.count == 3
    owed = Task.objects.filter(OPEN, subject_id=held["person"], kind="observation.notice")
    assert set(owed.values_list("account", flat=True)) == {stays.account}


def test_what_ended_stands_with_its_days_on_every_page_of_its_subject_and_of_its_holder(
    held: dict[str, UUID], leaves: Actor, stays: Actor
) -> None:
    clerk = desk(Role.TOWNSHIP_CLERK, TOWNSHIP)
    clerk.post(address(leaves), {"holder": str(stays.account), "seen": "3"})
    for there in (f"/people/{held['person']}/", f"/households/{held['household']}/", f"/places/{VILLAGE}/"):
        said = page(clerk, there)
        assert (
            "测试离任" in said and "2020-02-12 – 2020-02-15" in said and "handed over to 测试接任" in said
        ), there
    ended = f"/responsible/?holder={leaves.account}&show=ended"
    assert ended.replace("&", "&amp;") in page(clerk, f"/staff/{leaves.account}/")
    listed = page(clerk, ended)
    assert listed.count("2020-02-15</td>") == 3 and "测试接任" in listed and 'type="checkbox"' not in listed
    assert page(clerk, f"/responsible/?subject={held['household']}&show=ended").count("2020-02-15</td>") == 1
    assert clerk.get("/responsible/?show=ended").status_code == 404


def test_it_is_given_back_as_far_as_the_successor_still_has_it(
    held: dict[str, UUID], leaves: Actor, stays: Actor, at: Callable[[str], None]
) -> None:
    clerk = desk(Role.TOWNSHIP_CLERK, TOWNSHIP)
    own = arrived(2)
    entrust([Named("medic", "person", own, VILLAGE, stays.account)], SYSTEM)
    clerk.post(address(leaves), {"holder": str(stays.account), "seen": "3"})
    taken = answering(Responsibility.objects.filter(subject_id=held["place"])).get()
    clerk.post("/responsible/hand-over/", {"row": str(taken.pk), "name": "测试第三"})
    at("2020-02-20T09:00")
    listed = page(clerk, f"/responsible/?holder={leaves.account}&show=ended")
    back = f"/responsible/back/{leaves.account}/"
    assert back in listed and "still with them: 2" in listed
    said = {"day": "2020-02-15", "to": str(stays.account), "name": "测试接任"}
    assert clerk.post(back, said).status_code == 302
    assert holders() == sorted(["测试离任"] * 2 + ["测试接任", "测试第三"])
    assert back not in page(clerk, f"/responsible/?holder={leaves.account}&show=ended")
    assert Responsibility.objects.count() == 4 + 3 + 1 + 2  # nothing is taken out of what was
    assert AuditEntry.objects.get(act="responsibility.hand-back").count == 2
    clerk.post(back, said)  # once more: nothing is left to give back
    assert Responsibility.objects.count() == 10


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"seen": "3"}, "Name who is to answer"),
        ({"holder": "{leaves}", "seen": "3"}, "Choose somebody else"),
        ({"holder": "{elsewhere}", "seen": "3"}, "Name who is to answer"),
        ({"name": "测试丁", "seen": "2"}, "has changed since you looked"),
        ({"name": "测试丁"}, "has changed since you looked"),
    ],
)
def test_what_cannot_be_handed_over_is_said_and_changes_nothing(
    held: dict[str, UUID], leaves: Actor, said: dict[str, str], why: str
) -> None:
    elsewhere = actor(Role.VILLAGE_DOCTOR, "141031101200")
    who = {"leaves": leaves.account, "elsewhere": elsewhere.account}
    answer = desk(Role.TOWNSHIP_CLERK, TOWNSHIP).post(
        address(leaves), {key: text.format(**who) for key, text in said.items()}
    )
    assert answer.status_code == 422 and why in answer.content.decode()
    assert holders() == ["测试离任"] * 3


def test_only_what_lies_in_the_territory_goes_over_and_only_for_offices(
    held: dict[str, UUID], leaves: Actor, stays: Actor
) -> None:
    entrust([Named("medic", "place", subject(OTHER_VILLAGE), OTHER_VILLAGE, leaves.account)], SYSTEM)
    said = {"holder": str(stays.account), "seen": "3"}
    for client in (
        desk(Role.VILLAGE_DOCTOR, VILLAGE),
        desk(Role.VOLUNTEER, VILLAGE),
        desk(Role.AUDITOR, COUNTY),
    ):
        assert client.post(address(leaves), said).status_code in (403, 404)
    assert desk(Role.TOWNSHIP_CLERK, "141031102").get(address(leaves)).status_code == 404
    assert address(leaves) not in page(desk(Role.AUDITOR, COUNTY), f"/staff/{leaves.account}/")
    assert desk(Role.VILLAGE_CADRE, VILLAGE).post(address(leaves), said).status_code == 302
    assert holders() == sorted(["测试接任"] * 3 + ["测试离任"])


def test_an_account_that_answers_for_nothing_here_is_not_there(stays: Actor) -> None:
    assert desk(Role.TOWNSHIP_CLERK, TOWNSHIP).get(address(stays)).status_code == 404
    assert Client().get(address(stays)).status_code in (302, 403)
