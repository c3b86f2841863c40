"""Every page of the house that shows a list leads to its file, or it is written here why it has none.

The pages are found by walking the addresses, the lists by what they draw.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from bulou.core import exports
from bulou.core.exports import EXPORTERS
from bulou.core.figures.figure import figures
from bulou.core.staff.roles import EVERYONE, Role
from tests.scope.asking import Address, addresses, models_for, place_of
from tests.scope.world import COUNTY, VILLAGE, World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TRIED = 4  # things that an address is asked for until one of them is there
LIST = re.compile(r'<section class="list\b|<table\b')
EXPORT = re.compile(r'href="([^"]*\bexport=1\b[^"]*)"')
# Pages with a list that has no file, and why.
NONE = {
    "": "the first page: how places stand goes out from their own page",
    "bulletin/": "figures in words, which is a paper of its own",
    "cases/<uuid:case>/": "one case",
    "checkpoints/own/": "whose temperature is owed is among the missed",
    "checkpoints/permits/new/": "a form",
    "checkpoints/strayed/": "what is owed of them is among the missed",
    "exports/": "the exports themselves",
    "exports/forms/": "forms, each of which is a file",
    "exports/forms/names/": "what may be written into a form",
    "import/": "files, each of which comes back annotated",
    "import/<uuid:pk>/": "comes back as the annotated file",
    "import/assign/": "a form to act with; the people stand in the list of people",
    "observation/grid/": "a picture of readings; they go out from behind their number",
    "observation/readings/": "a form to act with; whose reading is owed is among the missed",
    "places/<str:code>/": "households with their people, who stand in the list of people",
    "reports/<uuid:pk>/": "one report; what was received goes out as a table",
    "roster/holes/": "seats nobody stands in are among the missed",
    "rules/": "rules of the house, not work",
    "staff/": "accounts, not work",
    "staff/invitations/": "accounts, not work",
    "staff/unposted/": "villages without accounts; the list of places goes out",
}


def _words(parameter: tuple[str, str], address: Address) -> list[Any]:
    """What an address may be asked for: names of figures, days, places, and the things of its own app."""
    kind, _name = parameter
    if kind in ("str", "slug"):
        return [VILLAGE, COUNTY, *sorted(figures())[:3], "observation.opened"]
    rows = (
        row
        for model in models_for(address, parameter)
        for row in model._default_manager.order_by("-pk")[:TRIED]
    )
    return [row.pk for row in rows if str(place_of(row) or COUNTY).startswith(COUNTY)]


def shown(client: Client) -> Iterator[tuple[Address, str, str]]:
    """Every page that somebody has: its address, where it was found, and what it says."""
    for address in addresses():
        if address.pattern.startswith(("api/", "field/", "board/")):
            continue
        asked = product(*(_words(one, address) for one in address.parameters))
        for values in islice(asked, TRIED):
            at = address.at(*values)
            answer = client.get(at)
            if answer.status_code == 200 and "text/html" in answer.headers["Content-Type"]:
                yield address, at, answer.content.decode()
            if answer.status_code in (200, 405):
                break


def test_every_page_with_a_list_leads_to_its_file_or_it_is_said_why_not(world: World) -> None:
    role = Role.COUNTY_OFFICE
    client, known = world.client(role), exports.mine(world.actors[role])
    without, broken, found = set(), [], 0
    for address, at, said in shown(client):
        if not LIST.search(said):
            continue
        links = EXPORT.findall(said)
        if not links:
            without.add(address.pattern)
        for link in links:
            query = link.replace("&amp;", "&")
            answer = client.get(query if query.startswith("/") else f"{at}{query}")
            (name,) = parse_qs(urlsplit(answer.headers.get("Location", "")).query).get("list", [""])
            asks = answer.status_code == 302 and client.get(answer.headers["Location"]).status_code == 200
            found += asks
            if not asks or name not in known:
                broken.append((at, link, answer.status_code, name))
    wrong = [*broken, *sorted(without - NONE.keys())]
    assert not wrong, "\n".join(map(str, wrong))
    assert found


def test_who_sees_no_people_is_led_to_no_file_of_them(world: World) -> None:
    client = world.client(Role.ADMINISTRATOR)
    assert not EXPORT.search(client.get("/missed/").content.decode())


@pytest.mark.parametrize("role", sorted(EVERYONE - EXPORTERS))
def test_no_page_leads_whoever_stands_at_a_door_to_a_file(role: Role, world: World) -> None:
    client = world.client(role)
    assert [at for _address, at, said in shown(client) if EXPORT.search(said)] == []
    for name in exports.every():
        asked = {"list": name, "place": world.actors[role].place}
        assert client.get("/exports/new/", asked).status_code in (403, 404)


def test_what_is_said_of_pages_is_said_of_pages_that_are_there() -> None:
    assert NONE.keys() <= {one.pattern for one in addresses()}
