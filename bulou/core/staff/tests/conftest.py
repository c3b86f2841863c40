"""A small territory and its staff."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bulou.core.places.actions import take_county
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor

COUNTY = "141031"
TOWNSHIP = "141031100"
SIBLING = "141031101"
VILLAGE = "141031100200"


@pytest.fixture
def tree(db: None) -> None:
    take_county(SYSTEM, COUNTY)


@pytest.fixture
def administrator(tree: None) -> Actor:
    return actor(Role.ADMINISTRATOR, COUNTY)


@pytest.fixture
def office(tree: None) -> Actor:
    return actor(Role.COUNTY_OFFICE, COUNTY)


@pytest.fixture
def clerk(tree: None) -> Actor:
    return actor(Role.TOWNSHIP_CLERK, TOWNSHIP)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of this test's own; the keys stay those of the run."""
    from bulou.lib import secret

    secret.key("web")
    monkeypatch.setitem(os.environ, "BULOU_HOME", str(tmp_path))
    return tmp_path
