"""A township with people in it, and those who take lists out of it; the clock at rest."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from bulou.core.people.actions import enrol
from bulou.core.people.persons import NewPerson
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.lib import clock, invented

COUNTY, TOWNSHIP, OTHER, VILLAGE = "141031", "141031101", "141031100", "141031101200"
FAR = "141031100200"


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> datetime:
    moment = clock.parse("2020-02-12T09:00")
    shift = (moment - datetime.now(moment.tzinfo)).total_seconds()
    monkeypatch.setenv("BULOU_CLOCK_SHIFT", repr(shift))
    return moment


def number(n: int) -> str:
    return invented.make_id("141031", date(1970, 1, 1) + timedelta(days=n), "男" if n % 2 else "女", 0)


def name(n: int) -> str:
    return invented.make_name(n, "男" if n % 2 else "女")


def people(count: int, place: str = VILLAGE, first: int = 0) -> list[str]:
    """Invented people in a village; their names."""
    rows = [
        NewPerson(place=place, name=name(n), doc_number=number(n), phone=f"154{n:08d}")
        for n in range(first, first + count)
    ]
    enrol(rows, SYSTEM)
    return [name(n) for n in range(first, first + count)]


Browser = Callable[..., tuple[Client, Actor]]


@pytest.fixture
def browser() -> Browser:
    """`browser(role, place)`: a browser of its own and who sits before it."""

    def make(
        role: Role = Role.TOWNSHIP_CLERK, place: str = TOWNSHIP, called: str = "申晓岚"
    ) -> tuple[Client, Actor]:
        by = actor(role, place, called)
        return signed_in(Client(), by), by

    return make


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def sheet(raw: bytes, at: int = 0) -> list[list[Any]]:
    """The rows of an Excel file, read by another reader than the one that wrote it."""
    from python_calamine import CalamineWorkbook

    return (
        CalamineWorkbook.from_filelike(io.BytesIO(raw))
        .get_sheet_by_index(at)
        .to_python(skip_empty_area=False)
    )
