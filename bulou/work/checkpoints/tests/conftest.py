"""Posts in a county, whoever stands at them, and cars."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from bulou.core.people.actions import NewPerson, enrol
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming, Result
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.lib import clock, ids, invented
from bulou.work.checkpoints import actions
from bulou.work.checkpoints.forms import CheckpointIn
from bulou.work.checkpoints.models import Checkpoint, Pass

COUNTY, TOWNSHIP = "141031", "141031101"
# Where the posts stand, and where those who pass live or go to.
VILLAGE, AWAY = "141031101200", "141031100202"
Post = Callable[..., Checkpoint]


@pytest.fixture(autouse=True)
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], datetime]:
    """Set the clock: `at("2020-02-12T18:00")`."""

    def set_to(text: str) -> datetime:
        moment = clock.parse(text)
        monkeypatch.setenv("BULOU_CLOCK_SHIFT", repr((moment - datetime.now(moment.tzinfo)).total_seconds()))
        return moment

    set_to("2020-02-12T15:00")
    return set_to


@pytest.fixture
def post(db: None) -> Post:
    """A post of the village: a road with an isolation room, unless said otherwise."""

    def of(**said: Any) -> Checkpoint:
        asked = {"place": VILLAGE, "kind": "road", "name": "城川路口卡口", "room": True, **said}
        return actions.open_post(SYSTEM, CheckpointIn.model_validate(asked))

    return of


@pytest.fixture
def staff(db: None) -> Actor:
    return actor(Role.CHECKPOINT_STAFF, VILLAGE)


@pytest.fixture
def browser(db: None) -> Callable[..., Client]:
    def of(role: Role, place: str) -> Client:
        return signed_in(Client(), actor(role, place))

    return of


def who(n: int, **more: Any) -> dict[str, Any]:
    """Somebody with a document, as it is typed in at a road."""
    sex = "男" if n % 2 else "女"
    number = invented.make_id(COUNTY, date(1985, 5, 1) + timedelta(days=n), sex, 0)
    return {"name": invented.make_name(n, sex), "doc_number": number, **more}


def lives(n: int, place: str = AWAY) -> UUID:
    """The same as `who(n)`, on the register of a place."""
    said = who(n)
    return enrol(
        [NewPerson(said["name"], place, doc_kind="resident-id", doc_number=said["doc_number"])], SYSTEM
    )[0].id


def passing(post: Checkpoint, at: datetime | None = None, **said: Any) -> Incoming:
    """A record of a pass as a phone sends it."""
    more = {key: said.pop(key) for key in ("replaces", "id") if key in said}
    data = {"checkpoint": str(post.id), "tenths": 365, **said}
    return Incoming(
        "checkpoints.pass", more.pop("id", None) or ids.new(), post.place, at or clock.now(), data, **more
    )


def passed(post: Checkpoint, by: Actor = SYSTEM, **said: Any) -> Pass:
    """A pass that went in."""
    came = passing(post, **said)
    (result,) = take([came], by)
    assert result.status == "accepted", result
    return Pass.objects.get(pk=came.id)


def answered(post: Checkpoint, by: Actor = SYSTEM, **said: Any) -> Result:
    """What a post is told of a pass."""
    (result,) = take([passing(post, **said)], by)
    return result
