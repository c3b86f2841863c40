"""`demo`: the Xixian demonstration county, record by record."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from bulou.bench.intake import _bare
from bulou.bench.village import observed, readings
from bulou.config.bench import result
from bulou.lib import clock

GOAL = 60


def bench() -> Iterator[dict[str, Any]]:
    """Seconds for `bulou demo xixian`, beside the seconds of bare inserts of as many rows."""
    from django.core.management import call_command

    from bulou.core.records.models import Entry

    environment = {k: v for k, v in os.environ.items() if k != "BULOU_CLOCK_SHIFT"}
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "bulou.cli", "demo", "xixian"],
        env=environment,
        check=True,
        capture_output=True,
    )
    took = time.perf_counter() - start
    assert done.returncode == 0
    records = Entry.objects.count()
    call_command("flush", interactive=False, verbosity=0)
    some = readings(observed(100, clock.now()), 20_000, clock.now())
    limit = records / _bare(some, 1000)
    yield result("demo", took, "s", limit, GOAL, took <= GOAL)
