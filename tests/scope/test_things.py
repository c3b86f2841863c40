"""Every address that names a thing × role × (own, sibling, parent place): nothing outside scope is answered."""

from __future__ import annotations

import logging

import pytest

from bulou.config import urls
from bulou.core.staff.roles import Role
from tests.scope.asking import (
    ROLES,
    addresses,
    apart,
    models_for,
    not_found,
    outside,
    place_of,
    plain,
    rows_at,
    text,
    unknown,
)
from tests.scope.world import COUNTY, FAR, SIBLING, TOWNSHIP, VILLAGE, World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.parametrize("role", ROLES)
def test_what_is_not_yours_is_answered_as_what_is_not_there(
    role: Role, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each address that names a thing, with the things of other places: the same status and words as for none."""
    monkeypatch.setattr(urls, "handler404", not_found, raising=False)
    by, client = world.actors[role], world.client(role)
    wrong, asked = [], 0
    for address in addresses():
        parameters = address.parameters
        if not parameters or parameters[0][0] not in ("uuid", "int"):
            continue
        rest = [unknown(kind) if kind in ("uuid", "int") else "view" for kind, _name in parameters[1:]]
        for method in ("get", "post"):
            nothing = unknown(parameters[0][0])
            client.cookies.pop("messages", None)
            expected = plain(getattr(client, method)(address.at(nothing, *rest)), nothing)
            for row in (row for model in models_for(address, parameters[0]) for row in outside(model, by)):
                asked += 1
                client.cookies.pop("messages", None)  # what the last answer left to be said on the next page
                answer = plain(getattr(client, method)(address.at(row.pk, *rest)), row.pk)
                if answer != expected or answer[0] >= 500:
                    wrong.append(
                        (method, address.pattern, row._meta.label, place_of(row), apart(answer, expected))
                    )
    assert asked
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("role", ROLES)
def test_no_page_of_ones_own_shows_an_identifier(
    role: Role, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Each address with the things of one's own place and of those above it: people elsewhere are not named."""
    caplog.set_level(logging.DEBUG)
    by, client = world.actors[role], world.client(role)
    strangers, planted = world.strangers(by), world.planted()
    assert len(set(world.numbers)) >= 1000
    wrong, opened = [], 0
    for address in addresses():
        parameters = address.parameters
        if len(parameters) != 1 and "<slug:" not in address.pattern:
            continue
        kind = parameters[0]
        if kind[0] in ("uuid", "int"):
            near = [
                p
                for p in (VILLAGE, TOWNSHIP, COUNTY)
                if any(p in rows_at(m) for m in models_for(address, kind))
            ]
            values = [
                r.pk for m in models_for(address, kind) for p in near for r in rows_at(m).get(p, [])[:1]
            ]
        else:
            values = [VILLAGE, TOWNSHIP, COUNTY, SIBLING, FAR, "14"]
        for value in values:
            answer = client.get(address.at(value, *["view"] * (len(parameters) - 1)))
            said, opened = text(answer), opened + (answer.status_code == 200)
            if answer.status_code >= 500 or strangers.search(said) or planted.search(said):
                found = strangers.search(said) or planted.search(said)
                wrong.append((address.pattern, str(value), answer.status_code, found and found[0]))
    assert not wrong, "\n".join(map(str, wrong))
    assert not planted.search(caplog.text)
    if role is Role.COUNTY_OFFICE:
        assert opened > 10
