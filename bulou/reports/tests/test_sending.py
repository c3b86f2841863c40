"""A report is drafted from the tallies, looked at, sent; the missing are named and zero is said."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bulou.core.places import queries as places
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks.lay import lay
from bulou.core.tasks.models import Task
from bulou.core.tasks.state import State, state
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal
from bulou.reports import actions, drafts, numbers, queries, today
from bulou.reports.models import Sent
from bulou.reports.tests.made import AM, COUNTY, NEXT, PM, TOWN, VILLAGE, arrival, at, sent, taken

pytestmark = pytest.mark.django_db
TYPED = {"on_duty": 3, "publicity": 0}


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(at("02-12 09:30"), tick=False) as traveller:
        yield traveller


def refused(code, act, *args, **words):
    with pytest.raises(Refusal) as refusal:
        act(*args, **words)
    assert refusal.value.code == code
    assert "%(" not in refusal.value.message


def test_a_draft_holds_what_the_records_say():
    cadre = actor(Role.VILLAGE_CADRE, VILLAGE)
    taken(arrival(1, "02-11 10:00"), arrival(2, "02-12 08:00"), arrival(3, "02-12 09:00", NEXT))
    draft = drafts.draft(cadre, VILLAGE, "daily", AM)
    assert draft.figures["arrivals.other_provinces"] == 2
    assert draft.figures["arrivals.arrived/day"] == 1
    assert draft.figures["observation.now_outside"] == 2


def test_what_happens_after_the_turn_was_due_is_not_in_its_draft(morning):
    cadre = actor(Role.VILLAGE_CADRE, VILLAGE)
    morning.move_to(at("02-12 12:00"))
    taken(arrival(1, "02-12 09:59"), arrival(2, "02-12 10:01"))
    draft = drafts.draft(cadre, VILLAGE, "daily", AM)
    assert draft.late
    assert draft.figures["arrivals.other_provinces"] == 1


def test_zero_is_said_not_left_out():
    report = actions.send(actor(Role.VILLAGE_CADRE, VILLAGE), VILLAGE, "daily", AM, TYPED)
    assert report.figures["arrivals.other_provinces"] == 0
    assert report.figures["typed.publicity"] == 0
    assert all(isinstance(value, int) for value in report.figures.values())


def test_what_must_be_typed_cannot_be_left_empty():
    cadre = actor(Role.VILLAGE_CADRE, VILLAGE)
    refused("report-typed-missing", actions.send, cadre, VILLAGE, "daily", AM, {"on_duty": 3})
    refused(
        "report-typed-missing", actions.send, cadre, VILLAGE, "daily", AM, {"on_duty": 3, "publicity": None}
    )


def test_nobody_types_a_number_that_the_system_knows():
    cadre = actor(Role.VILLAGE_CADRE, VILLAGE)
    for name in ("arrivals.other_provinces", "unheard_of"):
        refused("report-typed-wrong", actions.send, cadre, VILLAGE, "daily", AM, {**TYPED, name: 9})
    refused(
        "report-typed-wrong",
        actions.send,
        actor(Role.TOWNSHIP_CLERK, TOWN),
        TOWN,
        "daily",
        AM,
        {"on_duty": 9},
    )
    refused("report-typed-wrong", actions.send, cadre, VILLAGE, "daily", AM, {**TYPED, "on_duty": -1})


def test_sending_never_waits_and_names_the_missing():
    actions.send(actor(Role.VILLAGE_CADRE, VILLAGE), VILLAGE, "daily", AM, TYPED)
    clerk = actor(Role.TOWNSHIP_CLERK, TOWN)
    draft = drafts.draft(clerk, TOWN, "daily", AM)
    report = actions.send(clerk, TOWN, "daily", AM)
    assert len(report.missing) == len(draft.children) - 1
    assert VILLAGE not in report.missing
    assert {child.code for child in draft.missing} == set(report.missing)
    assert report.figures["typed.on_duty"] == TYPED["on_duty"]
    assert not report.late


def test_a_county_sends_when_not_one_township_has():
    report = actions.send(actor(Role.COUNTY_OFFICE, COUNTY), COUNTY, "daily", AM)
    assert len(report.missing) == 8


def test_a_report_closes_its_own_turn_and_no_other(morning):
    cadre = actor(Role.VILLAGE_CADRE, VILLAGE)
    with time_machine.travel(at("02-11 00:00")):
        actor(Role.COUNTY_OFFICE, COUNTY)
    lay()
    actions.send(cadre, VILLAGE, "daily", AM, TYPED)
    tasks = {
        t.slot: state(t, clock.now()) for t in Task.objects.filter(kind="reports.village", place=VILLAGE)
    }
    assert tasks[AM] is State.DONE
    assert tasks[PM] is State.NOT_YET
    morning.move_to(at("02-12 17:00"))
    actions.send(cadre, VILLAGE, "daily", PM, TYPED)
    late = Task.objects.get(kind="reports.village", place=VILLAGE, slot=PM)
    assert state(late, clock.now()) is State.LATE
    assert Sent.objects.get(slot=PM).late


def test_the_village_pays_no_task_of_a_county_that_is_not_in_use():
    actor(Role.COUNTY_OFFICE, COUNTY)
    lay()
    assert Task.objects.filter(kind="reports.village").exists()
    assert not Task.objects.filter(kind__startswith="reports.").exclude(place__startswith=COUNTY).exists()


def test_who_has_not_reported_is_known_by_name(morning):
    office = actor(Role.COUNTY_OFFICE, COUNTY)
    lay()
    actions.send(actor(Role.VILLAGE_CADRE, VILLAGE), VILLAGE, "daily", AM, TYPED)
    morning.move_to(at("02-12 11:30"))
    silent = [one for one in queries.turnout(office, COUNTY, 5) if one.done_at is None]
    assert len(silent) == Task.objects.filter(kind="reports.village", slot=AM).count() - 1
    assert len(queries.turnout(office, COUNTY, 4)) == 8
    assert all(one.name for one in silent)


def test_the_same_report_is_not_sent_twice():
    cadre = actor(Role.VILLAGE_CADRE, VILLAGE)
    actions.send(cadre, VILLAGE, "daily", AM, TYPED)
    refused("report-sent-already", actions.send, cadre, VILLAGE, "daily", AM, TYPED)
    assert Sent.objects.count() == 1


def test_a_turn_that_is_not_there_or_not_yet_is_refused():
    cadre = actor(Role.VILLAGE_CADRE, VILLAGE)
    refused("report-turn-unknown", actions.send, cadre, VILLAGE, "daily", "2020-02-12/night", TYPED)
    refused("report-turn-unknown", actions.send, cadre, VILLAGE, "weekly", AM, TYPED)
    refused("report-too-early", actions.send, cadre, VILLAGE, "daily", PM, TYPED)
    refused("place-unknown", actions.send, cadre, NEXT, "daily", AM, TYPED)
    refused("place-unknown", drafts.draft, cadre, NEXT, "daily", AM)
    refused("not-allowed", actions.send, actor(Role.AUDITOR, COUNTY), COUNTY, "daily", AM)


def test_a_bad_report_stops_none_of_its_neighbours():
    from bulou.core.records.kinds import Incoming
    from bulou.core.staff.actor import SYSTEM
    from bulou.lib import ids

    def one(place, slot):
        return Incoming("reports.sent", ids.new(), place, clock.now(), {"slot": slot, "typed": TYPED})

    results = take([one(VILLAGE, AM), one(VILLAGE, AM), one(NEXT, PM), one(NEXT, AM)], SYSTEM)
    assert [r.code for r in results] == ["", "report-sent-already", "report-too-early", ""]


def test_many_villages_are_counted_as_each_alone():
    from bulou.core.records.kinds import Incoming
    from bulou.core.staff.actor import SYSTEM
    from bulou.lib import ids

    taken(arrival(1, "02-12 08:00"), arrival(2, "02-12 08:30", NEXT), arrival(3, "02-11 08:30", NEXT))
    came = [
        Incoming("reports.sent", ids.new(), p, clock.now(), {"slot": AM, "typed": TYPED})
        for p in (VILLAGE, NEXT)
    ]
    take(came, SYSTEM)
    figures = {r.place: r.figures for r in Sent.objects.all()}
    for place in (VILLAGE, NEXT):
        alone = drafts.draft(SYSTEM, place, "daily", AM).figures
        assert alone | {"typed.on_duty": 3, "typed.publicity": 0} == figures[place]
    assert figures[NEXT]["arrivals.other_provinces"] == 2


def test_the_words_of_a_report_are_kept_sealed():
    report = actions.send(actor(Role.VILLAGE_CADRE, VILLAGE), VILLAGE, "daily", AM, TYPED, "缺口罩")
    assert queries.texts([report])[report.id]["note"] == "缺口罩"
    assert "缺口罩" not in str(Sent.objects.filter(pk=report.pk).values())


def test_a_report_sent_twice_over_the_wire_is_one():
    assert sent(VILLAGE, AM, "02-12 09:00").status == "accepted"
    assert sent(VILLAGE, AM, "02-12 09:00").status == "duplicate"


def test_a_turn_that_was_due_before_the_county_began_is_owed_by_nobody(morning):
    morning.move_to(at("02-12 11:45"))
    office = actor(Role.COUNTY_OFFICE, COUNTY)  # the county's first post
    morning.move_to(at("02-12 11:50"))
    assert queries.received(office, COUNTY, AM) == []
    assert [turn.slot.name for turn in queries.owed(office, COUNTY)] == [AM]
    morning.move_to(at("02-12 18:00"))
    assert {child.slot.name for child in queries.received(office, COUNTY, PM)} == {PM}


def _says(figures, level="villages"):
    return figures[f"reports.{level}_reported"], figures[f"reports.{level}_missing"]


def test_a_draft_before_those_below_are_due_counts_them_as_its_list_names_them():
    assert clock.now() < at("02-12 10:00")
    actions.send(actor(Role.VILLAGE_CADRE, VILLAGE), VILLAGE, "daily", AM, TYPED)
    clerk = actor(Role.TOWNSHIP_CLERK, TOWN)
    draft = drafts.draft(clerk, TOWN, "daily", AM)
    assert _says(draft.figures) == (1, len(draft.missing)) and draft.missing
    report = actions.send(clerk, TOWN, "daily", AM)
    assert _says(report.figures) == (1, len(report.missing))
    opened = queries.turnout(clerk, TOWN, 5, clock.now(), AM)
    assert sorted(one.code for one in opened if one.done_at is None) == sorted(report.missing)
    assert queries.watched(clerk, TOWN) == []


def test_a_county_counts_the_villages_under_its_townships_too():
    actions.send(actor(Role.VILLAGE_CADRE, VILLAGE), VILLAGE, "daily", AM, TYPED)
    report = actions.send(actor(Role.COUNTY_OFFICE, COUNTY), COUNTY, "daily", AM)
    assert _says(report.figures, "townships") == (0, 8)
    reported, missing = _says(report.figures)
    assert reported == 1 and missing > 90
    opened = queries.turnout(SYSTEM, COUNTY, 5, clock.now(), AM)
    assert [one.done_at is None for one in opened].count(True) == missing


def test_a_late_draft_counts_who_has_reported_since_as_its_list_does(morning):
    cadre, clerk = actor(Role.VILLAGE_CADRE, VILLAGE), actor(Role.TOWNSHIP_CLERK, TOWN)
    morning.move_to(at("02-12 12:00"))
    actions.send(cadre, VILLAGE, "daily", AM, TYPED)
    draft = drafts.draft(clerk, TOWN, "daily", AM)
    assert draft.as_of == at("02-12 11:00")
    assert _says(draft.figures) == (1, len(draft.missing))


def test_a_department_stands_beside_the_county_and_does_not_report_for_it():
    department = actor(Role.DEPARTMENT, COUNTY)
    assert today.today(department, COUNTY) == []
    refused("not-allowed", actions.send, department, COUNTY, "daily", AM)
    assert [card.title for card in today.today(actor(Role.COUNTY_OFFICE, COUNTY), COUNTY)]


def test_the_tallies_are_read_once_for_all_villages_that_report_together():
    codes = places.subtree(TOWN, level=5).values_list("code", flat=True)[:9]
    data = {"slot": AM, "typed": {"on_duty": 0, "publicity": 0}}
    came = [Incoming("reports.sent", ids.new(), code, at("02-12 09:30"), data) for code in codes]
    with CaptureQueriesContext(connection) as asked:
        assert {result.status for result in take(came, SYSTEM)} == {"accepted"}
    assert sum("FROM figures_week" in str(one["sql"]) for one in asked.captured_queries) == 1


def test_a_few_places_have_the_same_numbers_alone_as_among_many():
    taken(arrival(1, "02-11 10:00"), arrival(2, "02-12 08:00"), arrival(3, "02-12 09:00", NEXT))
    names = [
        "arrivals.other_provinces",
        "arrivals.arrived/day",
        "observation.reading.missed",
        "observation.now",
    ]
    codes = list(places.subtree(TOWN, level=5).values_list("code", flat=True))
    many = numbers.numbers(names, codes, at("02-12 09:30"))
    few = numbers.numbers(names, [VILLAGE, NEXT], at("02-12 09:30"))
    assert len(codes) > numbers._FEW
    assert few == {code: many[code] for code in (VILLAGE, NEXT)}
    assert few[VILLAGE]["arrivals.other_provinces"] == 2
