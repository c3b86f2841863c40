"""For every test: its own home, the clock at rest, and the databases as the house would use them."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# Before the settings are read: no test touches a home in use, and each process has one of its own.
_home = os.environ.get("BULOU_HOME") or tempfile.mkdtemp(prefix="bulou-test-")
_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
os.environ["BULOU_HOME"] = str(Path(_home) / _worker) if _worker and Path(_home).name != _worker else _home
Path(os.environ["BULOU_HOME"]).mkdir(parents=True, exist_ok=True)

import pytest
from hypothesis import HealthCheck, settings

# How fast a machine makes examples says nothing of what is tested; a busy one must not fail a test.
settings.register_profile("bulou", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("bulou")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one database only are left out on the other."""
    from django.db import connection

    other = "sqlite" if connection.vendor == "postgresql" else "postgres"
    skip = pytest.mark.skip(reason=f"only of {other}")
    for item in items:
        if other in item.keywords:
            item.add_marker(skip)
