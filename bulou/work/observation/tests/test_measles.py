"""Measles from the order to the release: 21 days, one check a day, its own complaints; no line of code knows it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming, Result
from bulou.core.rulebook import actions as orders
from bulou.core.rulebook import policy, store
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks.lay import lay
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids, invented
from bulou.lib.refusals import Refusal
from bulou.work.arrivals.models import Arrival
from bulou.work.observation import actions, symptoms
from bulou.work.observation.models import Observation, Reading
from bulou.work.observation.tests.conftest import (
    COUNTY,
    TOWNSHIP,
    VILLAGE,
    accepted,
    observed,
    reading,
)

Clock = Callable[[str], Any]
Browser = Callable[..., Client]
FIRST = "2020-03-02"


@pytest.fixture(autouse=True)
def _measles(db: None, at: Clock) -> None:
    """The county orders that the outbreak at hand is measles."""
    at(f"{FIRST}T08:00")
    order("rulebook.profile", "measles")


def order(key: str, value: Any, day: str = FIRST, **head: str) -> None:
    content = {
        "order": {"number": "麻疹一号令", "from": day, **head},
        "value": [{"key": key, "value": value}],
    }
    orders.put_in_force(actor(Role.COUNTY_OFFICE, COUNTY), content)


def checked(plan: Observation, **more: Any) -> Result:
    return take([reading(plan, clock.now(), **more)], actor(Role.VILLAGE_DOCTOR, VILLAGE))[0]


def contact(n: int = 0, **more: Any) -> Observation:
    said = {"from_place": "", "contact": True, "fever": False, "symptoms": False, **more}
    (plan,) = observed(1, days=0, start=n, **said)
    return plan


def through_the_days(plan: Observation, at: Clock, first: date, days: int) -> None:
    for n in range(days):
        at(f"{first + timedelta(days=n)}T09:00")
        lay()
        assert checked(plan, symptoms=["runny-nose"] if n == 3 else []).status == "accepted"


def test_a_contact_is_observed_for_21_days_checked_once_a_day_and_released(at: Clock) -> None:
    plan = contact()
    first = date(2020, 3, 2)
    assert (plan.profile, plan.measure) == ("measles", "home")
    assert (plan.clock_from, plan.until_day) == (first, first + timedelta(days=20))
    through_the_days(plan, at, first, 21)
    owed = Task.objects.filter(kind="observation.reading", subject_id=plan.person, withdrawn_at=None)
    assert owed.count() == 21 and not owed.filter(done_at=None).exists()
    accepted([Incoming("observation.notice", ids.new(), VILLAGE, clock.now(), {"person": str(plan.person)})])
    at("2020-03-23T09:00")
    assert actions.propose(actor(Role.VILLAGE_CADRE, VILLAGE), [plan.id]) == [(plan.id, "")]
    assert actions.check(actor(Role.TOWNSHIP_CLERK, TOWNSHIP), [plan.id]) == [(plan.id, "")]
    assert actions.approve(actor(Role.COUNTY_OFFICE, COUNTY), [plan.id]) == [(plan.id, "")]
    plan.refresh_from_db()
    assert plan.outcome == "released" and plan.notice_number


@pytest.mark.parametrize(
    ("words", "told", "first"),
    [
        (
            ["last-contact", "left-area"],
            {"contact_day": "2020-02-27", "left_day": "2020-02-26"},
            "2020-02-27",
        ),
        (["last-contact", "left-area"], {"left_day": "2020-02-26"}, "2020-02-26"),
        (["last-contact", "left-area"], {}, "2020-03-02"),
        (
            ["left-area", "last-contact"],
            {"contact_day": "2020-02-27", "left_day": "2020-02-26"},
            "2020-02-26",
        ),
        (["observation-start", "last-contact"], {"contact_day": "2020-02-27"}, "2020-03-02"),
        (["arrival", "last-contact"], {"contact_day": "2020-02-27"}, "2020-03-02"),
        ([], {"contact_day": "2020-02-27"}, "2020-03-02"),
    ],
)
def test_the_days_count_from_the_first_day_that_the_order_names_and_that_is_told(
    words: list[str], told: dict[str, str], first: str
) -> None:
    order("observation.clock_starts", words, profile="measles")
    plan = contact(**told)
    start = date.fromisoformat(first)
    assert (plan.clock_from, plan.until_day) == (start, start + timedelta(days=20))


def test_the_last_contact_told_by_a_correction_counts_the_days_anew() -> None:
    plan = contact()
    came = Arrival.objects.get(person=plan.person)
    data = {"person": str(plan.person), "contact": True, "contact_day": "2020-02-20"}
    accepted([Incoming(came.kind, ids.new(), VILLAGE, came.happened_at, data, replaces=came.id)])
    plan.refresh_from_db()
    assert (plan.clock_from, plan.until_day) == (date(2020, 2, 20), date(2020, 3, 11))


@pytest.mark.parametrize(("word", "first"), [("observation-start", 4), ("arrival", 2)])
def test_whoever_the_clinic_sends_home_is_counted_as_the_rules_say(word: str, first: int, at: Clock) -> None:
    order("observation.clock_starts", [word], profile="measles")
    record, who = ids.new(), {"name": invented.make_name(1, "女")}
    data: dict[str, Any] = {"who": who, "contact": True, "fever": True}
    accepted([Incoming("arrivals.arrival", record, VILLAGE, clock.now(), data)])
    person = Arrival.objects.get(pk=record).person
    at("2020-03-04T09:00")
    for kind, more in (("received", {}), ("outcome", {"outcome": "excluded"}), ("returned", {})):
        data = {"person": str(person), **more}
        accepted([Incoming(f"cases.{kind}", ids.new(), VILLAGE, clock.now(), data)])
    assert Observation.objects.get(person=person).clock_from == date(2020, 3, first)


def test_an_order_that_counts_from_a_day_that_nobody_reads_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="rule-unsound"):
        order("observation.clock_starts", ["last-contact", "first-fever"], profile="measles")
    path = tmp_path / "order.toml"
    path.write_text(
        '[order]\nsource = "三号令"\nfrom = 2020-03-02\nprofile = "measles"\n'
        '[[value]]\nkey = "observation.clock_starts"\nvalue = ["first-fever"]\n',
        encoding="utf-8",
    )
    (found,) = policy.check_file(path).findings
    assert found.code == "rule-word-unknown"
    assert "first-fever" in found.message and "last-contact" in found.message


def test_a_rash_goes_to_the_clinic_and_once_excluded_the_term_goes_on(at: Clock) -> None:
    from bulou.work.cases.models import Case

    plan = contact()
    at("2020-03-04T09:00")
    assert checked(plan, symptoms=["rash"]).status == "accepted"
    case = Case.objects.get(person=plan.person)
    at("2020-03-23T09:00")
    assert actions.propose(actor(Role.VILLAGE_CADRE, VILLAGE), [plan.id]) == [(plan.id, "release-open-case")]
    for kind, more in (("received", {}), ("outcome", {"outcome": "excluded"}), ("returned", {})):
        accepted(
            [
                Incoming(
                    f"cases.{kind}", ids.new(), case.place, clock.now(), {"person": str(plan.person), **more}
                )
            ]
        )
    plan.refresh_from_db()
    assert (plan.closed_at, plan.away_from) == (None, None)
    [(_plan, code)] = actions.propose(actor(Role.VILLAGE_CADRE, VILLAGE), [plan.id])
    assert code == "release-gap"  # the days before the clinic without a check are still to be explained


def test_the_line_of_fever_is_the_illness_own() -> None:
    plan = contact()
    assert checked(plan, tenths=379).status == "accepted"
    assert not Reading.objects.get(person=plan.person).fever
    assert checked(plan, tenths=380).status == "accepted"
    assert Reading.objects.filter(person=plan.person, fever=True).count() == 1


def test_a_complaint_that_the_profile_does_not_name_is_refused_with_those_it_does() -> None:
    result = checked(contact(), symptoms=["dry-cough"])
    assert (result.status, result.code) == ("refused", "symptom-unknown")
    with translation.override("zh-hans"):
        message = checked(contact(1), symptoms=["joint-pain"]).message
    assert "joint-pain" in message and "rash (皮疹)" in message and "koplik-spots (科氏斑)" in message


def test_whoever_was_observed_for_another_illness_is_asked_about_that_one(at: Clock) -> None:
    at(f"{FIRST}T08:00")
    plan = contact()
    order("rulebook.profile", "covid19-2020", day="2020-03-03")
    at("2020-03-03T09:00")
    assert checked(plan, symptoms=["koplik-spots"]).status == "accepted"
    assert checked(plan, symptoms=["dry-cough"]).code == "symptom-unknown"


@pytest.mark.parametrize("role", [Role.VILLAGE_CADRE, Role.GRID_WORKER])
def test_what_a_medic_judges_is_refused_from_others_at_the_door_with_what_they_may_say(role: Role) -> None:
    plan = contact()
    with translation.override("zh-hans"):
        (result,) = take(
            [reading(plan, clock.now(), symptoms=["rash", "koplik-spots"])], actor(role, VILLAGE)
        )
    assert (result.status, result.code) == ("refused", "symptom-for-medics")
    assert "科氏斑" in result.message and "rash (皮疹)" in result.message
    assert "koplik-spots (" not in result.message
    (plain,) = take([reading(plan, clock.now(), symptoms=["rash"])], actor(role, VILLAGE))
    assert plain.status == "accepted"


def test_a_cadre_who_corrects_a_number_lets_stand_what_the_doctor_judged() -> None:
    plan, cadre = contact(), actor(Role.VILLAGE_CADRE, VILLAGE)
    assert checked(plan, symptoms=["koplik-spots"]).status == "accepted"
    was = Reading.objects.get(person=plan.person)
    data = {"person": str(plan.person), "tenths": 366, "symptoms": ["koplik-spots"]}
    right = Incoming(was.kind, ids.new(), was.place, was.happened_at, data, replaces=was.id, why="看错一格")
    assert take([right], cadre)[0].status == "accepted"
    assert Reading.objects.get(person=plan.person, replaced_by=None).symptoms == "koplik-spots"


def test_the_form_of_a_correction_offers_what_its_post_may_say_and_what_was_said(browser: Browser) -> None:
    plain, told = contact(1), contact(2)
    for plan, said in ((plain, ["rash"]), (told, ["koplik-spots"])):
        assert checked(plan, symptoms=said).status == "accepted"
    cadre, clerk = browser(Role.VILLAGE_CADRE, VILLAGE), browser(Role.TOWNSHIP_CLERK, TOWNSHIP)

    def offered(by: Client, plan: Observation) -> str:
        was = Reading.objects.get(person=plan.person, replaced_by=None)
        return by.get(f"/people/{plan.person}/records/{was.id}/correct/").content.decode()

    assert "科氏斑" not in offered(cadre, plain)
    assert "其他不适" in offered(cadre, plain)
    assert "科氏斑" in offered(cadre, told)
    assert "科氏斑" in offered(clerk, plain)


def test_a_county_says_who_may_enter_what_a_medic_judges() -> None:
    plan = contact()
    order("symptoms.judged_by", ["village-doctor", "village-cadre"])
    cadre, clerk = actor(Role.VILLAGE_CADRE, VILLAGE), actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
    said = [take([reading(plan, clock.now(), symptoms=["koplik-spots"])], by)[0] for by in (cadre, clerk)]
    assert [one.status for one in said] == ["accepted", "refused"]
    with pytest.raises(Refusal, match="rule-unsound"):
        order("symptoms.judged_by", ["barefoot-doctor"])


def test_pages_offer_the_complaints_of_the_profile_in_its_words(browser: Browser) -> None:
    plan = contact()
    page = browser(Role.VILLAGE_DOCTOR, VILLAGE).get(f"/observation/readings/?place={VILLAGE}")
    text = page.content.decode()
    assert "眼红" in text and "皮疹" in text and "肌肉酸痛" not in text
    assert "科氏斑" not in text  # a medic's to judge; on the observation's own page
    own = browser(Role.VILLAGE_DOCTOR, VILLAGE).get(f"/observation/{plan.id}/").content.decode()
    assert "科氏斑" in own and "其他不适" in own
    lay = browser(Role.VILLAGE_CADRE, VILLAGE).get(f"/observation/{plan.id}/").content.decode()
    assert "科氏斑" not in lay and "其他不适" in lay


def test_a_county_adds_a_complaint_with_its_words_and_it_can_be_said(at: Clock) -> None:
    plan = contact()
    line = {"number": "麻疹二号令", "from": FIRST, "profile": "measles"}
    content: dict[str, Any] = {"order": line, "value": [{"key": "symptoms.clinical", "value": ["ear-pain"]}]}
    with pytest.raises(Refusal, match="rule-unsound"):
        orders.put_in_force(actor(Role.COUNTY_OFFICE, COUNTY), content)
    named = {"word": "ear-pain", "zh": "耳痛", "en": "Earache"}
    content["value"].append({"key": "symptoms.words", "value": [named]})
    orders.put_in_force(actor(Role.COUNTY_OFFICE, COUNTY), content)
    assert checked(plan, symptoms=["ear-pain"]).status == "accepted"
    with translation.override("zh-hans"):
        assert symptoms.title("ear-pain") == "耳痛"
    with translation.override("en"):
        assert symptoms.titles(["ear-pain", "rash"]) == ["Earache", "Rash"]


def test_a_check_says_which_complaint_of_a_profile_has_no_words(tmp_path: Path) -> None:
    source = (store.PROFILES / "measles.toml").read_text(encoding="utf-8")
    path = tmp_path / "profile.toml"
    path.write_text(
        source.replace('"runny-nose", "red-eyes"]', '"runny-nose", "ear-pain"]'), encoding="utf-8"
    )
    found = [f for f in policy.check_file(path).findings if not f.note]
    assert [(f.code, f.words["symptom"]) for f in found] == [("rule-symptom-wordless", "ear-pain")]


@pytest.mark.parametrize("path", sorted(store.PROFILES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_profile_of_the_house_has_words_for_its_complaints(path: Path) -> None:
    tomllib.loads(path.read_text(encoding="utf-8"))
    assert policy.check_file(path).sound
