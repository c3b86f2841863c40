"""Lines with nothing in them: told one by one, and there is nothing to seal of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bulou.exchange.models import ImportRow, ImportRun
from bulou.exchange.shown import as_rows
from bulou.exchange.take import take_ledger
from bulou.exchange.tests.conftest import HEADS, VILLAGE, clerk, line

pytestmark = pytest.mark.django_db


def test_each_empty_line_between_people_has_its_verdict_and_nothing_sealed(
    ledger: Callable[..., Path],
) -> None:
    empty = [""] * len(HEADS)
    told = take_ledger(ledger([line(1), empty, [], [" "], line(2)]), VILLAGE, clerk()).to_json()
    assert [row["row"] for row in told["rows"]] == [1, 2, 3, 4, 5, 6]
    blank = [row for row in told["rows"] if row["codes"] == ["ROW_BLANK"]]
    assert [(row["row"], row["verdict"]) for row in blank] == [(3, "skipped"), (4, "skipped"), (5, "skipped")]
    assert len({row["message"] for row in blank}) == 1 and blank[0]["message"]
    sealed = dict(ImportRow.objects.values_list("number", "sealed"))
    assert [number for number, text in sealed.items() if not bytes(text)] == [3, 4]
    back = as_rows(ImportRun.objects.get())
    assert [(row.row, row.codes, row.message) for row in back] == [
        (row["row"], row["codes"], row["message"]) for row in told["rows"]
    ]


def test_the_same_code_is_said_of_each_line_in_its_own_words(ledger: Callable[..., Path]) -> None:
    told = take_ledger(ledger([line(1), line(2), line(1), line(2)]), VILLAGE, clerk()).to_json()
    assert [row["codes"] for row in told["rows"][3:]] == [["DUP_EXACT_EVENT"]] * 2
    assert "2" in told["rows"][3]["message"] and "3" in told["rows"][4]["message"]
