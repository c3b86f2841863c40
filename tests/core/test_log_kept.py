"""The log is kept: whatever the clock brings, what was written half a year ago still stands and still holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bulou.config import ticker
from bulou.core.audit import queries
from bulou.core.audit.chain import seal_blocks, verify
from bulou.core.audit.models import AuditEntry
from bulou.core.staff.roles import Role
from bulou.lib import clock
from tests.core.conftest import COUNTY, TOWNSHIP, accepted, actor, arrival, arrived

pytestmark = pytest.mark.django_db


def test_after_six_months_of_the_clocks_work_every_entry_is_there_and_the_chain_is_whole(
    at: Callable[[str], datetime],
) -> None:
    at("2020-02-12T18:00")
    arrived(2, clock.now())
    seal_blocks()
    written = set(AuditEntry.objects.values_list("id", "mac", "block"))
    assert written
    ran: set[str] = set()
    for month in range(3, 10):
        at(f"2020-{month:02d}-12T18:00")
        for job in ticker.jobs():
            # Those beneath write no rows, and want no transaction around them.
            if job.name.startswith("bulou.core."):
                ran.add(job.name)
                job.run()
    assert "bulou.core.audit.chain.check" in ran
    assert written <= set(AuditEntry.objects.values_list("id", "mac", "block"))
    assert verify() == []


def test_an_auditor_still_reads_what_was_done_half_a_year_ago(at: Callable[[str], datetime]) -> None:
    now = at("2020-02-12T18:00")
    accepted([arrival(1, now)], actor(Role.TOWNSHIP_CLERK, TOWNSHIP))
    then = set(AuditEntry.objects.filter(act="records.take", place=TOWNSHIP).values_list("id", flat=True))
    assert then
    at("2020-09-12T18:00")
    found = queries.entries(actor(Role.AUDITOR, COUNTY), place=TOWNSHIP)
    assert then <= set(found.values_list("id", flat=True))


def test_the_chain_is_checked_every_day_and_sealed_every_minute() -> None:
    every = {job.name: job.every for job in ticker.jobs()}
    assert every["bulou.core.audit.chain.check"] <= timedelta(days=1).total_seconds()
    assert every["bulou.core.audit.chain.seal_blocks"] <= timedelta(minutes=1).total_seconds()
