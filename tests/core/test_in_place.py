"""What changes with every record is changed in place, so that no index of PostgreSQL grows by it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bulou.lib import clock, sql
from tests.core.conftest import accepted, arrived, reading

TALLIES = ("figures_cell", "figures_week", "figures_running")


def _changed(table: str) -> tuple[int, int]:
    """How many rows of it this transaction has changed, and how many of these in place."""
    asked = "SELECT pg_stat_get_xact_tuples_updated({0}), pg_stat_get_xact_tuples_hot_updated({0})"
    ((all_of_them, in_place),) = sql.rows(asked.format(f"'{table}'::regclass"), [])
    return all_of_them, in_place


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_further_reading_changes_tallies_in_place(at: Any) -> None:
    now = clock.now() - timedelta(minutes=5)
    people = arrived(2, now - timedelta(days=2))
    accepted([reading(people[0], now)])
    before = {table: _changed(table) for table in TALLIES}
    accepted([reading(people[1], now)])
    for table in TALLIES:
        changed, in_place = (after - b for after, b in zip(_changed(table), before[table], strict=True))
        assert changed == in_place > 0
