"""Every physical row of every sheet is accounted for once, whatever the file looks like."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulou.exchange.ledger.codes import CODES
from bulou.exchange.ledger.reading import Reading

from .sheets import people, take, write_csv, write_xls, write_xlsx

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
@given(first=_SHEET, second=_SHEET, hidden=st.sets(st.integers(0, 9), max_size=3), old=st.booleans())
def test_accounted_rows_are_the_physical_rows(
    tmp_path: Path, first: Any, second: Any, hidden: set[int], old: bool
) -> None:
    """Of a workbook, old or new, whatever of its rows and columns does not show."""
    more = [("二", second, [])]
    path = (
        write_xls(tmp_path / "a.xls", first, name="一", more=more, hidden=hidden)
        if old
        else write_xlsx(tmp_path / "a.xlsx", first, name="一", more=more, hidden=hidden)
    )
    reading = take(path)
    for name, rows in (("一", first), ("二", second)):
        numbers = [row.row for row in reading.rows if row.sheet == name]
        # A row that is there only to be hidden is there.
        least = last_filled(rows)
        assert numbers == list(range(1, len(numbers) + 1))
        assert least <= len(numbers) <= max(least, *(at + 1 for at in hidden), 0)
    _is_accounted(reading)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=_SHEET)
def test_accounted_rows_are_the_lines_of_a_text_file(tmp_path: Path, encoding: str, rows: Any) -> None:
    reading = take(write_csv(tmp_path / "a.csv", rows, encoding))
    numbers = [row.row for row in reading.rows]
    assert numbers == list(range(1, len(numbers) + 1))
    assert last_filled(rows) <= len(numbers) <= len(rows)
    _is_accounted(reading)


def _is_accounted(reading: Reading) -> None:
    assert reading.verdict == "imported"
    assert sum(v for k, v in reading.counts.items() if k != "rows") == reading.counts["rows"]
    for row in reading.rows:
        assert row.verdict in ("accepted", "held", "refused", "duplicate", "skipped")
        assert all(code in CODES for code in row.codes)
        assert row.message or not row.codes
    reading.to_json()


@pytest.mark.parametrize(("write", "name"), [(write_xlsx, "a.xlsx"), (write_xls, "a.xls")])
def test_what_does_not_show_is_read_like_the_rest(tmp_path: Path, write: Any, name: str) -> None:
    """Rows that a filter left out and columns somebody folded away are people like the others."""
    rows: list[list[Any]] = [["返乡人员登记表"], TITLES]
    for n, one in enumerate(CROWD[:6]):
        rows.append([n, one.name, one.number, one.phone, "2020-01-20", "湖北武汉市", 36.5, ""])
    shown = take(write(tmp_path / name, rows)).to_json()
    hidden = take(write(tmp_path / f"h{name}", rows, hidden=(2, 3, 5, 7))).to_json()
    assert hidden["rows"] == shown["rows"] and hidden["counts"]["accepted"] == 6
    assert {"id_number", "phone", "from_place"} <= hidden["rows"][3]["values"].keys()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(_person(), min_size=1, max_size=10))
def test_no_row_with_a_sound_number_and_a_name_is_skipped(tmp_path: Path, rows: list[list[Any]]) -> None:
    numbers = {one.number: one for one in CROWD}
    reading = take(write_xlsx(tmp_path / "a.xlsx", [TITLES, *rows]))
    for row, cells in zip(reading.rows[1:], rows, strict=False):
        one = numbers.get(str(cells[2]))
        if one and cells[1] == one.name and not isinstance(cells[0], str):
            assert row.verdict != "skipped"
