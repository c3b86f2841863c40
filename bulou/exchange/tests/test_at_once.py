"""The same file while the first is still running: nothing is there twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from bulou.core.people.models import Person
from bulou.exchange import take
from bulou.exchange.tests.conftest import VILLAGE, clerk, line
from bulou.work.arrivals.models import Arrival
from bulou.work.observation.models import Observation, Reading

Ledger = Callable[..., Path]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_files_with_the_same_people_at_once_make_each_person_once(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take, "CHUNK", 7)
    lines = [line(n) for n in range(40)] + [line(n, 身份证号="") for n in range(50, 60)]
    paths = [ledger(lines, "a.csv"), ledger(list(reversed(lines)), "b.csv")]
    counts: list[dict[str, int]] = []

    def bring(path: Path) -> None:
        try:
            counts.append(take.take_ledger(path, VILLAGE, clerk()).counts)
        finally:
            connection.close()

    threads = [threading.Thread(target=bring, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one["accepted"] for one in counts) == 50
    assert sum(one["duplicate"] for one in counts) == 50
    assert (Person.objects.count(), Arrival.objects.count(), Reading.objects.count()) == (50, 50, 50)
    assert Observation.objects.filter(closed_at=None).count() == 50
