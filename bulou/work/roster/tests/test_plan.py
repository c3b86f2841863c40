"""Making the roster: drawn, changed by hand with the same checks, told to the tasks; members, teams, pairs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from bulou.core.figures.queries import Asked, read
from bulou.core.figures.recount import recount
from bulou.core.people.actions import add_unit
from bulou.core.places.actions import NewPlace, add_many
from bulou.core.rulebook.actions import put_in_force
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks.models import Task
from bulou.lib import clock
from bulou.lib.refusals import Refusal
from bulou.work.roster import actions, plan, queries, solve
from bulou.work.roster.duties import DECIDE
from bulou.work.roster.forms import AwayIn, TeamIn
from bulou.work.roster.models import Member, Stand
from bulou.work.roster.tests.conftest import COUNTY, FAR, GATE, TOWNSHIP, VILLAGE, member, sign

pytestmark = pytest.mark.django_db
MONDAY = date(2020, 2, 10)
FIRST = "2020-02-10/whole#1"
Laid = Callable[..., dict[str, Task]]


@pytest.mark.parametrize("with_solver", [True, False])
def test_a_roster_fills_every_seat_it_can_and_tells_each_task_who_stands(
    with_solver: bool, laid: Laid, office: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solve, "is_installed", lambda: with_solver)
    laid()
    made = plan.draw(office, TOWNSHIP, MONDAY, MONDAY + timedelta(days=2))
    assert (len(made.new), made.left) == (9, [])  # two at the gate, one at the crossing, for three days
    assert queries.holes_ahead(office, TOWNSHIP) == []
    stand = Stand.objects.get(need=GATE.id, slot=FIRST)
    assert laid()[FIRST].detail == Member.objects.get(pk=stand.member).name


def test_holes_are_known_before_they_come_by_the_name_of_what_is_to_be_manned(
    laid: Laid, office: Actor
) -> None:
    laid()
    plan.put(office, GATE.id, FIRST, Member.objects.order_by("name").first().pk)  # type: ignore[union-attr]
    ahead = queries.holes_ahead(office, VILLAGE)
    assert [(seat.need.name, seat.slot) for seat in ahead[:2]] == [
        ("东关卡点", "2020-02-10/whole#2"), ("东关卡点", "2020-02-11/whole#1"),
    ]  # fmt: skip
    assert len(ahead) == 5
    assert queries.holes_ahead(actor(Role.COUNTY_OFFICE, FAR[:6]), VILLAGE) == []


def test_what_was_set_by_hand_stays_when_the_roster_is_drawn_anew(office: Actor, people: list[UUID]) -> None:
    plan.put(office, GATE.id, FIRST, people[7])
    first = plan.draw(office, TOWNSHIP, MONDAY, MONDAY)
    again = plan.draw(office, TOWNSHIP, MONDAY, MONDAY)
    assert (first.kept, again.kept) == (1, 1)
    assert Stand.objects.get(need=GATE.id, slot=FIRST).member == people[7]
    assert Stand.objects.count() == 3


def test_a_seat_is_changed_by_hand_with_the_same_checks(office: Actor, people: list[UUID]) -> None:
    plan.put(office, GATE.id, FIRST, people[0])
    for slot, why in (("2020-02-10/whole#2", "double"), ("2020-02-11/whole#1", "rest")):
        with pytest.raises(Refusal) as refused:
            plan.put(office, GATE.id, slot, people[0])
        assert refused.value.code == f"roster-{why}"
    actions.away(
        office, people[1], AwayIn(from_at=clock.now(), to_at=clock.now() + timedelta(days=1), why="ill")
    )
    with pytest.raises(Refusal, match="away"):
        plan.put(office, GATE.id, "2020-02-10/whole#2", people[1])
    with pytest.raises(Refusal, match="meanwhile"):
        plan.put(office, GATE.id, FIRST, people[2])
    plan.put(office, GATE.id, FIRST, people[2], version=1)
    plan.put(office, GATE.id, FIRST, None, version=2)
    assert Stand.objects.count() == 0


def test_who_is_away_or_gone_leaves_their_seats_empty_again(
    laid: Laid, office: Actor, people: list[UUID]
) -> None:
    laid()
    plan.put(office, GATE.id, FIRST, people[0])
    plan.put(office, GATE.id, "2020-02-11/whole#1", people[1])
    actions.end_member(office, people[0])
    actions.away(
        office, people[1], AwayIn(from_at=clock.now(), to_at=clock.now() + timedelta(days=3), why="family")
    )
    assert Stand.objects.count() == 0
    assert laid()[FIRST].detail == ""
    assert people[0] not in queries.members(office).values_list("pk", flat=True)


def test_what_is_over_or_not_there_is_not_changed(office: Actor, people: list[UUID], at: Any) -> None:
    with pytest.raises(Refusal, match="no such seat"):
        plan.put(office, GATE.id, "2020-02-10/whole#3", people[0])
    with pytest.raises(Refusal, match="no such seat"):
        plan.put(actor(Role.TOWNSHIP_CLERK, FAR[:9]), GATE.id, FIRST, people[0])
    with pytest.raises(Refusal, match="Choose days"):
        plan.draw(office, TOWNSHIP, MONDAY - timedelta(days=2), MONDAY - timedelta(days=1))
    at(26)
    with pytest.raises(Refusal, match="is over"):
        plan.put(office, GATE.id, FIRST, people[0])


def test_shifts_and_rest_are_what_the_county_has_put_in_force(
    laid: Laid, office: Actor, people: list[UUID]
) -> None:
    shifts = [
        {"name": "day", "from": "08:00", "to": "20:00"},
        {"name": "night", "from": "20:00", "to": "08:00"},
    ]
    order = {"number": "试用1号", "from": "2020-02-10"}
    put_in_force(office, {"order": order, "value": [{"key": "roster.shifts", "value": shifts}]})
    names = {slot.partition("/")[2] for slot in laid() if slot.startswith("2020-02-10")}
    assert names == {"day#1", "day#2", "night#1", "night#2"}
    night = laid()["2020-02-10/night#1"]
    assert (night.until_at, night.due_at) == (
        clock.parse("2020-02-11T08:00"),
        clock.parse("2020-02-10T20:15"),
    )


def test_an_application_is_owed_an_answer_and_who_is_accepted_may_be_rostered(
    office: Actor, guard: Actor
) -> None:
    said = {
        "name": "鲁智远",
        "phone": "15400000001",
        "skills": ["temperature"],
        "behalf": True,
        "nights": False,
    }
    assert sign(guard, "applied", clock.now(), said).status == "accepted"
    assert sign(guard, "applied", clock.now(), {**said, "name": "110"}).code == "person-name-form"
    (asked,) = queries.waiting(office)
    assert queries.told([asked.id])[asked.id]["phone"] == "15400000001"
    task = Task.objects.get(kind=DECIDE)
    who = actions.decide(office, asked.id, "accepted")
    task.refresh_from_db()
    assert task.done_at is not None
    own = Member.objects.get(pk=who)
    assert (own.name, own.origin, own.skills, own.nights) == ("鲁智远", "volunteer", ["temperature"], False)
    with pytest.raises(Refusal, match="no such application"):
        actions.decide(office, asked.id, "declined")
    names = ["roster.applied", "roster.applied_for", "roster.members", "roster.decided"]
    found = read(names, Asked(COUNTY))[COUNTY]
    assert [found[name] for name in names] == [1, 1, 1, 1]


def test_a_number_that_is_none_is_refused(guard: Actor, db: None) -> None:
    assert sign(guard, "applied", clock.now(), {"name": "鲁智远", "phone": "12"}).code == "phone-length"


def test_units_are_counted_once_however_many_compounds_they_look_after(office: Actor) -> None:
    compounds = [
        place.code
        for place in add_many(SYSTEM, [NewPlace(VILLAGE, f"小区{n}", "compound") for n in range(5)])
    ]
    units = [add_unit(f"单位{n}", COUNTY, SYSTEM) for n in range(3)]
    today = clock.today()
    assert (
        actions.pair(office, [(units[n % 3], compound, today) for n, compound in enumerate(compounds)]) == 5
    )
    figures = ["roster.units", "roster.compounds"]
    assert read(figures, Asked(COUNTY))[COUNTY] == {"roster.units": 3, "roster.compounds": 5}
    with pytest.raises(Refusal, match="already"):
        actions.pair(office, [(units[0], compounds[0], today)])
    for pairing in queries.pairings(office).filter(unit=units[2]):
        actions.unpair(office, pairing.id)
    assert read(figures, Asked(COUNTY))[COUNTY] == {"roster.units": 2, "roster.compounds": 4}
    assert recount("") == []
    with pytest.raises(Refusal):
        actions.pair(actor(Role.TOWNSHIP_CLERK, FAR[:9]), [(units[0], compounds[0], today)])


def test_service_teams_are_known_by_their_colour(office: Actor, people: list[UUID]) -> None:
    team = actions.form_team(office, TeamIn(name="红色先锋队", colour="red", place=TOWNSHIP, service="宣传"))
    actions.change_member(office, people[0], 1, member(0, team=str(team), nights=False))
    assert [m.pk for m in queries.members(office).filter(team=team)] == [people[0]]
    with pytest.raises(Refusal, match="meanwhile"):
        actions.change_member(office, people[0], 1, member(0))
    assert read(["roster.teams"], Asked(COUNTY))[COUNTY]["roster.teams[red]"] == 1
    actions.disband_team(office, team)
    assert read(["roster.teams"], Asked(COUNTY)).get(COUNTY, {}).get("roster.teams", 0) == 0
    assert Member.objects.get(pk=people[0]).team is None
