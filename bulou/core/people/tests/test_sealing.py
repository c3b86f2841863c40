"""Identifiers: never in plain in the database, found by their index, gone with their key."""

from __future__ import annotations

import json

import pytest

from bulou.core.audit.models import AuditEntry
from bulou.core.people import actions, changes, keys, queries, seal
from bulou.core.people.models import Person, PersonKey, SealedPart
from bulou.core.people.tests.made import VILLAGE, actor, everything_stored, nameless, person
from bulou.core.staff.roles import Role
from bulou.lib import ids
from bulou.lib.refusals import Refusal

pytestmark = pytest.mark.django_db
BY = actor()


def test_planted_identifiers_stand_nowhere_in_plain() -> None:
    rows = [person(n, phone2=f"1549999{n:04d}") for n in range(1000)]
    answers = actions.enrol(rows, BY)
    actions.enrol([person(n, phone="15488880000") for n in range(10)], BY)
    actions.update(answers[0].id, 1, {"phone": "15477770000", "address": "另一巷77号"}, BY)
    actions.add_household(actions.NewHousehold(VILLAGE, "3", "某巷深处88号"), BY)
    actions.merge(answers[1].id, answers[2].id, BY, f"两条登记是同一个人 {rows[1].doc_number}")
    queries.reveal(BY, answers[3].id, "phone", f"核对 {rows[3].phone}")
    keys.seal_parts([keys.Part(ids.new(), answers[4].id, "note", f"电话 {rows[4].phone}")])
    stored = everything_stored()
    planted = [value for row in rows for value in (row.doc_number, row.phone, row.phone2, row.address)]
    planted += ["15488880000", "15477770000", "另一巷77号", "某巷深处88号"]
    found = [value for value in planted if value in stored or value.encode().decode("latin-1") in stored]
    assert found == []
    assert rows[5].name in stored  # the search itself finds what is there


def test_an_identifier_is_found_by_its_index_and_by_nothing_shorter() -> None:
    [answer] = actions.enrol([person(1, phone2="0357-7322100")], BY)
    assert queries.known_as(f" {person(1).doc_number.lower()}") == [answer.id]
    assert queries.known_as(person(1).phone) == queries.known_as("03577322100") == [answer.id]
    assert queries.known_as(person(1).doc_number[:-1]) == []
    assert queries.known_as(person(2).phone) == []


def test_an_index_is_of_its_kind_and_of_this_house() -> None:
    assert seal.index("passport", "E1234567") == seal.index("passport", "E1234567")
    assert seal.index("passport", "E1234567") != seal.index("other", "E1234567")
    assert len(seal.index("phone", "15400000001")) == 32


def test_what_is_sealed_opens_for_its_owner_only() -> None:
    [one, two] = actions.enrol([person(1), person(2)], BY)
    held = keys.fetch([one.id, two.id])
    cipher = bytes(Person.objects.get(pk=one.id).sealed)
    assert seal.open_(held[one.id], cipher, one.id.bytes)["doc_number"] == person(1).doc_number
    for key, owner in ((held[two.id], one.id), (held[one.id], two.id)):
        with pytest.raises(seal.Unreadable):
            seal.open_(key, cipher, owner.bytes)
    with pytest.raises(seal.Unreadable):
        seal.open_(held[one.id], cipher[:-1], one.id.bytes)


def test_a_destroyed_key_ends_every_sealed_word_of_the_person_and_of_nobody_else() -> None:
    [gone, stays] = [a.id for a in actions.enrol([person(1), person(2)], BY)]
    records = {gone: ids.new(), stays: ids.new()}
    keys.seal_parts([keys.Part(record, who, "note", "夜里咳嗽") for who, record in records.items()])
    actions.update(gone, 1, {"phone": "15400000077"}, BY)
    assert keys.destroy([gone]) == 1
    assert queries.identifiers([gone, stays]) == {stays: queries.identifiers([stays])[stays]}
    assert queries.masked([gone])[gone].phone == ""
    assert keys.open_parts(records.values()) == {records[stays]: {"note": "夜里咳嗽"}}
    assert changes.history(gone)[0]["before"] == {}
    # What comes late about somebody whose data has ended is not kept, and makes no new key.
    keys.seal_parts([keys.Part(ids.new(), gone, "note", "迟到的话")])
    assert not PersonKey.objects.filter(pk=gone).exists()
    assert SealedPart.objects.count() == 2


def test_a_part_about_nobody_has_a_key_of_its_record() -> None:
    record = ids.new()
    part = keys.Part(record, None, "note", {"行": ["甲", 3]})
    keys.seal_parts([part])
    keys.seal_parts([part])
    assert keys.open_parts([record]) == {record: {"note": {"行": ["甲", 3]}}}
    keys.destroy([record])
    assert keys.open_parts([record]) == {}


def test_identifiers_are_masked_until_asked_for_with_a_reason_that_is_logged() -> None:
    [answer] = actions.enrol([person(1)], BY)
    shown = queries.masked([answer.id])[answer.id]
    assert person(1).doc_number not in json.dumps(shown.doc_number) and "*" * 8 in shown.doc_number
    assert shown.phone.startswith("154*") and shown.address
    before = AuditEntry.objects.filter(act="look").count()
    with pytest.raises(Refusal) as refused:
        queries.reveal(BY, answer.id, "phone", "  ")
    assert refused.value.code == "why-missing"
    assert queries.reveal(BY, answer.id, "phone", "无人应门，打电话") == person(1).phone
    assert queries.reveal(BY, answer.id, "phone2", "备用电话") == ""
    looks = AuditEntry.objects.filter(act="look")
    assert looks.count() == before + 2
    assert looks.last().subject_id == str(answer.id)


def test_identifiers_of_a_merged_person_are_revealed_through_the_one_kept() -> None:
    [kept, other] = [a.id for a in actions.enrol([nameless(1, phone=""), person(2)], BY)]
    actions.merge(kept, other, BY, "同一人")
    assert queries.reveal(BY, kept, "doc_number", "核对证件") == person(2).doc_number


def test_who_does_not_see_people_reveals_nothing() -> None:
    [answer] = actions.enrol([person(1)], BY)
    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        with pytest.raises(Refusal) as refused:
            queries.reveal(actor(role=role), answer.id, "phone", "要看")
        assert refused.value.code == "person-unknown"
