"""The bench runs, reads the pages that it speaks of, and leaves nothing behind."""

from __future__ import annotations

import pytest

from bulou.bench import people as bench
from bulou.core.people.models import Person


@pytest.mark.sqlite
@pytest.mark.django_db
def test_the_bench_of_a_small_county_leaves_nobody_behind() -> None:
    [result] = bench.bench(people=5000)
    assert result["name"] == "list" and result["goal"] == 100 and result["ratio"] > 0
    assert not Person.objects.exists()
