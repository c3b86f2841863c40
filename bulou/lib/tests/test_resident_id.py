"""The resident identity number."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.lib import resident_id
from bulou.lib.invented import make_id
from bulou.lib.refusals import Refusal

TODAY = date(2020, 2, 12)
SOUND = make_id("141031", date(1980, 5, 6), "男")
births = st.dates(date(1930, 1, 1), TODAY)
sexes = st.sampled_from(["男", "女"])


def code_of(text: str) -> str:
    with pytest.raises(Refusal) as refusal:
        resident_id.parse(text, TODAY)
    assert "%(" not in refusal.value.message
    return refusal.value.code


@given(st.from_regex(r"[1-6][0-9]{5}", fullmatch=True), births, sexes, st.integers(0, 1))
def test_a_sound_number_says_county_birth_and_sex(county, birth, sex, n):
    found = resident_id.parse(make_id(county, birth, sex, n), TODAY, {county})
    assert (found.county_code, found.birth_date, found.sex, found.county_known) == (county, birth, sex, True)


@given(births, sexes, st.integers(0, 16), st.integers(1, 9))
def test_one_mistyped_digit_is_always_noticed(birth, sex, place, step):
    number = make_id("141031", birth, sex)
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    assert code_of(wrong) == "id-check-digit"


@given(births, sexes, st.integers(0, 15))
def test_two_neighbours_swapped_are_always_noticed(birth, sex, place):
    number = make_id("141031", birth, sex)
    if number[place] != number[place + 1]:
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert code_of(swapped) == "id-check-digit"


@pytest.mark.parametrize(
    "careless",
    [
        f"'{SOUND}",
        f" {SOUND[:6]} {SOUND[6:14]} {SOUND[14:]}\u200b",
        "".join(chr(ord(c) + 0xFEE0) for c in SOUND),
    ],
)  # fmt: skip
def test_blanks_apostrophes_and_full_width_digits_do_no_harm(careless):
    assert resident_id.parse(careless, TODAY).number == SOUND


@pytest.mark.parametrize("cross", ["x", "X", "×", "Х", "ｘ"])
def test_any_cross_in_the_last_place_is_an_x(cross):
    born = (date(1990, 1, day) for day in range(1, 29))
    number = next(n for n in (make_id("141031", day, "女") for day in born) if n.endswith("X"))
    assert resident_id.parse(number[:-1] + cross, TODAY).number == number


def with_check(first_17: str) -> str:
    return first_17 + resident_id.check_digit(first_17)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "id-length"), (SOUND[:-1], "id-length"), (SOUND + "1", "id-length"),
        ("141031800506997", "id-15-digits"), ("1.41031E+17", "id-characters"), ("不详", "id-characters"),
        ("14103119800506X971", "id-characters"), ("²41031198005069971", "id-check-digit"),
        (with_check("14103119800230997"), "id-birth-date"),
        (with_check("14103119801330997"), "id-birth-date"),
        (with_check("14103117990101997"), "id-birth-date"),
        (with_check("14103100000000997"), "id-birth-date"),
        (with_check("14103120200213997"), "id-birth-future"),
    ],
)  # fmt: skip
def test_each_fault_has_its_code(text, code):
    assert code_of(text) == code


def test_born_today_is_born():
    assert resident_id.parse(with_check("14103120200212997"), TODAY).birth_date == TODAY


def test_an_unknown_county_is_no_fault():
    assert resident_id.parse(SOUND, TODAY, {"110101"}).county_known is False
    assert resident_id.parse(SOUND, TODAY).county_known is None


@given(st.text(max_size=40))
def test_any_text_is_taken_or_refused(text):
    try:
        assert len(resident_id.parse(text, TODAY).number) == 18
    except Refusal as refusal:
        assert refusal.code.startswith("id-")  # noqa: PT017 - either answer will do


@given(st.text(max_size=40))
def test_a_mask_keeps_the_length_and_shows_five_characters_at_most(text):
    masked = resident_id.mask(text)
    assert len(masked) == len(text)
    assert masked.count("*") >= min(max(len(text) - 5, 0), len(text))


def test_a_mask_gives_neither_county_nor_birth():
    assert resident_id.mask(SOUND) == "141" + "*" * 13 + SOUND[-2:]
