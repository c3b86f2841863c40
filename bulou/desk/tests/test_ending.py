"""The page on which a place ends, goes into another or is split: a look first, then the act, then the way back."""

from __future__ import annotations

from django.test import Client
from django.utils import translation

from bulou.core import ending
from bulou.core.people.models import Person
from bulou.core.places import queries as places
from bulou.core.places.models import Place
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.desk.tests.conftest import COUNTY, TOWNSHIP, VILLAGE, arrived, desk, page
from bulou.lib import clock

NEXT = "141031100201"


def test_a_village_is_merged_after_a_look_and_taken_back(db: None) -> None:
    client, url = signed_in(Client(), actor(Role.ADMINISTRATOR, COUNTY)), f"/places/{VILLAGE}/end/"
    one, heir = arrived(1), places.get(NEXT)
    assert heir is not None
    said = {"how": "merge", "day": clock.today().isoformat(), "into": heir.name}
    with translation.override("en"):
        assert url in client.get(f"/places/{VILLAGE}/").content.decode()
        look = client.post(url, said)
        assert look.status_code == 200 and heir.name in look.context["told"]
        assert {"person", "observation", "task"} <= {line.noun for line in look.context["lines"]}
        assert Person.objects.get(pk=one).place == VILLAGE
        assert client.post(url, said | {"sure": "1"}).status_code == 302
        assert Person.objects.get(pk=one).place == NEXT
        assert heir.name in client.get(url).content.decode()
        assert client.get(f"/places/{VILLAGE}/").status_code == 200
        assert client.post(f"{url}undo/").status_code == 302
    assert Person.objects.get(pk=one).place == VILLAGE


def test_an_ended_place_and_its_heir_name_each_other_and_lead_to_the_way_back(db: None) -> None:
    office, names = actor(Role.COUNTY_OFFICE, COUNTY), places.names([VILLAGE, NEXT])
    client, cadre = desk(Role.COUNTY_OFFICE), desk(Role.VILLAGE_CADRE, NEXT)
    back = f'href="/places/{VILLAGE}/end/">Take it back'
    ending.merge(office, VILLAGE, NEXT)
    ended, heir = page(client, f"/places/{VILLAGE}/"), page(client, f"/places/{NEXT}/")
    assert "It is no more from" in ended and f'<a href="/places/{NEXT}/">{names[NEXT]}</a>' in ended
    assert back in ended and f"/places/{VILLAGE}/rename/" not in ended
    assert "End, merge or split" not in ended and "End, merge or split" in heir
    assert f'<a href="/places/{VILLAGE}/">{names[VILLAGE]}</a>' in heir and back in heir
    below = page(cadre, f"/places/{NEXT}/")
    assert f"It took over: {names[VILLAGE]}" in below and "Take it back" not in below
    ending.undo(office, VILLAGE)
    again = page(client, f"/places/{VILLAGE}/")
    assert "It is no more" not in again and "It took over" not in page(client, f"/places/{NEXT}/")
    assert f"/places/{VILLAGE}/rename/" in again and "End, merge or split" in again


def test_what_cannot_be_is_said_beside_its_field(db: None) -> None:
    client, url = signed_in(Client(), actor(Role.COUNTY_OFFICE, COUNTY)), f"/places/{VILLAGE}/end/"
    arrived(1)
    day = clock.today().isoformat()
    for said, field in (
        ({"how": "merge"}, "into"), ({"how": "split", "parts": "甲村 | 东头"}, "parts"),
        ({"how": "end", "sure": "1"}, "__all__"), ({"how": "merge", "into": VILLAGE, "sure": "1"}, "__all__"),
    ):  # fmt: skip
        answer = client.post(url, {"day": day, **said})
        assert answer.status_code == 422 and list(answer.context["form"].errors) == [field]
    split = {"how": "split", "day": day, "parts": "新区村 | 1-9", "sure": "1"}
    assert client.post(url, split).status_code == 302
    assert Place.objects.filter(split_from=VILLAGE, name="新区村").exists()


def test_only_the_county_finds_the_page_and_of_its_own_places(db: None) -> None:
    url = f"/places/{VILLAGE}/end/"
    clerk = signed_in(Client(), actor(Role.TOWNSHIP_CLERK, TOWNSHIP))
    assert clerk.get(url).status_code == 404 and url not in clerk.get(f"/places/{VILLAGE}/").content.decode()
    office = signed_in(Client(), actor(Role.COUNTY_OFFICE, COUNTY))
    assert (
        office.get("/places/141122100200/end/").status_code
        == office.get(f"/places/{COUNTY}/end/").status_code
        == 404
    )
    assert office.get(f"{url}undo/").status_code == 404
