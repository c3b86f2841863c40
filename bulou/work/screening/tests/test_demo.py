"""A demonstration's rounds: the community of Chafang in small, door by door, and its published figures in full."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from bulou.core.figures.queries import Asked, read
from bulou.core.figures.recount import recount
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.demo import spec
from bulou.demo.play import Progress, play
from bulou.work.screening import queries
from bulou.work.screening.models import Round
from bulou.work.screening.tests.conftest import COUNTY, VILLAGE

NAMES = ("households", "entered", "left", "registered", "teams", "points")


def told(**town: Any) -> dict[str, int]:
    said = tomllib.loads((spec.FOLDER / "fuxian.toml").read_text(encoding="utf-8"))
    said["town"] |= town
    county = spec.of("fuxian", said)
    play(county, county.as_of, 1, Progress(lambda *_: None, lambda _n: None))
    found = read([f"screening.{name}" for name in NAMES], Asked(VILLAGE))[VILLAGE]
    return {name: found.get(f"screening.{name}", 0) for name in NAMES}


def test_a_round_is_played_from_door_to_door_and_its_gaps_again(db: None) -> None:
    found = told(households=160, people=480)
    assert (found["households"], found["registered"], found["teams"], found["points"]) == (160, 480, 16, 27)
    first, second = Round.objects.filter(subjects="households").order_by("number")
    whole = queries.cover(first, VILLAGE)
    assert whole.expected == 160
    assert 0 < whole.gap < 20
    assert queries.cover(second, VILLAGE).expected == whole.gap + whole.late
    units, office = Round.objects.get(subjects="unit-people"), actor(Role.COUNTY_OFFICE, COUNTY)
    people = queries.cover(units, COUNTY)
    assert (
        people.expected == sum(cover.expected for _unit, cover in queries.by_unit(office, units, COUNTY)) == 8
    )
    assert people.reached > 0 and queries.filed_nobody(office, units, COUNTY).count() == 1
    # Whoever works for a unit is on the register where they live, and counted there alone.
    registered = read(["screening.registered"], Asked(COUNTY))[COUNTY]["screening.registered"]
    assert registered == found["registered"]
    assert recount() == []


@pytest.mark.slow
def test_the_published_figures_of_chafang_come_out(db: None) -> None:
    found = told()
    assert (found["households"], found["registered"]) == (2042, 6477)
    assert (found["points"], found["teams"]) == (27, 16)
    assert found["entered"] + found["left"] == 2042
