"""No cell runs, and every cell says what it said: whatever text, in Excel and in CSV."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulou.exchange.out.cells import LONGEST, in_csv, taken_back, whole
from bulou.exchange.out.tests.conftest import sheet
from bulou.exchange.out.write import Notice, csv_pieces, write_xlsx

NOTICE = Notice("名单", "=HYPERLINK(1)", "7K3M-9QXA")
HEADS = ["=1+1", "一"]
BAD = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠a", "'x", " =1", "\u200b=1",
    "\ufeff=cmd", "﹦1", "\x00=1", "141031197001019961", "15412345678", "007", "1E5", "3-2", "1/2", "12:30",
]  # fmt: skip
# What a sheet's own format cannot hold apart: line ends are one, and a control sign has no place in XML 1.0.
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40) | st.builds(
    lambda a, b: a + b, st.sampled_from(BAD), st.text("=+-@ab1一", max_size=5)
)


def xlsx(lines: Sequence[Sequence[Any]]) -> bytes:
    out = io.BytesIO()
    write_xlsx(out, HEADS, lines, NOTICE)
    return out.getvalue()


def rows_of(raw: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


@settings(max_examples=50)  # a workbook costs as much as a hundred texts in it
@given(st.lists(texts, min_size=1, max_size=60))
def test_any_text_in_excel_is_inert_and_reads_back_as_it_was(said: list[str]) -> None:
    raw = xlsx([[text, "末"] for text in said])
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        page = packed.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page and "<f " not in page  # no formula anywhere
    assert "hyperlink" not in page
    read = [row[0] for row in sheet(raw)[3:]]
    want = [text.replace("\r\n", "\n").replace("\r", "\n") for text in said]
    assert [str(cell).replace("\r\n", "\n").replace("\r", "\n") for cell in read] == want


@settings(max_examples=300)
@given(st.lists(texts, min_size=1, max_size=20))
def test_any_text_in_csv_is_inert_and_reads_back_as_it_was(said: list[str]) -> None:
    raw = b"".join(csv_pieces(HEADS, [[text, "末"] for text in said], NOTICE))
    rows = rows_of(raw)
    for row in rows:
        for cell in row:
            # What a spreadsheet looks at is the first sign, once it has dropped what nobody sees.
            assert not re.match(r"[\s\u200b\u200c\u200d\u2060\ufeff]*[=+\-@＝＋－＠﹦]", cell), cell
    assert [taken_back(row[0]) for row in rows[1:]] == said


@pytest.mark.parametrize("text", BAD)
def test_known_tricks_get_an_apostrophe_in_csv(text: str) -> None:
    assert in_csv(text) == "'" + text


@pytest.mark.parametrize(
    "text", ["王小明", "36.5 ℃", "城关村3组", "A12", "无", "2月12日", "Smith", "（空）", "···"]
)
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert in_csv(text) == text


def test_numbers_stay_numbers_and_identifiers_text() -> None:
    line = [7, -3, 36.5, Decimal("1.25"), None, date(2020, 2, 12), "141031197001019961", 10**16, True]
    out = io.BytesIO()
    write_xlsx(out, [str(n) for n in range(9)], [line], NOTICE)
    row = sheet(out.getvalue())[3]
    assert row[:4] == [7.0, -3.0, 36.5, 1.25]
    assert row[4] == ""
    assert row[5] == date(2020, 2, 12)
    assert row[6:8] == ["141031197001019961", str(10**16)]
    assert [in_csv(cell) for cell in line[:8]] == [
        7, -3, 36.5, 1.25, None, "2020-02-12", "'141031197001019961", "'1" + "0" * 16,
    ]  # fmt: skip


def test_zero_is_zero_and_the_unknown_is_empty() -> None:
    assert [in_csv(0), in_csv(None), in_csv(float("nan"))] == [0, None, None]
    row = sheet(xlsx([[0, None], ["x", "y"]]))[3]
    assert row[0] == 0 and row[1] == ""


def test_a_text_too_long_for_a_cell_says_that_it_was_cut() -> None:
    text = "长" * (LONGEST + 5)
    assert sheet(xlsx([[text, "末"]]))[3][0] == whole(text)
    assert whole(text).endswith("…") and len(whole(text)) == LONGEST
