"""Two who turned out to be one: one observation, one case, one journey; and all of it two again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from bulou.core.figures.queries import Asked, read
from bulou.core.figures.recount import recount
from bulou.core.people import actions as people
from bulou.core.people.models import Merge
from bulou.core.records.kinds import Incoming
from bulou.core.staff.roles import Role
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal
from bulou.work.arrivals import queries as arrivals
from bulou.work.cases.models import Case
from bulou.work.observation import actions, queries
from bulou.work.observation.models import Observation
from tests.core.conftest import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    accepted,
    actor,
    arrived,
    reading,
)
from tests.core.merging import OFFICE, World, figure, merge, owed, running

pytestmark = pytest.mark.django_db
Clock = Callable[[str], datetime]


def two(days: int = 2, other_days: int = 2, **more: Any) -> tuple[UUID, UUID]:
    """The same person registered twice, in two villages; the second time with other days."""
    now = clock.now()
    (kept,) = arrived(1, now - timedelta(days=days))
    (other,) = arrived(1, now - timedelta(days=other_days), OTHER_VILLAGE, start=5, **more)
    return kept, other


def said(kind: str, person: UUID, place: str = VILLAGE, **data: Any) -> Incoming:
    return Incoming(kind, ids.new(), place, clock.now(), {"person": str(person), **data})


def standing() -> dict[str, Any]:
    """What a county would see: who is observed until when, cases, figures, what is to come."""
    names = ("arrivals.arrived", "observation.now", "cases.open", "cases.reported", "arrivals.late")
    plans = Observation.objects.filter(closed_at=None).values_list(
        "id", "person", "place", "clock_from", "until_day"
    )
    ahead = Task.objects.filter(withdrawn_at=None, done_at=None, due_at__gt=clock.now())
    return {
        "plans": sorted(map(str, plans)),
        "cases": sorted(map(str, Case.objects.values_list("id", "person", "outcome", "received_at"))),
        "figures": read(list(names), Asked(COUNTY)),
        "there": read(list(names), Asked(OTHER_VILLAGE)),
        "ahead": sorted(map(str, ahead.exclude(kind="observation.release").values_list("kind", "subject_id", "slot"))),
    }  # fmt: skip


def test_two_who_were_observed_as_two_have_one_plan_and_are_listed_once(at: Clock) -> None:
    at("2020-02-10T09:00")
    kept, other = two()
    before = standing()
    assert (figure("observation.now"), figure("arrivals.arrived")) == (2, 2)
    made = merge(kept, other)
    assert [plan.person for plan in queries.running(OFFICE)] == [kept]
    assert owed(other) == []
    assert len(owed(kept)) > 0
    assert (figure("observation.now"), figure("arrivals.arrived")) == (1, 1)
    assert figure("observation.now", OTHER_VILLAGE) == 0
    assert [row.person for row in arrivals.arrivals(OFFICE)] == [kept]
    assert recount() == []
    people.unmerge(made, OFFICE)
    assert standing() == before
    assert recount() == []


def test_while_they_were_one_no_readings_were_owed_by_the_other_and_one_release_is(at: Clock) -> None:
    at("2020-02-10T09:00")
    kept, other = two()
    at("2020-02-10T13:00")
    before = missed_of(other)
    assert before[-1] == "2020-02-10/am"
    made = merge(kept, other)
    at("2020-02-12T13:00")
    people.unmerge(made, OFFICE)
    assert missed_of(other) == before
    assert "2020-02-12/pm" in owed(other)
    assert len(owed(other, "observation.release")) == len(owed(kept, "observation.release")) == 1
    assert recount() == []


def missed_of(person: UUID) -> list[str]:
    """The turns of somebody's readings that are owed and were due."""
    found = Task.objects.filter(
        kind="observation.reading",
        subject_id=person,
        withdrawn_at=None,
        done_at=None,
        due_at__lte=clock.now(),
    )
    return sorted(found.values_list("slot", flat=True))


def test_of_two_terms_the_later_end_counts_and_goes_with_the_merge(at: Clock) -> None:
    at("2020-02-10T09:00")
    kept, other = two(days=6, other_days=1)
    before = standing()
    made = merge(kept, other)
    (plan,) = running(kept)
    assert (plan.clock_from, plan.until_day) == (date(2020, 2, 9), date(2020, 2, 22))
    people.unmerge(made, OFFICE)
    assert standing() == before


def test_the_only_observation_goes_on_under_the_id_that_is_kept(at: Clock) -> None:
    at("2020-02-10T09:00")
    (other,) = arrived(1, clock.now() - timedelta(days=2))
    kept = people.enrol([people.NewPerson(name="白小满", place=VILLAGE, id=ids.new())], OFFICE)[0].id
    before = standing()
    made = merge(kept, other)
    (plan,) = running(kept)
    assert (owed(other), plan.place) == ([], VILLAGE)
    assert owed(kept, "observation.release")
    # What was missed before is still to be explained, and a phone that knows the old id still serves.
    assert len(queries.gaps([plan])) >= 3
    at("2020-02-10T10:00")
    accepted([reading(other, clock.now())], actor(Role.VILLAGE_DOCTOR, VILLAGE))
    assert Task.objects.get(subject_id=kept, slot="2020-02-10/am").done_at is not None
    assert actions.explain_gap(actor(Role.VILLAGE_CADRE, VILLAGE), plan.id, "away") >= 3
    at("2020-02-10T13:00")
    people.unmerge(made, OFFICE)
    (plan,) = running(other)
    assert running(kept) == []
    assert "2020-02-10/pm" in owed(other)
    assert standing()["plans"] == before["plans"]
    assert figure("observation.opened") == 1
    assert recount() == []


def test_a_released_observation_stays_released_when_a_merge_is_undone(at: Clock) -> None:
    at("2020-02-10T09:00")
    (other,) = arrived(1, clock.now() - timedelta(days=20), entered_at=clock.now().isoformat())
    kept = people.enrol([people.NewPerson(name="白小满", place=VILLAGE, id=ids.new())], OFFICE)[0].id
    made = merge(kept, other)
    (plan,) = running(kept)
    assert actions.propose(actor(Role.VILLAGE_CADRE, VILLAGE), [plan.id]) == [(plan.id, "")]
    assert actions.check(actor(Role.TOWNSHIP_CLERK, TOWNSHIP), [plan.id]) == [(plan.id, "")]
    assert actions.approve(OFFICE, [plan.id]) == [(plan.id, "")]
    people.unmerge(made, OFFICE)
    assert not Observation.objects.filter(closed_at=None).exists()
    assert (figure("observation.now"), figure("observation.released")) == (0, 1)
    assert recount() == []


def test_two_cases_of_one_person_are_one_and_what_the_clinic_did_stands(at: Clock) -> None:
    at("2020-02-10T09:00")
    kept, other = two()
    accepted([said("cases.reported", other, OTHER_VILLAGE, reason="fever")])
    at("2020-02-10T10:00")
    accepted([said("cases.received", other, OTHER_VILLAGE)])
    at("2020-02-10T11:00")
    accepted([said("cases.reported", kept, reason="symptoms")])
    before = standing()
    assert figure("cases.open") == 2
    made = merge(kept, other)
    case = Case.objects.get()
    assert (case.person, figure("cases.open"), figure("cases.reported")) == (kept, 1, 1)
    received = Task.objects.filter(kind="cases.receive", withdrawn_at=None)
    assert [task.done_at is not None for task in received] == [True]
    (plan,) = running(kept)
    assert plan.away_from is not None, "at the clinic under the other id"
    assert queries.obstacles([plan])[plan.id] == ["release-open-case"]
    assert recount() == []
    people.unmerge(made, OFFICE)
    assert [plan.away_from is None for plan in (*running(kept), *running(other))] == [True, False]
    assert standing() == before
    assert recount() == []


def test_an_outcome_after_the_merge_is_of_the_one_who_was_kept(at: Clock) -> None:
    at("2020-02-10T09:00")
    kept, other = two()
    accepted([said("cases.received", other, OTHER_VILLAGE)])
    merge(kept, other)
    clinic = actor(Role.FEVER_CLINIC, COUNTY)
    accepted([said("cases.outcome", other, OTHER_VILLAGE, outcome="excluded")], clinic)
    case, (plan,) = Case.objects.get(), running(kept)
    assert (case.person, case.outcome, plan.away_from) == (kept, "excluded", None)
    assert Task.objects.get(kind="cases.result", withdrawn_at=None).done_at is not None
    assert "2020-02-10/pm" in owed(kept)


def test_a_chain_of_merges_comes_apart_in_any_order(at: Clock) -> None:
    at("2020-02-10T09:00")
    (one,) = arrived(1, clock.now() - timedelta(days=2))
    two_, three = [
        answer.id
        for answer in people.enrol(
            [people.NewPerson(name=name, place=VILLAGE, id=ids.new()) for name in ("白小满", "白大满")],
            OFFICE,
        )
    ]
    before = standing()
    for order in ((0, 1), (1, 0)):
        made = [merge(two_, one), merge(three, two_)]
        assert [len(running(person)) for person in (one, two_, three)] == [0, 0, 1]
        for which in order:
            people.unmerge(made[which], OFFICE)
        assert standing() == before
        assert recount() == []


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), st.integers(0, 2), st.integers(0, 5)),
        st.tuples(st.just("correct"), st.integers(0, 2), st.integers(0, 5)),
        st.tuples(st.just("read"), st.integers(0, 2), st.sampled_from((365, 384))),
        st.tuples(st.just("clinic"), st.integers(0, 2), st.sampled_from(("received", "returned"))),
        st.tuples(st.just("outcome"), st.integers(0, 2), st.sampled_from(("excluded", "confirmed"))),
        st.tuples(st.just("restart"), st.integers(0, 2), st.integers(0, 3)),
        st.tuples(st.just("move"), st.integers(0, 2), st.integers(0, 1)),
        st.tuples(st.just("wait"), st.integers(1, 30), st.just(0)),
        st.tuples(st.just("merge"), st.integers(0, 2), st.integers(0, 2)),
        st.tuples(st.just("undo"), st.integers(0, 3), st.just(0)),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=20, deadline=None)
@given(steps=STEPS)
def test_after_any_records_corrections_and_merges_everybody_has_one_plan_and_the_figures_hold(
    steps: list[tuple[str, int, Any]],
) -> None:
    with transaction.atomic():
        world = World()
        for what, who, how in steps:
            try:
                getattr(world, f"do_{what}")(who, how)
            except Refusal:
                continue
        world.holds()
        for made in list(Merge.objects.filter(undone_at=None).order_by("-at", "-id")):
            people.unmerge(made.id, OFFICE)
        world.holds()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the steps do to the clock ends with the test."""
    monkeypatch.setenv("BULOU_CLOCK_SHIFT", "0")
