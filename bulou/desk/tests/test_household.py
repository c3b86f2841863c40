"""The page of a household, and its place on the list of the place that holds it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bulou.core.audit.models import AuditEntry
from bulou.core.people.actions import NewHousehold, add_household, add_unit, move
from bulou.core.people.models import Person
from bulou.core.places import actions as places
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.models import Post, Responsibility
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.desk.tests.conftest import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, arrived, desk, page
from bulou.lib import clock, ids
from bulou.work.screening import actions as screening
from bulou.work.screening.forms import RoundIn

pytestmark = pytest.mark.django_db
GRID = VILLAGE + "001"


def home(number: str = "12", place: str = VILLAGE, people: tuple[UUID, ...] = (), **more: object) -> UUID:
    made = add_household(NewHousehold(place, number, **more), SYSTEM)  # type: ignore[arg-type]
    for n, person in enumerate(people):
        move(person, place, SYSTEM, made, relation="" if n else "配偶")
    return made


@pytest.fixture
def grid(county: str) -> str:
    return str(places.add(actor(Role.COUNTY_OFFICE, COUNTY), VILLAGE, "东街网格", "grid").code)


def test_a_village_with_grids_lists_its_households_and_says_in_which_grid(grid: str) -> None:
    inside, at_village = home("7", grid, (arrived(1),)), home("8", VILLAGE)
    cadre = desk(Role.VILLAGE_CADRE, VILLAGE)
    said = page(cadre, f"/places/{VILLAGE}/")
    assert f"/households/{inside}/" in said and f"/households/{at_village}/" in said
    assert said.count("东街网格") > 1
    there = page(cadre, f"/places/{grid}/")
    assert f"/households/{inside}/" in there and f"/households/{at_village}/" not in there
    assert f"/households/{inside}/" not in page(desk(Role.TOWNSHIP_CLERK, TOWNSHIP), f"/places/{TOWNSHIP}/")


def test_the_list_is_paged_and_asks_no_more_for_many_than_for_few(grid: str) -> None:
    def asked() -> int:
        cadre = desk(Role.VILLAGE_CADRE, VILLAGE)
        page(cadre, f"/places/{VILLAGE}/")
        with CaptureQueriesContext(connection) as found:
            page(cadre, f"/places/{VILLAGE}/")
        return len(found)

    home("1", grid, (arrived(1),))
    few = asked()
    for n in range(2, 60):
        home(f"{n:03}", grid, (arrived(n),) if n < 6 else ())
    assert asked() == few
    cadre = desk(Role.VILLAGE_CADRE, VILLAGE)
    first = page(cadre, f"/places/{VILLAGE}/")
    following = re.search(r'href="(\?cursor=[^"]+)" data-next', first)
    assert following and 'id="standing"' in first
    second = page(cadre, f"/places/{VILLAGE}/{following[1]}")
    assert second.count('data-href="/households/') == 9 and 'id="standing"' not in second


def test_the_page_names_its_people_the_head_first_and_what_they_are_under(grid: str) -> None:
    wife, man = arrived(1), arrived(2)
    made = home("12", VILLAGE, (wife, man), head=man)
    said = page(desk(Role.VILLAGE_DOCTOR, VILLAGE), f"/households/{made}/")
    names = dict(Person.objects.values_list("pk", "name"))
    assert said.index(names[man]) < said.index(names[wife])
    assert ">head<" in said and "spouse" in said
    assert said.count("/observation/") >= 2
    assert f"/households/{made}/" in page(desk(Role.VILLAGE_DOCTOR, VILLAGE), f"/people/{man}/")
    looked = AuditEntry.objects.filter(subject_type="household", subject_id=str(made))
    assert looked.exists()


def test_the_address_is_shown_once_for_a_reason_that_is_kept() -> None:
    made = home("12", address="南关巷12号")
    cadre = desk(Role.VILLAGE_CADRE, VILLAGE)
    assert "南关巷" not in page(cadre, f"/households/{made}/")
    without = cadre.post(f"/households/{made}/reveal/", {"why": " "})
    assert without.status_code == 422 and "南关巷" not in without.content.decode()
    assert "南关巷12号" in cadre.post(f"/households/{made}/reveal/", {"why": "送药"}).content.decode()
    looks = AuditEntry.objects.filter(subject_type="household", subject_id=str(made))
    assert [look.detail.get("why", False) for look in looks.order_by("pk")] == [False, True]
    assert "南关巷" not in page(cadre, f"/households/{made}/")


def test_outside_of_the_territory_and_for_a_unit_it_is_not_there() -> None:
    made = home("12")
    elsewhere = desk(Role.VILLAGE_CADRE, OTHER_VILLAGE)
    for address in (f"/households/{made}/", f"/households/{ids.new()}/"):
        assert elsewhere.get(address).status_code == 404
        assert elsewhere.post(f"{address}reveal/", {"why": "x"}).status_code == 404
    by = actor(Role.UNIT_LIAISON, TOWNSHIP)
    Post.objects.filter(pk=by.post).update(unit=add_unit("第一中学", VILLAGE, SYSTEM))
    liaison = signed_in(Client(), by)
    assert liaison.get(f"/households/{made}/").status_code == 404
    assert f"/households/{made}/" not in page(liaison, f"/places/{VILLAGE}/")
    assert desk(Role.AUDITOR, COUNTY).get(f"/households/{made}/").status_code in (403, 404)


def test_who_answers_is_named_else_by_post_of_the_nearest_place(grid: str) -> None:
    made = home("12", grid)
    clerk, cadre = desk(Role.TOWNSHIP_CLERK, TOWNSHIP), actor(Role.VILLAGE_CADRE, VILLAGE, "村里甲")
    assert cadre.name in page(clerk, f"/households/{made}/")
    row = Responsibility.objects.create(
        role="medic", holder_name="测试乙", subject_type="household", subject_id=made, place=grid,
        from_day=clock.today(),
    )  # fmt: skip
    assert "<strong>测试乙</strong>" in page(clerk, f"/households/{made}/")
    row.to_day = clock.today()
    row.save()
    shown = page(clerk, f"/households/{made}/")
    assert "<strong>测试乙</strong>" not in shown and "测试乙" in shown.partition("<details")[2]


def test_who_is_named_for_the_household_stands_on_the_pages_of_its_people() -> None:
    person, other = arrived(1), arrived(2)
    made = home("12", VILLAGE, (person, other))
    for role, name, kind, subject in (
        ("medic", "测试乙", "household", made), ("village-cadre", "测试丙", "household", made),
        ("village-cadre", "测试丁", "person", person),
    ):  # fmt: skip
        Responsibility.objects.create(
            role=role, holder_name=name, subject_type=kind, subject_id=subject, place=VILLAGE, from_day=clock.today()
        )  # fmt: skip
    cadre = desk(Role.VILLAGE_CADRE, VILLAGE)
    own, shared = page(cadre, f"/people/{person}/"), page(cadre, f"/people/{other}/")
    assert "测试乙" in own and "测试丁" in own and "测试丙" not in own
    assert "测试乙" in shared and "测试丙" in shared


def test_the_doors_of_rounds_stand_on_it_with_how_often_somebody_came(
    at: Callable[[str], None], grid: str
) -> None:
    made = home("12", VILLAGE)
    clerk = actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
    told = RoundIn(
        name="首轮拉网", place=TOWNSHIP, subjects="households", opens_at=clock.now() - timedelta(hours=3),
        due_at=clock.now() + timedelta(hours=3),
    )  # fmt: skip
    plan = screening.issue(clerk, told)
    cadre = desk(Role.VILLAGE_CADRE, VILLAGE)
    assert "首轮拉网" in page(cadre, f"/households/{made}/") and "Never reached" in page(
        cadre, f"/households/{made}/"
    )
    data = {"round": str(plan.id), "member": str(made), "outcome": "nobody-home"}
    came = Incoming("screening.visit", ids.new(), VILLAGE, clock.now() - timedelta(hours=1), data)
    assert take([came], SYSTEM)[0].status == "accepted"
    said = page(cadre, f"/households/{made}/")
    assert "Nobody home" in said and "17:30" in said and "/screening/doors/" in said
    assert f"/screening/{plan.id}/" in page(desk(Role.INSPECTOR, COUNTY), f"/households/{made}/")
    assert "首轮拉网" not in page(desk(Role.FEVER_CLINIC, COUNTY), f"/households/{made}/")
