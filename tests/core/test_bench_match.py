"""The bench of doubles: planted pairs are found, and those who only look like one are left alone."""

from __future__ import annotations

import pytest

from bulou.bench import match as bench


@pytest.mark.sqlite
@pytest.mark.django_db
def test_of_a_small_county_nearly_all_planted_pairs_are_found_and_nearly_nobody_else() -> None:
    _seconds, precision, recall = bench.bench(people=2_000, twice=100)
    assert precision["ours"] >= 0.95
    assert recall["ours"] >= 0.95
    assert recall["limit"] < recall["ours"]  # what exact rules find is less
