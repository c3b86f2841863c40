"""Every list that the house names can be taken out, in the scope of whoever asks, at a constant number of queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bulou.core import exports
from bulou.core.exports import EXPORTERS, Asked
from bulou.core.staff.roles import EVERYONE, Role
from bulou.core.staff.testing import actor
from bulou.exchange.out.lines import lines, titles
from bulou.exchange.out.models import Export
from bulou.exchange.out.tests.conftest import COUNTY, FAR, TOWNSHIP, people
from bulou.lib.refusals import Refusal

pytestmark = pytest.mark.django_db
NAMES = ["people", "missed", "responsible", "places", "observation", "arrivals", "cases", "doubles",
         "asides", "screening-answers", "screening-coverage", "screening-doors", "screening-people",
         "checkpoint-people",
         "orders", "orders-recipients", "reports-received", "reports-turnout",
         "checkpoints", "observation-sites", "screening-rounds", "audit", "units", "permits",
         "roster-members", "roster-teams", "roster-pairs",
         "roster-applications", "figure-rows", "households"]  # fmt: skip

# Those of one round, one post, one order or one number.
ASKED = {
    "screening-answers",
    "screening-coverage",
    "screening-doors",
    "screening-people",
    "checkpoint-people",
    "orders-recipients",
    "figure-rows",
}


def test_the_lists_of_the_desk_are_all_named() -> None:
    assert sorted(exports.every()) == sorted(NAMES)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ASKED])
def test_a_list_gives_as_many_cells_as_titles(name: str) -> None:
    people(3)
    by = actor(Role.COUNTY_OFFICE, COUNTY)
    listed = exports.get(by, name)
    heads = titles(listed, Asked(by, COUNTY), Export.MASKED)
    told = list(lines(listed, Asked(by, COUNTY), Export.MASKED))
    assert {len(line) for line in told} <= {len(heads)}
    if name in ("people", "places"):
        assert told


@pytest.mark.parametrize("role", sorted(EVERYONE - EXPORTERS))
def test_no_list_is_there_for_who_stands_at_a_door(role: Role) -> None:
    assert exports.mine(actor(role, TOWNSHIP)) == {}
    with pytest.raises(Refusal):
        exports.get(actor(role, TOWNSHIP), "people")


def test_a_list_twice_as_long_costs_no_more_queries() -> None:
    by = actor(Role.COUNTY_OFFICE, COUNTY)
    listed = exports.get(by, "people")

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert list(lines(listed, Asked(by, COUNTY), Export.MASKED))
        return len(asked)

    people(5)
    first = cost()
    people(20, FAR, first=10)
    assert cost() <= first + 1
