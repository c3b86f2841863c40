"""The classifications of the reports: Fugou's responses, Xixian's own, the default."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bulou.core.rulebook.store import base

DAY = date(2020, 2, 12)
WELL = {"fever": False, "symptoms": False, "contact": False, "own_home": True}
FUGOU, XIXIAN, ELSEWHERE = "411621101001", "141031101001", "370724112001"


def measure(place: str, profile: str | None = None, **facts: Any) -> tuple[str, str]:
    table = base().table("arrivals.measure", place, DAY, profile)
    found = table.decide({**WELL, **facts})
    return found["measure"], found.name


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"origin": "other-province", "certificate": True}, ("home", "first")),
        ({"origin": "own-province", "certificate": True}, ("none", "second")),
        (
            {"origin": "own-province", "certificate": True, "contact": None, "needed_for_work": True},
            ("home", "third"),
        ),
        ({"origin": "other-province", "certificate": True, "fever": True}, ("clinic", "undecided-fever")),
        ({"origin": "own-province", "needed_for_work": True, "fever": True}, ("clinic", "undecided-fever")),
        ({"origin": "other-province", "certificate": None}, ("held", "held")),
        ({"origin": "own-province", "certificate": True, "contact": None}, ("held", "held")),
        ({"origin": "own-province", "certificate": True, "fever": None}, ("held", "held")),
        ({"origin": "affected-area", "certificate": True}, ("home", "affected-area")),
        ({"origin": "other-province", "certificate": True, "own_home": False}, ("central", "no-home")),
        ({"origin": "own-province", "certificate": True, "contact": True}, ("home", "contact")),
    ],
)
def test_fugou_follows_its_three_responses_and_their_fourth_line(
    facts: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert measure(FUGOU, **facts) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"origin": "other-province"}, "home"),
        ({"origin": "own-province"}, "home"),
        ({"origin": "own-province", "fever": None, "contact": None}, "home"),
        ({"origin": "affected-area"}, "home"),
        ({"origin": "affected-area", "own_home": False}, "central"),
        ({"origin": "affected-area", "own_home": None}, "home"),
        ({"origin": "other-province", "own_home": False}, "central"),
        ({"origin": "own-province", "own_home": False}, "central"),
        ({"origin": "abroad", "own_home": False}, "central"),
        ({"origin": "other-province", "own_home": False, "contact": None}, "central"),
        ({"origin": "own-county", "own_home": False}, "none"),
        ({"origin": "own-county"}, "none"),
        ({"origin": None}, "held"),
        ({"origin": "own-province", "fever": True}, "clinic"),
        ({"origin": "other-province", "symptoms": True}, "clinic"),
    ],
)
def test_xixian_observes_those_from_within_the_province_too(facts: dict[str, Any], expected: str) -> None:
    assert measure(XIXIAN, **facts)[0] == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"origin": "affected-area"}, "home"),
        ({"origin": "affected-area", "own_home": False}, "central"),
        ({"origin": "other-province"}, "home"),
        ({"origin": "own-province"}, "none"),
        ({"origin": "own-province", "contact": None}, "held"),
        ({"origin": "own-province", "contact": True}, "home"),
        ({"origin": "own-province", "contact": True, "own_home": False}, "central"),
        ({"origin": None}, "held"),
        ({"fever": True}, "clinic"),
    ],
)
def test_elsewhere_the_national_plan_holds(facts: dict[str, Any], expected: str) -> None:
    assert measure(ELSEWHERE, **facts)[0] == expected


def test_measles_asks_for_contact_and_not_for_origin() -> None:
    assert measure(XIXIAN, "measles", contact=True, origin="own-county")[0] == "home"
    assert measure(XIXIAN, "measles", contact=False, origin="affected-area")[0] == "none"
    assert measure(XIXIAN, "measles", contact=None)[0] == "held"
    assert measure(XIXIAN, "measles", contact=True, fever=True)[0] == "clinic"


def test_days_come_from_the_rules_of_the_place() -> None:
    house = base()
    for place, expected in (("341002001001", 7), (ELSEWHERE, 14)):
        table = house.table("arrivals.measure", place, DAY)
        said = house.resolve(table.decide({**WELL, "origin": "other-province"}), table, place, DAY)
        assert said["days"] == expected
        assert [turn["slot"] for turn in said["checks"]] == ["am", "pm"]
