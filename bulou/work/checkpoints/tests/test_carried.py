"""What a post's phone carries, what must be manned, and what lists cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bulou.core.people import keys
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.room import ask
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.core.sync import post as parcel
from bulou.core.tasks.cover import Need, manned
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids
from bulou.work.checkpoints import actions
from bulou.work.checkpoints.forms import PermitIn
from bulou.work.checkpoints.models import Traveller
from bulou.work.checkpoints.tests.conftest import AWAY, COUNTY, VILLAGE, Post, lives, passed, who

pytestmark = pytest.mark.django_db


def carried(by: Actor) -> dict[str, Any]:
    said: dict[str, Any] = orjson.loads(orjson.dumps(parcel.fetch(by)))
    return said


def test_a_phone_carries_who_is_known_at_its_post_and_no_identifier(post: Post, staff: Actor) -> None:
    gate, resident = post(kind="village", closed=True, name="东口"), lives(7, VILLAGE)
    said = {"person": resident, "place": VILLAGE, "from_day": "2020-02-10", "to_day": "2020-02-20"}
    actions.permit(SYSTEM, PermitIn.model_validate(said))
    road = post()
    for _day in range(3):
        passed(road, who=who(1), plate="晋L12345")
    passed(road, who=who(2))
    whole = carried(staff)
    part = whole["rooms"]["checkpoints"]
    assert {row[0] for row in part["posts"]} == {gate.id.hex, road.id.hex}
    assert [often for _person, often in part["regulars"]] == [3, 1]
    assert part["permits"] == [[resident.hex, VILLAGE, ""]] and [AWAY, "城北村"] in part["villages"]
    assert {card[1] for card in whole["people"]} >= {who(n)["name"] for n in (1, 2, 7)}
    text = orjson.dumps(whole).decode()
    assert not any(who(n)["doc_number"] in text for n in (1, 2, 7)) and "晋L12345" not in text
    assert "checkpoints.pass" in whole["rules"]["tables"]


def test_a_phone_carries_what_became_of_those_who_were_let_in(
    post: Post, staff: Actor, at: Callable[[str], Any]
) -> None:
    passed(post(room=False), who=who(2), origin="affected-area", to_place=AWAY)
    person = Traveller.objects.get().person

    def said() -> tuple[str, int]:
        whole = carried(staff)
        ((whom, _passed, word, moment),) = whole["rooms"]["checkpoints"]["told"]
        assert whom == person.hex and who(2)["name"] in {card[1] for card in whole["people"]}
        return word, moment

    owed = Task.objects.get(kind="arrivals.visit", subject_id=person)
    assert said() == ("waits", int(owed.due_at.timestamp()))
    at((owed.due_at + timedelta(minutes=1)).isoformat())
    assert said()[0] == "late"
    seen = Incoming(
        "arrivals.seen", ids.new(), AWAY, clock.now(), {"person": str(person), "outcome": "at-home"}
    )
    assert take([seen], SYSTEM)[0].status == "accepted"
    assert said() == ("seen", int(seen.happened_at.timestamp()))


def test_where_no_post_stands_a_phone_carries_nothing_of_posts(staff: Actor) -> None:
    assert carried(staff)["rooms"] == {}


def test_a_post_is_to_be_manned_in_its_hours_as_long_as_it_stands(post: Post) -> None:
    here = post(opens="08:00", closes="20:00", people=2)
    post(name="无人", people=0)
    now = clock.now()
    (needs,) = ask("to_man", COUNTY, now - timedelta(days=1), now + timedelta(days=2))
    (need,) = needs
    assert isinstance(need, Need) and (need.id, need.people, need.name) == (here.id, 2, here.name)
    spans = manned(need, now, now + timedelta(days=1))
    assert [(span.start.hour, span.end.hour) for span in spans] == [(now.hour, 20), (8, now.hour)]
    actions.close(SYSTEM, here.id)
    later = now + timedelta(hours=1)
    assert ask("to_man", COUNTY, later, later + timedelta(days=1)) == [[]]


def test_the_plate_ends_with_the_data_of_who_came_in_it(post: Post) -> None:
    told = passed(post(), who=who(1), plate="晋L12345")
    assert keys.open_parts([told.id])[told.id]["plate"] == "晋L12345"
    keys.destroy([Traveller.objects.get(record=told.id).person])
    assert keys.open_parts([told.id]) == {}


def test_lists_cost_the_same_however_long_they_are(browser: Callable[..., Client], post: Post) -> None:
    desk, here = browser(Role.COUNTY_OFFICE, COUNTY), post(room=False)

    def cost(url: str) -> int:
        desk.get(url)
        with CaptureQueriesContext(connection) as counted:
            assert desk.get(url).status_code == 200
        return len(counted)

    pages = ("/checkpoints/", f"/checkpoints/{here.id}/", "/checkpoints/own/", "/checkpoints/permits/")
    passed(here, who=who(1), origin="affected-area", to_place=AWAY)
    passed(post(), who=who(50), origin="affected-area")
    few = [cost(url) for url in pages]
    for n in range(2, 8):
        passed(post(name=f"{n}号", room=True), who=who(n + 10), origin="affected-area")
        passed(here, who=who(n), companions=[{"who": who(n + 20)}], origin="affected-area", to_place=AWAY)
    assert [cost(url) for url in pages] == few
