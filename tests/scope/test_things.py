"""Every address that names a thing × role × (own, sibling, parent place): nothing outside scope is answered."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
import segno

from bulou.config import urls
from bulou.core.audit.models import AuditEntry
from bulou.core.people.tests.made import everything_stored
from bulou.core.staff.roles import Role
from bulou.lib.faults import Masked
from tests.scope.asking import (
    ASKERS,
    Address,
    addresses,
    apart,
    models_for,
    not_found,
    outside,
    place_of,
    plain,
    rows_at,
    told,
    unknown,
)
from tests.scope.world import COUNTY, FAR, SIBLING, TOWNSHIP, VILLAGE, World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.parametrize("role", ASKERS)
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


@pytest.mark.parametrize("role", ASKERS)
def test_no_page_of_ones_own_shows_an_identifier(
    role: Role, world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each address with the things of one's own place and of those above it: people elsewhere are not named.

    Of a page: its words, title, addresses and headers, what a printed code says, and what is logged meanwhile.
    """
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(urls, "handler404", not_found, raising=False)
    drawn: list[str] = []
    draw = segno.make
    monkeypatch.setattr(segno, "make", lambda text, **how: drawn.append(str(text)) or draw(text, **how))
    by, client = world.actors[role], world.client(role)
    strangers, planted = world.strangers(by), world.planted()
    assert len(set(world.numbers)) >= 1000
    wrong, opened = [], 0
    for address in addresses():
        parameters = address.parameters
        if len(parameters) != 1 and "<slug:" not in address.pattern:
            continue
        for value in _near(address):
            answer = client.get(address.at(value, *["view"] * (len(parameters) - 1)))
            said, opened = told(answer), opened + (answer.status_code == 200)
            if answer.status_code >= 500 or strangers.search(said) or planted.search(said):
                found = strangers.search(said) or planted.search(said)
                wrong.append((address.pattern, str(value), answer.status_code, found and found[0]))
    assert not wrong, "\n".join(map(str, wrong))
    assert not planted.search(caplog.text)
    assert not planted.search("\n".join(drawn))
    if role is Role.COUNTY_OFFICE:
        assert opened > 10


def _near(address: Address) -> list[Any]:
    """What an address may be asked for, of one's own village and of the places around it."""
    kind = address.parameters[0]
    if kind[0] not in ("uuid", "int"):
        return [VILLAGE, TOWNSHIP, COUNTY, SIBLING, FAR, "14"]
    known = [rows_at(model) for model in models_for(address, kind)]
    near = [p for p in (VILLAGE, TOWNSHIP, COUNTY) if any(p in rows for rows in known)]
    return [row.pk for rows in known for p in near for row in rows.get(p, [])[:1]]


def test_what_is_not_there_is_said_without_a_name_and_logged_without_the_number_that_was_asked_for(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """The page itself, which the tests above leave out, and the house's own log."""
    client, number = world.client(Role.VILLAGE_DOCTOR), world.numbers[0]
    strangers = world.strangers(world.actors[Role.VILLAGE_DOCTOR])
    for path in (f"/people/{world.people[FAR][0]}/", f"/people/{number}/", f"/no-such/{number}/"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert not strangers.search(told(answer)), path
    masked = [one for one in logging.getLogger().handlers if isinstance(one.formatter, Masked)]
    logged = "\n".join(one.format(record) for one in masked for record in caplog.records)
    assert "/no-such/141" in logged
    assert number not in logged


def test_no_table_holds_an_identifier_and_the_audit_holds_no_name_either(world: World) -> None:
    """A county with files taken in, cases, papers, invitations and lists asked for: the numbers stand nowhere."""
    stored, planted = everything_stored(), world.planted()
    assert world.names[VILLAGE][0] in stored  # what is there is found
    assert not planted.search(stored)
    audit = "\n".join(str(row) for row in AuditEntry.objects.values_list())
    assert VILLAGE in audit
    assert not re.search("|".join(name for names in world.names.values() for name in names), audit)
