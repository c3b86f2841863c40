"""What somebody searches for by a number stands in no address and in no link, whichever list they search."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from bulou.core.staff.roles import Role
from bulou.core.staff.testing import signed_in
from bulou.exchange.out import queries as out
from bulou.exchange.out.models import Export
from tests.scope.asking import Address, addresses, models_for, rows_at, text, told
from tests.scope.world import COUNTY, TOWNSHIP, VILLAGE, World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

_FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL)
_BOX = re.compile(r'<input type="search"[^>]*>')
# With these roles every list that can be searched is somebody's.
_SEARCHERS = (Role.COUNTY_OFFICE, Role.ADMINISTRATOR)


def _pages() -> list[str]:
    """All addresses without a parameter, and those with one that means a thing near by: a round, a person."""

    def near(address: Address) -> list[Any]:
        kind = address.parameters[0]
        if kind[0] not in ("uuid", "int"):
            return [TOWNSHIP]
        known = [rows_at(model) for model in models_for(address, kind)]
        return [
            row.pk
            for rows in known
            for place in (VILLAGE, TOWNSHIP, COUNTY)
            for row in rows.get(place, [])[:1]
        ]

    asked = [one for one in addresses() if not one.pattern.startswith("api/")]
    return [one.at() for one in asked if not one.parameters] + [
        one.at(value) for one in asked if len(one.parameters) == 1 for value in near(one)
    ]


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else ""


def _boxes(said: str) -> list[str]:
    """The forms of a page in which somebody may search."""
    return [
        form
        for form in _FORM.findall(said)
        if any(_attribute(box, "name") == "q" for box in _BOX.findall(form))
    ]


def _sent(client: Client, page: str, form: str, typed: str) -> Any:
    """A form as a browser sends it that runs no script."""
    fields = {
        _attribute(tag, "name"): _attribute(tag, "value")
        for tag in re.findall(r'<input type="hidden"[^>]*>', form)
    }
    where = _attribute(form, "action") or page
    if _attribute(form, "method") != "post":
        where, fields = f"{where.partition('?')[0]}?{urlencode(fields | {'q': typed})}", {}
        return client.get(where, follow=True)
    return client.post(where, fields | {"q": typed}, follow=True)


@pytest.mark.parametrize("role", _SEARCHERS)
def test_no_address_and_no_link_holds_a_number_that_was_searched_for(role: Role, world: World) -> None:
    client, number = world.client(role), world.numbers[0]
    wrong, searched = [], set()
    for page in _pages():
        answer = client.get(page)
        if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
            continue
        for form in _boxes(text(answer)):
            asked = [_attribute(tag, "value") for tag in re.findall(r'<input[^>]* name="page"[^>]*>', form)]
            of = next(iter(asked), page).partition("?")[0]
            if of in searched:  # the box at the head of every page
                continue
            searched.add(of)
            found = _sent(client, page, form, number)
            addressed, said = found.redirect_chain[-1][0], text(found)
            links = re.findall(r'href="([^"]*q=~[^"]*)"', said)
            if (
                found.status_code != 200
                or not any(_attribute(box, "value") == number for box in _BOX.findall(said))
                or number in _BOX.sub("", said)
                or any(number in address for address, _status in found.redirect_chain)
            ):
                wrong.append((page, addressed, found.status_code))
            # Of links that say the same things (twenty places below) one.
            for link in {
                frozenset(re.findall(r"\w+(?==)", one)): html.unescape(one) for one in links
            }.values():
                there = client.get(addressed.partition("?")[0] + link if link.startswith("?") else link)
                if there.status_code not in (200, 302) or number in _BOX.sub("", told(there)):
                    wrong.append((page, link, there.status_code))
    assert not wrong, "\n".join(map(str, wrong))
    if role is Role.COUNTY_OFFICE:
        assert {
            "/people/",
            "/arrivals/",
            "/observation/",
            "/observation/grid/",
            "/cases/",
            "/units/",
        } <= searched
        assert len(searched) > 10


def test_who_is_searched_for_by_a_number_is_found_on_every_further_page_of_the_list(world: World) -> None:
    client, number, name = world.client(Role.COUNTY_OFFICE), world.numbers[0], world.names[VILLAGE][0]
    found = _sent(client, "/people/", _boxes(text(client.get("/people/?sort=place")))[-1], number)
    address = found.redirect_chain[-1][0]
    assert "sort=place" in address
    said = text(found)
    assert name in said
    assert world.names[VILLAGE][1] not in said
    narrowed = re.findall(r'href="(\?[^"]*show=men[^"]*)"', said)
    assert name not in text(client.get("/people/" + html.unescape(narrowed[0])))
    out_at = client.get(f"{address}&export=1")["Location"]
    assert number not in out_at
    form = client.get(out_at)
    assert number not in text(form)
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text(form)))
    asked = client.post("/exports/new/", fields | {"purpose": "work", "file": "csv"})
    assert asked.status_code == 302
    # What is asked for is kept sealed with the request: it is found whoever takes it, whenever.
    export = Export.objects.latest("at")
    assert (export.people, out.said(export)["words"]["q"]) == (1, number)


def test_a_number_in_an_address_is_sealed_before_the_page_answers(world: World) -> None:
    client, number = world.client(Role.COUNTY_OFFICE), world.numbers[0]
    for typed in (number, number[:8], f"{number[:6]} {number[6:]}"):
        answer = client.get("/people/", {"q": typed, "show": "all"})
        assert answer.status_code == 302
        assert answer["Location"].startswith("/people/?show=all&q=~")
        assert typed not in answer["Location"]
    # A name stays what it is: a link to a list is worth something.
    assert client.get("/people/", {"q": world.names[VILLAGE][0]}).status_code == 200
    out = Client().get("/people/", {"q": number})
    assert (out.status_code, out["Location"]) == (302, "/people/")


def test_what_was_sealed_in_another_sign_in_or_changed_opens_nothing(world: World) -> None:
    client, number, name = world.client(Role.COUNTY_OFFICE), world.numbers[0], world.names[VILLAGE][0]
    address = client.get("/people/", {"q": number})["Location"]
    assert name in text(client.get(address))
    assert client.get(address[:-6] + "AAAAAA").status_code == 404
    assert client.get("/people/?q=~").status_code == 404
    other = signed_in(Client(), world.actors[Role.COUNTY_OFFICE])
    ended = other.get(address, follow=True)
    assert ended.redirect_chain[-1][0] == "/people/"
    assert "这次查找" in text(ended)


def test_a_search_leads_to_pages_of_the_house_alone(world: World) -> None:
    client = world.client(Role.COUNTY_OFFICE)
    for page in ("https://elsewhere.example/people/", "//elsewhere.example/", "", "javascript:alert(1)"):
        assert client.post("/search/", {"page": page, "q": "王"})["Location"] == "/?q=%E7%8E%8B"
    assert client.post("/search/", {"page": "/people/?q=a&cursor=b", "q": " "})["Location"] == "/people/"
