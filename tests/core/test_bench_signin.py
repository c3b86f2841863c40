"""The bench of the door runs; that the same work is done for every name is shown beside the door itself."""

from __future__ import annotations

import pytest

from bulou.bench import signin as bench


@pytest.mark.sqlite
@pytest.mark.django_db
def test_the_bench_of_the_door_tries_every_kind_of_name() -> None:
    found = list(bench.bench(names=2, times=2))
    assert [one["name"] for one in found] == ["signin-unknown", "signin-closed", "signin-no-password"]
    assert all(one["ours"] > 0 and one["limit"] > 0 for one in found)
