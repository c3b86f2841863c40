"""Nasty ledgers from seeds: every row is accounted for, nothing is made up, what is sure is understood."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .nasty import Line, workbook
from .sheets import take

_WHO = ("DUP_", "PHONE_CHANGED", "NAMESAKE", "SECOND_EVENT")


@pytest.mark.parametrize("seed", range(60))
def test_every_row_is_accounted_for_and_nothing_is_made_up(tmp_path: Path, seed: int) -> None:
    made = workbook(tmp_path / "a.xlsx", seed)
    reading = take(tmp_path / "a.xlsx", form_day=None)
    assert reading.verdict == "imported"
    assert reading.kind == "returnees"
    for sheet, count in made.rows.items():
        assert [row.row for row in reading.rows if row.sheet == sheet] == list(range(1, count + 1))
    for row in reading.rows:
        line = made.people.get((row.sheet, row.row))
        if line is None:
            assert row.verdict == "skipped", (row.row, row.codes, row.raw)
            assert "TOTAL_MISMATCH" not in row.codes
        else:
            _honest(row, line)


def _honest(row: Any, line: Line) -> None:
    told = (row.row, row.codes, row.values, line.cells)
    assert row.verdict != "skipped", told
    assert not line.never & row.values.keys(), told
    doubtful = any(code.startswith(_WHO) for code in row.codes)
    if line.sure and not doubtful:
        assert row.verdict == "accepted", told
    if not line.sure:
        assert row.verdict in ("held", "refused"), told
    for field, right in line.right.items():
        assert row.values.get(field) == right, (field, told)
    known = {
        *line.right,
        "transport",
        "symptoms",
        "note",
        "sex",
        "household_head",
        "doc_kind",
        "doc_number",
        "phone2",
    }
    assert row.values.keys() <= known, told
