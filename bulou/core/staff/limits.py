"""The numbers of `limits.toml`."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any


@cache
def _all() -> dict[str, dict[str, Any]]:
    return tomllib.loads((Path(__file__).parent / "limits.toml").read_text())


def number(section: str, name: str) -> int:
    return int(_all()[section][name])


def minutes(section: str, name: str) -> timedelta:
    return timedelta(minutes=number(section, name))


def days(section: str, name: str) -> timedelta:
    return timedelta(days=number(section, name))
