"""What a trial says of an order: what runs now under the rules in force, beside what the order would make of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from bulou import cli as house
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.rulebook import policy
from bulou.core.rulebook.excel import write_excel
from bulou.core.rulebook.policy import Trial
from bulou.core.rulebook.store import base
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.lib import clock, ids, invented
from bulou.work.arrivals.models import Arrival

pytestmark = pytest.mark.django_db
COUNTY, VILLAGE = "141031", "141031100202"
HEAD = '[order]\nnumber = "九号令"\nplace = "141031"\nfrom = 2020-02-12\nprofile = "covid19-2020"\n'
THREE = """[[value]]
key = "observation.turns"
value = [
  { slot = "am", opens = "05:00", due = "10:00", until = "10:00" },
  { slot = "noon", opens = "10:00", due = "15:00", until = "15:00" },
  { slot = "pm", opens = "15:00", due = "21:00", until = "+05:00" },
]
"""
CENTRAL = """[[table]]
key = "arrivals.measure"
facts = { fever = "bool" }
outcomes = { measure = ["central", "clinic"], days = "key", checks = "key" }
[[table.row]]
name = "fever"
when = { fever = true }
then = { measure = "clinic", days = "observation.days", checks = "observation.turns" }
over = "*"
zh = "发热的送门诊"
en = "A fever: to the clinic"
[[table.row]]
name = "all"
when = {}
then = { measure = "central", days = "observation.days", checks = "observation.turns" }
zh = "其余全部集中"
en = "Everybody else: central"
"""
Tried = Callable[[str], Trial]


@pytest.fixture(autouse=True)
def _at(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = clock.parse("2020-02-12T18:00")
    shift = (moment - datetime.now(moment.tzinfo)).total_seconds()
    monkeypatch.setenv("BULOU_CLOCK_SHIFT", repr(shift))


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """The command chooses one for its process, which here goes on."""
    before = translation.get_language()
    yield
    translation.activate(before or "zh-hans")


@pytest.fixture
def tried(tmp_path: Path) -> Tried:
    def of(rules: str) -> Trial:
        path = tmp_path / "order.toml"
        path.write_text(HEAD + rules, encoding="utf-8")
        return policy.try_(path)

    return of


def came(start: int, count: int, days: int = 2, **more: Any) -> list[Arrival]:
    incoming = []
    for n in range(start, start + count):
        number = invented.make_id(COUNTY, date(1980, 1, 1) + timedelta(days=n), "男", 0)
        who = {"name": invented.make_name(n, "男"), "doc_number": number}
        at = clock.now() - timedelta(days=days)
        data = {
            "who": who,
            "from_place": "湖北武汉",
            "own_home": True,
            "fever": False,
            "symptoms": False,
            **more,
        }
        incoming.append(Incoming("arrivals.arrival", ids.new(), VILLAGE, at, data))
    assert {r.status for r in take(incoming, SYSTEM)} == {"accepted"}
    return list(Arrival.objects.filter(id__in=[one.id for one in incoming]))


def need(trial: Trial, name: str) -> tuple[int, int]:
    (found,) = [one for one in trial.needs if one.name == name]
    return found.before, found.after


def test_a_third_turn_a_day_is_counted_beside_the_two_of_now(tried: Tried) -> None:
    came(0, 7)
    came(20, 2, from_place="山西临汾隰县", contact=False)  # not observed, so nobody takes their temperature
    trial = tried(THREE)
    assert (trial.people, trial.changed) == (9, 0)
    assert need(trial, "readings") == (14, 21)
    assert trial.before == trial.after == {"home": 7, "none": 2}


def test_everybody_sent_to_the_central_site_is_counted_as_observed_already(tried: Tried) -> None:
    came(0, 5)
    came(20, 1, fever=True)
    trial = tried(CENTRAL)
    assert (trial.before, trial.after) == ({"home": 5, "clinic": 1}, {"central": 5, "clinic": 1})
    assert trial.changed == 5
    assert need(trial, "readings") == (10, 10)
    assert need(trial, "beds") == (0, 5)
    assert need(trial, "medics") == (1, 1)


def test_what_runs_now_counts_and_not_what_was_once_decided(tried: Tried) -> None:
    from bulou.work.observation import actions, sites
    from bulou.work.observation.models import Bed, Observation

    office = actor(Role.COUNTY_OFFICE, COUNTY)
    came(0, 4)
    site = sites.open_site(office, COUNTY, "试用宾馆", ["101"])
    first, second, third, _last = Observation.objects.order_by("id")
    actions.check_in(office, first.id, Bed.objects.get(site=site).id)
    actions.end(office, second.id, "moved-away", "离县")
    Observation.objects.filter(pk=third.pk).update(until_day=date(2020, 2, 11))
    trial = tried(CENTRAL)
    assert trial.before == {"central": 1, "home": 1}
    assert trial.changed == 1
    assert need(trial, "readings") == (4, 4)
    assert need(trial, "beds") == (1, 2)


def test_whom_staff_placed_elsewhere_an_order_about_something_else_does_not_change(
    tried: Tried, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from bulou.work.observation import actions, sites
    from bulou.work.observation.models import Bed, Observation

    office = actor(Role.COUNTY_OFFICE, COUNTY)
    came(0, 3)
    sites.open_site(office, COUNTY, "试用宾馆", ["101"])
    actions.check_in(office, Observation.objects.order_by("id")[0].id, Bed.objects.get().id)
    trial = tried(THREE)
    assert (trial.changed, trial.changes) == (0, [])
    assert [(one.before, one.after, one.people) for one in trial.placed] == [("central", "home", 1)]
    assert trial.before == trial.after == {"home": 2, "central": 1}
    assert (need(trial, "readings"), need(trial, "beds")) == ((6, 9), (1, 1))
    monkeypatch.setenv("BULOU_LANG", "zh-hans")
    house.main(["policy", "try", str(tmp_path / "order.toml"), "--day", "2020-02-12"])
    text = capsys.readouterr().out
    assert text.index("0人") < text.index("另行安置") < text.index("集中点 → 居家观察")
    page = signed_in(Client(), office).post("/rules/order/", {"text": HEAD + THREE, "act": "check"})
    assert "另行安置" in page.content.decode()


START = """[[value]]
key = "observation.clock_starts"
value = ["observation-start"]
"""


def test_a_trial_says_how_many_days_would_count_from_another_day(
    tried: Tried, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    came(0, 3, left_day="2020-02-08")
    came(3, 1, left_day="2020-02-10")  # the day on which they came: it counts from there either way
    came(4, 2)
    came(6, 1, from_place="山西临汾隰县", contact=False, left_day="2020-02-09")  # nobody observes them
    assert tried(THREE).terms == {}
    from bulou.work.observation.models import Observation

    trial = tried(START)
    assert (trial.changed, trial.terms) == (0, {VILLAGE[:9]: 3})
    assert trial.as_json()["terms"] == [{"place": VILLAGE[:9], "people": 3}]
    assert {o.until_day for o in Observation.objects.all()} == {date(2020, 2, d) for d in (21, 23)}
    monkeypatch.setenv("BULOU_LANG", "zh-hans")
    house.main(["policy", "try", str(tmp_path / "order.toml"), "--day", "2020-02-12"])
    assert "从另一天起算" in capsys.readouterr().out
    page = signed_in(Client(), actor(Role.COUNTY_OFFICE, COUNTY)).post(
        "/rules/order/", {"text": HEAD + START, "act": "check"}
    )
    assert "从另一天起算" in page.content.decode()


LONGER = '[[value]]\nkey = "observation.days"\nvalue = 21\n'


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "zh-hans",
            ("现有观察对象7人，期满日不变，最晚2020-02-23期满", "新增7人", "按现行天数7人；按新天数11人"),
        ),
        (
            "en",
            (
                "their last day stays: 7; the last of them ends on 2020-02-23",
                "(7 begun)",
                "on 2020-03-04: 11",
            ),
        ),
    ],
)
def test_a_longer_term_leaves_those_observed_their_end_and_says_what_the_pace_takes_by_it(
    tried: Tried, language: str, words: tuple[str, ...], tmp_path: Path,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    came(0, 5)
    came(10, 2, own_home=False)
    assert tried(THREE).lasting is None
    trial = tried(LONGER)
    found = trial.lasting
    assert found and (trial.changed, found.running, found.until) == (0, 7, date(2020, 2, 23))
    assert (found.begun, found.window, found.full) == (7, 14, date(2020, 3, 4))
    assert (found.before, found.after) == ({"home": 5, "central": 2}, {"home": 8, "central": 3})
    needs = {one.name: (one.before, one.after, one.there) for one in found.needs}
    assert needs["readings"] == (14, 21, 0) and needs["rooms"] == (2, 3, 0)
    assert trial.as_json()["lasting"]["after"] == found.after
    monkeypatch.setenv("BULOU_LANG", language)
    house.main(["policy", "try", str(tmp_path / "order.toml"), "--day", "2020-02-12"])
    text = capsys.readouterr().out
    assert all(said in text for said in words), text
    page = signed_in(Client(), actor(Role.COUNTY_OFFICE, COUNTY)).post(
        "/rules/order/", {"text": HEAD + LONGER, "act": "check"}
    )
    assert "最晚2020-02-23期满" in page.content.decode()


def test_days_that_had_passed_before_it_began_are_not_observed_and_without_a_pace_none_is_said(
    tried: Tried,
) -> None:
    found = tried(LONGER).lasting
    assert found and (found.running, found.until, found.begun, found.before) == (0, None, 0, {})
    came(0, 14, left_day="2020-02-06")  # four days gone on the day on which they came: ten are left of 14
    found = tried(LONGER).lasting
    assert found and (found.before, found.after) == ({"home": 10}, {"home": 17})


def test_an_order_for_one_township_counts_the_days_of_its_own_people(tried: Tried) -> None:
    came(0, 2, left_day="2020-02-08")
    place = 'place = "141031101"\n'
    assert tried(START + place).terms == {}
    assert tried(START + f'place = "{VILLAGE[:9]}"\n').terms == {VILLAGE[:9]: 2}


def test_whoever_the_clinic_has_cleared_is_not_feverish_any_more(tried: Tried) -> None:
    (one,) = came(0, 1, fever=True)
    for kind, more in (("received", {}), ("outcome", {"outcome": "excluded"}), ("returned", {})):
        data = {"person": str(one.person), **more}
        take([Incoming(f"cases.{kind}", ids.new(), VILLAGE, clock.now(), data)], SYSTEM)
    trial = tried(CENTRAL)
    assert (trial.before, trial.after) == ({"home": 1}, {"central": 1})


def test_whom_the_clinic_has_for_a_fever_of_later_no_order_about_arrivals_takes_from_it(tried: Tried) -> None:
    one, _other = came(0, 2)
    sick = {"person": str(one.person)}
    for kind, data in (
        ("observation.reading", {**sick, "tenths": 382, "symptoms": []}),
        ("cases.received", sick),
    ):
        (told,) = take([Incoming(kind, ids.new(), VILLAGE, clock.now(), data)], SYSTEM)
        assert told.status == "accepted"
    trial = tried(THREE)
    assert (trial.changes, trial.before, trial.after) == (
        [],
        {"home": 1, "clinic": 1},
        {"home": 1, "clinic": 1},
    )
    assert [(one.before, one.after, one.people) for one in trial.placed] == [("clinic", "home", 1)]
    assert tried(CENTRAL).after == {"clinic": 1, "central": 1}


def test_whoever_is_not_observed_would_be_by_a_stricter_order(tried: Tried) -> None:
    came(0, 3, from_place="山西临汾隰县", contact=False)
    trial = tried(CENTRAL)
    assert (trial.before, trial.after, need(trial, "readings")) == ({"none": 3}, {"central": 3}, (0, 6))


def test_a_measure_that_the_order_no_longer_knows_is_still_what_people_are_under(tried: Tried) -> None:
    came(0, 2)
    assert [(c.before, c.after, c.people) for c in tried(CENTRAL).changes] == [("home", "central", 2)]


def test_two_who_turned_out_to_be_one_are_observed_under_the_one_kept(tried: Tried) -> None:
    from bulou.core.people import actions as people

    (one,), (other,) = came(0, 1, days=3), came(1, 1)
    people.merge(one.person, other.person, actor(Role.COUNTY_OFFICE, COUNTY), "同一人")
    assert tried(CENTRAL).before == {"home": 1}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh-hans", ("居家观察 → 集中点", "其余全部集中", "床位", "龙泉镇", "上午 05:00–10:00")),
        ("en", ("Observed at home → Central site", "Everybody else: central", "Beds", "a.m. 05:00–10:00")),
    ],
)
def test_the_command_says_it_in_words(
    language: str,
    said: tuple[str, ...],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    came(0, 2)
    path = tmp_path / "order.toml"
    path.write_text(HEAD + CENTRAL + THREE, encoding="utf-8")
    monkeypatch.setenv("BULOU_LANG", language)
    house.main(["policy", "try", str(path), "--day", "2020-02-12"])
    text = capsys.readouterr().out.split("2020-02-12", 1)[1]
    assert all(words in text for words in said), text
    for raw in ("home", "readings", "rooms", "medics", "observation.turns", "{", "['", "all\n"):
        assert raw not in text.replace("at home", "").replace("readings a day", ""), (raw, text)


def test_the_page_of_a_new_order_says_it_in_words() -> None:
    came(0, 2)
    page = signed_in(Client(), actor(Role.COUNTY_OFFICE, COUNTY)).post(
        "/rules/order/", {"text": HEAD + CENTRAL + THREE, "act": "check"}
    )
    text = page.content.decode()
    assert (
        page.status_code == 200 and "居家观察 → 集中" in text and "其余全部集中" in text and "龙泉镇" in text
    )
    shown = text.split("<textarea")[0]
    assert not [
        raw for raw in ("home", "readings", "medics", "observation.turns", "{&#x27;") if f">{raw}" in shown
    ]


def test_pages_of_rules_show_no_raw_names() -> None:
    browser = signed_in(Client(), actor(Role.COUNTY_OFFICE, COUNTY))
    table = browser.get("/rules/arrivals.measure/").content.decode()
    assert "居家观察" in table and ">home<" not in table and ">own_home<" not in table
    turns = browser.get("/rules/observation.turns/").content.decode()
    assert "上午 05:00" in turns and "am 05:00" not in turns
    areas = browser.get("/rules/arrivals.affected_areas/").content.decode()
    assert "湖北" in areas
    symptoms = browser.get("/rules/symptoms.alarm/").content.decode()
    assert "气促" in symptoms and "breathlessness" not in symptoms.split("<main")[-1]


def test_a_table_that_came_back_from_excel_is_tried_alike(tmp_path: Path) -> None:
    came(0, 2)
    path = tmp_path / "table.xlsx"
    write_excel(base().entry("arrivals.measure", COUNTY, date(2020, 2, 12)), path)
    assert policy.try_(path, COUNTY).changed == 0
