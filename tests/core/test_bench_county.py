"""The county of the benches is laid as the house keeps its rows, and what is asked of it is answered."""

from __future__ import annotations

import pytest

from bulou.bench import county

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "TOWNSHIPS": 2,
        "VILLAGES": 2,
        "GRIDS": 2,
        "OBSERVED_AT_ONCE": 40,
        "WEEKS": 1,
    }.items():
        monkeypatch.setattr(county, name, value)


def test_the_missed_and_what_rose_are_timed_beside_the_limit() -> None:
    told = [one["name"] for one in county.missed()]
    assert told == [
        "missed-week-one",
        "missed",
        "missed-week-ten",
        "missed-risen-county-office",
        "missed-risen-village-cadre",
    ]
    named, counted = county._ask_risen(county._HEARERS[0])
    assert named and sum(counted.values()) == len(named)
