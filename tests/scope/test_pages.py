"""Every page and endpoint × role × (own, sibling, parent place): nothing outside scope is told."""

from __future__ import annotations

import logging
from uuid import UUID

import pytest
from django.test import Client

from bulou.config import urls
from bulou.config.api import api
from bulou.core.records.kinds import kinds
from bulou.core.staff.roles import EVERYONE, Role
from bulou.lib import clock, ids
from tests.scope.asking import (
    ASKERS,
    Address,
    addresses,
    not_found,
    plain,
    text,
    told,
)
from tests.scope.world import COUNTY, FAR, NOWHERE, OTHER, SIBLING, TOWNSHIP, VILLAGE, World, mine

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def pages() -> list[Address]:
    return [one for one in addresses() if not one.parameters and not one.pattern.startswith("api/")]


@pytest.mark.parametrize("role", ASKERS)
def test_no_page_tells_of_people_elsewhere_whatever_place_is_asked_for(
    role: Role, world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page without a place, with a sibling's, a parent's, and one that does not exist."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(urls, "handler404", not_found, raising=False)
    by, client = world.actors[role], world.client(role)
    strangers, planted = world.strangers(by), world.planted()
    wrong = []
    for page in pages():
        answers = {}
        for place in ("", SIBLING, TOWNSHIP, FAR, NOWHERE):
            answer = client.get(page.at(), {"place": place} if place else {})
            said = told(answer)
            answers[place] = answer.status_code
            if answer.status_code >= 500 or strangers.search(said) or planted.search(said):
                found = strangers.search(said) or planted.search(said)
                wrong.append((page.pattern, place, answer.status_code, found and found[0]))
        if not mine(by, FAR) and answers[FAR] != answers[NOWHERE]:
            wrong.append((page.pattern, "far and nowhere differ", answers[FAR], answers[NOWHERE]))
    assert not wrong, "\n".join(map(str, wrong))
    assert not planted.search(caplog.text)


def endpoints() -> dict[str, bool]:
    """What the API tells, by path, and whether a place may be asked for."""
    described = api.get_openapi_schema()["paths"]
    return {
        path.removeprefix("/api/v1/"): any(p["name"] == "place" for p in one["get"].get("parameters", ()))
        for path, one in described.items()
        if "get" in one
    }


@pytest.mark.parametrize("role", ASKERS)
def test_no_endpoint_answers_beyond_the_territory(role: Role, world: World) -> None:
    by = world.actors[role]
    headers = {"Authorization": f"Bearer {world.token(role)}"}
    strangers, planted = world.strangers(by), world.planted()
    asked = endpoints()
    assert {"tasks", "missed", "figures", "places"} <= {path for path, of_place in asked.items() if of_place}
    for path, of_place in asked.items():
        answers = {}
        for place in ("", VILLAGE, SIBLING, TOWNSHIP, COUNTY, OTHER, FAR, "14", NOWHERE, "x"):
            answer = Client().get(f"/api/v1/{path}", {"place": place} if place else {}, headers=headers)
            said = text(answer)
            answers[place] = plain(answer, place or "-")[::2]
            assert answer.status_code < 500
            assert not strangers.search(said) and not planted.search(said), (path, place)
            if place and of_place and not mine(by, place):
                assert answers[place][0] == 404, (path, place)
        if of_place:
            assert answers[FAR] == answers[NOWHERE]


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_a_record_about_somebody_elsewhere_is_answered_as_one_about_nobody(kind: str, world: World) -> None:
    """Handed in by each role that may, for each kind: the same words whoever they are and wherever they live."""
    subject = kinds()[kind].subject
    for role in sorted(set(kinds()[kind].writers) & set(EVERYONE)):
        by = world.actors[Role(role)]
        if mine(by, SIBLING) and mine(by, OTHER):
            continue
        headers = {"Authorization": f"Bearer {world.token(Role(role))}"}
        theirs = SIBLING if not mine(by, SIBLING) else OTHER
        people: list[UUID] = [ids.new(), world.people[theirs][0], world.people[FAR][0]]
        for place in (VILLAGE, theirs, NOWHERE, COUNTY):
            said = set()
            for person in people:
                data = {subject: str(person)} if subject else {}
                record = {"kind": kind, "id": str(ids.new()), "place": place, "data": data}
                record |= {"happened_at": clock.now().isoformat()}
                answer = Client().post(
                    "/api/v1/records", {"records": [record]}, content_type="application/json", headers=headers
                )
                (result,) = answer.json()["results"]
                said.add((result["status"], result.get("code"), result.get("message")))
            assert len(said) == 1, (role, place, said)
            if not mine(by, place):
                assert next(iter(said))[1] == "place-unknown", (role, place, said)
