"""The pages of arrivals: entering somebody by hand, who is not yet seen, and whose pages they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from bulou.core.people.models import Person
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids, invented
from bulou.work.arrivals.models import Arrival, Seen

COUNTY, TOWNSHIP, SIBLING = "141031", "141031100", "141031101"
VILLAGE, OTHER_VILLAGE = "141031100202", "141031101200"
PLACES = {Role.COUNTY_OFFICE: COUNTY, Role.TOWNSHIP_CLERK: TOWNSHIP, Role.VILLAGE_DOCTOR: VILLAGE}
NUMBER = invented.make_id(COUNTY, date(1991, 3, 4), "男", 0)
Browser = Callable[..., Client]


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    moment = clock.parse("2020-02-12T18:00")
    monkeypatch.setenv("BULOU_CLOCK_SHIFT", repr((moment - datetime.now(moment.tzinfo)).total_seconds()))
    return moment


@pytest.fixture
def browser(db: None) -> Browser:
    def of(role: Role, place: str) -> Client:
        return signed_in(Client(), actor(role, place))

    return of


def arrived(count: int, place: str = VILLAGE, hours: int = 5, start: int = 0, **more: Any) -> list[Arrival]:
    """So many people who came so many hours ago."""
    came = []
    for n in range(start, start + count):
        sex = "男" if n % 2 else "女"
        number = invented.make_id(COUNTY, date(1980, 1, 1) + timedelta(days=n), sex, 0)
        who = {"name": invented.make_name(n, sex), "doc_number": number}
        happened = clock.now() - timedelta(hours=hours)
        data = {"who": who, "from_place": "湖北武汉", "entered_at": happened.isoformat(), **more}
        came.append(Incoming("arrivals.arrival", ids.new(), place, happened, data))
    assert {result.status for result in take(came, SYSTEM)} <= {"accepted"}
    return list(Arrival.objects.filter(id__in=[c.id for c in came]))


def form(**said: Any) -> dict[str, Any]:
    return {
        "record": str(ids.new()), "person": "", "name": "崔竣崧", "doc_kind": "resident-id", "doc_number": NUMBER,
        "sex": "", "place": VILLAGE, "arrived": "2020-02-12T16:30", "from_place": "湖北省武汉市", **said,
    }  # fmt: skip


def test_an_arrival_typed_in_says_at_once_what_follows(browser: Browser) -> None:
    doctor = browser(Role.VILLAGE_DOCTOR, VILLAGE)
    page = doctor.post("/arrivals/new/", form(own_home="true", fever="false"), follow=True)
    found = Arrival.objects.get()
    assert page.redirect_chain[-1][0] == f"/arrivals/{found.id}/"
    assert (found.origin, found.measure, found.own_home, found.contact) == (
        "affected-area",
        "home",
        True,
        None,
    )
    assert "2020-02-25" in page.content.decode()  # observed until
    assert page.context["row"].source in page.content.decode()
    assert page.context["now"]["url"].startswith("/observation/")


def test_with_whom_somebody_came_is_told_on_their_page_and_sealed(browser: Browser) -> None:
    doctor = browser(Role.VILLAGE_DOCTOR, VILLAGE)
    doctor.post("/arrivals/new/", form(came_with="妻子、女儿，同车"))
    found = Arrival.objects.get()
    assert not any("同车" in str(told) for told in Arrival.objects.values_list().get())
    assert "妻子、女儿，同车" in doctor.get(f"/people/{found.person}/").content.decode()


def test_unknown_stays_unknown(browser: Browser) -> None:
    browser(Role.VILLAGE_DOCTOR, VILLAGE).post("/arrivals/new/", form(from_place=""))
    found = Arrival.objects.get()
    facts = (found.fever, found.contact, found.own_home, found.certificate, found.symptoms, found.affected)
    assert facts == (None,) * len(facts)
    assert found.origin == "unknown"


def test_a_known_person_is_chosen_and_not_entered_twice(browser: Browser) -> None:
    doctor = browser(Role.VILLAGE_DOCTOR, VILLAGE)
    (before,) = arrived(1, hours=500)
    person = Person.objects.get(pk=before.person)
    found = doctor.post("/arrivals/known/", {"who": person.pinyin[:4]})
    assert str(person.pk) in found.content.decode() and NUMBER not in found.content.decode()
    doctor.post("/arrivals/new/", form(person=str(person.pk), name="", doc_number=""))
    assert Arrival.objects.filter(person=person.pk).count() == 2
    assert Person.objects.count() == 1


def test_a_form_sent_twice_is_one_arrival(browser: Browser) -> None:
    doctor, said = browser(Role.VILLAGE_DOCTOR, VILLAGE), form()
    for _ in range(2):
        assert doctor.post("/arrivals/new/", said).status_code == 302
    assert Arrival.objects.count() == 1


@pytest.mark.parametrize(
    "said,field",
    [
        ({"doc_number": NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")}, "doc_number"),
        ({"name": "", "doc_number": ""}, "name"),
        ({"birth_date": "2031-01-01", "doc_number": ""}, "birth_date"),
        ({"birth_date": "1990-01-01"}, "birth_date"),
        ({"phone": "12"}, "phone"),
        ({"left_day": "2020-02-13"}, "left_day"),
        ({"contact": "true", "contact_day": "2020-02-13"}, "contact_day"),
        ({"contact": "false", "contact_day": "2020-02-11"}, "contact_day"),
        ({"contact_day": "2020-02-11"}, "contact_day"),
        ({"arrived": "2020-02-13T09:00"}, "arrived"),
        ({"arrived": "yesterday"}, "arrived"),
        ({"place": OTHER_VILLAGE}, "place"),
        ({"place": "999999999999"}, "place"),
    ],
)
def test_a_refusal_stands_at_its_field(said: dict[str, str], field: str, browser: Browser) -> None:
    answer = browser(Role.VILLAGE_DOCTOR, VILLAGE).post("/arrivals/new/", form(**said))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Arrival.objects.exists()


def test_nobody_enters_a_person_of_another_village_as_known(browser: Browser) -> None:
    (there,) = arrived(1, OTHER_VILLAGE)
    doctor = browser(Role.VILLAGE_DOCTOR, VILLAGE)
    answer = doctor.post("/arrivals/new/", form(person=str(there.person), name="", doc_number=""))
    assert list(answer.context["form"].errors) == ["person"]
    name = Person.objects.get(pk=there.person).name
    assert name not in answer.content.decode()
    assert name not in doctor.post("/arrivals/known/", {"who": name}).content.decode().replace(
        f'value="{name}"', ""
    )


def test_not_yet_seen_at_home_stands_first_and_is_closed_by_one_click(browser: Browser) -> None:
    arrived(1, hours=1)
    late = arrived(2, hours=9, start=10)
    doctor = browser(Role.VILLAGE_DOCTOR, VILLAGE)
    rows = doctor.get("/arrivals/").context["rows"]
    assert [row["state"] for row in rows] == ["missed", "missed", "open"]
    one = rows[0]["visit"]
    doctor.post("/arrivals/seen/", {"only": str(one.pk)})
    assert Seen.objects.count() == 1
    doctor.post("/arrivals/seen/", {"visit": [str(row["visit"].pk) for row in rows]})
    assert Seen.objects.count() == len(late) + 1
    assert doctor.get("/arrivals/").context["rows"] == []
    assert not Task.objects.filter(kind="arrivals.visit", done_at=None).exists()


def test_nobody_is_seen_by_another_village(browser: Browser) -> None:
    arrived(1, OTHER_VILLAGE)
    task = Task.objects.get(kind="arrivals.visit")
    browser(Role.VILLAGE_DOCTOR, VILLAGE).post("/arrivals/seen/", {"visit": str(task.pk)})
    assert not Seen.objects.exists()


def test_the_words_of_the_list_count_what_they_show(browser: Browser) -> None:
    arrived(3, own_home=True)
    arrived(2, start=20, from_place="")
    client = browser(Role.COUNTY_OFFICE, COUNTY)
    for word in client.get("/arrivals/").context["filters"]:
        assert len(client.get("/arrivals/" + word["url"]).context["rows"]) == word["count"], word
    assert client.get("/arrivals/?show=nonsense").status_code == 404


@pytest.mark.parametrize("role", sorted(PLACES))
def test_a_page_shows_ones_own_places_and_no_other(role: Role, browser: Browser) -> None:
    own, client = PLACES[role], browser(role, PLACES[role])
    (there,) = arrived(1, OTHER_VILLAGE)
    assert client.get(f"/arrivals/?place={own}").status_code == 200
    outside = {"1410", "141031999"} | ({SIBLING} if own != COUNTY else set()) | ({COUNTY} - {own})
    for place in outside:
        assert client.get(f"/arrivals/?place={place}").status_code == 404
    assert client.get(f"/arrivals/{there.id}/").status_code == (200 if own == COUNTY else 404)


@pytest.mark.parametrize("role", [Role.STOREKEEPER, Role.UNIT_LIAISON, Role.AUDITOR, Role.ADMINISTRATOR])
def test_arrivals_are_not_there_for_those_whose_work_they_are_not(role: Role, browser: Browser) -> None:
    (one,) = arrived(1)
    client = browser(role, COUNTY)
    for url in ("/arrivals/", "/arrivals/new/", f"/arrivals/{one.id}/"):
        assert client.get(url).status_code == 404, url
    assert client.post("/arrivals/known/", {"who": "w"}).status_code == 404


@pytest.mark.parametrize("show", ["waiting", "all"])
def test_the_list_costs_the_same_for_five_and_for_fifty(
    show: str, browser: Browser, django_assert_max_num_queries: Any
) -> None:
    client = browser(Role.COUNTY_OFFICE, COUNTY)
    client.get("/arrivals/")
    for start, count in ((0, 5), (100, 45)):
        arrived(count, start=start)
        with django_assert_max_num_queries(24):
            page = client.get(f"/arrivals/?show={show}")
        assert len(page.context["rows"]) == (5 if not start else 50)


def test_the_list_is_paged_newest_first_without_losing_anybody(browser: Browser) -> None:
    everybody = {one.id for one in arrived(70)}
    client = browser(Role.COUNTY_OFFICE, COUNTY)
    page = client.get("/arrivals/?show=all")
    seen = [row["arrival"].id for row in page.context["rows"]]
    page = client.get("/arrivals/", {"show": "all", "cursor": page.context["next"]})
    seen += [row["arrival"].id for row in page.context["rows"]]
    assert len(seen) == len(everybody) and set(seen) == everybody


@pytest.mark.parametrize("characters, status", [(80, "accepted"), (81, "refused")])
def test_a_name_is_as_long_for_the_intake_and_the_form_as_for_the_register(
    characters: int, status: str, browser: Browser
) -> None:
    name = "阿卜" * (characters // 2) + "力" * (characters % 2)
    sent = Incoming("arrivals.arrival", ids.new(), VILLAGE, clock.now(), {"who": {"name": name}})
    assert [result.status for result in take([sent], SYSTEM)] == [status]
    page = browser(Role.VILLAGE_DOCTOR, VILLAGE).post("/arrivals/new/", form(name=name + "江", doc_number=""))
    assert page.status_code == 422 or status == "refused"
    typed = browser(Role.VILLAGE_DOCTOR, VILLAGE).post("/arrivals/new/", form(name=name, doc_number=""))
    assert (typed.status_code == 302) == (status == "accepted")


def test_that_nobody_was_entered_is_not_that_everybody_was_seen(browser: Browser) -> None:
    clerk = browser(Role.TOWNSHIP_CLERK, TOWNSHIP)
    for show in ("waiting", "late", "all"):
        assert "尚未登记返回人员" in clerk.get(f"/arrivals/?show={show}").content.decode()
    arrived = {"who": {"name": "测试甲", "doc_number": NUMBER}, "from_place": "湖北武汉"}
    take([Incoming("arrivals.arrival", ids.new(), VILLAGE, clock.now(), arrived)], SYSTEM)
    assert "尚未登记返回人员" not in clerk.get("/arrivals/?show=late").content.decode()
    assert "本名单中没有人" in clerk.get("/arrivals/?show=late").content.decode()
    clerk.post("/arrivals/seen/", {"only": str(Task.objects.get(kind="arrivals.visit").id)})
    assert "返回人员均已上门见面" in clerk.get("/arrivals/").content.decode()


def test_a_village_lists_those_who_arrived_in_one_that_it_took_over(browser: Browser) -> None:
    from bulou.core import ending

    office, [one], [other] = actor(Role.COUNTY_OFFICE, COUNTY), arrived(1), arrived(1, OTHER_VILLAGE, start=1)
    ending.merge(office, VILLAGE, OTHER_VILLAGE)
    for role, place in ((Role.VILLAGE_DOCTOR, OTHER_VILLAGE), (Role.TOWNSHIP_CLERK, SIBLING)):
        client = browser(role, place)
        for address in ("/arrivals/?show=all", f"/arrivals/?show=all&place={OTHER_VILLAGE}"):
            shown = client.get(address)
            assert {row["arrival"].pk for row in shown.context["rows"]} == {one.pk, other.pk}
            assert {word["count"] for word in shown.context["filters"] if word["active"]} == {2}
        assert client.get(f"/arrivals/{one.pk}/").status_code == 200
    assert browser(Role.VILLAGE_DOCTOR, SIBLING + "201").get(f"/arrivals/{one.pk}/").status_code == 404
    ending.undo(office, VILLAGE)
    rows = browser(Role.VILLAGE_DOCTOR, OTHER_VILLAGE).get("/arrivals/?show=all").context["rows"]
    assert [row["arrival"].pk for row in rows] == [other.pk]
