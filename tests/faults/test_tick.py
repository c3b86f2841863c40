"""Several who tick at once lay each task once, and count it once."""

from __future__ import annotations

from tests.faults.conftest import Yard


def test_four_who_tick_at_once_lay_each_task_once(yard: Yard) -> None:
    yard("lay", 24)
    seen = yard("tick", 4)
    assert seen["ended"] == [[0] * 4] * 2, yard.words.read_text()[-2000:]
    laid = [tuple(one) for one in seen["laid"]]
    assert len(laid) == len(set(laid)) == seen["wanted"] > 0
    assert seen["differences"] == []
