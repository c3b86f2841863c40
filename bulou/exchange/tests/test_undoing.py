"""A whole file is taken back: figures, tasks and observations are as if it had never come."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
import python_calamine
from django.test import Client

from bulou.core.figures.recount import recount
from bulou.core.tasks.models import OPEN, Task
from bulou.exchange import deciding, undoing
from bulou.exchange.models import ImportRun, Undone
from bulou.exchange.take import take_ledger
from bulou.exchange.tests.conftest import OTHER, VILLAGE, clerk, line
from bulou.exchange.tests.test_pages import browser, dropped
from bulou.lib.refusals import Refusal
from bulou.work.arrivals.models import Arrival
from bulou.work.observation.models import Observation, Reading

__all__ = ["browser"]
pytestmark = pytest.mark.django_db
Ledger = Callable[..., Path]


def taken(path: Path) -> ImportRun:
    return ImportRun.objects.get(pk=take_ledger(path, VILLAGE, clerk()).run)


def counting() -> tuple[int, ...]:
    """Arrivals and readings that count, observations that run, tasks that are owed."""
    return (
        Arrival.objects.filter(replaced_by=None).count(), Reading.objects.filter(replaced_by=None).count(),
        Observation.objects.filter(closed_at=None).count(), Task.objects.filter(OPEN).count(),
    )  # fmt: skip


def test_what_a_file_brought_counts_no_more(ledger: Ledger) -> None:
    taken(ledger([line(n) for n in range(3)]))
    before = counting()
    run = taken(ledger([line(n, 体温="38.2") for n in range(5, 12)] + [line(1)], "b.csv"))
    assert counting() > before
    undoing.undo(run, clerk(), "交错了")
    assert counting() == before
    assert recount() == []
    assert Undone.objects.count() == 8
    assert Arrival.objects.count() == 10
    run.refresh_from_db()
    assert run.state == "undone"


def test_taken_back_twice_is_taken_back_once(ledger: Ledger) -> None:
    run = taken(ledger([line(1), line(2)]))
    undoing.undo(run, clerk(), "交错了")
    undoing.undo(run, clerk(), "交错了")
    assert Undone.objects.count() == 2
    assert recount() == []


def test_what_another_file_told_first_stays(ledger: Ledger) -> None:
    taken(ledger([line(1)]))
    before = counting()
    run = taken(ledger([line(1), line(1, 体温="37.0")], "b.csv"))
    undoing.undo(run, clerk(), "重复")
    assert counting() == before


def test_the_file_may_come_again_and_be_taken_back_again(ledger: Ledger) -> None:
    path = ledger([line(1), line(2, 体温="38.4")])
    first = taken(path)
    full = counting()
    for _time in range(2):
        undoing.undo(ImportRun.objects.latest("at"), clerk(), "村名填错")
        assert counting()[:3] == (0, 0, 0)
        again = taken(path)
        assert again.counts["accepted"] == 2
        assert counting()[:3] == full[:3]
        assert recount() == []
        assert taken(path).counts["duplicate"] == 2
        ImportRun.objects.exclude(pk__in=[first.pk, again.pk]).filter(counts__accepted=0).delete()


def test_a_reason_is_wanted_and_nobody_takes_back_what_is_not_theirs(ledger: Ledger) -> None:
    run = taken(ledger([line(1)]))
    for by, why in ((clerk(), " "), (clerk(OTHER), "交错了")):
        with pytest.raises(Refusal):
            undoing.undo(run, by, why)
    assert Undone.objects.count() == 0
    undoing.undo(run, clerk(), "交错了")
    with pytest.raises(Refusal):
        deciding.decide(run, [1], "leave", clerk())


def test_a_file_is_taken_back_on_its_page(browser: Client, ledger: Ledger) -> None:
    run = dropped(browser, ledger([line(1)]))
    browser.post(f"/import/{run.id}/take/")
    assert "撤回整份台账" in browser.get(f"/import/{run.id}/").content.decode()
    browser.post(f"/import/{run.id}/undo/", {"why": "交错了"})
    shown = browser.get(f"/import/{run.id}/")
    assert "已撤回" in shown.content.decode()
    assert [(str(one["label"]), one["count"]) for one in shown.context["filters"]] == [
        ("已撤回", 1),
        ("非人员行", 1),
    ]
    file = browser.get(f"/import/{run.id}/annotated/").content
    rows = python_calamine.CalamineWorkbook.from_filelike(BytesIO(file)).get_sheet_by_index(0).to_python()
    assert [row[-2] for row in rows] == ["结果", "已撤回"]
    assert counting() == (0, 0, 0, 0)
