"""Readings are owed to the end of the last day, however long the release takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest

from bulou.core.staff.actor import SYSTEM
from bulou.core.tasks.lay import lay
from bulou.core.tasks.models import Task
from bulou.lib import clock
from bulou.work.observation.opening import close
from bulou.work.observation.tests.conftest import observed

pytestmark = pytest.mark.django_db


def test_a_release_that_comes_days_later_leaves_no_reading_missed(at: Callable[[str], datetime]) -> None:
    (plan,) = observed(1, days=1)
    over = clock.at(plan.until_day + timedelta(days=1), time())
    at((over + timedelta(days=1, hours=17)).isoformat())
    lay()
    before = set(Task.objects.filter(kind="observation.reading").values_list("slot", flat=True))
    close(SYSTEM, [plan], "released", clock.now())
    lay()
    after = Task.objects.filter(kind="observation.reading")
    assert set(after.values_list("slot", flat=True)) == before
    assert not after.filter(due_at__gt=over, withdrawn_at=None).exists()


@pytest.mark.parametrize("ticked", [True, False])
def test_what_was_owed_while_nothing_ran_is_missed_all_the_same(
    at: Callable[[str], datetime], ticked: bool
) -> None:
    (plan,) = observed(1)
    if ticked:
        lay()
    at((clock.now() + timedelta(days=11)).isoformat())
    lay()
    days = {task.due_day for task in Task.objects.filter(kind="observation.reading", due_at__lt=clock.now())}
    assert days == {clock.today() - timedelta(days=back) for back in range(14)}
    assert plan.until_day >= clock.today()
