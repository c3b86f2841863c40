"""The name of a unit is put right through the audit door; by what it was called before it is found still."""

from __future__ import annotations

import pytest
from django.utils import translation

from bulou.core.audit.models import AuditEntry
from bulou.core.people import units
from bulou.core.people.actions import add_unit
from bulou.core.people.models import Unit, UnitName
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.desk.tests.conftest import COUNTY, TOWNSHIP, VILLAGE, desk, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> Unit:
    return Unit.objects.get(pk=add_unit("隰县第一中学", VILLAGE, SYSTEM, kind="school"))


def named() -> list[str]:
    return sorted(Unit.objects.values_list("name", flat=True))


def test_a_name_is_put_right_from_the_list_and_the_old_one_is_shown_with_its_reason(school: Unit) -> None:
    clerk = desk(Role.TOWNSHIP_CLERK, TOWNSHIP)
    there = f"/units/{school.pk}/name/?version=0"
    assert there in page(clerk, f"/units/?place={VILLAGE}")
    assert "隰县第一中学" in page(clerk, there)
    answer = clerk.post(there, {"name": "隰县高级中学", "why": "牌子换了"})
    assert (answer.status_code, named()) == (302, ["隰县高级中学"])
    listed = page(clerk, f"/units/?place={VILLAGE}")
    assert "隰县高级中学" in listed and "隰县第一中学" in listed
    assert "牌子换了" in page(clerk, f"/units/{school.pk}/name/?version=1")
    (entry,) = AuditEntry.objects.filter(act="people.rename_unit")
    assert (entry.subject_id, entry.place) == (str(school.pk), VILLAGE)


@pytest.mark.parametrize("text", ["第一中", "第一中學", "yizhongxue", "dyzx", "高级", "gaoji", "xxgjzx"])
def test_it_is_found_by_its_old_name_and_by_its_new_one(school: Unit, text: str) -> None:
    clerk = desk(Role.TOWNSHIP_CLERK, TOWNSHIP)
    clerk.post(f"/units/{school.pk}/name/", {"name": "隰县高级中学", "why": "写错"})
    office = actor(Role.COUNTY_OFFICE, COUNTY)
    assert [one.pk for one in units.listed(office, VILLAGE, text=text)] == [school.pk]
    assert not units.listed(office, VILLAGE, text="第二中学").exists()


def test_files_and_lines_that_still_say_the_old_name_mean_the_unit(school: Unit) -> None:
    clerk = actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
    desk(Role.TOWNSHIP_CLERK, TOWNSHIP).post(
        f"/units/{school.pk}/name/", {"name": "隰县高级中学", "why": "写错"}
    )
    for name in ("隰县第一中学", "隰县高级中学"):
        assert units.called(name, clerk, TOWNSHIP) == school.pk
        assert units.named([name], clerk, TOWNSHIP) == {name: school.pk}
        assert units.add_units([units.NewUnit(name, VILLAGE)], by=clerk) == 0
    # A name that another unit bears now is nobody's, as any name that several bear.
    add_unit("隰县第一中学", TOWNSHIP, SYSTEM, kind="school")
    assert units.named(["隰县第一中学"], clerk, TOWNSHIP) == {}


def test_what_is_no_name_another_has_or_somebody_else_changed_is_refused(school: Unit) -> None:
    add_unit("隰县第二中学", VILLAGE, SYSTEM, kind="school")
    clerk, there = desk(Role.TOWNSHIP_CLERK, TOWNSHIP), f"/units/{school.pk}/name/?version=0"
    with translation.override("en"):
        for said, why in (
            ({"name": "隰县第二中学", "why": "写错"}, "has this name already"),
            ({"name": " ", "why": "写错"}, "required"),
            ({"name": "隰县高级中学"}, "required"),
        ):
            answer = clerk.post(there, said)
            assert answer.status_code == 422 and why in answer.content.decode(), said
        assert clerk.post(there, {"name": "隰县高级中学", "why": "写错"}).status_code == 302
        late = clerk.post(there, {"name": "隰县实验中学", "why": "写错"})
        assert late.status_code == 422 and "since you opened it" in late.content.decode()
    assert named() == ["隰县第二中学", "隰县高级中学"]


def test_the_same_name_again_is_no_correction(school: Unit) -> None:
    clerk = desk(Role.TOWNSHIP_CLERK, TOWNSHIP)
    assert clerk.post(f"/units/{school.pk}/name/", {"name": school.name, "why": "写错"}).status_code == 302
    assert not UnitName.objects.exists()


def test_nobody_elsewhere_and_no_other_role_puts_it_right(school: Unit) -> None:
    there, said = f"/units/{school.pk}/name/", {"name": "隰县高级中学", "why": "写错"}
    for client in (desk(Role.TOWNSHIP_CLERK, "141031102"), desk(Role.VILLAGE_DOCTOR, VILLAGE)):
        assert client.get(there).status_code in (403, 404)
        assert client.post(there, said).status_code in (403, 404)
    assert there not in page(desk(Role.VILLAGE_DOCTOR, VILLAGE), f"/units/?place={VILLAGE}")
    assert named() == ["隰县第一中学"]
