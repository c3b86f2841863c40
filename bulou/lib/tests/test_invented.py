"""Invented people: numbers that are sound and belong to nobody."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.lib import invented, resident_id

TODAY = date(2020, 2, 12)


def test_a_hundred_thousand_people_of_a_hundred_counties_have_numbers_of_their_own():
    hand = invented.Identities([f"{141000 + n}" for n in range(1, 4)])
    given_out = [hand.give(1931 + n % 80, "男女"[n % 2])[0] for n in range(100_000)]
    assert len(set(given_out)) == 100_000


def test_the_same_asks_have_the_same_answers():
    one, two = invented.Identities(["141031"]), invented.Identities(["141031"])
    assert [one.give(1980, "女") for _ in range(50)] == [two.give(1980, "女") for _ in range(50)]


def test_a_county_gives_all_its_numbers_of_a_year_and_then_says_so():
    hand = invented.Identities(["141031"])
    numbers = {hand.give(1981, "男")[0] for _ in range(730)}
    assert len(numbers) == 730
    with pytest.raises(ValueError):
        hand.give(1981, "男")


def test_a_year_that_is_not_over_ends_today():
    hand = invented.Identities(["141031"])
    born = [hand.give(2020, "女", until=TODAY)[1] for _ in range(86)]
    assert max(born) == TODAY
    with pytest.raises(ValueError):
        hand.give(2020, "女", until=TODAY)


@given(st.dates(date(1930, 1, 1), TODAY), st.sampled_from("男女"), st.integers(0, 5))
def test_invented_numbers_are_sound_and_in_the_reserved_sequence(birth, sex, n):
    number = invented.make_id("141031", birth, sex, n)
    found = resident_id.parse(number, TODAY)
    assert (found.birth_date, found.sex) == (birth, sex)
    assert number[14:17] in {"996", "997", "998", "999"}


def test_a_birth_that_may_be_somebodys_is_not_used():
    with pytest.raises(ValueError):
        invented.make_id("141031", date(1919, 1, 1), "男")


@given(st.sets(st.integers(0, 10**8 - 1), min_size=2, max_size=50))
def test_phones_differ_and_begin_with_154(numbers):
    made = {invented.make_phone(n) for n in numbers}
    assert len(made) == len(numbers)
    assert all(len(phone) == 11 and phone.startswith("154") for phone in made)


@given(st.integers(0, 10**7), st.sampled_from("男女"))
def test_names_have_two_or_three_characters_and_stay(n, sex):
    name = invented.make_name(n, sex)
    assert 2 <= len(name) <= 3
    assert name == invented.make_name(n, sex)
