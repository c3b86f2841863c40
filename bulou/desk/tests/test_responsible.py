"""Who answers for whom by name: named on the person's page, listed, handed over, and seen as one's own."""

from __future__ import annotations

import pytest

from bulou.core.staff.models import Account, Responsibility
from bulou.core.staff.roles import Role
from bulou.desk.tests.conftest import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, arrived, desk, page

pytestmark = pytest.mark.django_db


def named(client, person, **said):
    return client.post(f"/people/{person}/responsible/", {"role": "village-cadre", **said})


def test_somebody_is_named_on_the_persons_page_and_listed_by_holder() -> None:
    person, clerk = arrived(1), desk(Role.TOWNSHIP_CLERK, TOWNSHIP)
    page(clerk, f"/people/{person}/responsible/")
    assert named(clerk, person, name="测试甲").status_code == 302
    assert "测试甲" in page(clerk, f"/people/{person}/")
    assert "测试甲" in page(clerk, "/responsible/?show=all")
    assert f"/people/{person}/" in page(clerk, "/responsible/?name=测试甲")
    assert "测试甲" not in page(desk(Role.VILLAGE_CADRE, OTHER_VILLAGE), "/responsible/?show=all")


def test_it_is_handed_over_and_the_successor_sees_it_as_their_own() -> None:
    person, clerk = arrived(1), desk(Role.TOWNSHIP_CLERK, TOWNSHIP)
    doctor = desk(Role.VILLAGE_DOCTOR, VILLAGE)
    named(clerk, person, name="测试甲")
    row = Responsibility.objects.get(holder_name="测试甲")
    to = Account.objects.get(posts__role="village-doctor", posts__place=VILLAGE)
    assert str(to.pk) in page(clerk, f"/responsible/?subject={person}")
    said = {"row": str(row.pk), "holder": str(to.pk), "next": f"/responsible/?subject={person}"}
    assert clerk.post("/responsible/hand-over/", said).status_code == 302
    row.refresh_from_db()
    assert row.handed_to.holder == to.pk
    assert f"/people/{person}/" in page(doctor, "/responsible/")


def test_nothing_ticked_nobody_named_and_nobody_elsewhere_change_nothing() -> None:
    person, clerk = arrived(1), desk(Role.TOWNSHIP_CLERK, TOWNSHIP)
    assert named(clerk, person).status_code == 422
    assert named(clerk, person, name="x", role="king").status_code == 422
    assert clerk.post("/responsible/hand-over/", {}, follow=True).status_code == 200
    assert named(desk(Role.VILLAGE_CADRE, OTHER_VILLAGE), person, name="x").status_code == 404
    named(clerk, person, name="测试甲")
    row = Responsibility.objects.get(holder_name="测试甲")
    other = desk(Role.TOWNSHIP_CLERK, "141031101")
    assert other.post("/responsible/hand-over/", {"row": str(row.pk), "name": "y"}).status_code == 404
    assert desk(Role.VILLAGE_DOCTOR, VILLAGE).post("/responsible/hand-over/", {}).status_code in (403, 404)
    assert not Responsibility.objects.exclude(handed_to=None).exists()
    assert page(desk(Role.COUNTY_OFFICE, COUNTY), "/responsible/")
