"""The word of a door and the arithmetic of coverage: order, sums and per cents."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.core.rulebook import policy
from bulou.work.screening import rules
from bulou.work.screening.rules import Cover

VISITS = st.lists(st.tuples(st.integers(0, 9), st.integers(), st.sampled_from(rules.OUTCOMES)), max_size=8)
COUNTS = st.dictionaries(st.sampled_from([*rules.OUTCOMES, rules.NEVER]), st.integers(0, 10**6))


@given(visits=VISITS, seed=st.integers())
def test_the_word_of_a_door_does_not_depend_on_the_order_of_visits(
    visits: list[tuple[int, int, str]], seed: int
) -> None:
    shuffled = list(visits)
    random.Random(seed).shuffle(shuffled)
    same = {(at, key) for at, key, _outcome in visits}
    if len(same) == len(visits):
        assert rules.word(visits) == rules.word(shuffled)


def test_seen_stands_above_moved_and_moved_above_the_last() -> None:
    assert rules.word([]) == rules.NEVER
    assert rules.word([(1, 1, "seen"), (2, 2, "moved"), (3, 3, "refused")]) == "seen"
    assert rules.word([(1, 1, "moved"), (2, 2, "nobody-home")]) == "moved"
    assert rules.word([(1, 1, "refused"), (2, 2, "nobody-home")]) == "nobody-home"


@given(counts=COUNTS)
def test_expected_is_reached_and_gap(counts: dict[str, int]) -> None:
    cover = rules.cover(counts)
    assert cover.expected == sum(counts.values()) == cover.reached + cover.gap


@given(one=COUNTS, other=COUNTS)
def test_a_parent_is_the_sum_of_its_children(one: dict[str, int], other: dict[str, int]) -> None:
    both = {word: one.get(word, 0) + other.get(word, 0) for word in {*one, *other}}
    assert rules.cover(one) + rules.cover(other) == rules.cover(both)


@given(of=st.integers(1, 10**6), missing=st.integers(0, 10**6))
def test_a_hundred_per_cent_is_said_of_all_alone(of: int, missing: int) -> None:
    done = max(0, of - missing)
    assert (rules.percent(done, of) == "100%") == (done == of)


def test_of_nothing_there_is_no_per_cent() -> None:
    assert rules.percent(0, 0) == Cover().percent == ""


@pytest.mark.django_db
def test_an_order_with_a_word_that_the_room_does_not_know_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "order.toml"
    head = '[order]\nsource = "三号令"\nfrom = 2020-02-01\n[[value]]\nkey = "screening.questions"\n'
    found = {}
    for word in ("pets", "water"):
        path.write_text(head + f'value = ["water", "{word}"]\n', encoding="utf-8")
        found[word] = [one.code for one in policy.check_file(path).findings]
    assert found == {"pets": ["rule-word-unknown"], "water": []}
