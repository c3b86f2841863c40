"""A village goes into another: its fevers are open there, and every figure still recounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from bulou.core import ending, succession
from bulou.core.figures.queries import Asked, read
from bulou.core.figures.recount import recount
from bulou.core.staff.actor import of_post
from bulou.core.staff.models import Post
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor as account
from bulou.core.tasks.models import Task
from bulou.work.cases import queries
from bulou.work.cases.models import Case
from bulou.work.cases.tests.conftest import COUNTY, VILLAGE, accepted, arrived, reading, said

pytestmark = pytest.mark.django_db
NEXT = "141031100201"
NOW = ("cases.open", "cases.suspected_now", "cases.confirmed_now")


@pytest.fixture
def office(at: Callable[[str], datetime]) -> Any:
    return account(Role.COUNTY_OFFICE, COUNTY)


@pytest.fixture
def people() -> list[UUID]:
    """One with a fever, one who is suspected, one confirmed, one excluded and not yet back."""
    fever, suspect, confirmed, back = (arrived(n) for n in range(1, 5))
    accepted([reading(fever, 386, 2)])
    accepted([said("reported", one, 20) for one in (suspect, confirmed, back)])
    accepted([said("received", one, 10, COUNTY) for one in (suspect, back)])
    words = (("suspected", suspect), ("confirmed", confirmed), ("excluded", back))
    accepted([said("outcome", one, 5, COUNTY, outcome=word) for word, one in words])
    return [fever, suspect, confirmed, back]


def now(place: str) -> list[int]:
    found = read(list(NOW), Asked(place))[place]
    return [found[name] for name in NOW]


def test_what_is_open_goes_along_and_what_is_closed_stays(people: list[UUID], office: Any) -> None:
    doctor = account(Role.VILLAGE_DOCTOR, VILLAGE)
    owed = sorted(map(str, Task.objects.filter(kind__startswith="cases.").values_list()))
    assert now(VILLAGE) == [2, 1, 1] and queries.cases(doctor).count() == 4
    [line] = [line for line in succession.look(VILLAGE) if line.noun == "case"]
    assert (line.n, line.moves) == (3, True)
    ending.merge(office, VILLAGE, NEXT)
    assert (now(VILLAGE), now(NEXT), now(COUNTY)) == ([0, 0, 1], [2, 1, 0], [2, 1, 1])
    moved = of_post(Post.objects.select_related("account").get(account=doctor.account))
    assert {case.person for case in queries.cases(moved)} == {people[0], people[1], people[3]}
    assert sorted(map(str, Task.objects.filter(kind__startswith="cases.").values_list())) == owed
    assert recount(COUNTY) == []


def test_an_outcome_after_it_counts_where_the_case_is_now(people: list[UUID], office: Any) -> None:
    ending.merge(office, VILLAGE, NEXT)
    fever, suspect, _confirmed, back = people
    accepted([said("received", fever, 0, COUNTY), said("outcome", suspect, 0, COUNTY, outcome="excluded")])
    accepted([said("outcome", fever, 0, COUNTY, outcome="confirmed"), said("returned", back, 0, NEXT)])
    assert (now(VILLAGE), now(NEXT), now(COUNTY)) == ([0, 0, 1], [0, 0, 1], [0, 0, 2])
    assert not Task.objects.filter(kind="cases.receive", subject_id=fever, done_at=None).exists()
    assert read(["cases.returned"], Asked(NEXT))[NEXT] == {"cases.returned": 1}
    assert recount(COUNTY) == []


def test_what_comes_in_late_counts_where_the_case_was_then(people: list[UUID], office: Any) -> None:
    ending.merge(office, VILLAGE, NEXT)
    accepted([said("outcome", people[1], 1, COUNTY, outcome="excluded")])
    assert (now(VILLAGE), now(NEXT)) == ([0, 0, 1], [1, 0, 0])
    accepted([reading(people[0], 390, 3, NEXT)])  # an earlier fever, read before it
    assert now(COUNTY) == [1, 0, 1] and recount(COUNTY) == []


def test_it_is_taken_back_with_the_village(people: list[UUID], office: Any) -> None:
    before = sorted(Case.objects.values_list("id", "place"))
    ending.merge(office, VILLAGE, NEXT)
    ending.undo(office, VILLAGE)
    assert sorted(Case.objects.values_list("id", "place")) == before
    assert (now(VILLAGE), now(NEXT)) == ([2, 1, 1], [0, 0, 0])
    ending.merge(office, VILLAGE, NEXT)
    assert (now(VILLAGE), now(NEXT)) == ([0, 0, 1], [2, 1, 0])
    assert recount(COUNTY) == []
