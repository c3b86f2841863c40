"""Phones are brought up to date late: what earlier versions of the app send is taken, what they read is there.

`VERSIONS` is written down, not derived: a line here may be added, never changed, until no phone runs that version.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bulou.core.records.kinds import kinds
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.roles import Role
from bulou.lib import clock, ids
from bulou.work.checkpoints import actions
from bulou.work.checkpoints.forms import CheckpointIn
from tests.api.conftest import Phone, at, observed, phone
from tests.core.conftest import VILLAGE

__all__ = ["at", "observed", "phone"]
pytestmark = pytest.mark.django_db
PERSON = "{person}"
Sent = tuple[str, dict[str, Any]]

# The records that each version's screens make, with every field that they may fill.
FIRST: list[Sent] = [
    ("observation.reading", {"person": PERSON, "tenths": 365, "symptoms": []}),
    ("observation.reading", {"person": PERSON, "tenths": None, "symptoms": ["cough"]}),
    ("observation.notice", {"person": PERSON, "notice": True, "seal": True}),
    ("arrivals.seen", {"person": PERSON, "outcome": "at-home"}),
    ("arrivals.seen", {"person": PERSON, "outcome": "not-found"}),
    ("arrivals.seen", {"person": PERSON, "outcome": "gone"}),
    ("screening.visit", {"member": PERSON, "outcome": "seen", "people": 3}),
    ("screening.visit", {"member": PERSON, "outcome": "nobody-home"}),
]
FOUND: list[Sent] = [*FIRST, ("observation.contact", {"person": PERSON, "found": True})]
POSTS: list[Sent] = [
    *FOUND,
    ("checkpoints.pass", {
        "checkpoint": PERSON, "tenths": 365, "outcome": "let_in", "direction": "in", "origin": "", "purpose": "",
        "plate": "晋L12345", "to_place": VILLAGE, "companions": [{"tenths": 366, "outcome": "let_in"}],
        "who": {"name": "辛", "doc_number": "", "phone": ""},
    }),
    ("checkpoints.handed", {"person": PERSON, "taker": "village", "to_place": VILLAGE}),
    ("checkpoints.followed", {"person": PERSON, "what": "allowed"}),
    ("checkpoints.own_temperature", {"staff": PERSON, "tenths": 364}),
    ("roster.on", {"need": PERSON, "slot": "2020-02-12/whole#1", "name": "辛"}),
    ("roster.off", {"need": PERSON, "slot": "2020-02-12/whole#1", "name": "辛", "note": ""}),
    ("roster.off", {"member": PERSON, "slot": "2020-02-12/whole#1", "note": "炭不多了"}),
]  # fmt: skip
DOORS: list[Sent] = [
    *POSTS,
    ("screening.answer", {
        "member": PERSON, "found": "here", "returned": True, "fever": False, "symptoms": True, "contact": False,
        "arrived": "2020-01-21", "from_place": "湖北武汉", "transport": "rail", "transport_no": "K1234",
        "itinerary": "西安", "job": "木工", "measures": "已测体温",
        "who": {"name": "辛", "sex": "女", "doc_number": "", "phone": ""},
    }),
    ("screening.answer", {"person": PERSON, "found": "away"}),
    ("screening.visit", {
        "member": PERSON, "outcome": "seen", "people": 3, "containers": 2, "larvae": 1, "cleared": True,
    }),
]  # fmt: skip
VERSIONS = {"first": FIRST, "found": FOUND, "posts": POSTS, "doors": DOORS}

# What each version reads of `sync/post`: the fields, and how many columns of a row.
READS = {"post", "kinds", "tasks", "people", "households", "others", "places", "calls", "rules"}
COLUMNS = {"tasks": 9, "people": 5, "households": 4}


def filled(data: dict[str, Any]) -> dict[str, Any]:
    return {key: str(ids.new()) if value == PERSON else value for key, value in data.items()}


@pytest.mark.parametrize("version", list(VERSIONS))
def test_no_field_that_an_earlier_app_sends_has_become_unknown_or_another(version: str) -> None:
    for kind, data in VERSIONS[version]:
        kinds()[kind].data.model_validate(filled(data))


def test_records_of_the_first_version_are_taken(phone: Any, observed: list[UUID]) -> None:
    one: Phone = phone()
    at = (clock.now() - timedelta(minutes=5)).isoformat()
    wanted = [(kind, data) for kind, data in FIRST if not kind.startswith("screening")]
    told = one.send([
        {"id": str(ids.new()), "kind": kind, "place": VILLAGE, "happened_at": at, "device": "01903c5e",
         "data": {**data, "person": str(observed[n % len(observed)])}}
        for n, (kind, data) in enumerate(wanted)
    ])  # fmt: skip
    assert [result["status"] for result in told] == ["accepted"] * len(wanted), told


def test_a_pass_of_the_version_with_posts_is_taken(phone: Any, at: Any) -> None:
    place = VILLAGE
    said = {"place": place, "kind": "village", "name": "村口", "people": 1}
    post = actions.open_post(SYSTEM, CheckpointIn.model_validate(said))
    one: Phone = phone(Role.CHECKPOINT_STAFF, place)
    (passed,) = [{**data, "checkpoint": str(post.id)} for kind, data in POSTS if kind == "checkpoints.pass"]
    told = one.send([
        {"id": str(ids.new()), "kind": "checkpoints.pass", "place": place, "data": passed,
         "happened_at": clock.now().isoformat(), "device": "01903c5e"},
    ])  # fmt: skip
    assert [result["status"] for result in told] == ["accepted"], told


def test_what_the_first_version_reads_is_there(phone: Any, observed: list[UUID]) -> None:
    answer = phone().get("sync/post", version="")[1]
    told = answer["post"]
    assert {"now", "version", "same"} <= answer.keys() and told.keys() >= READS
    assert told["post"].keys() >= {"name", "role", "title", "place"}
    assert told["rules"].keys() >= {"values", "tables"} and "fever.tenths" in told["rules"]["values"]
    assert all(kind.keys() >= {"kind", "title", "record", "subject", "shape"} for kind in told["kinds"])
    for name, columns in COLUMNS.items():
        assert {len(row) for row in told[name]} <= {columns}, name
    assert told["tasks"] and told["people"]
