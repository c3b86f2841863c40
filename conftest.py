"""For every test: its own home, the clock at rest, and the databases as the house would use them."""

from __future__ import annotations

import math
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


@pytest.fixture(autouse=True)
def _rules_by_no_clock() -> None:
    """A process asks each second whether the rules have changed; here once in each test, however slow the machine.

    So no page costs a query more for the second that went by, and no test reads the rules of the one before.
    """
    from bulou.core.rulebook import store

    store.CHECK_SECONDS, store._Kept.checked = math.inf, -math.inf


# A test that asks for one of these uses the database.
_DATABASE = {"db", "transactional_db", "django_db_setup", "live_server", "database_url", "migrated", "stage"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of one database only are left out on the other; what takes long begins first."""
    from django.db import connection

    postgres = connection.vendor == "postgresql"
    other = "sqlite" if postgres else "postgres"
    skip = pytest.mark.skip(reason=f"only of {other}")
    for item in items:
        if other in item.keywords:
            item.add_marker(skip)
        if "browser" in item.keywords:
            # A browser on a busy machine may miss its time: once more, and the summary names it.
            item.add_marker(pytest.mark.flaky(reruns=1))
    if postgres and config.args_source.name != "ARGS":
        _leave_out(config, items)
    items[:] = _long_first(items)


def _leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What uses no database says nothing anew on a second one."""
    using = [one for one in items if _uses_database(one)]
    config.hook.pytest_deselected(items=[one for one in items if one not in set(using)])
    items[:] = using


def _uses_database(item: pytest.Item) -> bool:
    asked = set(getattr(item, "fixturenames", ()))
    return bool(asked & _DATABASE) or item.get_closest_marker("django_db") is not None


def _long_first(items: list[pytest.Item]) -> list[pytest.Item]:
    """Two workers each take half of the list: each begins with half of the files that take long."""
    slow: dict[Path, list[pytest.Item]] = {}
    fast = []
    for item in items:
        if {"slow", "browser"} & set(item.keywords):
            slow.setdefault(item.path, []).append(item)
        else:
            fast.append(item)
    files, half = list(slow.values()), len(fast) // 2
    mine, others = ([item for file in files[n::2] for item in file] for n in (0, 1))
    return [*mine, *fast[:half], *others, *fast[half:]]
