"""The pages of observation: whose they are, what they show, and what they cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from bulou.core.rulebook.policy import Rules, moves_of
from bulou.core.rulebook.store import base
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.lib import clock
from bulou.work.observation import actions, queries, sites, trials
from bulou.work.observation import plan as plan_page
from bulou.work.observation.models import Bed, Observation, Reading, Site
from bulou.work.observation.tests.conftest import (
    COUNTY,
    OTHER_VILLAGE,
    SIBLING,
    TOWNSHIP,
    VILLAGE,
    accepted,
    finished,
    observed,
    reading,
)  # fmt: skip

Browser = Callable[..., Client]
PLACES = {Role.COUNTY_OFFICE: COUNTY, Role.TOWNSHIP_CLERK: TOWNSHIP, Role.VILLAGE_DOCTOR: VILLAGE}
PAGES = ("/observation/", "/observation/?show=running", "/observation/grid/", "/observation/readings/")
NOT_THEIRS = (Role.STOREKEEPER, Role.UNIT_LIAISON, Role.AUDITOR, Role.ADMINISTRATOR, Role.DEPARTMENT)


@pytest.mark.parametrize("role", sorted(PLACES))
@pytest.mark.parametrize("url", PAGES)
def test_a_page_shows_ones_own_places_and_no_other(role: Role, url: str, browser: Browser) -> None:
    client, own = browser(role, PLACES[role]), PLACES[role]
    join = "&" if "?" in url else "?"
    assert client.get(url).status_code == 200
    assert client.get(f"{url}{join}place={own}").status_code == 200
    outside = {"1410", "141031999", "150000"} | ({SIBLING} if own != COUNTY else set()) | ({own[:6]} - {own})
    for place in outside:
        assert client.get(f"{url}{join}place={place}").status_code == 404, place


@pytest.mark.parametrize("role", NOT_THEIRS)
def test_observation_is_not_there_for_those_whose_work_it_is_not(role: Role, browser: Browser) -> None:
    (mine,) = observed(1)
    client = browser(role, COUNTY)
    for url in (*PAGES, "/observation/sites/", f"/observation/{mine.id}/", f"/observation/{mine.id}/notice/"):
        assert client.get(url).status_code == 404, url


def test_a_person_of_another_village_is_not_there(browser: Browser) -> None:
    (there,) = observed(1, OTHER_VILLAGE)
    doctor = browser(Role.VILLAGE_DOCTOR, VILLAGE)
    for page in ("", "notice/", "release/"):
        assert doctor.get(f"/observation/{there.id}/{page}").status_code == 404
    for act in plan_page.ACTS:
        assert doctor.post(f"/observation/{there.id}/{act}/", {"version": there.version}).status_code == 404


@pytest.mark.parametrize("question", ["missed", "gaps", "running", "notice"])
def test_a_list_costs_the_same_for_five_and_for_fifty(
    question: str, browser: Browser, django_assert_max_num_queries: Any
) -> None:
    observed(5)
    clerk = browser(Role.TOWNSHIP_CLERK, TOWNSHIP)
    clerk.get("/observation/")
    for more in (0, 45):
        observed(more, start=100) if more else None
        with django_assert_max_num_queries(28):
            page = clerk.get(f"/observation/?show={question}")
        assert len(page.context["rows"]) in (5, 50)


@pytest.mark.parametrize("url", ["/observation/grid/", "/observation/readings/?place=" + VILLAGE])
def test_grid_and_round_cost_the_same_for_five_and_for_fifty(
    url: str, browser: Browser, django_assert_max_num_queries: Any
) -> None:
    clerk = browser(Role.TOWNSHIP_CLERK, TOWNSHIP)
    clerk.get("/observation/")
    for start, count in ((0, 5), (100, 45)):
        observed(count, start=start)
        with django_assert_max_num_queries(26):
            assert clerk.get(url).status_code == 200


def test_the_questions_find_their_people(at: Any, browser: Browser) -> None:
    plans = observed(4)
    at("2020-02-12T20:30")
    accepted([reading(plans[0], clock.now(), 365), reading(plans[1], clock.now(), 388)])
    client = browser(Role.COUNTY_OFFICE, COUNTY)
    found = {
        q: client.get(f"/observation/?show={q}").context["rows"]
        for q in ("missed", "fever", "running", "lost")
    }
    assert {row["plan"].person for row in found["fever"]} == {plans[1].person}
    assert len(found["running"]) == 4 and found["lost"] == []
    assert {row["plan"].person for row in found["missed"]} == {p.person for p in plans}  # the morning of each
    counts = queries.counts(actor(Role.COUNTY_OFFICE, COUNTY), COUNTY)
    assert counts["missed"] == 4 and counts["fever"] == 1 and counts["running"] == 4


def test_a_list_is_searched_by_characters_pinyin_and_initials(browser: Browser) -> None:
    from bulou.core.people.models import Person

    plans = observed(12)
    client = browser(Role.COUNTY_OFFICE, COUNTY)
    wanted = Person.objects.get(pk=plans[0].person)
    for text in (wanted.name, wanted.pinyin, wanted.pinyin.replace(" ", ""), wanted.initials):
        rows = client.get("/observation/", {"show": "running", "q": text}).context["rows"]
        assert wanted.pk in {row["plan"].person for row in rows}, text
    assert client.get("/observation/", {"show": "running", "q": "没有此人"}).context["rows"] == []


def test_a_fever_does_not_hide_behind_an_earlier_normal_reading(browser: Browser) -> None:
    (plan,) = observed(1)
    accepted(
        [
            reading(plan, clock.parse("2020-02-12T13:00"), 365),
            reading(plan, clock.parse("2020-02-12T17:00"), 386),
        ]
    )
    page = browser(Role.VILLAGE_DOCTOR, VILLAGE).get("/observation/grid/")
    (row,) = page.context["rows"]
    last = row["squares"][-1]
    assert (last.kind, last.text, last.today) == ("fever", "38.6", True)
    assert "missed" in {square.kind for square in row["squares"]}


def test_a_long_list_is_paged_without_losing_or_doubling_anybody(browser: Browser) -> None:
    everybody = {p.person for p in observed(60)}
    client = browser(Role.COUNTY_OFFICE, COUNTY)
    page = client.get("/observation/grid/")
    first = {row["plan"].person for row in page.context["rows"]}
    page = client.get("/observation/grid/", {"cursor": page.context["next"]})
    second = {row["plan"].person for row in page.context["rows"]}
    assert first | second == everybody and not first & second
    assert client.get("/observation/grid/?cursor=nonsense").status_code == 404
    first = client.get("/observation/grid/", {"day": "2019-12-05"})  # its days begin before there were rules
    assert (first.status_code, first.context["earlier"]) == (200, "")
    assert client.get("/observation/grid/", {"day": "2019-11-01"}).status_code == 404


def test_acts_on_one_observation(browser: Browser) -> None:
    (plan,) = observed(1)
    clerk = browser(Role.TOWNSHIP_CLERK, TOWNSHIP)

    def do(act: str, /, **said: Any) -> Observation:
        plan.refresh_from_db()
        assert (
            clerk.post(f"/observation/{plan.id}/{act}/", {"version": plan.version, **said}).status_code == 302
        )
        plan.refresh_from_db()
        return plan

    do("given", notice="on", seal="on")
    do("breach", what="went-out", action="talked-to")
    assert do("lost").state == "lost"
    assert do("found").state == "open"
    assert do("move", place="141031100203").place == "141031100203"
    do("reading", degrees="36.8", at="2020-02-12T10:00")
    wrong = Reading.objects.get()
    do("reading", degrees="37.9", at="2020-02-12T10:00", replaces=str(wrong.id), why="读错了体温计")
    assert Reading.objects.get(replaced_by=None).tenths == 379
    assert do("close", outcome="moved-away", why="返回务工地").outcome == "moved-away"
    assert clerk.get(f"/observation/{plan.id}/").status_code == 200


@pytest.mark.parametrize("said", [{"first": "soon", "why": "x"}, {"first": "2020-02-12", "why": " "}])
def test_a_wrong_form_is_told_and_changes_nothing(said: dict[str, str], browser: Browser) -> None:
    (plan,) = observed(1)
    clerk = browser(Role.TOWNSHIP_CLERK, TOWNSHIP)
    page = clerk.post(f"/observation/{plan.id}/restart/", {"version": plan.version, **said}, follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    before = plan.until_day
    plan.refresh_from_db()
    assert plan.until_day == before


def test_a_site_its_rooms_and_who_lies_in_them(browser: Browser) -> None:
    plans = observed(2)
    office = browser(Role.COUNTY_OFFICE, COUNTY)
    form = {"name": "隰州宾馆", "place": COUNTY, "rooms": "201-203, 301", "beds": "1"}
    assert office.post("/observation/sites/", form).status_code == 302
    assert office.post("/observation/sites/", form | {"rooms": "203-201"}).status_code == 422
    site = Site.objects.get()
    bed = Bed.objects.get(room="202")
    office.post(f"/observation/{plans[0].id}/check-in/", {"version": plans[0].version, "bed": str(bed.id)})
    page = office.get("/observation/sites/")
    assert [free for _site, _place, free in page.context["rows"]] == [3]
    assert str(plans[0].id) in office.get(f"/observation/sites/{site.id}/").content.decode()
    office.post(f"/observation/sites/{site.id}/")
    assert Site.objects.get().open  # somebody lies there
    taken = office.post(
        f"/observation/{plans[1].id}/check-in/",
        {"version": plans[1].version, "bed": str(bed.id)},
        follow=True,
    )
    assert {m.level_tag for m in taken.context["messages"]} == {"error"}
    assert Bed.objects.get(room="202").stays.count() == 1
    assert trials.capacities(COUNTY, clock.today())["rooms"] == 4


@pytest.mark.parametrize("text,rooms", [("201-203,A1", ["201", "202", "203", "A1"]), ("01-02", ["01", "02"])])
def test_rooms_as_they_are_typed(text: str, rooms: list[str]) -> None:
    assert sites.rooms_of(text) == rooms


def test_papers_hold_no_personal_data_in_their_code(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bulou.work.observation import papers

    (plan,) = finished(1)
    drawn: list[str] = []
    real = papers.segno.make
    monkeypatch.setattr(papers.segno, "make", lambda text, **how: drawn.append(text) or real(text, **how))
    client = browser(Role.COUNTY_OFFICE, COUNTY)
    assert client.get(f"/observation/{plan.id}/notice/").status_code == 200
    assert client.get(f"/observation/{plan.id}/release/").status_code == 404  # not before it is approved
    assert drawn == [f"http://testserver/observation/paper/?number={plan.id}"]
    assert client.get(drawn[0]).status_code == 302
    assert client.get("/observation/paper/?number=nothing").status_code == 404


def test_a_list_taken_out_as_a_file_is_written_down(browser: Browser) -> None:
    from bulou.core.audit.models import AuditEntry

    observed(3)
    client = browser(Role.COUNTY_OFFICE, COUNTY)
    asked = client.get("/observation/?show=running&export=1")
    assert client.get(asked["Location"]).status_code == 200
    form = {"list": "observation", "show": "running", "purpose": "report", "file": "csv"}
    there = client.post("/exports/new/", form)["Location"]
    lines = b"".join(client.get(f"{there}file/").streaming_content).decode("utf-8-sig").strip().split("\r\n")
    assert len(lines) == 1 + 3
    entry = AuditEntry.objects.get(act="export.take")
    assert (entry.place, entry.count) == (COUNTY, 3)


def test_a_form_of_numbers_with_a_wrong_word_stops_no_approval(
    monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    from bulou.work.observation import numbers

    (plan,) = observed(1)
    monkeypatch.setattr(numbers, "value", lambda *a: "{county}解〔{year}〕{number}号")
    assert numbers.notice_numbers([plan], date(2020, 2, 12)) == ["{county}解〔2020〕1号"]


def test_a_policy_trial_finds_those_whose_days_still_run(db: None) -> None:
    from bulou.work.arrivals.queries import population

    observed(3)
    observed(2, start=50, days=30)
    rules = Rules(base(), clock.today())
    people = population(COUNTY, clock.today(), rules)
    assert people is not None
    moves = moves_of(people, COUNTY, rules)
    assert {(key[2], key[3]): n for key, n in moves.items()} == {("home", "home"): 3}


def test_of_two_who_change_one_observation_the_second_sees_who_did_what_and_keeps_what_they_typed(
    db: None, browser: Callable[..., Client]
) -> None:
    (plan,) = observed(1)
    office = actor(Role.COUNTY_OFFICE, COUNTY, "先改者")
    actions.move(office, plan.id, OTHER_VILLAGE)
    client = browser(Role.COUNTY_LEADER, COUNTY)
    typed = {"version": plan.version, "outcome": "died", "why": "打了半天的说明"}
    late = client.post(f"/observation/{plan.id}/close/", typed)
    shown = late.content.decode()
    assert late.status_code == 422
    assert "先改者" in shown.partition("<main")[2].partition("What can be done")[0]
    assert "打了半天的说明" in shown and 'value="died" selected' in shown
    plan.refresh_from_db()
    assert plan.closed_at is None
    assert client.post(f"/observation/{plan.id}/close/", typed | {"version": plan.version}).status_code == 302
    plan.refresh_from_db()
    assert plan.outcome == "died"


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.parametrize("question", ["missed", "gaps", "notice", "unreached"])
def test_a_question_about_what_is_owed_looks_at_each_persons_own_tasks(question: str) -> None:
    """Not at everybody's of that day for each of them: SQLite plans without knowing how values lie."""
    found, _keys = queries.listed(actor(Role.COUNTY_OFFICE, COUNTY), COUNTY, question)
    plan = found.explain()
    assert "task_subject (subject_id=? AND kind=?)" in plan, plan
