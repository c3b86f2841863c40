"""What is told of a person is checked before it goes in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bulou.core.people.names import LONGEST
from bulou.core.people.persons import NewPerson, validate
from bulou.core.people.tests.made import VILLAGE, person
from bulou.lib import invented
from bulou.lib.refusals import Refusal

TODAY = date(2020, 2, 12)
ID = invented.make_id("141031", date(1991, 5, 6), "女")


def told(**other: Any) -> NewPerson:
    return NewPerson(**({"name": "沈 菡", "place": VILLAGE} | other))


def test_the_resident_id_fills_in_sex_and_birth() -> None:
    checked = validate(told(doc_number=f" {ID.lower()} ", phone="+86 154-0000-0001"), TODAY)
    assert (checked.name, checked.sex, checked.birth_date) == ("沈菡", "女", date(1991, 5, 6))
    assert (checked.doc_kind, checked.doc_number, checked.phone) == ("resident-id", ID, "15400000001")


def test_the_number_of_an_officers_card_keeps_its_word_and_is_one_number_however_it_is_written() -> None:
    for written in ("南字第01234567号", "南字01234567"):
        card = validate(told(doc_number=written, doc_kind="military-id"), TODAY)
        assert (card.doc_kind, card.doc_number) == ("military-id", "南字01234567")


def test_what_is_valid_stays_as_it_is() -> None:
    once = validate(person(3), TODAY)
    assert validate(once, TODAY) == once


@pytest.mark.parametrize(
    "other, code",
    [
        ({"name": "　"}, "person-name-missing"),
        ({"name": "15400000001"}, "person-name-form"),
        ({"name": "＠x"}, "person-name-form"),
        ({"name": "沈" * (LONGEST + 1)}, "person-name-form"),
        ({"sex": "F"}, "person-sex-form"),
        ({"birth_date": date(2020, 2, 13)}, "birth-after-today"),
        ({"phone": "1540000"}, "phone-length"),
        ({"doc_number": ID[:17] + ("1" if ID[17] != "1" else "2")}, "id-check-digit"),
        ({"doc_number": ID, "sex": "男"}, "id-sex-differs"),
        ({"doc_number": ID, "birth_date": date(1991, 5, 7)}, "id-birth-differs"),
        ({"doc_number": "E12345678", "doc_kind": "library-card"}, "doc-kind"),
        ({"doc_number": "护照", "doc_kind": "passport"}, "doc-form"),
    ],
)
def test_what_is_wrong_is_refused_in_words(other: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        validate(told(**other), TODAY)
    assert refused.value.code == code
    assert len(refused.value.message) > 10


def test_a_kind_of_document_without_a_number_is_no_document() -> None:
    assert validate(told(doc_kind="passport"), TODAY).doc_kind == ""
