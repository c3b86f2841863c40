"""The turns of a day, before they are in force: a clock that cannot read them would lay nothing for anybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from bulou.core.rulebook.parse import parse
from bulou.core.rulebook.sound import examine
from bulou.core.rulebook.store import base

MORNING = {"slot": "am", "opens": "05:00", "due": "12:00", "until": "12:00"}
NIGHT = {"slot": "pm", "opens": "12:00", "due": "20:00", "until": "+05:00"}


def told(*turns: Any, key: str = "observation.turns") -> list[str]:
    line = {"key": key, "value": list(turns), "from": "2020-02-20", "source": "order 9", "place": "141031"}
    with translation.override("en"):
        return [finding.message for finding in examine(parse({"value": [line]}, "test.toml"), base())]


@pytest.mark.parametrize(
    "turns",
    [
        (MORNING, NIGHT),
        (NIGHT,),
        ({**NIGHT, "due": "+01:00"},),
        ({**NIGHT, "opens": "+01:00", "due": "+02:00"},),
    ],
)
def test_turns_that_open_are_due_and_end_in_this_order_are_sound(turns: tuple[dict[str, str], ...]) -> None:
    assert told(*turns) == []


@pytest.mark.parametrize(
    ("turns", "said"),
    [
        (({**MORNING, "due": "25:00"},), 'due cannot be "25:00"'),
        (({**MORNING, "opens": "5"},), 'opens cannot be "5"'),
        (({**MORNING, "until": 12},), "until cannot be 12"),
        (({**MORNING, "due": "04:00"},), 'due cannot be "04:00". Expected: > 05:00'),
        (({**NIGHT, "until": "05:00"},), 'until cannot be "05:00". Expected: ≥ 20:00'),
        ((MORNING, {**NIGHT, "slot": "am"}), 'slot cannot be "am"'),
        (({"slot": "am", "opens": "05:00", "due": "12:00"},), "until is missing"),
        (("08:00",), "slot is missing"),
    ],
)
def test_turns_that_no_clock_can_lay_are_not_sound(turns: tuple[Any, ...], said: str) -> None:
    assert said in " ".join(told(*turns))


def test_the_turns_of_reports_are_looked_at_too() -> None:
    assert "due cannot be" in " ".join(told({**MORNING, "due": "24:00"}, key="reports.turns_village"))
