"""Signing on and off: what is closed, what is owed, what is told, in whatever order it comes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from bulou.core.figures.queries import Asked, read
from bulou.core.figures.recount import recount
from bulou.core.people import keys
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import Actor
from bulou.core.tasks import lay, rising
from bulou.core.tasks.cover import Need
from bulou.core.tasks.models import Task
from bulou.core.tasks.queries import missed, missed_count
from bulou.core.tasks.state import State, state
from bulou.lib import clock, ids
from bulou.work.roster import actions, plan, queries, standing
from bulou.work.roster.duties import HAND_OVER, SHIFT
from bulou.work.roster.forms import TeamIn
from bulou.work.roster.models import Member, Off, On, Stood
from bulou.work.roster.tests.conftest import CROSSING, GATE, VILLAGE, member, sign

pytestmark = pytest.mark.django_db
FIRST, SECOND = "2020-02-10/whole#1", "2020-02-10/whole#2"
Laid = Callable[..., dict[str, Task]]


def test_each_seat_of_each_shift_is_owed_once_and_only_while_it_is_to_be_manned(
    laid: Laid, needs: list[Need]
) -> None:
    gate = laid()
    assert [slot for slot in sorted(gate) if slot.startswith("2020-02-10")] == [FIRST, SECOND]
    assert lay.lay(kinds={SHIFT}) == 0
    crossing = laid(CROSSING)
    one = crossing["2020-02-10/whole#1"]
    assert one.until_at == clock.parse("2020-02-10T20:00")
    assert (one.opens_at, one.due_at) == (clock.parse("2020-02-10T07:00"), clock.parse("2020-02-10T08:15"))


def test_what_is_taken_down_is_owed_no_longer_and_again_when_it_is_set_up_again(
    laid: Laid, needs: list[Need]
) -> None:
    before = set(laid())
    needs.remove(GATE)
    assert laid().keys() <= {FIRST, SECOND}  # those that run stay
    needs.append(GATE)
    assert set(laid()) == before


def test_nobody_signed_on_is_missed_and_rises(laid: Laid, at: Any, office: Actor) -> None:
    laid()
    assert missed_count(VILLAGE, kind=SHIFT) == {}
    at(2.5)
    assert missed_count(VILLAGE, kind=SHIFT) == {VILLAGE: 2}
    found = missed(VILLAGE, kind=SHIFT).rows
    assert {(task.slot, rising.told(task, clock.now())) for task in found} == {(FIRST, 5), (SECOND, 5)}
    assert [task.slot for task in queries.empty_now(office, VILLAGE).order_by("slot")] == [FIRST, SECOND]


def test_who_signs_on_closes_their_seat_and_owes_a_hand_over(
    laid: Laid, at: Any, guard: Actor, people: list[UUID]
) -> None:
    laid()
    result = sign(guard, "on", at(0.9), {"need": str(GATE.id), "slot": FIRST, "member": str(people[0])})
    assert (result.status, result.code) == ("accepted", "")
    tasks = laid()
    assert state(tasks[FIRST], clock.now()) is State.DONE
    assert state(tasks[SECOND], clock.now()) is State.OPEN
    owed = Task.objects.get(kind=HAND_OVER)
    assert (owed.subject_id, owed.due_at) == (people[0], clock.parse("2020-02-11T09:00"))
    at(25.1)
    left = {"need": str(GATE.id), "slot": FIRST, "member": str(people[0]), "note": "炭不多了"}
    assert sign(guard, "off", clock.now(), left).status == "accepted"
    owed.refresh_from_db()
    assert state(owed, clock.now()) is State.DONE
    assert keys.open_parts([(off := Off.objects.get()).id])[off.id]["note"] == "炭不多了"
    assert Stood.objects.get().minutes == 24 * 60 + 12


def test_two_who_sign_on_for_one_seat_are_both_kept_and_the_second_is_told(
    laid: Laid, at: Any, guard: Actor, people: list[UUID]
) -> None:
    laid()
    one, two = ({"need": str(GATE.id), "slot": FIRST, "member": str(who)} for who in people[:2])
    assert sign(guard, "on", at(1), one).code == ""
    second = sign(guard, "on", at(1.1), two)
    assert (second.status, second.code) == ("accepted", "roster-second")
    assert Member.objects.get(pk=people[0]).name in second.message
    assert "08:00" in second.message
    assert On.objects.count() == 2
    assert read(["roster.signed"], Asked(VILLAGE))[VILLAGE]["roster.signed"] == 2
    assert laid()[SECOND].done_at is None


def test_without_a_slot_it_is_the_own_seat_of_the_shift_that_runs_else_a_free_one(
    laid: Laid, at: Any, guard: Actor, people: list[UUID]
) -> None:
    laid()
    own = Member.objects.get(pk=people[1])
    Task.objects.filter(slot=SECOND).update(detail=own.name)
    sign(guard, "on", at(1), {"need": str(GATE.id), "member": str(people[1])})
    sign(guard, "on", at(1), {"need": str(GATE.id), "member": str(people[2])})
    assert dict(On.objects.values_list("member", "slot")) == {people[1]: SECOND, people[2]: FIRST}


def test_who_stands_in_by_name_is_one_person_each_time(laid: Laid, at: Any, guard: Actor) -> None:
    laid()
    said = {"need": str(GATE.id), "name": "鲁智远"}
    sign(guard, "on", at(1), {**said, "slot": FIRST})
    sign(guard, "off", at(20), {**said, "slot": FIRST})
    laid()
    sign(guard, "on", at(25), {**said, "slot": "2020-02-11/whole#2"})
    own = Member.objects.get(name="鲁智远")
    assert set(On.objects.values_list("member", flat=True)) == {own.id}
    assert Stood.objects.get().member == own.id


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"need": str(ids.new()), "name": "某人"}, "roster-unexpected"),
        ({"need": str(GATE.id), "slot": "2020-02-10/whole#9", "name": "某人"}, "roster-unexpected"),
        ({"need": str(GATE.id), "slot": FIRST}, "roster-nobody"),
        ({"need": str(GATE.id), "slot": FIRST, "name": "=1+1"}, "person-name-form"),
        ({"need": str(GATE.id), "slot": FIRST, "member": str(ids.new())}, "roster-nobody"),
    ],
)
def test_what_fits_nowhere_is_refused(
    laid: Laid, at: Any, guard: Actor, data: dict[str, Any], code: str
) -> None:
    laid()
    assert sign(guard, "on", at(1), data).code == code


def test_who_signs_off_without_ever_having_stood_there_is_refused(
    laid: Laid, at: Any, guard: Actor, people: list[UUID]
) -> None:
    laid()
    assert sign(guard, "off", at(1), {"member": str(people[0])}).code == "roster-not-on"


def test_who_leaves_early_leaves_a_seat_that_is_owed_again(
    laid: Laid, at: Any, guard: Actor, people: list[UUID]
) -> None:
    laid()
    where = {"need": str(GATE.id), "slot": FIRST}
    sign(guard, "on", at(1), {**where, "member": str(people[0])})
    sign(guard, "off", at(7.5), {**where, "member": str(people[0])})
    relief = laid()[FIRST + "+1430"]
    assert (relief.opens_at, relief.due_at) == (at(7.5), at(7.75))
    at(9)
    assert missed_count(VILLAGE, kind=SHIFT) == {VILLAGE: 2}  # the second seat, and the one that was left
    sign(guard, "on", at(9), {"need": str(GATE.id), "slot": relief.slot, "member": str(people[1])})
    relief.refresh_from_db()
    assert state(relief, clock.now()) is State.LATE
    spans = standing.signed(On.objects.all(), Off.objects.all(), clock.now())
    (hole,) = standing.gaps(GATE, at(1), at(10), [span for _on, span in spans])[1:2]
    assert (hole.start, hole.end, hole.short) == (at(7.5), at(9), 2)


def test_a_hand_over_in_time_leaves_nothing_to_relieve(
    laid: Laid, at: Any, guard: Actor, people: list[UUID]
) -> None:
    laid()
    where = {"need": str(GATE.id), "slot": FIRST}
    sign(guard, "on", at(1), {**where, "member": str(people[0])})
    sign(guard, "off", at(24.9), {**where, "member": str(people[0])})
    assert not [slot for slot in laid() if "+" in slot]


def test_any_order_and_any_repetition_of_a_shift_gives_the_same_hours(
    laid: Laid, at: Any, guard: Actor, people: list[UUID]
) -> None:
    laid()
    at(26)
    where = {"need": str(GATE.id), "slot": FIRST, "member": str(people[0])}
    told = [
        Incoming("roster.on", ids.new(), VILLAGE, clock.parse("2020-02-10T08:00"), where),
        Incoming("roster.off", ids.new(), VILLAGE, clock.parse("2020-02-10T19:30"), where),
        Incoming("roster.off", ids.new(), VILLAGE, clock.parse("2020-02-11T08:00"), where),
    ]
    for order in permutations(told):
        On.objects.all().delete(), Off.objects.all().delete(), Stood.objects.all().delete()
        fresh = [Incoming(c.kind, ids.new(), c.place, c.happened_at, c.data) for c in order]
        for one in (*fresh, fresh[0]):
            assert take([one], guard)[0].status in ("accepted", "duplicate")
        assert [s.minutes for s in Stood.objects.filter(replaced_by=None)] == [11 * 60 + 30]


def test_a_corrected_hour_is_counted_once(
    laid: Laid, at: Any, guard: Actor, office: Actor, people: list[UUID]
) -> None:
    laid()
    where = {"need": str(GATE.id), "slot": FIRST, "member": str(people[0])}
    on = ids.new()
    sign(guard, "on", at(1), where, id=on)
    sign(guard, "off", at(13), where)
    right = sign(office, "on", clock.parse("2020-02-10T07:30"), where, replaces=on, why="写错了时间")
    assert right.status == "accepted", right
    assert [s.minutes for s in Stood.objects.filter(replaced_by=None)] == [12 * 60 + 30]
    assert read(["roster.minutes"], Asked(VILLAGE))[VILLAGE]["roster.minutes"] == 12 * 60 + 30
    assert recount("") == []


def test_hours_add_up_for_each_person(laid: Laid, at: Any, guard: Actor, people: list[UUID]) -> None:
    laid()
    for n, slot in enumerate((FIRST, SECOND)):
        who = {"need": str(GATE.id), "slot": slot, "member": str(people[n])}
        sign(guard, "on", at(1), who)
        sign(guard, "off", at(13 + n), who)
    found = queries.hours_of(people[:3], at(0), at(48))
    assert [done for _planned, done in found.values()] == [12, 13, 0]


def test_hours_of_its_members_add_up_for_each_team(laid: Laid, at: Any, guard: Actor, office: Actor) -> None:
    red, blue, empty = (
        actions.form_team(office, TeamIn.model_validate({"name": colour, "colour": colour, "place": VILLAGE}))
        for colour in ("red", "blue", "green")
    )
    people = actions.add_members(office, [member(n, team=str((red, blue)[n % 2])) for n in range(3)])
    laid()
    for n, slot in enumerate((FIRST, SECOND)):
        who = {"need": str(GATE.id), "slot": slot, "member": str(people[n])}
        sign(guard, "on", at(1), who)
        sign(guard, "off", at(13 + n), who)
    assert queries.of_teams([red, blue, empty], at(0), at(48)) == {red: (2, 12), blue: (1, 13), empty: (0, 0)}


@pytest.mark.parametrize("order", [("on", "off"), ("off", "on")])
def test_who_signs_by_the_name_on_the_roster_is_that_member(
    laid: Laid, at: Any, guard: Actor, office: Actor, people: list[UUID], order: tuple[str, str]
) -> None:
    laid()
    plan.put(office, GATE.id, FIRST, people[3])
    name = Member.objects.get(pk=people[3]).name
    when = {"on": at(1), "off": at(9)}
    for kind in order:
        assert (
            sign(guard, kind, when[kind], {"need": str(GATE.id), "slot": FIRST, "name": name}).status
            == "accepted"
        )
    assert On.objects.get().member == Off.objects.get().member == people[3]
    assert Stood.objects.get().minutes == 8 * 60
    assert Task.objects.get(kind=HAND_OVER).done_at is not None
    assert Member.objects.count() == len(people)
