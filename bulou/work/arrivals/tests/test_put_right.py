"""An arrival is put right on the desk: what was not known, or was wrong, is told, and the rules decide anew."""

from __future__ import annotations

from typing import Any

from bulou.core.room import ask
from bulou.core.staff.roles import Role
from bulou.work.arrivals.models import Arrival
from bulou.work.arrivals.tests.test_desk import (
    OTHER_VILLAGE,
    SIBLING,
    TOWNSHIP,
    Browser,
    arrived,
    browser,
    now,
)

__all__ = ["browser", "now"]


def shown(page: Any) -> dict[str, Any]:
    """What stands in the form, as a browser would send it back."""
    form = page.context["form"]
    return {name: "" if form[name].value() is None else form[name].value() for name in form.fields}


def under_way(person: Any) -> str:
    return "".join(str(found[person]["title"]) for found in ask("under_way", [person]) if person in found)


def test_whom_the_rules_could_not_decide_is_decided_once_it_is_told(browser: Browser) -> None:
    (one,) = arrived(1, from_place="", fever=False, contact=False)
    assert one.measure == "held"
    clerk = browser(Role.TOWNSHIP_CLERK, TOWNSHIP)
    url = f"/arrivals/{one.id}/correct/"
    assert url in clerk.get(f"/arrivals/{one.id}/").content.decode()
    said = shown(clerk.get(url)) | {"from_place": "安徽省合肥市", "own_home": "false", "why": "本人补充"}
    page = clerk.post(url, said, follow=True)
    told = Arrival.objects.get(replaced_by=None)
    assert page.redirect_chain[-1][0] == f"/arrivals/{told.id}/"
    assert (told.replaces, told.person, told.origin, told.measure) == (
        one.id,
        one.person,
        "other-province",
        "central",
    )
    assert (told.fever, told.contact, told.affected, told.known_at) == (False, False, None, one.known_at)
    assert "集中" in under_way(one.person) or "central" in under_way(one.person)
    assert "本人补充" in clerk.get(f"/people/{one.person}/").content.decode()


def test_what_is_sent_back_as_it_stands_says_what_it_said(browser: Browser) -> None:
    (one,) = arrived(
        1, from_place="某处", origin_code="420984", transport="rail", fever=True, left_day="2020-02-10"
    )
    clerk = browser(Role.TOWNSHIP_CLERK, TOWNSHIP)
    url = f"/arrivals/{one.id}/correct/"
    assert clerk.post(url, shown(clerk.get(url)) | {"why": "核对"}).status_code == 302
    told = Arrival.objects.get(replaced_by=None)
    same = (
        "origin",
        "origin_code",
        "affected",
        "left_day",
        "transport",
        "fever",
        "contact",
        "measure",
        "happened_at",
    )
    assert [getattr(told, name) for name in same] == [getattr(one, name) for name in same]


def test_a_correction_without_a_reason_or_a_sound_day_corrects_nothing(browser: Browser) -> None:
    (one,) = arrived(1)
    clerk = browser(Role.TOWNSHIP_CLERK, TOWNSHIP)
    url = f"/arrivals/{one.id}/correct/"
    said = shown(clerk.get(url))
    for wrong, field in (({"why": ""}, "why"), ({"why": "x", "left_day": "2020-02-13"}, "left_day")):
        page = clerk.post(url, said | wrong)
        assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert Arrival.objects.get().id == one.id


def test_of_two_who_put_one_arrival_right_the_second_is_shown_what_it_says_by_now(browser: Browser) -> None:
    (one,) = arrived(1)
    clerk, office = browser(Role.TOWNSHIP_CLERK, TOWNSHIP), browser(Role.COUNTY_OFFICE, TOWNSHIP[:6])
    url = f"/arrivals/{one.id}/correct/"
    first, second = shown(clerk.get(url)), shown(office.get(url))
    clerk.post(url, first | {"fever": "true", "why": "甲"})
    page = office.post(url, second | {"fever": "false", "why": "乙"}, follow=True)
    told = Arrival.objects.get(replaced_by=None)
    assert (page.redirect_chain[-1][0], told.fever) == (f"/arrivals/{told.id}/correct/", True)
    assert shown(page)["fever"] == "true" and len(list(page.context["messages"])) == 1


def test_an_arrival_elsewhere_is_not_there_and_whoever_is_no_office_puts_none_right(browser: Browser) -> None:
    (there,) = arrived(1, OTHER_VILLAGE)
    url = f"/arrivals/{there.id}/correct/"
    assert browser(Role.TOWNSHIP_CLERK, TOWNSHIP).get(url).status_code == 404
    assert browser(Role.TOWNSHIP_CLERK, SIBLING).get(url).status_code == 200
    assert browser(Role.VILLAGE_DOCTOR, OTHER_VILLAGE).get(url).status_code in (403, 404)
