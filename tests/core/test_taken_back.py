"""What was said of a place for a later day is waited for; what was done is taken back, and all that went along."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bulou.core import ending, succession
from bulou.core.figures.recount import recount
from bulou.core.people import actions as people
from bulou.core.people.actions import NewHousehold
from bulou.core.people.models import Household, Person
from bulou.core.places import queries as places
from bulou.core.places.codes import subject
from bulou.core.staff.queries import responsible
from bulou.core.tasks.models import OPEN, Task
from bulou.lib import clock
from tests.core.conftest import COUNTY, NEXT, VILLAGE, arrived
from tests.core.merging import left, refused

pytestmark = pytest.mark.django_db
Clock = Callable[[str], Any]


def test_it_is_taken_back_with_all_that_went_along(village: dict[str, Any], office: Any) -> None:
    before = left(VILLAGE)
    ending.merge(office, VILLAGE, NEXT)
    [late] = arrived(1, clock.now(), start=5, place=NEXT)
    ending.undo(office, VILLAGE)
    assert left(VILLAGE) == before
    assert responsible("place", [subject(VILLAGE)])[subject(VILLAGE)]
    assert Person.objects.get(pk=late).place == NEXT
    assert Task.objects.filter(OPEN, place=VILLAGE, kind="reports.village").exists()
    assert places.heirs([VILLAGE]) == {} and places.get(VILLAGE).exists(clock.today())  # type: ignore[union-attr]
    assert recount(COUNTY) == []
    refused("place-not-undone", ending.undo, office, VILLAGE)
    ending.merge(office, VILLAGE, NEXT)
    assert left(VILLAGE) == {} and recount(COUNTY) == []


def test_a_later_day_is_waited_for_and_who_is_entered_after_it_is_not_left_behind(
    village: dict[str, Any], office: Any, at: Clock
) -> None:
    ending.merge(office, VILLAGE, NEXT, date(2020, 2, 14))
    ending.tick()
    assert left(VILLAGE)["person"] == 2
    at("2020-02-14T00:10")
    ending.tick()
    assert left(VILLAGE) == {}
    [late] = arrived(1, clock.now(), start=5)
    ending.tick()
    assert Person.objects.get(pk=late).place == NEXT and recount(COUNTY) == []
    refused("place-day-past", ending.merge, office, NEXT, VILLAGE, date(2020, 2, 13))


def test_what_was_said_for_a_later_day_is_taken_back_before_it(office: Any, at: Clock) -> None:
    ending.merge(office, VILLAGE, NEXT, date(2020, 2, 14))
    ending.undo(office, VILLAGE)
    at("2020-02-15T00:10")
    ending.tick()
    assert places.get(VILLAGE).exists(clock.today())  # type: ignore[union-attr]


def test_parts_are_set_up_at_the_successor_and_taken_back(office: Any) -> None:
    from bulou.core.places import actions as verbs

    grid = verbs.add(office, VILLAGE, "第一网格", "grid").code
    home = people.add_household(NewHousehold(grid, "3"), office)
    ending.merge(office, VILLAGE, NEXT)
    [new] = places.children(NEXT)
    assert (new.name, new.split_from) == ("第一网格", grid)
    assert Household.objects.get(pk=home).place == new.pk
    ending.undo(office, VILLAGE)
    assert Household.objects.get(pk=home).place == grid
    assert places.children(NEXT) == [] and [p.pk for p in places.children(VILLAGE)] == [grid]


def test_the_clock_asks_once_whether_somebody_was_left_behind_however_many_places_ended(
    office: Any, at: Clock
) -> None:
    ending.merge(office, VILLAGE, NEXT)
    with CaptureQueriesContext(connection) as one:
        ending.tick()
    for n in (3, 4, 5):
        ending.merge(office, f"14103110020{n}", NEXT)
    with CaptureQueriesContext(connection) as four:
        ending.tick()
    assert len(four) == len(one) == 2


def test_what_is_cut_short_between_two_parts_the_clock_goes_on_with(
    office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bulou.core.places import actions as verbs

    grids = [verbs.add(office, VILLAGE, name, "grid").code for name in ("第一网格", "第二网格")]
    homes = [people.add_household(NewHousehold(grid, "3"), office) for grid in grids]
    carry, done = succession.carry, []

    def falters(by: Any, one: Any, *rest: Any) -> None:
        if done:
            raise KeyboardInterrupt
        done.append(one)
        carry(by, one, *rest)

    monkeypatch.setattr(succession, "carry", falters)
    with pytest.raises(KeyboardInterrupt):
        ending.merge(office, VILLAGE, NEXT)
    stand = [Household.objects.get(pk=home).place for home in homes]
    assert stand[0].startswith(NEXT) and stand[1] == grids[1]  # the first is there, and whole
    monkeypatch.setattr(succession, "carry", carry)
    ending.tick()
    names = [places.get(Household.objects.get(pk=home).place).name for home in homes]  # type: ignore[union-attr]
    assert names == ["第一网格", "第二网格"] and left(VILLAGE) == {}
    assert recount(COUNTY) == []
    ending.undo(office, VILLAGE)
    assert [Household.objects.get(pk=home).place for home in homes] == grids
