"""People who were perhaps entered twice: proposed with a score, decided by people, never merged by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from bulou.core.people import actions
from bulou.core.people.doubles import deciding, linking, looking, queries
from bulou.core.people.doubles.told import Told
from bulou.core.people.models import Double, Merge, Person
from bulou.core.people.persons import NewPerson
from bulou.core.people.tests.made import COUNTY, OTHER, TOWN, VILLAGE, actor, person
from bulou.core.staff.roles import Role
from bulou.lib import invented
from bulou.lib.refusals import Refusal

pytestmark = pytest.mark.django_db
OFFICE = actor()
BARE: dict[str, Any] = {"doc_kind": "", "doc_number": ""}


@pytest.fixture
def village() -> list[UUID]:
    """Eighty people of a village, all different."""
    return enter(*(person(n) for n in range(80)))


def enter(*rows: NewPerson) -> list[UUID]:
    return [one.id for one in actions.enrol(list(rows), OFFICE)]


def proposed() -> dict[frozenset[UUID], Double]:
    looking.look(COUNTY, OFFICE)
    return {frozenset((pair.one, pair.other)): pair for pair in queries.waiting(OFFICE)}


def test_one_character_of_the_name_apart_and_no_document_is_proposed(village: list[UUID]) -> None:
    one = person(3)
    (again,) = enter(replace(one, name=one.name[:2] + "焱", **BARE))
    pair = proposed()[frozenset((village[3], again))]
    assert pair.score > 900
    assert pair.evidence.split() == ["name-slip", "identity-born", "near-phone-here", "sex-same"]
    assert Merge.objects.count() == 0


def test_a_name_written_by_its_sound_is_proposed(village: list[UUID]) -> None:
    named = {"name": "张伟国", "phone": invented.make_phone(900)}
    one, again = enter(person(101, **named), person(101, **(named | {"name": "章玮国"}), **BARE))
    assert "name-sound" in proposed()[frozenset((one, again))].evidence


def test_two_digits_of_a_number_in_each_others_place_are_proposed(village: list[UUID]) -> None:
    one = person(5)
    number = one.doc_number[:12] + one.doc_number[13] + one.doc_number[12] + one.doc_number[14:]
    (again,) = enter(replace(one, doc_number=number, phone=""))
    assert "identity-swapped" in proposed()[frozenset((village[5], again))].evidence


def test_a_family_on_one_phone_and_namesakes_with_their_own_documents_are_no_doubles(
    village: list[UUID],
) -> None:
    father = person(201, name="王骏远")
    enter(
        father,
        person(203, name="王骏达", phone=father.phone, birth_date=date(2012, 3, 4), **BARE),
        person(205, name="王骏远", phone=invented.make_phone(902)),
    )
    assert proposed() == {}


def test_what_was_decided_is_not_proposed_again_and_what_is_not_found_any_more_goes(
    village: list[UUID],
) -> None:
    one, other = person(3), person(4)
    again, more = enter(replace(one, phone="", **BARE), replace(other, phone="", **BARE))
    pairs = proposed()
    deciding.decide([pairs[frozenset((village[3], again))].id], Double.TWO, OFFICE)
    actions.update(more, 1, {"name": "欧阳清流", "birth_date": date(1950, 1, 1)}, OFFICE)
    assert proposed() == {}
    assert [pair.decided for pair in Double.objects.all()] == [Double.TWO]


def test_a_merge_keeps_who_has_a_document_and_can_be_taken_back(village: list[UUID]) -> None:
    one = person(300)
    (bare,) = enter(replace(one, **BARE))
    (sure,) = enter(one)
    ((_both, pair),) = proposed().items()
    assert deciding.decide([pair.id], Double.ONE, OFFICE) == 1
    assert Person.objects.get(pk=bare).merged_into == sure
    assert queries.waiting(OFFICE).count() == 0
    assert queries.decided(OFFICE, Double.ONE).count() == 1
    deciding.reopen(pair.id, OFFICE)
    assert Person.objects.get(pk=bare).merged_into is None
    assert queries.waiting(OFFICE).count() == 1


def test_a_merge_by_hand_settles_the_pair_and_its_undoing_says_that_they_are_two(village: list[UUID]) -> None:
    one = person(302)
    kept, gone = enter(one, replace(one, **BARE))
    proposed()
    made = actions.merge(kept, gone, OFFICE, "同一人")
    assert [pair.merge for pair in queries.decided(OFFICE, Double.ONE)] == [made]
    actions.unmerge(made, OFFICE)
    assert [pair.merge for pair in queries.decided(OFFICE, Double.TWO)] == [None]
    assert proposed() == {}


def test_pairs_that_share_a_person_may_be_decided_together(village: list[UUID]) -> None:
    one = person(301)
    three = enter(one, replace(one, phone="", **BARE), replace(one, place=VILLAGE, **BARE))
    pairs = proposed()
    assert len(pairs) == 3
    assert deciding.decide([pair.id for pair in pairs.values()], Double.ONE, OFFICE) == 3
    assert set(Person.objects.filter(pk__in=three).values_list("merged_into", flat=True)) == {None, three[0]}


def test_whoever_may_not_see_one_of_two_sees_no_pair_and_decides_none(village: list[UUID]) -> None:
    one = person(7)
    (again,) = enter(replace(one, place=OTHER, **BARE))
    pair = proposed()[frozenset((village[7], again))]
    clerk = actor(TOWN, Role.TOWNSHIP_CLERK)
    assert list(queries.waiting(clerk)) == []
    assert deciding.decide([pair.id], Double.ONE, clerk) == 0
    with pytest.raises(Refusal, match="merge"):
        deciding.reopen(pair.id, clerk)
    with pytest.raises(Refusal):
        looking.look(COUNTY, clerk)
    with pytest.raises(Refusal):
        looking.look(VILLAGE, actor(VILLAGE, Role.VOLUNTEER))


def test_the_same_register_is_scored_the_same_each_time(village: list[UUID]) -> None:
    enter(replace(person(3), phone="", **BARE), replace(person(9), name="某某九", **BARE))
    first = {both: (pair.score, pair.evidence) for both, pair in proposed().items()}
    assert {both: (pair.score, pair.evidence) for both, pair in proposed().items()} == first


def test_without_splink_exact_rules_propose_and_say_so(
    village: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linking, "is_here", lambda: False)
    by_phone, by_birth = replace(person(3), birth_date=None, **BARE), replace(person(4), phone="", **BARE)
    slip = replace(person(5), name=person(5).name[:1] + "焱", **BARE)
    again = enter(by_phone, by_birth, slip)
    pairs = proposed()
    assert set(pairs) == {frozenset((village[3], again[0])), frozenset((village[4], again[1]))}
    assert {pair.score for pair in pairs.values()} == {0}
    assert {pair.evidence for pair in pairs.values()} == {"name-same near-phone", "name-same identity-born"}
    assert queries.latest(VILLAGE).how == "rules"


def test_document_numbers_are_in_memory_alone(village: list[UUID]) -> None:
    told = Told(COUNTY)
    with linking._database(told) as database:
        assert database.sql("SELECT current_setting('temp_directory')").fetchall() == [("",)]
        databases = database.sql("SELECT path FROM duckdb_databases() WHERE path IS NOT NULL").fetchall()
    assert databases == []
    (again,) = enter(replace(person(3), **BARE))
    (pair,) = proposed().values()
    kept = " ".join(map(str, vars(pair).values()))
    assert person(3).doc_number not in kept
    assert person(3).name not in kept
    assert again in (pair.one, pair.other)


def test_nobody_and_one_alone_are_no_pair() -> None:
    assert proposed() == {}
    enter(person(1))
    assert proposed() == {}
