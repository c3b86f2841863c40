"""Who answers for whom by name: named on the person's page, listed, handed over, and seen as one's own."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client

from bulou.core import exports
from bulou.core.audit.models import AuditEntry
from bulou.core.people.actions import NewHousehold, add_household
from bulou.core.people.models import Person
from bulou.core.places import queries as places
from bulou.core.places.codes import subject
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.models import Account, Responsibility
from bulou.core.staff.responsibility import Named, entrust
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.core.tasks.lay import lay
from bulou.core.tasks.models import OPEN, Task
from bulou.desk.tests.conftest import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, arrived, desk, page
from bulou.lib import clock

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


def home_of(*people: UUID) -> UUID:
    made = add_household(NewHousehold(VILLAGE, "12"), SYSTEM)
    Person.objects.filter(pk__in=people).update(household=made)
    return made


def test_somebody_is_named_on_the_page_of_a_household_and_what_is_owed_there_is_theirs() -> None:
    person, clerk = arrived(1), desk(Role.TOWNSHIP_CLERK, TOWNSHIP)
    made, doctor = home_of(person), actor(Role.VILLAGE_DOCTOR, VILLAGE, "测试乙")
    there = f"/households/{made}/"
    assert f"{there}responsible/" in page(clerk, there)
    assert doctor.name in page(clerk, f"{there}responsible/")
    said = {"role": "medic", "holder": str(doctor.account)}
    assert clerk.post(f"{there}responsible/", said).headers["Location"] == there
    row = Responsibility.objects.get(subject_id=made)
    assert (row.subject_type, row.place, row.holder, row.from_day) == (
        "household", VILLAGE, doctor.account, clock.today(),
    )  # fmt: skip
    assert "since 2020-02-12" in page(clerk, there)
    assert "测试乙" in page(clerk, f"/people/{person}/")
    assert Task.objects.filter(
        OPEN, subject_id=person, kind="observation.reading", account=doctor.account
    ).exists()
    mine = page(signed_in(Client(), doctor), "/responsible/?show=mine")
    assert f'href="{there}"' in mine
    assert AuditEntry.objects.filter(act="responsibility.entrust").exists()


def test_a_household_is_handed_over_with_its_days_and_nothing_is_written_over(
    at: Callable[[str], None],
) -> None:
    made, cadre = home_of(), desk(Role.VILLAGE_CADRE, VILLAGE)
    there = f"/households/{made}/"
    assert "?subject=" not in page(cadre, there)
    cadre.post(f"{there}responsible/", {"role": "neighbour", "name": "测试甲"})
    assert f"/responsible/?subject={made}" in page(cadre, there)
    at("2020-02-15T09:00")
    row = Responsibility.objects.get(subject_id=made)
    assert "Household 12" in page(cadre, f"/responsible/?subject={made}")
    said = {"row": str(row.pk), "name": "测试丁", "next": f"/responsible/?subject={made}"}
    assert cadre.post("/responsible/hand-over/", said).status_code == 302
    old, new = Responsibility.objects.filter(subject_id=made).order_by("pk")
    assert (old.holder_name, str(old.from_day), str(old.to_day), old.handed_to) == (
        "测试甲", "2020-02-12", "2020-02-15", new,
    )  # fmt: skip
    assert (new.holder_name, str(new.from_day), new.to_day) == ("测试丁", "2020-02-15", None)
    said_now = page(cadre, there)
    assert "测试丁" in said_now
    assert '测试甲 <span class="muted num">2020-02-12 – 2020-02-15</span>' in said_now
    assert AuditEntry.objects.filter(act="responsibility.hand-over", subject_id=str(made)).exists()


def test_who_may_not_or_does_not_reach_it_names_nobody() -> None:
    made, said = home_of(), {"role": "medic", "name": "测试甲"}
    elsewhere = desk(Role.VILLAGE_CADRE, OTHER_VILLAGE)
    volunteer = desk(Role.VOLUNTEER, VILLAGE)
    for address in (f"/households/{made}/responsible/", f"/places/{VILLAGE}/responsible/"):
        assert elsewhere.get(address).status_code == elsewhere.post(address, said).status_code == 404
        assert volunteer.post(address, said).status_code in (403, 404)
    assert f"/households/{made}/responsible/" not in page(volunteer, f"/households/{made}/")
    assert elsewhere.get(f"/responsible/?subject={made}").status_code == 404
    cadre = desk(Role.VILLAGE_CADRE, VILLAGE)
    assert cadre.post(f"/households/{made}/responsible/", {"role": "medic"}).status_code == 422
    assert not Responsibility.objects.exists()


def test_who_is_named_for_a_place_answers_for_all_that_lies_in_it(county: str) -> None:
    clerk, cadre = desk(Role.TOWNSHIP_CLERK, TOWNSHIP), desk(Role.VILLAGE_CADRE, VILLAGE)
    person = arrived(1)
    made = home_of(person)
    assert f"/places/{VILLAGE}/responsible/" in page(clerk, f"/places/{VILLAGE}/")
    said = {"role": "stationed-cadre", "name": "测试甲"}
    assert clerk.post(f"/places/{VILLAGE}/responsible/", said).status_code == 302
    about = Responsibility.objects.get().subject_id
    for there in (f"/places/{VILLAGE}/", f"/households/{made}/", f"/people/{person}/"):
        assert "测试甲" in page(cadre, there), there
    # Handed over from the page of the place itself; what is below it only shows who answers.
    assert f"?subject={about}" in page(clerk, f"/places/{VILLAGE}/")
    assert "?subject=" not in page(clerk, f"/households/{made}/")
    assert f'href="/places/{VILLAGE}/"' in page(clerk, f"/responsible/?subject={about}")
    assert "测试甲" not in page(desk(Role.VILLAGE_CADRE, OTHER_VILLAGE), f"/places/{OTHER_VILLAGE}/")


def test_the_report_of_a_village_is_owed_by_whoever_is_named_for_it(county: str) -> None:
    deputy = actor(Role.VILLAGE_CADRE, VILLAGE, "测试戊")
    lay(kinds={"reports.village"})
    owed = Task.objects.filter(OPEN, kind="reports.village", place=VILLAGE)
    assert owed.exists() and not owed.exclude(account=None).exists()
    clerk = desk(Role.TOWNSHIP_CLERK, TOWNSHIP)
    clerk.post(f"/places/{VILLAGE}/responsible/", {"role": "village-cadre", "holder": str(deputy.account)})
    assert set(owed.values_list("account", flat=True)) == {deputy.account}


def test_whom_they_were_named_for_goes_out_by_name(county: str) -> None:
    made, by = home_of(), actor(Role.VILLAGE_CADRE, VILLAGE)
    for kind, pk in (("household", made), ("place", subject(VILLAGE))):
        entrust([Named("group-head", kind, pk, VILLAGE, name="测试甲")], by)
    listed, asked = exports.get(by, "responsible"), exports.Asked(by, VILLAGE, {})
    told = {str(line[0]) for line in listed.lines(asked, list(listed.found(asked)))}
    assert told == {"12户", places.names([VILLAGE])[VILLAGE]}
