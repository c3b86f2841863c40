"""A person's page: their history whole, their identifiers masked, what is put right kept."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import translation

from bulou.core.audit import looks
from bulou.core.audit.models import AuditEntry
from bulou.core.people import units
from bulou.core.people.models import Merge, Person, Unit
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.core.tasks.lay import lay
from bulou.desk.pages.mending import LABELS
from bulou.desk.tests.conftest import COUNTY, VILLAGE, arrived, desk, page, reading
from bulou.lib import ids

pytestmark = pytest.mark.django_db


def test_all_that_happened_stands_in_one_line_of_time() -> None:
    person = arrived(1)
    reading(person, 385, 2)
    lay()
    shown = page(desk(Role.VILLAGE_DOCTOR, VILLAGE), f"/people/{person}/")
    assert "38.5 °C" in shown
    assert shown.index("38.5 °C") < shown.index("Observation opened")
    assert "湖北武汉" in shown  # a sealed note, opened for whoever may see the person


def test_a_look_at_a_person_is_kept() -> None:
    person = arrived(1)
    page(desk(Role.VILLAGE_DOCTOR, VILLAGE), f"/people/{person}/")
    assert AuditEntry.objects.filter(act="look", subject_id=str(person)).count() == 1


def test_an_identifier_is_shown_once_for_a_reason_that_is_kept() -> None:
    person, client = arrived(1), desk(Role.COUNTY_OFFICE)
    before = page(client, f"/people/{person}/")
    assert "********" in before
    refused = client.post(f"/people/{person}/reveal/", {"field": "doc_number", "why": " "})
    assert refused.status_code == 422
    told = client.post(f"/people/{person}/reveal/", {"field": "doc_number", "why": "hospital asks"})
    assert "1410311990" in told.content.decode()
    kept = AuditEntry.objects.filter(act="look", detail__why=True).get()
    assert looks.reason(kept.pk) == "hospital asks"
    assert "1410311990" not in page(client, f"/people/{person}/")


def test_a_person_is_put_right_and_whoever_was_overtaken_is_told() -> None:
    person, client = arrived(1), desk(Role.COUNTY_OFFICE)
    now = Person.objects.get(pk=person)
    said = {
        "name": "欧阳测试",
        "sex": now.sex,
        "birth_date": now.birth_date,
        "version": now.version,
        "why": "typo",
    }
    assert client.post(f"/people/{person}/correct/", said).status_code == 302
    assert Person.objects.get(pk=person).name == "欧阳测试"
    late = client.post(f"/people/{person}/correct/", said | {"name": "欧阳别人"})
    assert late.status_code == 422
    shown = late.content.decode()
    assert (
        "changed this person meanwhile" in shown and "欧阳别人" in shown
    )  # what was typed stands there still
    again = re.search(r'name="version" value="(\d+)"', shown)
    assert again is not None
    # Who has seen what changed may save: the form carries the version of now.
    anew = client.post(f"/people/{person}/correct/", said | {"name": "欧阳别人", "version": again[1]})
    assert anew.status_code == 302
    assert "Data changed" in page(client, f"/people/{person}/")


def test_somebody_is_put_into_a_unit_and_out_of_it() -> None:
    office = actor(Role.COUNTY_OFFICE, COUNTY)
    units.add_units(units.lines("某厂 | 企业", office, COUNTY), by=office)
    person, client = arrived(1), signed_in(Client(), office)
    url = f"/people/{person}/correct/"
    for name in ("无此厂", "某厂", "某厂", ""):
        form = client.get(url).context["form"]
        said = {field: form[field].value() or "" for field in form.fields}
        answer = client.post(url, said | {"unit": name, "why": "入职"})
        assert answer.status_code == (422 if name == "无此厂" else 302)
        belongs = Unit.objects.filter(pk=Person.objects.get(pk=person).unit)
        assert [one.name for one in belongs] == [name] * (name == "某厂")
        assert ("某厂" in page(client, url)) is (name == "某厂")


def test_a_record_is_put_right_by_another_that_names_it() -> None:
    from bulou.work.observation.models import Reading

    person, client = arrived(1), desk(Role.COUNTY_OFFICE)
    wrong = reading(person, 386, 2)
    url = f"/people/{person}/records/{wrong.id}/correct/"
    page(client, url)
    assert 'value="38.6"' in page(client, url)  # as it is typed everywhere, not in tenths
    said = {"tenths": "36.6", "symptoms": ["cough"], "why": "misread", "id": str(ids.new())}
    assert client.post(url, said | {"tenths": "36.66"}).status_code == 422
    assert client.post(url, said).status_code == 302
    assert client.post(url, said).status_code == 404  # it is corrected already
    right = Reading.objects.get(replaces=wrong.id)
    assert (right.tenths, right.fever, right.symptoms) == (366, False, "cough")
    assert Reading.objects.get(pk=wrong.id).replaced_by == right.id
    shown = page(client, f"/people/{person}/")
    # By whom, and why: beside the one that was wrong and beside the one that took its place.
    assert "replaced " in shown and shown.count("misread") == 2


def test_what_comes_later_is_told_once_and_offers_no_act_yet() -> None:
    person = arrived(1)
    lay()
    shown = page(desk(Role.VILLAGE_DOCTOR, VILLAGE), f"/people/{person}/")
    now = shown[: shown.index("All that happened")]
    assert 1 <= now.count("not yet") <= 2
    assert now.count("Do it") == now.count("<tr") - now.count("not yet")


def test_two_who_are_one_are_merged_with_a_reason_and_parted_again() -> None:
    one, two, client = arrived(1), arrived(2), desk(Role.COUNTY_OFFICE)
    Person.objects.filter(pk=two).update(name=Person.objects.get(pk=one).name, birth_date="1990-01-02")
    Person.objects.filter(pk=one).update(birth_date="1990-01-02")
    assert "may be the same person" in page(client, f"/people/{one}/")
    url = f"/people/{one}/merge/{two}/"
    page(client, url)
    assert client.post(url, {"why": ""}).status_code == 422
    assert client.post(url, {"why": "same phone"}).status_code == 302
    assert client.get(f"/people/{two}/").status_code == 302
    assert "same phone" in page(client, f"/people/{one}/")
    merge = Merge.objects.get()
    parted = client.post(f"/people/{one}/unmerge/", {"merge": str(merge.id)}, follow=True)
    assert f'href="/people/{two}/"' in parted.content.decode()  # to the other one
    assert client.get(f"/people/{two}/").status_code == 200


def test_people_are_found_by_characters_pinyin_initials_and_the_whole_number() -> None:
    arrived(1, name="欧阳试用", phone="15412345678")
    client = desk(Role.COUNTY_OFFICE)

    def found(text: str) -> str:
        return client.get("/people/", {"q": text}, follow=True).content.decode()

    for text in ("欧阳", "ouyang", "oysy", "15412345678"):
        assert "欧阳试用" in found(text), text
    assert "欧阳试用" not in found("1541234")


def test_what_was_found_at_a_door_is_not_called_a_diagnosis() -> None:
    with translation.override("zh-hans"):
        assert str(LABELS["outcome"]) == "结果"


def test_where_they_live_is_said_once_and_not_beside_each_thing_that_is_owed() -> None:
    person = arrived(1)
    lay()
    owed = (
        page(desk(Role.VILLAGE_DOCTOR, VILLAGE), f"/people/{person}/")
        .split("data-rows")[1]
        .split("</table>")[0]
    )
    assert "Take the temperature" in owed
    assert "城北村" not in owed
