"""A place ends, goes into another or is split: nobody is left behind, and every figure still recounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from bulou.core import ending, succession
from bulou.core.figures.queries import Asked, read
from bulou.core.figures.recount import recount
from bulou.core.people import actions as people
from bulou.core.people.actions import NewHousehold
from bulou.core.people.models import Household, Person, Unit
from bulou.core.places import queries as places
from bulou.core.places.codes import subject
from bulou.core.places.models import Place
from bulou.core.records.intake import take
from bulou.core.staff import responsibility
from bulou.core.staff.models import Post
from bulou.core.staff.queries import responsible
from bulou.core.staff.responsibility import Named
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor as account
from bulou.core.staff.testing import signed_in
from bulou.core.tasks.lay import lay
from bulou.core.tasks.models import OPEN, Task
from bulou.lib import clock
from bulou.lib.refusals import Refusal
from bulou.work.checkpoints import actions as checkpoints
from bulou.work.checkpoints.forms import CheckpointIn
from bulou.work.checkpoints.models import Checkpoint
from bulou.work.directives.actions import issue
from bulou.work.directives.forms import OrderIn
from bulou.work.directives.models import Acknowledged
from bulou.work.observation.models import Observation
from tests.core.conftest import COUNTY, VILLAGE, accepted, arrived, reading

pytestmark = pytest.mark.django_db
NEXT = "141031100201"
Clock = Callable[[str], Any]


def refused(code: str, act: Callable[..., Any], *args: Any, **words: Any) -> None:
    with pytest.raises(Refusal) as refusal:
        act(*args, **words)
    assert refusal.value.code == code
    assert "%(" not in refusal.value.message


@pytest.fixture
def office(at: Clock) -> Any:
    return account(Role.COUNTY_OFFICE, COUNTY)


@pytest.fixture
def village(office: Any) -> dict[str, Any]:
    """A village with a doctor, a cadre, two under observation, a household, a firm, a checkpoint and an order."""
    doctor, cadre = account(Role.VILLAGE_DOCTOR, VILLAGE), account(Role.VILLAGE_CADRE, VILLAGE)
    one, other = arrived(2, clock.now(), start=1)
    home = people.add_household(NewHousehold(VILLAGE, "7", "某巷7号", one), office)
    Person.objects.filter(pk=one).update(household=home)
    unit = people.add_unit("某厂", VILLAGE, office)
    named = [Named("village-doctor", "person", one, VILLAGE, doctor.account)]
    named.append(Named("village-cadre", "place", subject(VILLAGE), VILLAGE, cadre.account))
    responsibility.entrust(named, office)
    post = checkpoints.open_post(office, CheckpointIn(place=VILLAGE, kind="village", name="村口"))
    due = clock.now().replace(tzinfo=None).isoformat(timespec="minutes")[:11] + "23:00"
    order = OrderIn(to="village", under=VILLAGE[:9], title="摸排", text="今晚报数", due_at=due)  # type: ignore[arg-type]
    issue(office, order)
    lay()
    return {
        "doctor": doctor,
        "cadre": cadre,
        "one": one,
        "other": other,
        "home": home,
        "unit": unit,
        "post": post,
    }


def left(code: str) -> dict[str, int]:
    return {line.noun: line.n for line in succession.look(code) if line.moves and line.n}


def test_all_that_is_at_a_village_goes_to_the_one_that_takes_it_over(
    village: dict[str, Any], office: Any
) -> None:
    before, there = left(VILLAGE), left(NEXT)
    assert {
        "person",
        "household",
        "unit",
        "post",
        "answers",
        "observation",
        "checkpoint",
        "task",
    } <= before.keys()
    ending.merge(office, VILLAGE, NEXT)
    assert left(VILLAGE) == {}
    assert left(NEXT) == {noun: before.get(noun, 0) + there.get(noun, 0) for noun in before | there}
    for model in (Person, Household, Unit, Observation, Checkpoint):
        assert not model.objects.filter(place=VILLAGE).exists()
    assert Person.objects.get(pk=village["one"]).household == village["home"]
    assert Post.objects.filter(account=village["doctor"].account).get().place == NEXT
    assert [row.holder for row in responsible("place", [subject(NEXT)])[subject(NEXT)]] == [
        village["cadre"].account
    ]
    assert recount(COUNTY) == []
    now = read(["observation.now", "checkpoints.now"], Asked(NEXT))[NEXT]
    assert now == {"observation.now": 2, "checkpoints.now": 1}
    assert read(["observation.now", "checkpoints.now"], Asked(VILLAGE))[VILLAGE] == {
        "observation.now": 0, "checkpoints.now": 0,
    }  # fmt: skip


def test_what_is_owed_goes_along_and_can_be_done_there(
    village: dict[str, Any], office: Any, at: Clock
) -> None:
    ending.merge(office, VILLAGE, NEXT)
    at("2020-02-13T09:00")
    lay()
    owed = Task.objects.filter(OPEN, place=VILLAGE).exclude(role__in=("fever-clinic", "township-clerk"))
    assert set(owed.values_list("kind", flat=True)) <= {"reports.village"}
    assert not owed.filter(due_at__gt=clock.parse("2020-02-12T18:00")).exists()
    assert Task.objects.filter(OPEN, place=NEXT, kind="reports.village").exists()
    doctor = succession_of(village["doctor"])
    task = (
        Task.objects.filter(OPEN, kind="observation.reading", subject_id=village["one"])
        .order_by("due_at")
        .last()
    )
    assert task is not None and task.place == NEXT and task.account == village["doctor"].account
    accepted([reading(village["one"], clock.now(), place=NEXT)], doctor)
    assert recount(COUNTY) == []


def succession_of(held: Any) -> Any:
    from bulou.core.staff.actor import of_post

    return of_post(Post.objects.select_related("account").get(account=held.account))


def test_what_a_phone_still_says_of_the_old_village_counts_at_the_new_one(
    village: dict[str, Any], office: Any
) -> None:
    kept = reading(village["one"], clock.now())
    ending.merge(office, VILLAGE, NEXT)
    doctor = succession_of(village["doctor"])
    assert [r.status for r in take([kept], doctor)] == ["accepted"]
    assert [r.status for r in take([kept], doctor)] == ["duplicate"]
    assert read(["observation.readings"], Asked(NEXT))[NEXT]["observation.readings"] == 1
    stranger = account(Role.VILLAGE_DOCTOR, "141031101200")
    assert [r.code for r in take([reading(village["one"], clock.now())], stranger)] == ["place-unknown"]


def test_who_moved_along_puts_right_what_was_recorded_before(village: dict[str, Any], office: Any) -> None:
    from bulou.lib import ids

    wrong, clerked = (reading(village[who], clock.now(), 368) for who in ("one", "other"))
    accepted([wrong, clerked], office)
    ending.merge(office, VILLAGE, NEXT)
    doctor = succession_of(village["doctor"])
    right = reading(village["one"], wrong.happened_at, 366, place=VILLAGE, replaces=wrong.id, why="看错")
    assert [r.status for r in take([right], doctor)] == ["accepted"]
    stranger = account(Role.VILLAGE_DOCTOR, "141031101200")
    theirs = reading(village["one"], wrong.happened_at, 365, place="141031101200", replaces=right.id)
    assert "accepted" not in [r.status for r in take([theirs], stranger)]
    client = signed_in(Client(), succession_of(village["cadre"]))
    url = f"/people/{village['other']}/records/{clerked.id}/correct/"
    assert client.get(url).status_code == 200
    said = {"tenths": "36.6", "symptoms": [], "why": "看错", "id": str(ids.new())}
    assert client.post(url, said).status_code == 302
    assert signed_in(Client(), stranger).get(url).status_code == 404
    assert recount(COUNTY) == []


def test_an_order_to_the_old_village_is_answered_by_the_new_one(village: dict[str, Any], office: Any) -> None:
    ending.merge(office, VILLAGE, NEXT)
    cadre = succession_of(village["cadre"])
    client = signed_in(Client(), cadre)
    orders = Task.objects.filter(OPEN, kind="directives.acknowledge", place=NEXT)
    assert orders.count() == 2
    from bulou.core.records.kinds import Incoming
    from bulou.lib import ids

    said = [
        Incoming("directives.acknowledged", ids.new(), NEXT, clock.now(), {"recipient": str(t.subject_id)})
        for t in orders
    ]
    accepted(said, cadre)
    assert Acknowledged.objects.count() == 2 and not orders.all().exists()
    assert client.get("/orders/").status_code == 200


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


def test_a_place_with_people_or_duties_does_not_end_and_an_empty_one_does(
    village: dict[str, Any], office: Any
) -> None:
    refused("place-holds", ending.end, office, VILLAGE)
    keeper = account(Role.VILLAGE_CADRE, NEXT)
    Task.objects.filter(place=NEXT, kind="directives.acknowledge").delete()
    Task.objects.filter(place=NEXT, kind="directives.answer").delete()
    ending.end(office, NEXT)
    assert places.get(NEXT).to_day == clock.today()  # type: ignore[union-attr]
    assert Post.objects.get(account=keeper.account).to_at is not None
    ending.undo(office, NEXT)
    assert places.get(NEXT).to_day is None and Post.objects.get(account=keeper.account).to_at is None  # type: ignore[union-attr]


def test_a_split_village_gives_households_by_their_doors_and_the_rest_to_the_first_part(
    village: dict[str, Any], office: Any
) -> None:
    other = people.add_household(NewHousehold(VILLAGE, "31号", "某巷31号", village["other"]), office)
    Person.objects.filter(pk=village["other"]).update(household=other)
    said = ending.parts("东城关村 | 40-50\n西城关村 ｜ 1-5、30至35号")
    east, west = ending.split(office, VILLAGE, said, ends=True)
    assert (Household.objects.get(pk=village["home"]).place, Household.objects.get(pk=other).place) == (
        east.pk,
        west.pk,
    )
    assert Person.objects.get(pk=village["other"]).place == west.pk
    assert read(["observation.now"], Asked(west.pk))[west.pk]["observation.now"] == 1
    assert Task.objects.filter(OPEN, kind="observation.reading", place=west.pk).exists()
    assert places.heirs([VILLAGE]) == {VILLAGE: east.pk} and recount(COUNTY) == []
    ending.undo(office, VILLAGE)
    assert not Person.objects.exclude(place=VILLAGE).exists() and recount(COUNTY) == []
    assert not places.alive(Place.objects.filter(split_from=VILLAGE)).exists()


def test_a_part_leaves_a_village_that_keeps_the_rest(village: dict[str, Any], office: Any) -> None:
    [new] = ending.split(office, VILLAGE, ending.parts("新区村 | 7"))
    assert Person.objects.get(pk=village["one"]).place == new.pk
    assert Person.objects.get(pk=village["other"]).place == VILLAGE
    assert places.get(VILLAGE).to_day is None and recount(COUNTY) == []  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "place-no-parts"), ("甲村 | 东头", "place-part"), (" | 3", "place-part"), ("甲村 | 9-3", "place-part"),
     ("甲村 | 1-9\n乙村 | 9", "place-doors")],
)  # fmt: skip
def test_lines_that_say_no_parts_are_refused(text: str, code: str) -> None:
    refused(code, ending.parts, text)


def test_only_the_county_lets_places_end_and_not_there_is_not_theirs(office: Any) -> None:
    clerk = account(Role.TOWNSHIP_CLERK, VILLAGE[:9])
    refused("not-allowed", ending.merge, clerk, VILLAGE, NEXT)
    refused("place-unknown", ending.merge, office, "141031100999", NEXT)
    refused("place-unknown", ending.merge, office, VILLAGE, "141122100200")
    refused("place-into-itself", ending.merge, office, VILLAGE, VILLAGE)


def test_the_command_says_what_would_move_before_it_does_it(
    village: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    from bulou.cli import main

    assert main(["places", "merge", VILLAGE, NEXT]) == 1
    assert "2" in capsys.readouterr().out and left(VILLAGE)["person"] == 2
    assert main(["places", "merge", VILLAGE, NEXT, "--yes"]) == 0 and left(VILLAGE) == {}
    assert main(["places", "undo", VILLAGE, "--yes"]) == 0 and left(VILLAGE)["person"] == 2
    assert main(["places", "end", VILLAGE, "--yes"]) == 2
    assert main(["places", "split", VILLAGE, "--part", "新区村|7", "--yes"]) == 0
    assert main(["places", "merge", VILLAGE, "141031100999"]) == 2
