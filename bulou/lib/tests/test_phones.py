"""Telephone numbers as clerks write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.lib import phones
from bulou.lib.invented import make_phone
from bulou.lib.refusals import Refusal


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("15411308767", "15411308767"), ("154 1130 8767", "15411308767"), ("154-1130-8767", "15411308767"),
        ("+86 154 1130 8767", "15411308767"),
        ("008615411308767", "15411308767"), ("8615411308767", "15411308767"),
        ("15411308767.0", "15411308767"),
        ("１５４１１３０８７６７", "15411308767"), ("'15411308767", "15411308767"),
        ("0357-7322123", "0357-7322123"), ("(0357)7322123", "0357-7322123"), ("03577322123", "0357-7322123"),
        ("+86 357 7322123", "0357-7322123"), ("010 6512 3456", "010-65123456"), ("7322123", "7322123"),
        ("+852 5123 4567", "+85251234567"),
    ],
)  # fmt: skip
def test_numbers_come_to_one_form(text, number):
    assert phones.normalise(text) == number
    assert phones.normalise(number) == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "phone-empty"), ("  ", "phone-empty"),
        ("无", "phone-characters"), ("1.54E+10", "phone-characters"),
        ("15411308767/15411308768", "phone-characters"), ("1541130876", "phone-length"),
        ("154113087677", "phone-length"), ("110", "phone-length"),
        ("0", "phone-unknown"), ("0999", "phone-unknown"), ("+86", "phone-unknown"), ("0086", "phone-unknown"),
    ],
)  # fmt: skip
def test_each_fault_has_its_code(text, code):
    with pytest.raises(Refusal) as refusal:
        phones.normalise(text)
    assert refusal.value.code == code
    assert "%(" not in refusal.value.message


@given(st.integers(0, 10**8 - 1))
def test_invented_phones_are_sound(n):
    assert phones.normalise(make_phone(n)) == make_phone(n)


@given(st.text(max_size=30))
def test_any_text_is_brought_to_a_form_that_stays_or_refused(text):
    try:
        number = phones.normalise(text)
    except Refusal as refusal:
        assert refusal.code.startswith("phone-")  # noqa: PT017 - either answer will do
    else:
        assert phones.normalise(number) == number


@pytest.mark.parametrize(
    "text",
    [
        "15411308767/15411308768",
        "15411308767、15411308768",
        "15411308767 15411308768",
        "15411308767或15411308768",
    ],
)  # fmt: skip
def test_two_numbers_in_one_cell_come_apart(text):
    assert phones.several(text) == ["15411308767", "15411308768"]


def test_a_number_written_with_blanks_stays_one():
    assert phones.several("154 1130 8767") == ["154 1130 8767"]


def test_a_mask_shows_five_digits():
    assert phones.mask("15411308767") == "154******67"
    assert phones.mask("7322123") == "******3"
    assert phones.mask("") == ""
