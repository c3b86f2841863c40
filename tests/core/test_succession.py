"""A place ends, goes into another or is split: nobody is left behind, and every figure still recounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from bulou.core import ending
from bulou.core.figures.queries import Asked, read
from bulou.core.figures.recount import recount
from bulou.core.people.models import Household, Person, Unit
from bulou.core.places import queries as places
from bulou.core.places.codes import subject
from bulou.core.records.intake import take
from bulou.core.staff.models import Post
from bulou.core.staff.queries import responsible
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor as account
from bulou.core.staff.testing import signed_in
from bulou.core.tasks.lay import lay
from bulou.core.tasks.models import OPEN, Task
from bulou.lib import clock
from bulou.work.checkpoints.models import Checkpoint
from bulou.work.directives.models import Acknowledged
from bulou.work.observation.models import Observation
from tests.core.conftest import COUNTY, NEXT, VILLAGE, accepted, reading
from tests.core.merging import left, now_held, refused

pytestmark = pytest.mark.django_db
Clock = Callable[[str], Any]


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
    doctor = now_held(village["doctor"])
    task = (
        Task.objects.filter(OPEN, kind="observation.reading", subject_id=village["one"])
        .order_by("due_at")
        .last()
    )
    assert task is not None and task.place == NEXT and task.account == village["doctor"].account
    accepted([reading(village["one"], clock.now(), place=NEXT)], doctor)
    assert recount(COUNTY) == []


def test_what_a_phone_still_says_of_the_old_village_counts_at_the_new_one(
    village: dict[str, Any], office: Any
) -> None:
    kept = reading(village["one"], clock.now())
    ending.merge(office, VILLAGE, NEXT)
    doctor = now_held(village["doctor"])
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
    doctor = now_held(village["doctor"])
    right = reading(village["one"], wrong.happened_at, 366, place=VILLAGE, replaces=wrong.id, why="看错")
    assert [r.status for r in take([right], doctor)] == ["accepted"]
    stranger = account(Role.VILLAGE_DOCTOR, "141031101200")
    theirs = reading(village["one"], wrong.happened_at, 365, place="141031101200", replaces=right.id)
    assert "accepted" not in [r.status for r in take([theirs], stranger)]
    client = signed_in(Client(), now_held(village["cadre"]))
    url = f"/people/{village['other']}/records/{clerked.id}/correct/"
    assert client.get(url).status_code == 200
    said = {"tenths": "36.6", "symptoms": [], "why": "看错", "id": str(ids.new())}
    assert client.post(url, said).status_code == 302
    assert signed_in(Client(), stranger).get(url).status_code == 404
    assert recount(COUNTY) == []


def test_an_order_to_the_old_village_is_answered_by_the_new_one(village: dict[str, Any], office: Any) -> None:
    ending.merge(office, VILLAGE, NEXT)
    cadre = now_held(village["cadre"])
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
