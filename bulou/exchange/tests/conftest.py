"""A township clerk's morning: the clock at rest, files made here."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.lib import clock, invented

TOWNSHIP, OTHER, VILLAGE = "141031101", "141031100", "141031101200"
HEADS = ["姓名", "身份证号", "电话", "家庭住址", "从何地返回", "返回日期", "体温"]


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> datetime:
    moment = clock.parse("2020-02-06T09:00")
    shift = (moment - datetime.now(moment.tzinfo)).total_seconds()
    monkeypatch.setenv("BULOU_CLOCK_SHIFT", repr(shift))
    return moment


def number(n: int) -> str:
    sex = "男" if n % 2 else "女"
    return invented.make_id("141031", date(1970, 1, 1) + timedelta(days=n), sex, 0)


def line(n: int, **said: str) -> list[str]:
    """A returnee's line, all cells in order of HEADS."""
    row = {
        "姓名": invented.make_name(n, "男" if n % 2 else "女"), "身份证号": number(n), "电话": f"154{n:08d}",
        "家庭住址": "", "从何地返回": "湖北武汉市洪山区", "返回日期": "2020-02-01", "体温": "36.5",
    }  # fmt: skip
    return [{**row, **said}[head] for head in HEADS]


@pytest.fixture
def ledger(tmp_path: Path) -> Callable[..., Path]:
    """Write a CSV file of lines: `ledger(lines, name="a.csv", heads=HEADS)`."""

    def write(lines: list[list[Any]], name: str = "ledger.csv", heads: list[str] | None = None) -> Path:
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            csv.writer(file).writerows([heads or HEADS, *lines])
        return path

    return write


def clerk(place: str = TOWNSHIP, role: Role = Role.TOWNSHIP_CLERK) -> Actor:
    return Actor(account=7, post=7, role=role, place=place, name="试用")
