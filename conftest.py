"""For every test: its own home, the clock at rest, and the databases as the house would use them."""

from __future__ import annotations

import os
import tempfile

# Before the settings are read: no test touches a home in use.
os.environ.setdefault("BULOU_HOME", tempfile.mkdtemp(prefix="bulou-test-"))

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one database only are left out on the other."""
    from django.db import connection

    other = "sqlite" if connection.vendor == "postgresql" else "postgres"
    skip = pytest.mark.skip(reason=f"only of {other}")
    for item in items:
        if other in item.keywords:
            item.add_marker(skip)
