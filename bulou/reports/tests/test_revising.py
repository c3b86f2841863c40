"""A later change is a numbered revision with its difference; the past report stays readable beside it."""

from __future__ import annotations

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulou.core.figures.recount import recount
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks.lay import lay
from bulou.core.tasks.models import Task
from bulou.lib import ids
from bulou.lib.refusals import Refusal
from bulou.reports import actions, drafts, queries
from bulou.reports.models import Sent
from bulou.reports.tests.made import AM, COUNTY, NEXT, TOWN, VILLAGE, arrival, at, sent, taken

pytestmark = pytest.mark.django_db
TYPED = {"on_duty": 3, "publicity": 1}


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(at("02-12 09:30"), tick=False) as traveller:
        yield traveller


def test_a_record_that_comes_late_asks_for_a_revision(morning):
    cadre = actor(Role.VILLAGE_CADRE, VILLAGE)
    report = actions.send(cadre, VILLAGE, "daily", AM, TYPED)
    assert queries.watched(cadre, VILLAGE) == []
    morning.move_to(at("02-12 20:00"))
    taken(arrival(1, "02-12 08:00"))
    stale = queries.watched(cadre, VILLAGE)
    assert [one.report.id for one in stale] == [report.id]
    assert stale[0].changed["arrivals.other_provinces"] == 1


def test_a_record_of_afterwards_asks_for_none(morning):
    cadre = actor(Role.VILLAGE_CADRE, VILLAGE)
    actions.send(cadre, VILLAGE, "daily", AM, TYPED)
    morning.move_to(at("02-12 12:00"))
    taken(arrival(1, "02-12 11:00"))
    assert queries.watched(cadre, VILLAGE) == []


def test_a_revision_stands_beside_the_report_it_replaces(morning):
    cadre = actor(Role.VILLAGE_CADRE, VILLAGE)
    first = actions.send(cadre, VILLAGE, "daily", AM, TYPED, "缺口罩")
    before = dict(first.figures)
    morning.move_to(at("02-12 20:00"))
    taken(arrival(1, "02-12 08:00"))
    second = actions.revise(cadre, first.id, {"publicity": 4}, "晚到一条登记")
    old, new = queries.family(second)
    assert (old.revision, new.revision) == (0, 1)
    assert old.figures == before and old.replaced_by == new.id
    assert queries.difference(new.figures, old.figures)["typed.publicity"] == 3
    assert queries.difference(new.figures, old.figures)["arrivals.other_provinces"] == 1
    assert queries.texts([new])[new.id] == {"note": "缺口罩", "why": "晚到一条登记"}
    assert new.account == cadre.account and new.received_at > old.received_at
    assert queries.watched(cadre, VILLAGE) == []
    assert [past.revised for past in queries.history(cadre, VILLAGE)] == [
        queries.difference(new.figures, old.figures)
    ]


def test_a_revision_does_not_make_a_report_late(morning):
    with time_machine.travel(at("02-11 00:00")):
        cadre = actor(Role.VILLAGE_CADRE, VILLAGE)
    lay()
    first = actions.send(cadre, VILLAGE, "daily", AM, TYPED)
    morning.move_to(at("02-13 20:00"))
    second = actions.revise(cadre, first.id, {"on_duty": 5})
    task = Task.objects.get(kind="reports.village", place=VILLAGE, slot=AM)
    assert (task.done_by, task.done_at) == (second.id, first.happened_at)
    assert not second.late
    assert recount() == []


def test_of_two_who_revise_at_once_the_second_is_told():
    cadre = actor(Role.VILLAGE_CADRE, VILLAGE)
    first = actions.send(cadre, VILLAGE, "daily", AM, TYPED)
    actions.revise(cadre, first.id, {"on_duty": 5})
    with pytest.raises(Refusal) as refusal:
        actions.revise(cadre, first.id, {"on_duty": 6})
    assert refusal.value.code == "report-revised-meanwhile"
    came = Incoming(
        "reports.sent", ids.new(), VILLAGE, first.happened_at, {"slot": AM, "typed": TYPED}, replaces=first.id
    )
    assert take([came], SYSTEM)[0].code == "report-revised-meanwhile"


def test_a_revision_belongs_to_its_turn_and_its_days(morning):
    cadre = actor(Role.VILLAGE_CADRE, VILLAGE)
    first = actions.send(cadre, VILLAGE, "daily", AM, TYPED)
    other = Incoming(
        "reports.sent", ids.new(), NEXT, first.happened_at, {"slot": AM, "typed": TYPED}, replaces=first.id
    )
    assert take([other], SYSTEM)[0].code == "report-other-turn"
    morning.move_to(at("03-20 08:00"))
    with pytest.raises(Refusal) as refusal:
        actions.revise(cadre, first.id)
    assert refusal.value.code == "report-too-old"


def test_a_revision_that_comes_before_its_report_waits_for_it():
    first, second = ids.new(), ids.new()
    report = Incoming("reports.sent", first, VILLAGE, at("02-12 09:00"), {"slot": AM, "typed": TYPED})
    again = Incoming(
        "reports.sent", second, VILLAGE, at("02-12 09:00"), {"slot": AM, "typed": TYPED}, replaces=first
    )
    assert take([again], SYSTEM)[0].status == "held"
    assert take([report], SYSTEM)[0].status == "accepted"
    assert Sent.objects.get(replaced_by=None).id == second


def test_whoever_comes_late_below_asks_for_a_revision_above(morning):
    clerk = actor(Role.TOWNSHIP_CLERK, TOWN)
    report = actions.send(clerk, TOWN, "daily", AM)
    assert VILLAGE in report.missing
    morning.move_to(at("02-12 12:00"))
    actions.send(clerk, VILLAGE, "daily", AM, TYPED)
    stale = queries.watched(clerk, TOWN)
    assert stale[0].came == [VILLAGE]
    assert stale[0].changed == {
        "typed.on_duty": 3, "typed.publicity": 1, "reports.villages_reported": 1, "reports.villages_missing": -1,
    }  # fmt: skip
    again = actions.revise(clerk, report.id)
    assert VILLAGE not in again.missing
    assert again.figures["typed.on_duty"] == 3
    assert queries.watched(clerk, TOWN) == []


def test_reports_of_others_are_not_there():
    report = actions.send(SYSTEM, VILLAGE, "daily", AM, TYPED)
    stranger = actor(Role.VILLAGE_CADRE, NEXT)
    for act in (queries.report, actions.revise):
        with pytest.raises(Refusal) as refusal:
            act(stranger, report.id)
        assert refusal.value.code == "report-unknown"
    assert not queries.reports(stranger).exists()
    assert queries.reports(actor(Role.COUNTY_OFFICE, COUNTY)).get() == report


numbers = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 1000))


@given(numbers, numbers)
def test_a_difference_is_new_minus_old(new, old):
    changed = queries.difference(new, old)
    assert {n: old.get(n, 0) + changed.get(n, 0) for n in {*new, *old}} == {
        n: new.get(n, 0) for n in {*new, *old}
    }
    assert all(changed.values())


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["arrive", "send", "revise", "correct"]), st.integers(0, 5), st.integers(6, 23)
    ),
    max_size=14,
)


@given(ACTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_reports_and_tallies_agree_with_the_records(acts):
    from django.db import transaction

    with time_machine.travel(at("02-12 23:30"), tick=False), transaction.atomic():
        _do(acts)
        assert recount() == []
        for one in Sent.objects.filter(replaced_by=None):
            for stale in queries.stale([one]):
                again = actions.revise(SYSTEM, one.id)
                assert queries.difference(again.figures, one.figures) == stale.changed
                assert queries.stale([again]) == []
        for place in (VILLAGE, NEXT, TOWN):
            figures = drafts.draft(SYSTEM, place, "daily", AM).figures
            rows = [
                r
                for r in _arrivals(place)
                if r.happened_at <= at("02-12 10:00" if len(place) == 12 else "02-12 11:00")
            ]
            assert figures["arrivals.other_provinces"] == sum(r.origin == "other-province" for r in rows)
            assert figures["arrivals.own_province"] == sum(r.origin == "own-province" for r in rows)
        transaction.set_rollback(True)


def _arrivals(place):
    from django.apps import apps

    found = apps.get_model("arrivals", "Arrival").objects.filter(replaced_by=None)
    return [row for row in found if row.place.startswith(place)]


def _do(acts):
    last = {}
    for step, (act, n, hour) in enumerate(acts):
        place = (VILLAGE, NEXT)[n % 2]
        if act == "arrive":
            came = arrival(1000 + step, f"02-12 {hour:02}:00", place)
            taken(came)
            last[place] = came
        elif act == "correct" and place in last:
            old = last[place]
            data = {**old.data, "origin_code": ("140100", "440100")[hour % 2]}
            new = Incoming(old.kind, ids.new(), place, old.happened_at, data, replaces=old.id)
            taken(new)
            last[place] = new
        elif act == "send":
            sent((VILLAGE, NEXT, TOWN)[n % 3], AM, f"02-12 {max(hour, 8):02}:00")
        elif act == "revise":
            for one in Sent.objects.filter(place=place, replaced_by=None):
                actions.revise(SYSTEM, one.id)
