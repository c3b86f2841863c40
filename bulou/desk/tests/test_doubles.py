"""The page of people perhaps entered twice: side by side, decided many at a time, taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from django.test import Client

from bulou.core.people import actions
from bulou.core.people.doubles import linking
from bulou.core.people.models import Double, Person
from bulou.core.people.persons import NewPerson
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.roles import Role
from bulou.desk.tests.conftest import COUNTY, OTHER_VILLAGE, VILLAGE, desk, page
from bulou.lib import invented

pytestmark = pytest.mark.django_db
ONE = NewPerson(
    "陈霁航", VILLAGE, sex="男", birth_date=date(1984, 5, 6), doc_kind="resident-id",
    doc_number=invented.make_id(COUNTY, date(1984, 5, 6), "男"), phone=invented.make_phone(1),
)  # fmt: skip
BARE = replace(ONE, name="陈霁杭", doc_kind="", doc_number="")


def enter(*rows: NewPerson) -> list[UUID]:
    return [one.id for one in actions.enrol(list(rows), SYSTEM)]


@pytest.fixture
def clerk() -> Client:
    """A clerk whose village has one entered twice, who has looked for doubles."""
    enter(ONE, BARE, *(replace(BARE, name=invented.make_name(n, "男"), phone="", birth_date=date(1960, 1, n))
                       for n in range(1, 20)))  # fmt: skip
    client = desk(Role.COUNTY_OFFICE)
    assert "Nobody has looked" in page(client, "/people/doubles/")
    assert client.post("/people/doubles/look/", {"place": COUNTY}).status_code == 302
    return client


def test_two_stand_side_by_side_with_what_differs_and_no_whole_number(clerk: Client) -> None:
    shown = page(clerk, "/people/doubles/")
    assert "陈霁<mark>航</mark>" in shown
    assert "陈霁<mark>杭</mark>" in shown
    assert "the name sounds the same, born on the same day" in shown
    assert ONE.doc_number not in shown
    assert ONE.phone not in shown
    assert "1 row" in shown


def test_pairs_are_decided_together_and_a_decision_is_taken_back(clerk: Client) -> None:
    pair = Double.objects.get()
    clerk.post("/people/doubles/decide/", {"pair": [pair.id], "way": "one"})
    assert Person.objects.exclude(merged_into=None).count() == 1
    assert "No pair waits" in page(clerk, "/people/doubles/")
    assert "陈霁" in page(clerk, "/people/doubles/?show=one")
    clerk.post("/people/doubles/decide/", {"pair": [pair.id], "way": "reopen"})
    assert Person.objects.exclude(merged_into=None).count() == 0
    clerk.post("/people/doubles/decide/", {"pair": [pair.id], "way": "two"})
    assert "陈霁" in page(clerk, "/people/doubles/?show=two")
    assert clerk.post("/people/doubles/decide/", {"pair": [pair.id], "way": "three"}).status_code == 404


def test_both_histories_stand_on_a_page_where_the_pair_is_decided_too(clerk: Client) -> None:
    pair = Double.objects.get()
    shown = page(clerk, f"/people/{pair.one}/merge/{pair.other}/")
    assert "the name sounds the same" in shown
    assert "<mark>陈霁航</mark>" in shown and "<mark>陈霁杭</mark>" in shown
    assert "<mark>1984-05-06</mark>" not in shown  # what agrees is not marked
    assert f'name="pair" value="{pair.id}"' in shown
    assert "may be the same person" in page(clerk, f"/people/{pair.one}/")


def test_where_splink_is_not_installed_the_page_says_so(
    clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "is not installed" not in page(clerk, "/people/doubles/")
    monkeypatch.setattr(linking, "is_here", lambda: False)
    clerk.post("/people/doubles/look/", {"place": COUNTY})
    shown = page(clerk, "/people/doubles/")
    assert "is not installed" in shown
    assert "By exact rules alone" in shown


def test_pairs_of_other_places_and_other_work_are_not_there(clerk: Client) -> None:
    assert "陈霁" not in page(desk(Role.VILLAGE_CADRE, OTHER_VILLAGE), "/people/doubles/")
    assert desk(Role.VOLUNTEER, VILLAGE).get("/people/doubles/").status_code == 404
    assert (
        desk(Role.VILLAGE_CADRE, VILLAGE).post("/people/doubles/look/", {"place": COUNTY}).status_code == 404
    )


def test_as_many_queries_for_many_pairs_as_for_few(clerk: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        page(clerk, "/people/doubles/")
    enter(*(replace(BARE, name="陈霁" + c) for c in "杭行珩衡"))
    clerk.post("/people/doubles/look/", {"place": COUNTY})
    with CaptureQueriesContext(connection) as many:
        page(clerk, "/people/doubles/")
    assert Double.objects.count() > 5
    assert len(many) == len(few)


def test_pairs_and_what_is_set_aside_go_out(clerk: Client) -> None:
    from bulou.core import exports
    from bulou.core.records.intake import take
    from bulou.core.records.kinds import Incoming
    from bulou.core.staff.testing import actor
    from bulou.lib import clock, ids

    take(
        [Incoming("observation.reading", ids.new(), VILLAGE, clock.now(), {"person": "x", "tenths": 365})],
        SYSTEM,
    )
    by = actor(Role.COUNTY_OFFICE, COUNTY)
    for name in ("doubles", "asides"):
        listed, wish = exports.get(by, name), exports.Asked(by, COUNTY)
        (line,) = listed.lines(wish, list(listed.found(wish)))
        assert len(line) == len(listed.columns)
    asked = clerk.get("/people/doubles/?export=1")["Location"]
    assert clerk.get(asked).status_code == 200
