"""Every physical row of every sheet is accounted for once, whatever the file looks like."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulou.exchange.ledger.codes import CODES

from .sheets import people, take, write_xlsx

CROWD = people(20, start=500)
TITLES = ["序号", "姓名", "身份证号", "联系电话", "返乡日期", "来源地", "体温", "备注"]
_MESS = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12),
    st.sampled_from(
        ["合计", "共3人", "无", "同上", "填表人：", "姓名", "身份证号", "注：", "例", "小计", "正常", "1月底"]
    ),
    st.floats(-1e18, 1e18),
    st.integers(-5, 50_000),
    st.booleans(),
    st.dates(dt.date(1950, 1, 1), dt.date(2030, 1, 1)),
)


@st.composite
def _person(draw: st.DrawFn) -> list[Any]:
    one = draw(st.sampled_from(CROWD))
    row: list[Any] = [1, one.name, one.number, one.phone, "2020-01-20", "湖北武汉市", 36.5, ""]
    for index in draw(st.lists(st.integers(0, 7), max_size=2)):
        row[index] = draw(_MESS)
    return row


_ROW = st.one_of(_person(), st.just(TITLES), st.just([]), st.lists(_MESS, max_size=8))
_SHEET = st.tuples(st.lists(_ROW, max_size=4), st.lists(_ROW, max_size=12)).map(
    lambda p: [*p[0], TITLES, *p[1]]
)


def last_filled(rows: list[list[Any]]) -> int:
    return max(n for n, row in enumerate(rows, 1) if any(cell is not None and cell != "" for cell in row))


@settings(max_examples=75, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=_SHEET, second=_SHEET)
def test_accounted_rows_are_the_physical_rows(tmp_path: Path, first: Any, second: Any) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", first, name="一", more=[("二", second, [])])
    reading = take(path)
    assert reading.verdict == "imported"
    for name, rows in (("一", first), ("二", second)):
        numbers = [row.row for row in reading.rows if row.sheet == name]
        assert numbers == list(range(1, last_filled(rows) + 1))
    assert sum(v for k, v in reading.counts.items() if k != "rows") == reading.counts["rows"]
    for row in reading.rows:
        assert row.verdict in ("accepted", "held", "duplicate", "skipped")
        assert all(code in CODES for code in row.codes)
        assert row.message or not row.codes
    reading.to_json()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(_person(), min_size=1, max_size=10))
def test_no_row_with_a_sound_number_and_a_name_is_skipped(tmp_path: Path, rows: list[list[Any]]) -> None:
    numbers = {one.number: one for one in CROWD}
    reading = take(write_xlsx(tmp_path / "a.xlsx", [TITLES, *rows]))
    for row, cells in zip(reading.rows[1:], rows, strict=False):
        one = numbers.get(str(cells[2]))
        if one and cells[1] == one.name and not isinstance(cells[0], str):
            assert row.verdict != "skipped"
